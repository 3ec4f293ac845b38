"""One worksheet part of an .xlsx: cells and merged ranges. The declared dimension is never looked at."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import partial

from lxml import etree

from perfbatch.workbook.addresses import parse_address, parse_range
from perfbatch.workbook.cell_value import text_cell
from perfbatch.workbook.grid import Cell, Grid, Range
from perfbatch.workbook.merging import make_grid
from perfbatch.workbook.parsing import elements, parse_xml
from perfbatch.workbook.refusal import Refused
from perfbatch.workbook.xlsx.cell import Context, blank_formula, valued_cell
from perfbatch.workbook.xlsx.plain_sheet import SheetParts, plain_sheet
from perfbatch.workbook.xlsx.strings import string_item
from perfbatch.workbook.xlsx.unseen import unseen

_WHOLE_TREE = 4 * 1024 * 1024
"""Up to this size a sheet is parsed at once, which is fastest; above, row by row, which is frugal."""


def read_sheet(content: bytes, name: str, context: Context, *, hidden: bool) -> Grid:
    """The grid of a worksheet part. Raises Refused: damaged, too_complex."""
    plain = plain_sheet(content, context) if len(content) <= _WHOLE_TREE else None
    cells, merges, used = plain or any_sheet(content, context)
    context.cells -= len(cells)
    return make_grid(
        name, cells, merges, hidden=hidden, used=used, bounds=context.bounds, unseen=unseen(content)
    )


def any_sheet(content: bytes, context: Context) -> SheetParts:
    """Cells, merged ranges and the area in use of a worksheet part, whoever wrote it.

    Raises Refused: damaged, too_complex.
    """
    cells: dict[tuple[int, int], Cell] = {}
    merges: list[Range] = []
    row_number, last_row, last_column = -1, -1, -1
    bounds = context.bounds
    for element in _rows_and_merges(content):
        if element.tag.endswith("}mergeCell"):
            merged = parse_range(element.get("ref", ""))
            if merged is not None:
                merges.append(merged)
            continue
        row_number = _row_number(element, row_number)
        if row_number >= bounds.rows:
            raise Refused("damaged", detail=f"row {row_number + 1}")
        column = -1
        for c in element:
            reference = c.get("r")
            column = column + 1 if reference is None else _column(reference, column + 1)
            if len(c) == 0:
                continue
            cell = _cell(c, context)
            if cell is not None:
                if column >= bounds.columns:
                    raise Refused("damaged", detail=f"column {column + 1}")
                cells[row_number, column] = cell
        if column >= 0:
            last_row = max(last_row, row_number)
            last_column = max(last_column, column)
        if len(cells) > context.cells:
            raise Refused("too_complex", limit=bounds.cells, found=len(cells), part="cells")
    return cells, merges, (last_row, min(last_column, bounds.columns - 1))


def sheet_rows(
    content: bytes, context: Context
) -> Iterator[tuple[int, Callable[[Collection[int] | None], dict[int, Cell]]]]:
    """The rows of a worksheet part as they come: number (0-based), and what gives the cells by column, of the
    columns asked for or all, before the next row is asked for. Raises Refused: damaged, too_complex."""
    number = -1
    for row in elements(content, ("{*}row",)):
        number = _row_number(row, number)
        yield number, partial(_row_cells, row, context)


def _row_cells(row: etree._Element, context: Context, columns: Collection[int] | None) -> dict[int, Cell]:
    cells: dict[int, Cell] = {}
    column = -1
    for c in row:
        reference = c.get("r")
        column = column + 1 if reference is None else _column(reference, column + 1)
        if len(c) and (columns is None or column in columns):
            cell = _cell(c, context)
            if cell is not None:
                cells[column] = cell
    return cells


def _rows_and_merges(content: bytes) -> Iterator[etree._Element]:
    """Row elements and then mergeCell elements of a sheet."""
    if len(content) <= _WHOLE_TREE:
        root = parse_xml(content)
        data = root.find("{*}sheetData")
        if data is not None:
            yield from data.iterchildren("{*}row")
        yield from root.iterfind("{*}mergeCells/{*}mergeCell")
        return
    yield from elements(content, ("{*}row", "{*}mergeCell"))


def _row_number(row: etree._Element, before: int) -> int:
    stated = row.get("r")
    if stated is not None:
        return int(stated) - 1 if stated.isdecimal() and int(stated) > 0 else before + 1
    for cell in row:
        place = parse_address(cell.get("r", ""))
        return place[0] if place is not None else before + 1
    return before + 1


def _cell(c: etree._Element, context: Context) -> Cell | None:
    """The cell of a ``c`` element that has children; None where it holds nothing."""
    value = inline = None
    formula = False
    for child in c:
        name = child.tag[-2:]
        if name == "}v":
            value = child.text or ""
        elif name == "}f":
            formula = True
        elif name == "is":
            inline = child
    kind = c.get("t")
    code = context.formats.get(c.get("s", "0"), "General")
    if value:
        return valued_cell(value, kind or "n", code, formula, context)
    if inline is not None:
        return text_cell(string_item(inline, context.bounds.text), code, formula=formula)
    return blank_formula(value, kind or "n", code) if formula else None


def _column(reference: str, otherwise: int) -> int:
    place = parse_address(reference)
    return otherwise if place is None else place[1]
