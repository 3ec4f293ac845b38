"""Canvases to an .xlsx or .xlsm: the same canvases give the same bytes."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from tests.generator.canvas import Canvas, Ink
from tests.generator.model import Formula, Percent
from tests.generator.styles import DATE_FORMAT, STYLES

CREATED = datetime(2022, 1, 20, 9, 0, 0)  # noqa: DTZ001 (a file's property, without a zone there too)

ONE_PAGE = 1300
"""Height in points up to which a form, fitted to the width of A4, is still readable on one page."""


@dataclass(frozen=True)
class Sheet:
    """One sheet of the workbook; ``decorate`` adds what no cell holds (pictures, charts, notes …)."""

    name: str
    canvas: Canvas
    hidden: bool = False
    landscape: bool = False
    decorate: Callable[[Any, Any], None] | None = None


def write_xlsx(sheets: Sequence[Sheet], macros: Path | None = None) -> bytes:
    """The workbook's bytes; with ``macros`` (a vbaProject.bin) it is an .xlsm."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"title": "项目支出绩效自评表", "company": "样例", "created": CREATED})
    if macros is not None:
        book.add_vba_project(str(macros))
        book.set_vba_name("ThisWorkbook")
    formats = _Formats(book)
    shown = False
    for sheet in sheets:
        paper = book.add_worksheet(sheet.name)
        if sheet.hidden:
            paper.hide()
        elif not shown:
            paper.activate()
            paper.set_first_sheet()
            shown = True
        _fill(paper, sheet, formats)
        if sheet.decorate is not None:
            sheet.decorate(book, paper)
    book.close()
    return buffer.getvalue()


class _Formats:
    """XlsxWriter formats, made once for each style and number format."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.made: dict[tuple[str, str], Any] = {}

    def get(self, style: str, number_format: str = "") -> Any:
        made = self.made.get((style, number_format))
        if made is None:
            properties = STYLES[style] | ({"num_format": number_format} if number_format else {})
            made = self.made[style, number_format] = self.book.add_format(properties)
        return made


def _fill(paper: Any, sheet: Sheet, formats: _Formats) -> None:
    canvas = sheet.canvas
    for column, width in canvas.widths.items():
        paper.set_column(column, column, width)
    for row, height in canvas.heights.items():
        paper.set_row(row, round(height, 1))
    for top, left, bottom, right in canvas.merges:
        paper.merge_range(top, left, bottom, right, "", formats.get(canvas.cells[top, left].style))
    for (row, column), ink in canvas.cells.items():
        _write(paper, row, column, ink, formats)
    paper.set_paper(9)
    paper.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    paper.center_horizontally()
    if sheet.landscape:
        paper.set_landscape()
    paper.fit_to_pages(1, 1 if sum(canvas.heights.values()) < ONE_PAGE else 0)
    paper.set_footer("&C第 &P 页，共 &N 页")


def _write(paper: Any, row: int, column: int, ink: Ink, formats: _Formats) -> None:
    value = ink.value
    if value is None:
        paper.write_blank(row, column, None, formats.get(ink.style))
    elif isinstance(value, str):
        paper.write_string(row, column, value, formats.get(ink.style))
    elif isinstance(value, int | Decimal):
        paper.write_number(row, column, float(value), formats.get(ink.style))
    elif isinstance(value, Percent):
        paper.write_number(row, column, _fraction(value), formats.get(ink.style, percent_format(value)))
    elif isinstance(value, Formula):
        _formula(paper, row, column, value, ink.style, formats)
    elif isinstance(value, date):
        moment = datetime(value.year, value.month, value.day)  # noqa: DTZ001 (Excel's dates have no zone)
        paper.write_datetime(row, column, moment, formats.get(ink.style, DATE_FORMAT))


def _formula(paper: Any, row: int, column: int, value: Formula, style: str, formats: _Formats) -> None:
    cached = value.cached
    made = formats.get(style, percent_format(cached) if isinstance(cached, Percent) else "")
    if isinstance(cached, Percent):
        result: str | float = _fraction(cached)
    elif isinstance(cached, int | Decimal):
        result = float(cached)
    else:
        result = "" if cached is None else str(cached)
    paper.write_formula(row, column, value.template, made, result)


def _fraction(value: Percent) -> float:
    return float(value.value / 100)


def percent_format(value: Percent) -> str:
    """Number format that shows the percentage with its decimals."""
    return "0." + "0" * value.decimals + "%" if value.decimals else "0%"
