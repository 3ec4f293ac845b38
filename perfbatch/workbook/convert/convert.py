"""From the bytes of an old or open format to those of an .xlsx.

The libraries for it are loaded with the first such file: most batches have none, and every run would wait.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from perfbatch.workbook.bounds import DEFAULT, Bounds
from perfbatch.workbook.refusal import Refused

if TYPE_CHECKING:
    from perfbatch.workbook.convert.page import Book

KINDS = ("xls", "et", "ods", "fods")


@dataclass(frozen=True, slots=True)
class Converted:
    """An .xlsx, and the new names of sheets whose own name Excel would not take."""

    data: bytes
    renamed: Mapping[str, str] = field(default_factory=dict)


def convert(data: bytes, kind: str, *, bounds: Bounds = DEFAULT) -> Converted:
    """The workbook as .xlsx; the same bytes for the same file. ``kind`` is one of ``KINDS``.

    Raises Refused, and nothing else, where it cannot be read or is beyond the bounds.
    """
    from perfbatch.workbook.convert.names import sheet_names
    from perfbatch.workbook.convert.write_pages import workbook

    try:
        book = _book(data, kind, bounds)
        names = sheet_names([page.name for page in book.pages])
        renamed = {page.name: name for page, name in zip(book.pages, names, strict=True) if page.name != name}
        return Converted(workbook(book, names), renamed)
    except Refused:
        raise
    except Exception as error:
        # whatever a broken file makes the libraries raise, it is this file that is broken
        raise Refused("damaged", detail=f"{type(error).__name__}: {error}") from error


def _book(data: bytes, kind: str, bounds: Bounds) -> Book:
    if kind in ("xls", "et"):
        from perfbatch.workbook.xls.looks import xls_pages
        from perfbatch.workbook.xls.read import open_xls

        return xls_pages(*open_xls(data, bounds=bounds), bounds=bounds)
    from perfbatch.workbook.ods.looks import ods_pages
    from perfbatch.workbook.ods.read import fods_roots, ods_roots
    from perfbatch.workbook.package import Package

    if kind == "ods":
        return ods_pages(ods_roots(Package(data, bounds)), bounds=bounds)
    return ods_pages(fods_roots(data, bounds=bounds), bounds=bounds)
