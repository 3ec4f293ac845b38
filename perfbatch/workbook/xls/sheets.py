"""The sheets of an .xls or .et as pages: xlrd's cells with their formats."""

from __future__ import annotations

from datetime import datetime

import xlrd

from perfbatch.workbook.addresses import Place
from perfbatch.workbook.bounds import CELL_TEXT, Bounds
from perfbatch.workbook.cell_value import visible_text
from perfbatch.workbook.grid import Cell, Grid
from perfbatch.workbook.number_text import SHIFT_1904
from perfbatch.workbook.pages.page import Book, Filled, Look, Note, Page, Run, Track, without_value
from perfbatch.workbook.xls.formulas import formulas_of
from perfbatch.workbook.xls.looks import XlsLooks
from perfbatch.workbook.xls.paper import paper_of
from perfbatch.workbook.xls.read import format_codes, xls_grids
from perfbatch.workbook.xls.records import worksheets

_DEFAULT_WIDTH = 8.43
_PADDING = 5 / 7
"""What a column is wider than its digits, in digits."""


def xls_pages(book: xlrd.Book, stream: bytes, *, bounds: Bounds) -> Book:
    """All worksheets with their looks. Raises Refused: damaged, too_complex."""
    grids = xls_grids(book, stream, bounds=bounds)
    looks = XlsLooks(book, format_codes(book))
    starts = worksheets(stream)
    formulas = formulas_of(book, stream, bounds.formulas)
    pages = []
    for index, grid in enumerate(grids):
        sheet = book.sheet_by_index(index)
        known = formulas[index] if index < len(formulas) else {}
        page = _page(sheet, grid, looks, known, SHIFT_1904 if book.datemode else 0, bounds)
        if index < len(starts):
            page.paper, page.locked = paper_of(book, sheet, stream, starts[index])
        pages.append(page)
    return Book(pages, looks.default)


def _page(
    sheet: xlrd.sheet.Sheet,
    grid: Grid,
    looks: XlsLooks,
    formulas: dict[Place, str],
    shift: int,
    bounds: Bounds,
) -> Page:
    page = Page(grid.name, sheet.visibility, merges=grid.merges)
    blanks = 0
    for row in range(sheet.nrows):
        for column in range(sheet.row_len(row)):
            index = sheet.cell_xf_index(row, column)
            cell = grid.cells.get((row, column))
            if cell is None:
                blanks += 1
                if sheet.cell_type(row, column) != xlrd.XL_CELL_EMPTY and blanks <= bounds.blanks:
                    page.cells[row, column] = Filled(None, looks.get(index))
            else:
                page.cells[row, column] = _filled(sheet, (row, column), cell, looks, index, formulas, shift)
    _tracks(sheet, page, looks)
    page.notes = {
        place: Note(visible_text(str(note.author or ""), 54), visible_text(str(note.text or ""), CELL_TEXT))
        for place, note in sheet.cell_note_map.items()
    }
    page.selected = bool(sheet.sheet_visible)
    page.grid_lines = bool(sheet.show_grid_lines)
    page.zoom = sheet.cooked_normal_view_mag_factor or 100
    if sheet.panes_are_frozen and sheet.has_pane_record:
        page.frozen = (sheet.horz_split_pos, sheet.vert_split_pos)
    return page


def _filled(
    sheet: xlrd.sheet.Sheet,
    place: Place,
    cell: Cell,
    looks: XlsLooks,
    index: int,
    formulas: dict[Place, str],
    shift: int,
) -> Filled:
    look, formula = looks.get(index), formulas.get(place, "") if cell.formula else ""
    if cell.state != "value":
        return without_value(cell, look, formula)
    value = cell.value
    if isinstance(value, datetime):
        value = float(sheet.cell_value(*place)) + shift
    runs = _runs(sheet, place, value, look, looks) if isinstance(value, str) and not formula else ()
    return Filled(value, look, formula=formula, runs=runs)


def _runs(sheet: xlrd.sheet.Sheet, place: Place, text: str, look: Look, looks: XlsLooks) -> tuple[Run, ...]:
    """The parts of a text in several fonts; the file counts UTF-16 units."""
    stated = sheet.rich_text_runlist_map.get(place)
    raw = sheet.cell_value(*place)
    if not stated or visible_text(raw, len(raw)) != raw.replace("\r\n", "\n") or raw != text:
        return ()
    units = raw.encode("utf-16-le")
    edges = [0, *(2 * start for start, _ in stated if 0 < 2 * start < len(units)), len(units)]
    fonts = [font for start, font in stated if 2 * start < len(units)]
    if stated[0][0] != 0:
        fonts.insert(0, -1)
    pieces = [
        Run(units[start:end].decode("utf-16-le", "ignore"), look if font < 0 else looks.font(font))
        for start, end, font in zip(edges, edges[1:], fonts, strict=False)
    ]
    return (
        tuple(pieces)
        if "".join(piece.text for piece in pieces) == text and all(p.text for p in pieces)
        else ()
    )


def _tracks(sheet: xlrd.sheet.Sheet, page: Page, looks: XlsLooks) -> None:
    default = _default_width(sheet)
    for column in range(256):
        info = sheet.colinfo_map.get(column)
        if info is not None:
            look = looks.get(info.xf_index) if looks.is_own(info.xf_index) else None
            page.columns[column] = Track(info.width / 256 or default, bool(info.hidden), look)
        elif abs(default - _DEFAULT_WIDTH - _PADDING) > 0.3:
            page.columns[column] = Track(default)
    for row, info in sheet.rowinfo_map.items():
        look = looks.get(info.xf_index) if info.has_default_xf_index and looks.is_own(info.xf_index) else None
        height = None if info.has_default_height else info.height / 20
        if height or info.hidden or look:
            page.rows[row] = Track(height or None, bool(info.hidden), look)
    page.row_height = (sheet.default_row_height or 300) / 20


def _default_width(sheet: xlrd.sheet.Sheet) -> float:
    """Width of columns that are not mentioned, in digits, padding included."""
    if sheet.standardwidth:
        return float(sheet.standardwidth) / 256
    return float(sheet.defcolwidth) + _PADDING if sheet.defcolwidth is not None else _DEFAULT_WIDTH + _PADDING
