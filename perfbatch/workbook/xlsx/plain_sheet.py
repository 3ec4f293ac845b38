"""A worksheet part of the usual shape: its rows and cells cut out of the text, the rest of it parsed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from perfbatch.caching import SMALL_PART, CachedByArgument, cached_if_small
from perfbatch.workbook.addresses import COLUMNS, MAX_COLUMNS, Place, parse_range
from perfbatch.workbook.cell_value import TEXTS, stored_number
from perfbatch.workbook.grid import Cell, Range
from perfbatch.workbook.merging import SMALL, size
from perfbatch.workbook.parsing import parse_xml
from perfbatch.workbook.refusal import Refused
from perfbatch.workbook.xlsx.cell import Context, blank_formula, valued_cell
from perfbatch.workbook.xlsx.cut_xml import (
    BLANK_CELL,
    CELL_END,
    CELL_START,
    DIMENSION,
    EMPTY_ROWS,
    GAP,
    MERGE,
    MERGE_START,
    MERGES_COUNT,
    MERGES_END,
    MERGES_START,
    ROW_END,
    ROW_START,
    ROWS_END,
    ROWS_START,
    THIS_ROW,
    VALUE,
    VALUE_END,
    VALUE_START,
    has_plain_markup,
    is_well_formed,
)

SheetParts = tuple[dict[tuple[int, int], Cell], list[Range], tuple[int, int]]
"""Cells, merged ranges, and the last row and column in use."""

_SHORT = 300
_NO_VALUE = ("<v/>", "<v />")
_NUMBERED = f'{THIS_ROW}" s='
_NUMERALS = tuple(map(str, range(4096)))
"""Numbers of strings, as cells write them: of more strings the others are looked up by their number."""
_LAST_ROW = 1_000_000  # no row of six digits is beyond


_Formula = tuple[int, str, str, str | None]
"""A formula without a value: column, style, kind, and '' where the value is there and empty."""
_Gap = tuple[Sequence[_Formula], int, str, str, bool]
"""What stands between two values of a row: the formulas without one, and of the next cell with a value the
column (-1 where the row ends before), style, kind, and whether it is a formula's."""


class _UnusualError(Exception):
    """Something of another shape than nearly every program writes."""


def plain_sheet(content: bytes, context: Context) -> SheetParts | None:
    """A sheet, quickly; None where it must be read the general way, perhaps to say what is broken.

    Raises Refused: damaged (a cell points at no string).
    """
    bounds = context.bounds
    if bounds.rows < _LAST_ROW or bounds.columns < MAX_COLUMNS:
        return None
    tags: set[str] = set()
    # Taken apart first: the rows alone are ASCII, and strings of ASCII the fastest.
    head, _, behind = content.partition(ROWS_START)
    rows, _, tail = behind.partition(ROWS_END)
    try:
        cells = _cells(rows.decode(), context, tags)
        before, merges, after = _merges(tail.decode())
        start = DIMENSION.sub("<dimension/>", head.decode())
        frame = f"{start}<sheetData>{''.join(tags)}<row/></sheetData>{before}{after}"
    except (UnicodeDecodeError, _UnusualError):
        return None
    if len(cells) > context.cells or not _is_frame(frame):
        return None
    return cells, merges, (-1, -1)  # the area in use counts for large ranges only


def _cells(sheet: str, context: Context, tags: set[str]) -> dict[Place, Cell]:
    """The cells by place; ``tags`` takes the tags of rows, each kind once, still to be proven well-formed.

    Raises _UnusualError where anything but rows of cells stands there.
    """
    cells: dict[Place, Cell] = {}
    formats, shift = context.formats, context.shift
    strings = dict(zip(_NUMERALS, context.strings, strict=False))
    *rows, last = sheet.split(ROW_END)
    if THIS_ROW in sheet or not EMPTY_ROWS.fullmatch(last):
        raise _UnusualError
    tags.add(last)
    for text in rows:
        tag, start, rest = text.partition(CELL_START)
        row, numbered, to_prove = _ROWS[tag]
        if to_prove:
            tags.add(to_prove)
        first, *written = f"{CELL_END}{start}{rest}".replace(numbered, _NUMBERED).split(VALUE_START)
        formulas, column, style, kind, formula = _GAPS[first]
        for one in written:
            if formulas:
                cells.update(_uncached(row, formulas, formats))
            value, _, gap = one.partition(VALUE_END)
            code = formats.get(style, "General")
            cell: Cell | None = None
            if kind == "s" and not formula:
                if value in strings:
                    cell = TEXTS[code][strings[value]]
            elif kind == "n" and value.isprintable():
                cell = stored_number(value, code, formula, shift)
            if cell is None:
                if column < 0 or not VALUE.fullmatch(value):
                    raise _UnusualError
                if value:
                    cell = valued_cell(value, kind, code, formula, context)
                elif formula:
                    cell = blank_formula(value, kind, code)
            if cell is not None:
                cells[row, column] = cell
            formulas, column, style, kind, formula = _GAPS[gap]
        if column >= 0:
            raise _UnusualError
        if formulas:
            cells.update(_uncached(row, formulas, formats))
    return cells


