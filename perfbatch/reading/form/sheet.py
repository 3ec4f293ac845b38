"""A grid seen through a layout family: where its labels stand, and which cells hold their values."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple

from perfbatch.caching import CachedByArgument
from perfbatch.reading.layouts import Layout, Layouts, Meanings
from perfbatch.workbook.addresses import address
from perfbatch.workbook.grid import Cell, Grid, Range

_place = itemgetter(0, 1)
Spot = tuple[tuple[int, int], Cell]
"""A filled cell, and the place where it stands: the top left one of a merged range."""
Label = tuple[int, int, str, Meanings]
"""Row, column and text of a cell that is a label to some family, and what it means."""
_NO_CELLS: Mapping[int, Cell] = {}
addresses = CachedByArgument[tuple[int, int], str](lambda at: address(*at), count=1 << 16)
"""A1 addresses by row and column."""
_STOPS = ("header.", "form.", "goals.", "funds.part", "indicators.part")
"""Labels at which the value of the label before them ends."""


class Hit(NamedTuple):
    """A label on the sheet: the cells that it covers, its text and what that means (``LabelMeaning``)."""

    row: int
    column: int
    bottom: int
    right: int
    text: str
    roles: Mapping[str, int]
    rest: str | None
    exact: bool
    names_field: bool
    indicator_columns: tuple[str, ...]
    fund_columns: tuple[str, ...]


_hit: Callable[[tuple[Any, ...]], Hit] = partial(tuple.__new__, Hit)


class TableColumn(NamedTuple):
    """A column of a table: its first and last column on the sheet (a label may be merged over several)."""

    left: int
    right: int


class Content:
    """A grid looked through once for all families: its cells row by row, and the texts that are labels.

    ``rows`` maps a row to its cells by column, without those that hold and show nothing; ``labels`` from top
    to bottom, left to right.
    """

    def __init__(self, grid: Grid, layouts: Layouts) -> None:
        self.grid = grid
        self.layouts = layouts
        self.extents: dict[tuple[int, int], Range] = {(r.top, r.left): r for r in grid.merges}
        rows: defaultdict[int, dict[int, Cell]] = defaultdict(dict)
        self.labels: list[Label] = []
        all_meanings = layouts.meanings
        for (row, column), cell in grid.cells.items():
            text = cell.value
            if type(text) is str:
                meanings = all_meanings[text]
                if meanings:
                    self.labels.append((row, column, text, meanings))
            elif text is None and not cell.text and cell.state == "value":
                continue
            rows[row][column] = cell
        self.labels.sort(key=_place)
        self.rows: dict[int, dict[int, Cell]] = dict(rows)

    def fits(self) -> list[tuple[int, int]]:
        """How well each family fits: labels of fields found; of equals the family with the fewest labels."""
        named = zip(*[meanings.names_field for _, _, _, meanings in self.labels], strict=True)
        found = list(map(sum, named)) or [0] * len(self.layouts.families)
        return [(count, -layout.size) for count, layout in zip(found, self.layouts, strict=True)]

    def hits(self, layout: Layout) -> list[Hit]:
        """The labels of a family, from top to bottom, left to right."""
        family = self.layouts.families.index(layout)
        found = []
        for row, column, text, (by_family, _) in self.labels:
            meaning = by_family[family]
            if meaning is not None:
                extent = self.extents.get((row, column))
                bottom, right = (extent.bottom, extent.right) if extent else (row, column)
                found.append(_hit((row, column, bottom, right, text, *meaning)))
        return found


class Sheet:
    """The labels of one grid by a family's vocabulary, and the cells around them.

    ``hits`` from top to bottom, left to right; ``by_row`` maps a row to the hits whose top it is; ``labels``
    holds the top left cells of all exact labels; ``rows`` is that of the content.
    """

    def __init__(self, content: Content, layout: Layout) -> None:
        self.grid = content.grid
        self.layout = layout
        self.at = content.grid.at
        self.rows = content.rows
        self.extents = content.extents
        self.hits = content.hits(layout)
        self.by_row: dict[int, list[Hit]] = {}
        self.labels: dict[tuple[int, int], Hit] = {}
        for hit in self.hits:
            self.by_row.setdefault(hit.row, []).append(hit)
            if hit.exact:
                self.labels[hit.row, hit.column] = hit
        self._tops = [hit.row for hit in self.hits]
        self.last_row = max(self.rows, default=-1)

    def anchor(self, row: int, column: int) -> tuple[int, int]:
        """The cell in which the value seen at this place stands."""
        return self.grid.anchor.get((row, column), (row, column))

    def extent(self, row: int, column: int) -> Range:
        """The merged range over this place, or the one cell."""
        anchor = self.grid.anchor.get((row, column), (row, column))
        return self.extents.get(anchor) or Range(*anchor, *anchor)

    def cell(self, row: int, column: int) -> str:
        """A1 address of the cell in which the value seen at this place stands."""
        place = row, column
        return addresses[self.grid.anchor.get(place, place)]

    def is_label(self, row: int, column: int) -> bool:
        """Whether an exact label of the family is seen at this place."""
        return self.anchor(row, column) in self.labels

    def between(self, top: int, limit: int) -> list[Hit]:
        """The labels whose top row is ``top`` … ``limit`` - 1."""
        return self.hits[bisect_left(self._tops, top) : bisect_left(self._tops, limit)]


def cell_text(cell: Cell | None) -> str:
    """What a person sees in the cell, '' for none."""
    return cell.text if cell is not None else ""


def beside(sheet: Sheet, hit: Hit, right: int) -> tuple[int, int] | None:
    """The first filled cell right of a label, up to the next label or the column ``right``.

    Where all are blank, the first of them: there the value belongs. None where there is no room.
    """
    first: tuple[int, int] | None = None
    column = hit.right + 1
    while column <= right:
        other = sheet.labels.get(sheet.anchor(hit.row, column))
        if other is not None and any(role.startswith(_STOPS) for role in other.roles):
            break
        place = sheet.anchor(hit.row, column)
        if cell_text(sheet.at(*place)).strip() or (
            (cell := sheet.at(*place)) is not None and cell.state != "value"
        ):
            return place
        if first is None:
            first = place
        column = sheet.extent(hit.row, column).right + 1
    return first


def below(sheet: Sheet, hit: Hit, bottom: int) -> tuple[int, int] | None:
    """The cell under a label, None where the form ends or another label stands there."""
    row = hit.bottom + 1
    if row > bottom or sheet.is_label(row, hit.column):
        return None
    return sheet.anchor(row, hit.column)


def filled_cells(sheet: Sheet, row: int, columns: Mapping[str, TableColumn]) -> dict[str, Spot]:
    """The first filled cell that is seen in each of the columns; a column without one is left out."""
    own, merged = sheet.rows.get(row, _NO_CELLS), sheet.grid.anchor
    seen: dict[str, Spot] = {}
    for name, (left, right) in columns.items():
        if left in own:
            at, cell = (row, left), own[left]
            if cell.text.strip() or cell.state != "value":
                seen[name] = at, cell
                continue
        elif (row, left) in merged:
            at = merged[row, left]
            found = sheet.grid.cells.get(at)
            if found is not None and (found.text.strip() or found.state != "value"):
                seen[name] = at, found
                continue
        if left < right and (spots := spots_in(sheet, row, left, right)):
            seen[name] = spots[0]
    return seen


def spots_in(sheet: Sheet, row: int, left: int, right: int) -> list[Spot]:
    """The filled cells that are seen in these columns of a row, from left to right, each once.

    What is merged into them from the left is seen in the first of them only.
    """
    own = sheet.rows.get(row, _NO_CELLS)
    spots: list[Spot] = []
    for column in range(left, right + 1):
        at = (row, column) if column in own else sheet.anchor(row, column)
        cell = sheet.grid.cells.get(at)
        if cell is None or (at[1] < left < column) or any(at == known for known, _ in spots):
            continue
        if cell.text.strip() or cell.state != "value":
            spots.append((at, cell))
    return spots
