"""What a column of a sheet is: everything about it, once, in the module of its sheet.

A column that stands on several sheets with the same words is declared in ``shared_columns`` and taken from
there. An office may put other words in place of ``heading`` and ``meaning`` under ``[columns.<key>]`` in its
own summary.toml. Widths are in characters, a Chinese one counting as two; the first rows decide between the
two bounds. Letters on paper have 8 points at least: what is printed adds up to 138 for A4, 200 for A3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

from perfbatch.writing.summary.links import Link

Kind = Literal[
    "text", "short", "level", "integer", "plain", "score", "money", "percent", "link", "fill", "fill_score"
]
"""What a column holds. ``plain`` is a number without separators (years, running numbers), ``fill`` a
place where a person writes, ``fill_score`` one for a number."""


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column of a sheet.

    ``value`` gives its cells from the rows that the sheet shows (``chunk_rows``; 部门汇总 has one at a
    time), numbers as NaN (None) for an empty cell; ``link`` where they lead. ``formula`` and ``total``, the
    one below the last row, are templates: the sheet's module says what their braces may name. One that is
    not ``printed`` stands to the right of the page; one ``by_grade`` once for each grade, which its words
    name as {{ grade }}; a ``hidden`` one is for the program. ``choices`` are offered where a person writes;
    other words may be written.
    """

    key: str
    kind: Kind
    low: int
    high: int
    heading: str
    meaning: str
    value: Callable[[Any], Any] | None = None
    link: Callable[[Any], Sequence[Link | None]] | None = None
    formula: str = ""
    total: str = ""
    printed: bool = True
    by_grade: bool = False
    hidden: bool = False
    choices: tuple[str, ...] = ()

    @property
    def by_hand(self) -> bool:
        """Whether a person writes there."""
        return self.kind in ("fill", "fill_score")

    def with_(self, **changes: Any) -> Self:
        """The same column on another sheet: its words stay, what is named here is different."""
        return replace(self, **changes)


def column(
    key: str,
    kind: Kind,
    width: int | tuple[int, int],
    *,
    heading: str,
    meaning: str,
    value: Callable[[Any], Any] | None = None,
    **more: Any,
) -> SheetColumn:
    """A column that is ``width`` characters wide, or between the two. Raises ValueError without words."""
    if not heading or not meaning:
        raise ValueError(f"column {key}: heading and meaning are wanted")
    low, high = width if isinstance(width, tuple) else (width, width)
    return SheetColumn(key, kind, low, high, heading, meaning, value, **more)


def filled(
    columns: Iterable[SheetColumn], rows: Any
) -> tuple[dict[str, Any], dict[str, Sequence[Link | None]]]:
    """Cells and links of ``rows`` by the columns' keys."""
    data = {c.key: c.value(rows) for c in columns if c.value is not None}
    return data, {c.key: c.link(rows) for c in columns if c.link is not None}
