"""Blank forms (空白自评表): what a unit gets, filled with what is known, with the rule book as live formulas.

``make`` writes one workbook a project; kinds.py decides what each approved indicator is, formulas.py turns a
rule book's parameters into formulas, sheet.py lays the form out, cached.py gives formulas their values.
"""

from perfbatch.blank_forms.make import Made, TemplateOptions, make

__all__ = ["Made", "TemplateOptions", "make"]
