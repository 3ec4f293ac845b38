"""The one file in question, opened, read, scored and checked once; the cell in it as a person sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from perfbatch.batch.books import load_books
from perfbatch.checking import check
from perfbatch.explaining.target import ExplainError, Target
from perfbatch.options import Options
from perfbatch.reading import read_workbook
from perfbatch.rules import RuleBook
from perfbatch.schema import Frames
from perfbatch.scoring import score
from perfbatch.words import Words
from perfbatch.workbook.addresses import address, parse_address
from perfbatch.workbook.grid import Grid

Row = Mapping[str, Any]


@dataclass
class ExplainedCell:
    """One cell and what lies around it. ``form`` is None where no form covers the cell."""

    file: str
    sheet: str
    asked: str
    """Address of the cell that was asked about."""
    cell: str
    """Address of the cell; of a merged range its top left one, where the value stands."""
    shown: str
    """What a person sees in it."""
    frames: Frames
    form: Row | None
    book: RuleBook
    words: Words

    @cached_property
    def indicators(self) -> list[Row]:
        """The form's indicators."""
        return self._mine(self.frames.indicators)

    @cached_property
    def funds(self) -> list[Row]:
        """The form's fund lines."""
        return self._mine(self.frames.funds)

    @cached_property
    def findings(self) -> list[Row]:
        """The form's findings, in their order."""
        return self._mine(self.frames.findings)

    def regions(self) -> list[str]:
        """Where the forms of the sheet lie."""
        forms = self.frames.forms
        return forms.loc[forms["sheet"] == self.sheet, "region"].tolist()

    def _mine(self, frame: pd.DataFrame) -> list[Row]:
        form_id = self.form["form_id"] if self.form is not None else ""
        return records(frame[frame["form_id"] == form_id])


def records(frame: pd.DataFrame) -> list[Row]:
    """The rows of a frame as dictionaries."""
    return frame.to_dict("records")  # type: ignore[return-value]


def read_cell(target: Target, options: Options, words: Words) -> ExplainedCell:
    """Read, score and check the target's file.

    Raises ExplainError: refused, which_sheet, no_sheet; RuleBookError, LayoutError.
    """
    source, books = target.source, load_books(options)
    frames, grids = read_workbook(source, layouts=options.layouts, passwords=options.passwords, words=words)
    file = records(frames.files)[0]
    if file["status"] != "processed":
        raise ExplainError("refused", path=source.name, reason=file["reason"])
    frames = check(score(frames, books), books, words=words)
    grid = _grid(grids, target, frames)
    place = grid.anchor.get((target.row, target.column), (target.row, target.column))
    cell = grid.at(*place)
    form = _form(frames, grid.name, place)
    return ExplainedCell(
        file=source.name,
        sheet=grid.name,
        asked=address(target.row, target.column),
        cell=address(*place),
        shown=cell.text if cell is not None else "",
        frames=frames,
        form=form,
        book=books.named(form["rules"] if form is not None else ""),
        words=words,
    )


def _grid(grids: Sequence[Grid], target: Target, frames: Frames) -> Grid:
    """The sheet that was named, or the only one that holds a form."""
    filled = list(dict.fromkeys(frames.forms["sheet"]))
    name = target.sheet
    if not name:
        if len(filled) != 1:
            raise ExplainError("which_sheet", path=target.source.path.name, sheets=filled)
        name = filled[0]
    for grid in grids:
        if grid.name == name:
            return grid
    raise ExplainError(
        "no_sheet", path=target.source.path.name, sheet=name, sheets=[grid.name for grid in grids]
    )


def _form(frames: Frames, sheet: str, place: tuple[int, int]) -> Row | None:
    """The form on ``sheet`` whose region holds the cell."""
    for form in records(frames.forms[frames.forms["sheet"] == sheet]):
        (top, left), (bottom, right) = corners(form["region"])
        if top <= place[0] <= bottom and left <= place[1] <= right:
            return form
    return None


def corners(region: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """First and last (row, column), from 0, of a range such as A1:H40."""
    first, _, last = region.partition(":")
    return position(first), position(last or first)


def position(cell: str) -> tuple[int, int]:
    """Row and column, from 0, of a cell that a frame names."""
    place = parse_address(cell)
    if place is None:
        raise ValueError(f"{cell!r} is no address")
    return place
