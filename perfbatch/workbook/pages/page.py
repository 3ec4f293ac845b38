"""What a sheet looks like, whatever kind of file it came from.

A look is a dictionary of XlsxWriter's format properties (font_name, bold, bg_color, top …); looks that
are alike become one format of the workbook.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from perfbatch.workbook.addresses import Place
from perfbatch.workbook.grid import Cell, Range

Look = Mapping[str, Any]
_STACKED = 255


class Run(NamedTuple):
    """A stretch of text in a font of its own."""

    text: str
    look: Look


class Filled(NamedTuple):
    """One cell: its value (a number of days for a date; None for blank) and its look.

    ``error`` is an error value as shown (#DIV/0!); ``formula`` begins with '='; a formula that was never
    calculated has ``uncached``. ``runs`` are the parts of a text in several fonts.
    """

    value: str | float | bool | None
    look: Look
    error: str = ""
    formula: str = ""
    uncached: bool = False
    runs: tuple[Run, ...] = ()


def without_value(cell: Cell, look: Look, formula: str) -> Filled:
    """A cell whose formula gave an error, or was never calculated."""
    if cell.state == "error":
        return Filled(None, look, error=cell.text, formula=formula)
    return Filled(None, look, formula=formula, uncached=True)


class Track(NamedTuple):
    """A row or column: height in points or width in digits of the default font (None: the default)."""

    size: float | None
    hidden: bool = False
    look: Look | None = None


class Note(NamedTuple):
    """A person's note on a cell."""

    author: str
    text: str


@dataclass(slots=True)
class Paper:
    """How a sheet is printed. Margins in inches; ``size`` by Excel's numbers (9 is A4), 0 unknown."""

    size: int = 0
    landscape: bool = False
    scale: int = 100
    fit: tuple[int, int] | None = None
    """pages across and down, 0 for as many as needed"""
    margins: dict[str, float] = field(default_factory=dict)
    centred: tuple[bool, bool] = (False, False)
    """across and down the page"""
    header: str = ""
    footer: str = ""
    area: Range | None = None
    repeat_rows: tuple[int, int] | None = None
    repeat_columns: tuple[int, int] | None = None
    breaks: Sequence[int] = ()
    """rows that begin a page"""


@dataclass(slots=True)
class Page:
    """One sheet. ``hidden``: 0 shown, 1 hidden, 2 hidden from the list of hidden sheets too."""

    name: str
    hidden: int = 0
    cells: dict[Place, Filled] = field(default_factory=dict)
    merges: Sequence[Range] = ()
    columns: dict[int, Track] = field(default_factory=dict)
    rows: dict[int, Track] = field(default_factory=dict)
    row_height: float | None = None
    notes: dict[Place, Note] = field(default_factory=dict)
    paper: Paper = field(default_factory=Paper)
    selected: bool = False
    grid_lines: bool = True
    zoom: int = 100
    frozen: Place | None = None
    locked: bool = False


@dataclass(slots=True)
class Book:
    """The sheets of a workbook in order, and the look of a cell without a look of its own."""

    pages: list[Page]
    default: Look


def rotation(stated: int) -> dict[str, Any]:
    """An .xls turns text by 0 to 90 degrees upwards, by 91 to 180 downwards (90 more), 255 stacks it."""
    if stated == _STACKED:
        return {"rotation": 270}
    if stated <= 90:
        return {"rotation": stated}
    return {"rotation": 90 - stated} if stated <= 180 else {}
