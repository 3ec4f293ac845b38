"""Forms of many places, drawn in tests/data/forms: the drawing as a workbook, and what must be read from it.

A file holds a title, a line or two on what is peculiar, the drawn table (tests/drawn.py), and then what a
careful person reads from it: tables under the headings 应读出, 资金, 指标, 问题. In a drawing a formula is
written ``=F7/E7 → #0.895{0.00%}`` (with its cached value) or ``=SUM(G9:G12) → ?`` (never calculated).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import openpyxl
import xlsxwriter
from xlsxwriter.format import Format

from perfbatch.workbook.grid import Cell, Grid
from tests.drawn import cell_of, draw

FOLDER = Path(__file__).parent / "data" / "forms"
_ARROW = " → "
_Row = list[str]


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula in a drawing and the cell that it shows."""

    text: str
    shown: Cell | None


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawn form: its grid, the formulas by place, and the tables of what must be read by heading."""

    name: str
    grid: Grid
    formulas: dict[tuple[int, int], Formula]
    expected: dict[str, list[_Row]]

    @property
    def is_uncached(self) -> bool:
        """Whether its formulas were never calculated, as in files that a program wrote."""
        return any(formula.shown is not None and formula.shown.state == "uncached"
                   for formula in self.formulas.values())  # fmt: skip


def drawings() -> Iterator[str]:
    """Names of the drawn forms."""
    return (path.stem for path in sorted(FOLDER.glob("*.md")))


def drawing(name: str) -> Drawing:
    """A drawn form of tests/data/forms."""
    tables = _tables((FOLDER / f"{name}.md").read_text(encoding="utf-8"))
    rows = tables.pop("")
    formulas: dict[tuple[int, int], Formula] = {}
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            if text.startswith("=") and _ARROW in text:
                written, _, value = text.partition(_ARROW)
                formulas[r, c] = Formula(written, cell_of(value))
                row[c] = value
    return Drawing(name, draw(rows), formulas, tables)


def _tables(text: str) -> dict[str, list[_Row]]:
    """The tables of a file by the heading that they stand under, the drawing under ''."""
    tables: dict[str, list[_Row]] = {"": []}
    current = ""
    for line in text.splitlines():
        if line.startswith("## "):
            current = line[3:].strip()
            tables[current] = []
        elif line.startswith("|"):
            assert line.endswith("|"), f"not a row of a table: {line}"
            tables[current].append([cell.strip() for cell in line[1:-1].split("|")])
    return tables


def by_xlsxwriter(form: Drawing) -> bytes:
    """The drawing as a workbook of XlsxWriter, with borders, fonts and line breaks as offices print them."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "strings_to_numbers": False})
    sheet = book.add_worksheet(form.grid.name)
    sheet.set_column(0, 20, 11)
    formats: dict[str, Format] = {}

    def style(code: str) -> Format:
        if code not in formats:
            formats[code] = book.add_format(
                {
                    "num_format": code,
                    "text_wrap": True,
                    "border": 1,
                    "valign": "vcenter",
                    "font_name": "仿宋_GB2312",
                }
            )
        return formats[code]

    for top, left, bottom, right in form.grid.merges:
        sheet.merge_range(top, left, bottom, right, "", style("General"))
    for (row, column), cell in form.grid.cells.items():
        formula = form.formulas.get((row, column))
        value = cell.text if cell.state == "error" else cell.value
        if formula is not None:
            sheet.write_formula(row, column, formula.text, style(cell.number_format), value)
        elif isinstance(value, datetime):
            sheet.write_datetime(row, column, value, style(cell.number_format))
        else:
            sheet.write(row, column, value, style(cell.number_format))
    book.close()
    return stream.getvalue()


def by_openpyxl(form: Drawing) -> bytes:
    """The drawing as a workbook of openpyxl, which never calculates a formula."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = form.grid.name
    for (row, column), cell in form.grid.cells.items():
        target = sheet.cell(row + 1, column + 1)
        formula = form.formulas.get((row, column))
        target.value = formula.text if formula else cell.text if cell.state == "error" else cell.value  # type: ignore[assignment]
        target.number_format = cell.number_format
        if formula is None and isinstance(cell.value, str):
            target.data_type = "s"
    for top, left, bottom, right in form.grid.merges:
        sheet.merge_cells(start_row=top + 1, end_row=bottom + 1, start_column=left + 1, end_column=right + 1)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
