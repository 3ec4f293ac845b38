"""Which cells a form shows red: its own conditional formats, evaluated by LibreOffice."""

from __future__ import annotations

from pathlib import Path

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.formula.tokenizer import Token, Tokenizer
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange

RED = "FF7F7F"
_CONDITIONS = "变红的条件"
"""A sheet that is added: each condition stands in the cell of the same address, as a formula."""


def add_conditions(path: Path, sheet_name: str = "") -> None:
    """Put each condition that makes a cell of the form red into a further sheet, where it is 1 or 0."""
    book = openpyxl.load_workbook(path)
    sheet = book[sheet_name] if sheet_name else book.worksheets[0]
    asked: dict[str, list[str]] = {}
    for formatted in sheet.conditional_formatting:
        areas = [CellRange(area) for area in str(formatted.sqref).split()]
        first = f"{get_column_letter(areas[0].min_col)}{areas[0].min_row}"
        for rule in formatted.rules:
            if rule.type != "expression" or rule.dxf.fill.bgColor.rgb[2:] != RED:
                continue
            for area in areas:
                for row, column in area.cells:
                    at = f"{get_column_letter(column)}{row}"
                    moved = Translator(f"={rule.formula[0]}", origin=first).translate_formula(at)
                    asked.setdefault(at, []).append(_of_sheet(moved, sheet.title))
    assert asked, path.name
    added = book.create_sheet(_CONDITIONS)
    for at, conditions in asked.items():
        if isinstance(sheet[at], Cell):  # of a merged area the first
            added[at] = "=" + "+".join(f"IF({condition},1,0)" for condition in conditions)
    book.save(path)


def _of_sheet(formula: str, title: str) -> str:
    """The formula without its =, its references made to a sheet."""
    quoted = "'" + title.replace("'", "''") + "'!"
    return "".join(
        quoted + token.value if token.subtype == Token.RANGE else token.value
        for token in Tokenizer(formula).items
    )


def red_cells(path: Path) -> set[str]:
    """Red cells of a form that was recalculated; of a merged area its first cell."""
    sheet = openpyxl.load_workbook(path, data_only=True)[_CONDITIONS]
    conditions = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert conditions and all(cell.value in range(9) for cell in conditions), path.name
    return {cell.coordinate for cell in conditions if cell.value}
