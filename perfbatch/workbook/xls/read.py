"""An .xls or WPS .et (BIFF 2 to 8) as grids, through xlrd."""

from __future__ import annotations

import io
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import xlrd

from perfbatch.workbook.bounds import DEFAULT, Bounds
from perfbatch.workbook.cell_value import (
    bool_cell,
    error_cell,
    number_cell,
    text_cell,
    uncached_cell,
    visible_text,
)
from perfbatch.workbook.grid import Cell, Grid, Range
from perfbatch.workbook.merging import add_grid, make_grid
from perfbatch.workbook.number_text import BUILTIN, SHIFT_1904
from perfbatch.workbook.ole import OLE, Container
from perfbatch.workbook.refusal import Refused
from perfbatch.workbook.xls.records import formula_cells
from perfbatch.workbook.xls.soundness import only_values, sound

_CHINESE = "gb18030"
_WESTERN = (None, 367, 1252, 32769)
"""Code pages that old Chinese programs state, or leave out, although they write GBK."""


def read_xls(data: bytes, *, bounds: Bounds = DEFAULT) -> list[Grid]:
    """All worksheets in the order of their tabs, hidden ones marked; chart and macro sheets left out.

    Raises Refused: damaged, too_complex.
    """
    book, stream = open_xls(data, bounds=bounds)
    return xls_grids(book, stream, bounds=bounds)


def open_xls(data: bytes, *, bounds: Bounds = DEFAULT) -> tuple[xlrd.Book, bytes]:
    """The book as xlrd sees it, formats included, and its Workbook stream.

    Raises Refused: damaged, too_complex.
    """
    stream = b""
    try:
        stream = sound(_stream(data), bounds)
        return _open(stream)
    except Refused:
        raise
    except Exception as error:
        # xlrd raises whatever a broken record makes Python raise
        raise Refused("damaged", detail=f"{type(error).__name__}: {error}", **_broken_part(stream)) from error


def xls_grids(book: xlrd.Book, stream: bytes, *, bounds: Bounds = DEFAULT) -> list[Grid]:
    """The grids of an open book. Raises Refused: damaged, too_complex."""
    try:
        formulas = formula_cells(stream)
    except Exception as error:
        raise Refused("damaged", detail=f"{type(error).__name__}: {error}") from error
    formats = format_codes(book)
    grids: list[Grid] = []
    count = 0
    for index, sheet in enumerate(book.sheets()):
        known = formulas[index] if index < len(formulas) else {}
        cells = _cells(sheet, formats, known, SHIFT_1904 if book.datemode else 0, bounds)
        count += len(cells)
        if count > bounds.cells:
            raise Refused("too_complex", limit=bounds.cells, found=count, part="cells")
        merges = [Range(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells]
        used = (sheet.nrows - 1, sheet.ncols - 1)
        hidden = sheet.visibility != 0
        unseen = (_hidden(sheet.rowinfo_map), _hidden(sheet.colinfo_map))
        grid = make_grid(sheet.name, cells, merges, hidden=hidden, used=used, bounds=bounds, unseen=unseen)
        add_grid(grids, grid, bounds)
    return grids


def _broken_part(stream: bytes) -> dict[str, str]:
    """What xlrd gives up at: one of the sheets, by its name, or what stands before them."""
    try:
        book = xlrd.open_workbook(
            file_contents=only_values(stream), formatting_info=True, logfile=io.StringIO(), on_demand=True
        )
        names = book.sheet_names()
    except Exception:
        return {"part": "globals"}
    for number, name in enumerate(names):
        try:
            book.sheet_by_index(number)
        except Exception:
            return {"part": "worksheet", "sheet": visible_text(name, 31)}
    return {"part": "globals"}


def _hidden(infos: Mapping[int, Any]) -> frozenset[int]:
    """Rows or columns that are not shown."""
    return frozenset(number for number, info in infos.items() if info.hidden)


def _open(stream: bytes) -> tuple[xlrd.Book, bytes]:
    """The book, and the stream as xlrd got it: where it gives up what no value depends on, without that."""
    try:
        return _decoded(stream), stream
    except Exception:
        values = only_values(stream)
        return _decoded(values), values


def _decoded(stream: bytes) -> xlrd.Book:
    book = _parsed(stream, None)
    if book.biff_version < 80 and book.codepage in _WESTERN:
        # a western text is seldom valid GBK: then the code page was no lie
        with suppress(UnicodeDecodeError):
            return _parsed(stream, _CHINESE)
    return book


def _parsed(stream: bytes, encoding: str | None) -> xlrd.Book:
    return xlrd.open_workbook(
        file_contents=stream,
        formatting_info=True,
        ragged_rows=True,
        encoding_override=encoding,
        logfile=io.StringIO(),
    )


def _stream(data: bytes) -> bytes:
    """The workbook stream: inside its container, or the file itself."""
    if not data.startswith(OLE):
        return data
    container = Container(data)
    return container.read("Workbook") or container.read("Book")


def format_codes(book: xlrd.Book) -> list[str]:
    """Format code of each cell format. xlrd's own table of built-in formats is the American one."""
    stated = {form.format_key: form.format_str for form in book.format_list if form.format_key >= 5}
    return [stated.get(xf.format_key) or BUILTIN.get(xf.format_key, "General") for xf in book.xf_list]


def _cells(
    sheet: xlrd.sheet.Sheet,
    formats: list[str],
    formulas: dict[tuple[int, int], bool],
    shift: int,
    bounds: Bounds,
) -> dict[tuple[int, int], Cell]:
    cells: dict[tuple[int, int], Cell] = {}
    for row in range(sheet.nrows):
        types, values = sheet.row_types(row), sheet.row_values(row)
        for column, (kind, value) in enumerate(zip(types, values, strict=True)):
            if kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                continue
            index = sheet.cell_xf_index(row, column)
            code = formats[index] if index is not None and 0 <= index < len(formats) else "General"
            place = (row, column)
            formula = place in formulas
            cell: Cell | None
            if formulas.get(place):
                cell = uncached_cell(code)
            elif kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
                cell = number_cell(float(value), code, formula=formula, shift=shift)
            elif kind == xlrd.XL_CELL_TEXT:
                cell = text_cell(visible_text(value, bounds.text), code, formula=formula)
            elif kind == xlrd.XL_CELL_BOOLEAN:
                cell = bool_cell(bool(value), code, formula=formula)
            else:
                shown = xlrd.error_text_from_code.get(value, "#VALUE!")
                cell = error_cell(shown, code, formula=formula)
            if cell is not None:
                cells[place] = cell
    return cells
