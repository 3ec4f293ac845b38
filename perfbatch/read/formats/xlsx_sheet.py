"""One worksheet part of an .xlsx: cells and merged ranges. The declared dimension is never looked at."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from perfbatch.read.bounds import Bounds
from perfbatch.read.formats.cell_value import (
    bool_cell,
    clean,
    error_cell,
    number_cell,
    stored_number,
    text_cell,
    uncached_cell,
    unescape,
)
from perfbatch.read.formats.iso_dates import iso_serial
from perfbatch.read.formats.merging import make_grid
from perfbatch.read.formats.xlsx_package import parse_xml, refuse_entities
from perfbatch.read.formats.xlsx_strings import string_item
from perfbatch.read.grid import Cell, Grid, Range
from perfbatch.read.refusal import Refused

_WHOLE_TREE = 4 * 1024 * 1024
"""Up to this size a sheet is parsed at once, which is fastest; above, row by row, which is frugal."""


@dataclass(slots=True)
class Context:
    """What the sheets of a workbook share; ``cells`` counts down what may still be read."""

    strings: list[str]
    formats: dict[str, str]
    shift: int
    bounds: Bounds
    cells: int


def read_sheet(content: bytes, name: str, context: Context, *, hidden: bool) -> Grid:
    """The grid of a worksheet part. Raises Refused: damaged, too_complex."""
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
    context.cells -= len(cells)
    used = (last_row, min(last_column, bounds.columns - 1))
    return make_grid(name, cells, merges, hidden=hidden, used=used, bounds=bounds)


def parse_range(reference: str) -> Range | None:
    """'A1:C3' as a Range, None where it is no such thing."""
    first, _, last = reference.replace("$", "").partition(":")
    start, end = _place(first), _place(last or first)
    if start is None or end is None:
        return None
    rows, columns = sorted((start[0], end[0])), sorted((start[1], end[1]))
    return Range(rows[0], columns[0], rows[1], columns[1])


def _rows_and_merges(content: bytes) -> Iterator[etree._Element]:
    """Row elements and then mergeCell elements of a sheet."""
    if len(content) <= _WHOLE_TREE:
        root = parse_xml(content)
        data = root.find("{*}sheetData")
        if data is not None:
            yield from data.iterchildren("{*}row")
        yield from root.iterfind("{*}mergeCells/{*}mergeCell")
        return
    try:
        events = etree.iterparse(
            io.BytesIO(content), tag=("{*}row", "{*}mergeCell"), resolve_entities=False, no_network=True,
            remove_comments=True, remove_pis=True,
        )  # fmt: skip
        checked = False
        for _, element in events:
            if not checked:
                refuse_entities(element)
                checked = True
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise Refused("damaged", detail=str(error)) from error


def _row_number(row: etree._Element, before: int) -> int:
    stated = row.get("r")
    if stated is not None:
        return int(stated) - 1 if stated.isdecimal() and int(stated) > 0 else before + 1
    for cell in row:
        place = _place(cell.get("r", ""))
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
        if kind is None or kind == "n":
            number = stored_number(value, code, formula, context.shift)
            if number is not None:
                return number
        return _value(value, kind or "n", code, formula, context)
    if inline is not None:
        return text_cell(string_item(inline, context.bounds.text), code, formula=formula)
    if not formula:
        return None
    # t="str" with an empty <v> is a formula that gave an empty text; without it, nobody calculated
    return text_cell("", code, formula=True) if value is not None and kind == "str" else uncached_cell(code)


def _value(value: str, kind: str, code: str, formula: bool, context: Context) -> Cell | None:
    if kind == "s":
        index = value.strip()
        if not index.isdecimal() or int(index) >= len(context.strings):
            raise Refused("damaged", detail=f"shared string {value[:20]}")
        return text_cell(context.strings[int(index)], code, formula=formula)
    if kind == "n":
        number = stored_number(value, code, formula, context.shift)
        if number is not None:
            return number
    elif kind == "b":
        return bool_cell(value.strip() not in ("0", "false"), code, formula=formula)
    elif kind == "e":
        return error_cell(value.strip(), code, formula=formula)
    elif kind == "d":
        serial = iso_serial(value)
        if serial is not None:
            return number_cell(serial, code if code != "General" else "yyyy-mm-dd", formula=formula)
    return text_cell(clean(unescape(value), context.bounds.text), code, formula=formula)


@lru_cache(maxsize=65_536)
def _place(reference: str) -> tuple[int, int] | None:
    """'B3' as (2, 1), None where it is no address."""
    letters = reference.rstrip("0123456789")
    digits = reference[len(letters) :]
    if not digits or not letters.isascii() or not letters.isalpha() or len(letters) > 3:
        return None
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    row = int(digits[:9])
    return (row - 1, column - 1) if row else None


def _column(reference: str, otherwise: int) -> int:
    place = _place(reference)
    return otherwise if place is None else place[1]
