"""An .xls, .et, .ods or .fods made into an .xlsx that looks like it, so that it can be marked."""

from perfbatch.workbook.convert.convert import KINDS, Converted, convert

__all__ = ["KINDS", "Converted", "convert"]
