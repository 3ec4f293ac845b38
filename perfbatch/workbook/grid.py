"""A sheet as the reader sees it: cells with values, number formats and states, and merged ranges.

Every file kind becomes a ``Grid``; nothing behind it knows which kind it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

State = Literal["value", "uncached", "error"]


class Cell(NamedTuple):
    """One cell that is not empty.

    ``value`` is a str, a float (numbers), a bool, a datetime (a number under a date format) or, in the
    states 'uncached' (formula never calculated) and 'error', None; of an error ``text`` says which (#DIV/0!).
    A number that its format hides has a value and no text; a formula that gave an empty text is a ''.
    ``text`` is what a person sees, as far as the number format is understood (percent, decimals, thousands,
    dates); a General number is its shortest repr.
    """

    value: str | float | bool | datetime | None
    text: str
    number_format: str = "General"
    state: State = "value"
    formula: bool = False


class Range(NamedTuple):
    """A rectangle of cells, 0-based, all four edges inside."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Grid:
    """One sheet. Rows and columns are 0-based; only cells that hold something are in ``cells``.

    ``merges`` lists the merged ranges; ``anchor`` maps every covered cell (the top left one left out) to the
    top left cell of its range, where the value stands. ``hidden_rows`` and ``hidden_columns`` are those that
    the sheet does not show.
    """

    name: str
    cells: Mapping[tuple[int, int], Cell]
    merges: list[Range] = field(default_factory=list)
    hidden: bool = False
    anchor: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()

    def at(self, row: int, column: int) -> Cell | None:
        """The cell as seen at this place: of a merged range the top left one, None where blank."""
        return self.cells.get(self.anchor.get((row, column), (row, column)))
