"""Two forms beside each other on a sheet: each is read by itself, in its own columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from operator import itemgetter

from perfbatch.reading.form.sheet import Content, Label
from perfbatch.reading.layouts import LEVELS
from perfbatch.workbook.grid import Grid, Range


def side_by_side(content: Content) -> list[Content]:
    """The sheet, or the forms that stand beside each other on it; addresses stay as they are."""
    borders = _borders(content)
    if not borders:
        return [content]
    grid = content.grid
    edges = [0, *borders, max((column for _, column in grid.cells), default=0) + 1]
    return [Content(_columns(grid, left, right), content.layouts) for left, right in pairwise(edges)]


def _borders(content: Content) -> list[int]:
    """The first columns of further forms: behind one row of labels over indicators, the same once more."""
    for row, labels in groupby(content.labels, key=itemgetter(0)):
        cells = content.rows[row]
        if len(cells) < 2 * _FEWEST:
            continue
        texts = [cell.value for cell in cells.values() if type(cell.value) is str]
        if len(texts) - len(set(texts)) < _FEWEST:  # two tables of one layout repeat their labels
            continue
        known = list(labels)
        for layout_number, layout in enumerate(content.layouts):
            needed = {*layout.required} - {"points"}
            over_indicators = list(_over_indicators(known, layout_number))
            starts = _repeats(over_indicators, needed)
            if starts:
                ends = [max(column for column, _ in over_indicators[:start]) for start in starts]
                extents = content.extents
                return [(extents[row, end].right if (row, end) in extents else end) + 1 for end in ends]
    return []


_FEWEST = 4
"""Labels over an indicator table, at the least."""


def _over_indicators(labels: Iterable[Label], layout: int) -> Iterator[tuple[int, frozenset[str]]]:
    """The labels over indicators among these: column, and what they may stand over."""
    for _, column, _, meanings in labels:
        entry = meanings.by_family[layout]
        if entry is not None and entry.indicator_columns:
            yield column, frozenset(entry.indicator_columns)


def _repeats(labels: Sequence[tuple[int, frozenset[str]]], needed: set[str]) -> list[int]:
    """Where among the labels of a row another table begins: at a level, with all that is needed behind it."""
    whole = [number for number, (_, names) in enumerate(labels) if names & {LEVELS[0]}] or [
        number for number, (_, names) in enumerate(labels) if names & set(LEVELS)
    ]
    if len(whole) < 2:
        return []
    edges = [*whole, len(labels)]
    for first, last in pairwise(edges):
        names = [name for _, found in labels[first:last] for name in found]
        if not needed <= set(names) or not set(names) & set(LEVELS):
            return []
    return whole[1:]


def _columns(grid: Grid, left: int, right: int) -> Grid:
    """The grid without what lies wholly outside of the columns ``left`` … ``right`` - 1."""
    merges = [merge for merge in grid.merges if merge.left < right and merge.right >= left]
    clipped = [Range(m.top, m.left, m.bottom, min(m.right, right - 1)) for m in merges]
    across = {(m.top, m.left) for m in merges if m.left < left}
    cells = {at: cell for at, cell in grid.cells.items() if left <= at[1] < right or at in across}
    anchor = {
        at: first for at, first in grid.anchor.items() if left <= at[1] < right and first in {*cells} | across
    }
    return Grid(grid.name, cells, clipped, grid.hidden, anchor, grid.hidden_rows, grid.hidden_columns)