def _gap(text: str) -> _Gap:
    """Raises _UnusualError where anything but cells stands there."""
    match = GAP.fullmatch(text)
    if match is None:
        raise _UnusualError
    blank, letters, style, kind, formula = match.groups()
    formulas = [] if "<f" not in blank else [
        (_column(one[1]), one[2] or "0", one[3] or "n", "" if one[4].endswith(_NO_VALUE) else None)
        for one in BLANK_CELL.finditer(blank)
        if one[4]
    ]  # fmt: skip
    if not letters:
        return formulas, -1, "", "", False
    return formulas, _column(letters), style or "0", kind or "n", bool(formula)


def _column(letters: str) -> int:
    column = COLUMNS[letters]
    if column >= MAX_COLUMNS:
        raise _UnusualError
    return column


def _uncached(row: int, formulas: Sequence[_Formula], formats: Mapping[str, str]) -> dict[Place, Cell]:
    """The cells of formulas without a value."""
    cells = {
        (row, column): blank_formula(value, kind, formats.get(style, "General"))
        for column, style, kind, value in formulas
    }
    return {place: cell for place, cell in cells.items() if cell is not None}


def _row(tags: str) -> tuple[int, str, str]:
    """The 0-based row that begins, how the references of its cells end, and tags that are still to be proven.

    Raises _UnusualError where anything else stands there.
    """
    match = ROW_START.fullmatch(tags)
    if match is None:
        raise _UnusualError
    empty_rows, number, attributes = match.groups()
    proven = not empty_rows and len(attributes) <= _SHORT and is_well_formed(attributes)
    to_prove = "" if proven else f'{empty_rows}<row r="1"{attributes}/>'
    return int(number) - 1, f"{number}{_NUMBERED[1:]}", to_prove


def _is_short(piece: str) -> bool:
    return len(piece) <= _SHORT


# The sheets of a folder have the same few.
_ROWS = CachedByArgument(_row, _is_short, 4096)
_GAPS = CachedByArgument(_gap, _is_short)


def _merges(tail: str) -> tuple[str, list[Range], str]:
    """What stands behind the rows, taken apart: before the merged ranges, these, and behind them.

    Raises _UnusualError.
    """
    before, found, rest = tail.partition(MERGES_START)
    if not found:
        return tail, [], ""
    written, ended, after = rest.partition(MERGES_END)
    start, *merges = written.split(MERGE_START)
    if not ended or MERGES_COUNT.fullmatch(start) is None:
        raise _UnusualError
    ranges = [_RANGES[merge] for merge in merges]
    return f"{before}{found}>", [merge for merge in ranges if merge is not None], f"{ended}{after}"


def _range(merge: str) -> Range | None:
    """A merged range of which the tag's start is cut off; None for what is none.

    Raises _UnusualError for anything else, and where the range ends with the area in use.
    """
    match = MERGE.fullmatch(merge)
    if match is None:
        raise _UnusualError
    area = parse_range(match[1])
    if area is not None and size(area) > SMALL:
        raise _UnusualError
    return area


_RANGES = CachedByArgument(_range, _is_short)


@cached_if_small(SMALL_PART)
def _is_frame(rest: str) -> bool:
    """Whether what is left of a sheet is well-formed, and what was cut out of it rows and merged ranges.

    Without cells, rows, ranges and dimension the sheets of one template look alike.
    """
    # Once each, as a tag and its end, in the one namespace without a prefix: the tree's are the text's.
    merges = rest.count("mergeCell")
    if (
        not has_plain_markup(rest)
        or merges not in (0, 2)
        or rest.count("sheetData") != 2
        or rest.count("xmlns=") != 1
    ):
        return False
    try:
        root = parse_xml(rest.encode())
    except Refused:
        return False
    space, names = root.nsmap.get(None), [child.tag for child in root]
    return f"{{{space}}}sheetData" in names and (not merges or f"{{{space}}}mergeCells" in names)
