"""Pages → .xlsx, through XlsxWriter."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import OverlappingRange
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from perfbatch.workbook.bounds import CELL_TEXT
from perfbatch.workbook.pages.page import Book, Filled, Look, Page, Paper

_DIGIT = 7
"""Pixels of a digit in XlsxWriter's reckoning of column widths."""
_NO_ROW_IS_THAT_HIGH = 0.001
"""As the workbook's default height, it makes XlsxWriter state the height of every row."""
_CALCULATED_BY_US = 191029
_EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001  (a file's property; fixed, so that the bytes are)
_ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})


def write_pages(book: Book, names: Sequence[str]) -> bytes:
    """The bytes of the .xlsx; ``names`` are the sheets' names in order."""
    out = io.BytesIO()
    font = {**book.default, "font_scheme": "none"}
    made = xlsxwriter.Workbook(out, {
        "in_memory": True, "default_format_properties": font, "default_row_height": _NO_ROW_IS_THAT_HIGH,
    })  # fmt: skip
    made.set_properties({"created": _EPOCH})
    # the unit's own cached values count, so nothing is calculated again on opening
    made.set_calc_mode("auto", _CALCULATED_BY_US)
    made.calc_on_load = False
    formats = _Formats(made)
    shown = [number for number, page in enumerate(book.pages) if not page.hidden] or [0]
    front = next((number for number in shown if book.pages[number].selected), shown[0])
    for number, (page, name) in enumerate(zip(book.pages, names, strict=True)):
        sheet = made.add_worksheet(name)
        if number == front:
            sheet.activate()
            sheet.set_first_sheet()
        elif page.hidden:
            sheet.very_hidden() if page.hidden > 1 else sheet.hide()
        _fill(sheet, page, formats)
    made.close()
    return out.getvalue()


class _Formats:
    """A format of the workbook for each look, made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._seen: dict[int, tuple[Look, Format]] = {}

    def get(self, look: Look) -> Format:
        known = self._seen.get(id(look))
        if known is None:
            key = tuple(sorted(look.items()))
            made = self._made.get(key)
            if made is None:
                made = self._made[key] = self._book.add_format({**look, "font_scheme": "none"})
            known = self._seen[id(look)] = (look, made)
        return known[1]


def _fill(sheet: Worksheet, page: Page, formats: _Formats) -> None:
    # the default must differ from every row's own height, else XlsxWriter leaves the row's out
    sheet.set_default_row(page.row_height or 15)
    for first, last, track in _columns(page):
        look = formats.get(track.look) if track.look else None
        width = None if track.size is None else track.size * _DIGIT
        sheet.set_column_pixels(first, last, width, look, {"hidden": track.hidden})
    for row, track in page.rows.items():
        look = formats.get(track.look) if track.look else None
        height = None if track.size is None else track.size * 4 / 3
        sheet.set_row_pixels(row, height, look, {"hidden": track.hidden})
    for area in page.merges:
        try:
            sheet.merge_range(*area, "")
        except OverlappingRange:
            continue
    for (row, column), cell in page.cells.items():
        _write(sheet, row, column, cell, formats)
    for (row, column), note in page.notes.items():
        sheet.write_comment(row, column, note.text[:CELL_TEXT], {"author": note.author})
    _view(sheet, page)
    _print(sheet, page.paper)


def _columns(page: Page) -> list[tuple[int, int, Any]]:
    """Columns side by side that are alike, as first, last and track."""
    spans: list[tuple[int, int, Any]] = []
    for column in sorted(page.columns):
        track = page.columns[column]
        if spans and spans[-1][1] == column - 1 and spans[-1][2] == track:
            spans[-1] = (spans[-1][0], column, track)
        else:
            spans.append((column, column, track))
    return spans


def _write(sheet: Worksheet, row: int, column: int, cell: Filled, formats: _Formats) -> None:
    look, value = formats.get(cell.look), cell.value
    if cell.error:
        _write_error(sheet, row, column, cell, look)
    elif cell.formula and (cell.uncached or value not in (None, "")):
        sheet.write_formula(row, column, cell.formula, look, "" if cell.uncached else value)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, look)
    elif isinstance(value, float):
        if math.isfinite(value):
            sheet.write_number(row, column, value, look)
        else:
            sheet.write_formula(row, column, "=#NUM!", look, "#NUM!")
    elif cell.runs and len(cell.runs) > 1:
        pieces: list[Any] = []
        for run in cell.runs:
            pieces += [formats.get(run.look), run.text]
        sheet.write_rich_string(row, column, *pieces, look)
    elif value:
        sheet.write_string(row, column, value, look)
    else:
        sheet.write_blank(row, column, None, look)


def _write_error(sheet: Worksheet, row: int, column: int, cell: Filled, look: Format) -> None:
    if cell.error in _ERRORS:
        sheet.write_formula(row, column, cell.formula or f"={cell.error}", look, cell.error)
    else:  # an error that only another office suite knows
        sheet.write_string(row, column, cell.error, look)


def _view(sheet: Worksheet, page: Page) -> None:
    if not page.grid_lines:
        sheet.hide_gridlines(2)
    if 10 <= page.zoom <= 400:
        sheet.set_zoom(page.zoom)
    if page.frozen:
        sheet.freeze_panes(*page.frozen)
    if page.locked:
        sheet.protect()


def _print(sheet: Worksheet, paper: Paper) -> None:
    if paper.size:
        sheet.set_paper(paper.size)
    if paper.landscape:
        sheet.set_landscape()
    sheet.set_margins(**_margins(paper.margins))
    if paper.header and len(paper.header) <= 255:
        sheet.set_header(paper.header, _edge("header", paper.margins))
    if paper.footer and len(paper.footer) <= 255:
        sheet.set_footer(paper.footer, _edge("footer", paper.margins))
    if paper.centred[0]:
        sheet.center_horizontally()
    if paper.centred[1]:
        sheet.center_vertically()
    if paper.fit:
        sheet.fit_to_pages(*paper.fit)
    elif paper.scale != 100 and 10 <= paper.scale <= 400:
        sheet.set_print_scale(paper.scale)
    if paper.area:
        sheet.print_area(*paper.area)
    if paper.repeat_rows:
        sheet.repeat_rows(*paper.repeat_rows)
    if paper.repeat_columns:
        sheet.repeat_columns(*paper.repeat_columns)
    if paper.breaks:
        sheet.set_h_pagebreaks(list(paper.breaks))


def _margins(stated: Mapping[str, float]) -> dict[str, float]:
    return {
        side: stated[side] for side in ("left", "right", "top", "bottom") if 0 <= stated.get(side, -1) < 49
    }


def _edge(name: str, stated: Mapping[str, float]) -> dict[str, float]:
    return {"margin": stated[name]} if 0 <= stated.get(name, -1) < 49 else {}
