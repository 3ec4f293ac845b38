"""Merged ranges: cut off at the area in use, and each covered cell pointing to its top left one."""

from __future__ import annotations

from collections.abc import Iterable

from perfbatch.caching import CachedByArgument
from perfbatch.workbook.bounds import DEFAULT, Bounds
from perfbatch.workbook.grid import Cell, Grid, Range
from perfbatch.workbook.refusal import Refused

SMALL = 1_000
"""Cells up to which a merged range is taken as it stands, wherever the area in use ends."""
_SMALL = 200
_Below = dict[tuple[int, int], tuple[int, int]]
Unseen = tuple[frozenset[int], frozenset[int]]
"""Hidden rows and hidden columns of a sheet."""


def make_grid(
    name: str,
    cells: dict[tuple[int, int], Cell],
    merges: Iterable[Range],
    *,
    hidden: bool,
    used: tuple[int, int],
    bounds: Bounds,
    unseen: Unseen = (frozenset(), frozenset()),
) -> Grid:
    """A grid whose merges are expanded. ``used`` is the last row and column that the file mentions,
    ``unseen`` are its hidden rows and columns.

    A range over whole columns or rows ends where the area in use ends. What stands in a covered cell is
    seen by nobody and is left out.

    Raises Refused: too_complex.
    """
    kept = list(merges)
    belows: list[_Below] = []
    if len(kept) <= min(bounds.merges, bounds.covered // _SMALL):
        belows = [below for merge in kept if (below := _SMALL_BELOWS[merge])]
    if len(belows) < len(kept) or bounds.rows < DEFAULT.rows or bounds.columns < DEFAULT.columns:
        kept, belows = _cut_off(kept, used, bounds)
    anchor: dict[tuple[int, int], tuple[int, int]] = {}
    for below in belows:
        anchor.update(below)
    if len(anchor) < sum(map(len, belows)):
        # where ranges overlap, which no spreadsheet allows, the first one holds
        for below in reversed(belows):
            anchor.update(below)
    if not anchor.keys().isdisjoint(cells.keys()):
        cells = {place: cell for place, cell in cells.items() if place not in anchor}
    return Grid(name, cells, kept, hidden, anchor, *unseen)


def _cut_off(merges: list[Range], used: tuple[int, int], bounds: Bounds) -> tuple[list[Range], list[_Below]]:
    """The ranges of more than one cell, cut off at the area in use, and what each covers."""
    merges = [m for m in merges if m[2] >= m[0] >= 0 and m[3] >= m[1] >= 0]
    if len(merges) > bounds.merges:
        raise Refused("too_complex", limit=bounds.merges, found=len(merges), part="merges")
    last_row, last_column = used
    for m in merges:
        _, _, bottom, right = m
        if (bottom > last_row or right > last_column) and size(m) <= SMALL:
            last_row, last_column = max(last_row, bottom), max(last_column, right)
    last_row, last_column = min(last_row, bounds.rows - 1), min(last_column, bounds.columns - 1)
    kept: list[Range] = []
    belows: list[_Below] = []
    covered = 0
    for m in merges:
        top, left, bottom, right = m
        if bottom > last_row or right > last_column:
            bottom, right = min(bottom, last_row), min(right, last_column)
            m = Range(top, left, bottom, right)
            if bottom < top or right < left:
                continue
        cells_below = (bottom - top + 1) * (right - left + 1)
        if cells_below < 2:
            continue
        covered += cells_below
        if covered > bounds.covered:
            raise Refused("too_complex", limit=bounds.covered, found=covered, part="covered")
        kept.append(m)
        belows.append(_SMALL_BELOWS[m] or _below(m))
    return kept, belows


def add_grid(grids: list[Grid], grid: Grid, bounds: Bounds) -> None:
    """One more sheet of a workbook. Raises Refused: too_complex where its sheets together cover too much."""
    grids.append(grid)
    covered = sum(len(one.anchor) for one in grids) if grid.anchor else 0
    if covered > bounds.covered:
        raise Refused("too_complex", limit=bounds.covered, found=covered, part="covered")


def size(area: Range) -> int:
    """How many cells a range has."""
    top, left, bottom, right = area
    return (bottom - top + 1) * (right - left + 1)


def _below(area: Range) -> _Below:
    """The top left cell of a range by each of its other cells; not to be changed."""
    top, left, bottom, right = area
    first = (top, left)
    below = {(row, column): first for row in range(top, bottom + 1) for column in range(left, right + 1)}
    del below[first]
    return below


def _small_below(area: Range) -> _Below | None:
    """The same of a range of a few cells that is on the sheet, None for any other."""
    top, left, bottom, right = area
    on_sheet = 0 <= top <= bottom < DEFAULT.rows and 0 <= left <= right < DEFAULT.columns
    return _below(area) if on_sheet and 1 < size(area) <= _SMALL else None


_SMALL_BELOWS = CachedByArgument(_small_below, count=4096)
