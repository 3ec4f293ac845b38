"""Merged ranges: cut off at the area in use, and each covered cell pointing to its top left one."""

from __future__ import annotations

from collections.abc import Iterable

from perfbatch.caching import cached
from perfbatch.workbook.bounds import Bounds
from perfbatch.workbook.grid import Cell, Grid, Range
from perfbatch.workbook.refusal import Refused

SMALL = 1_000
"""Cells up to which a merged range is taken as it stands, wherever the area in use ends."""
_SMALL = 200
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
    belows: list[dict[tuple[int, int], tuple[int, int]]] = []
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
        belows.append(_below_small(m) if cells_below <= _SMALL else _below(m))
    anchor: dict[tuple[int, int], tuple[int, int]] = {}
    for below in belows:
        anchor.update(below)
    if len(anchor) < covered - len(kept):
        # where ranges overlap, which no spreadsheet allows, the first one holds
        for below in reversed(belows):
            anchor.update(below)
    if cells and not anchor.keys().isdisjoint(cells):
        cells = {place: cell for place, cell in cells.items() if place not in anchor}
    return Grid(name, cells, kept, hidden, anchor, *unseen)


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


def _below(area: Range) -> dict[tuple[int, int], tuple[int, int]]:
    """The top left cell of a range by each of its other cells; not to be changed."""
    top, left, bottom, right = area
    first = (top, left)
    below = {(row, column): first for row in range(top, bottom + 1) for column in range(left, right + 1)}
    del below[first]
    return below


_below_small = cached(4096)(_below)
