"""A worksheet part of the usual shape: its cells cut out of the text, the rest of it parsed."""

from __future__ import annotations

from operator import itemgetter

from perfbatch.caching import SMALL_PART, cached_if_small
from perfbatch.workbook.addresses import COLUMNS, parse_range
from perfbatch.workbook.cell_value import SHORT, short_text, stored_number, text_cell
from perfbatch.workbook.grid import Cell, Range
from perfbatch.workbook.merging import SMALL, size
from perfbatch.workbook.parsing import parse_xml
from perfbatch.workbook.refusal import Refused
from perfbatch.workbook.xlsx.cell import Context, blank_formula, valued_cell
from perfbatch.workbook.xlsx.cut_xml import CELL, END_OF_ROWS, MERGES, NEXT_ROW, cut_pieces, is_well_formed

SheetParts = tuple[dict[tuple[int, int], Cell], list[Range], tuple[int, int]]
"""Cells, merged ranges, and the last row and column in use."""

_SHORT = 200
_LAST_ROW = 1_000_000  # no row of six digits is beyond


def plain_sheet(content: bytes, context: Context) -> SheetParts | None:
    """A sheet, quickly; None where it must be read the general way, perhaps to say what is broken.

    Raises Refused: damaged (a cell points at no string).
    """
    bounds = context.bounds
    pieces = cut_pieces(content, CELL)
    if pieces is None or len(pieces) == 1 or bounds.rows < _LAST_ROW:
        return None
    head, opened, first = pieces[0].rpartition("<sheetData>")
    end = pieces[-1]
    if not opened or not END_OF_ROWS.match(end):
        return None
    pieces[0] = f"</row>{first}"  # so that the first row begins like the others
    tags: set[str] = set()
    cells = _cells(pieces, context, tags)
    if cells is None or len(cells) > context.cells:
        return None
    if max(map(itemgetter(1), cells), default=0) >= bounds.columns:
        return None
    merges = _merges(f"{head}<sheetData>{''.join(tags)}<row>{end}")
    if merges is None or any(size(merge) > SMALL for merge in merges):
        return None
    return cells, merges, (-1, -1)  # the area in use counts for large ranges only


def _cells(pieces: list[str], context: Context, tags: set[str]) -> dict[tuple[int, int], Cell] | None:
    """The cells by place, None where anything but rows stands between them.

    ``tags`` takes the tags of rows, each kind once, that are still to be proven well-formed.
    """
    cells: dict[tuple[int, int], Cell] = {}
    formats, strings, shift = context.formats, context.strings, context.shift
    row = 0
    each = iter(pieces)
    for between, letters, style, kind, formula, value in zip(
        each, each, each, each, each, each, strict=False
    ):
        if between:
            started = _next_row(between)
            if started is None:
                return None
            row, to_prove = started
            if to_prove:
                tags.add(to_prove)
        if value:
            code = formats.get(style or "0", "General")
            cell = None
            if formula is None:
                if kind is None:
                    cell = stored_number(value, code, False, shift)
                elif kind == "s" and value.isdecimal() and int(value) < len(strings):
                    text = strings[int(value)]
                    cell = (short_text if len(text) <= SHORT else text_cell)(text, code)
                    if cell is None:
                        continue
            if cell is None:
                cell = valued_cell(value, kind or "n", code, formula is not None, context)
        elif formula:
            code = formats.get(style or "0", "General")
            written = value is not None or formula.endswith(("<v/>", "<v />"))
            cell = blank_formula("" if written else None, kind or "n", code)
        else:
            continue
        if cell is not None:
            cells[row, COLUMNS[letters]] = cell
    return cells


@cached_if_small(300, 4096)
def _next_row(between: str) -> tuple[int, str] | None:
    """The 0-based row that begins between two cells, and the tags that are still to be proven well-formed.

    None where anything else than rows stands there. The sheets of a folder have the same few.
    """
    started = NEXT_ROW.fullmatch(between)
    if started is None:
        return None
    empty_rows, number, attributes = started.groups()
    proven = not empty_rows and len(attributes) <= _SHORT and is_well_formed(attributes)
    return int(number) - 1, "" if proven else f'{empty_rows}<row r="1"{attributes}/>'


def _merges(rest: str) -> list[Range] | None:
    """The merged ranges of a sheet without its cells; None where something else than cells was cut out."""
    ranges: list[str] = []
    found = MERGES.search(rest)
    if found is not None:
        ranges = found[1].split('"')[1::2]
        rest = rest[: found.start(1)] + rest[found.end(1) :]
    # once each, as a tag and its end, in the one namespace without a prefix: the tree's are those of the text
    if (
        rest.count("mergeCell") != 2 * bool(found)
        or rest.count("sheetData") != 2
        or rest.count("xmlns=") != 1
    ):
        return None
    try:
        space, names = _frame(rest.encode())
    except Refused:
        return None
    if f"{{{space}}}sheetData" not in names or (found and f"{{{space}}}mergeCells" not in names):
        return None
    parsed = map(parse_range, ranges)
    return [merge for merge in parsed if merge is not None]


@cached_if_small(SMALL_PART)
def _frame(rest: bytes) -> tuple[str | None, list[str]]:
    """The namespace without a prefix of what is left of a sheet, and the names below its root.

    Without cells, rows and ranges the sheets of one template look alike.
    """
    root = parse_xml(rest)
    return root.nsmap.get(None), [child.tag for child in root]
