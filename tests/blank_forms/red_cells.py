"""Which cells a form shows red: its own conditional formats, evaluated by LibreOffice."""

from __future__ import annotations

from pathlib import Path

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange

RED = "FF7F7F"
_BESIDE = 100
"""Columns further right, the condition of a cell is put into a cell as a formula."""


def with_conditions(path: Path, copy: Path, sheet_name: str = "") -> None:
    """A copy of the workbook in which each condition that makes a cell red stands as a formula, 1 or 0."""
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
                    asked.setdefault(at, []).append(moved[1:])
    assert asked, path.name
    for at, conditions in asked.items():
        cell = sheet[at]
        if isinstance(cell, Cell):  # of a merged area the first
            cell.offset(0, _BESIDE).value = "=" + "+".join(f"IF({condition},1,0)" for condition in conditions)
    book.save(copy)


def red_cells(path: Path, sheet_name: str = "") -> set[str]:
    """Red cells of a copy that was recalculated; of a merged area its first cell."""
    book = openpyxl.load_workbook(path, data_only=True)
    sheet = book[sheet_name] if sheet_name else book.worksheets[0]
    conditions = [
        cell for row in sheet.iter_rows(min_col=_BESIDE + 1) for cell in row if cell.value is not None
    ]
    assert conditions and all(cell.value in range(9) for cell in conditions), path.name
    return {f"{get_column_letter(cell.column - _BESIDE)}{cell.row}" for cell in conditions if cell.value}
