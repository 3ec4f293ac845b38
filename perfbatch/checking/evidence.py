"""What the checks look at: the scored frames of forms under one rule book, as arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from perfbatch.checking.figures import EMPTY, shown_texts
from perfbatch.checking.found import NOTHING, Found
from perfbatch.checking.labels import fund_line
from perfbatch.rules import RuleBook
from perfbatch.scoring.columns import Columns
from perfbatch.scoring.form_totals import form_runs

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Positions = npt.NDArray[np.intp]


Judged = TypeVar("Judged")
Kind = Literal["forms", "funds", "indicators"]
Words = str | Sequence[str]
"""One text for all rows, or one a row."""

NOTHING_WRITTEN = ("blank", "not_applicable")
"""States of a cell in which nobody has written a value."""
UNREADABLE = ("uncached", "error")
"""States of a cell whose value is not known: S003 speaks of it, and no other check."""
EXACT = 1e-9
"""Noise of binary floats; no rounding of anybody's."""


@dataclass(frozen=True, slots=True)
class ApprovedTargets:
    """``forms``: those for which targets were approved. ``missing``: approved indicators that their form
    lacks: form_id, level2, name, target, file, place, near (str: a likely name on the form, ''), again (bool:
    the form has one of that name, which another target was approved for)."""

    forms: frozenset[str]
    missing: pd.DataFrame


class Evidence:
    """Forms under one rule book with their funds and indicators, after the score stage.

    Columns come as arrays over all rows of a frame; judgements that several checks share are made
    once (``recall``).
    """

    def __init__(
        self,
        forms: pd.DataFrame | Columns,
        funds: pd.DataFrame | Columns,
        indicators: pd.DataFrame | Columns,
        rules: RuleBook,
        *,
        roster: pd.DataFrame | None = None,
        approved: ApprovedTargets | None = None,
        last_year: bool = False,
    ) -> None:
        """``roster``: the projects expected (``check_batch``), ``approved``: the targets approved; None where
        the office gave none. ``last_year``: whether ``indicators`` have the columns last_*.
        """
        self.rules = rules
        self.roster = roster
        self.approved = approved
        self.last_year = last_year
        frames = {"forms": forms, "funds": funds, "indicators": indicators}
        self._frames = {kind: Columns(frame) for kind, frame in frames.items()}
        ids = self._frames["forms"]["form_id"]
        self._form_of: dict[str, Positions] = {
            "forms": np.arange(len(forms)),
            "funds": form_runs(self._frames["funds"]["form_id"], ids).rows(),
            "indicators": form_runs(self._frames["indicators"]["form_id"], ids).rows(),
        }
        self._numbers: dict[tuple[Kind, str], Floats] = {}
        self._judged: dict[Callable[[Evidence], Any], Any] = {}
        self.tolerance = float(rules.value("rounding.tolerance")) + EXACT
        self.half_step = 0.5 * 10.0 ** -int(rules.value("rounding.decimals"))

    def frame(self, kind: Kind) -> pd.DataFrame:
        """The frame itself."""
        return self._frames[kind].frame()

    def size(self, kind: Kind) -> int:
        """Rows of a frame."""
        return len(self._frames[kind])

    def form_of(self, kind: Kind) -> Positions:
        """Position in ``forms`` of each row."""
        return self._form_of[kind]

    def number(self, kind: Kind, column: str) -> Floats:
        """A number column of all rows, NaN for no number."""
        values = self._numbers.get((kind, column))
        if values is None:
            values = self._numbers[kind, column] = np.asarray(self._frames[kind][column], dtype=np.float64)
        return values

    def flag(self, kind: Kind, column: str) -> Bools:
        """A bool column of all rows."""
        flags: Bools = self._frames[kind][column]
        return flags

    def days(self, kind: Kind, column: str) -> npt.NDArray[np.datetime64]:
        """A column of days of all rows, NaT for none."""
        days: npt.NDArray[np.datetime64] = self._frames[kind][column]
        return days

    def text(self, kind: Kind, column: str) -> pa.Array:
        """A text column of all rows."""
        return self._frames[kind][column]

    def texts(self, kind: Kind, column: str, rows: Positions) -> list[str]:
        """The texts of some rows of a column."""
        if not len(rows):
            return []
        some = self._frames[kind].items(column, rows)
        return some.to_numpy(zero_copy_only=False).tolist()  # type: ignore[no-any-return]

    def coded(self, kind: Kind, column: str) -> tuple[npt.NDArray[np.int32], list[str]]:
        """A text column as the number of each row's text, and distinct texts, also such of other rows."""
        return self._frames[kind].coded(column)

    def equals(self, kind: Kind, column: str, *words: str) -> Bools:
        """Where a text column is one of ``words``."""
        codes, distinct = self.coded(kind, column)
        found = [codes == distinct.index(word) for word in words if word in distinct]
        if not found:
            return np.zeros(len(codes), dtype=bool)
        return found[0] if len(found) == 1 else np.logical_or.reduce(found)  # type: ignore[no-any-return]

    def state(self, kind: Kind, field: str, *states: str) -> Bools:
        """Where the cell of ``field`` is in one of ``states``."""
        return self.equals(kind, f"{field}_state", *states)

    def has_points_column(self, kind: Kind) -> Bools:
        """Rows of forms whose 分值 stand in a column of their own, and not in labels or nowhere."""
        return ~self.equals("forms", "points_place", "labels", "none")[self._form_of[kind]]

    def total_line(self) -> Positions:
        """Row in ``funds`` of each form's 年度资金总额, -1 where it has none."""
        return self.recall(_total_line)

    def per_form(self, kind: Kind, values: Floats) -> Floats:
        """Sum over each form's rows; NaN counts as 0."""
        forms = self.size("forms")
        return np.bincount(self._form_of[kind], np.nan_to_num(values), forms).astype(np.float64)

    def some_in_form(self, kind: Kind, where: Bools) -> Bools:
        """Forms that have such a row."""
        return np.bincount(self._form_of[kind][where], minlength=self.size("forms")) > 0

    def pick(self, kind: Kind, where: Bools) -> Picked:
        """The rows where ``where`` holds."""
        return Picked(self, kind, where.nonzero()[0])

    def rows(self, kind: Kind, rows: Positions) -> Picked:
        """These rows."""
        return Picked(self, kind, rows)

    def recall(self, judge: Callable[[Evidence], Judged]) -> Judged:
        """What ``judge`` says of this evidence, worked out once."""
        if judge not in self._judged:
            self._judged[judge] = judge(self)
        judged: Judged = self._judged[judge]
        return judged


class Picked:
    """Some rows of a frame: columns of them as arrays and lists, and the way to findings."""

    def __init__(self, evidence: Evidence, kind: Kind, rows: Positions) -> None:
        self.kind = kind
        self.rows = rows
        self.form: Positions = evidence.form_of(kind)[rows]
        self._evidence = evidence

    def __len__(self) -> int:
        return len(self.rows)

    def number(self, column: str) -> Floats:
        """A number column of these rows, NaN for no number."""
        return self._evidence.number(self.kind, column)[self.rows]

    def flag(self, column: str) -> Bools:
        """A bool column of these rows."""
        return self._evidence.flag(self.kind, column)[self.rows]

    def text(self, column: str) -> list[str]:
        """A text column of these rows."""
        return self._evidence.texts(self.kind, column, self.rows)

    def indicator_numbers(self) -> list[int]:
        """Numbers of these indicators in their forms."""
        numbers: list[int] = self._evidence.number("indicators", "number")[self.rows].astype(int).tolist()
        return numbers

    def quoted(self, column: str) -> list[str]:
        """A text column as quoted in a message, （空） for blank."""
        return shown_texts(self.text(column))

    def names(self) -> list[str]:
        """What each row is called: the indicator, the fund line, nothing for a form."""
        if self.kind == "indicators":
            named = zip(self.quoted("name"), self.indicator_numbers(), strict=True)
            return [short if short != EMPTY else f"第{number}项" for short, number in named]
        if self.kind == "funds":
            labels = zip(self.text("label"), self.text("line"), strict=True)
            return [fund_line(label, line) for label, line in labels]
        return [""] * len(self)

    def findings(
        self,
        field: Words,
        *,
        found: Words,
        expected: Words,
        cell: Words | None = None,
        level: Sequence[str] | None = None,
        clause: Sequence[str] | None = None,
        parameter: Sequence[str] | None = None,
        **values: Words,
    ) -> Found:
        """A finding for each of these rows. ``cell`` is by default the address of ``field``."""
        count = len(self)
        if not count:
            return NOTHING
        if cell is None:
            assert isinstance(field, str)
            cell = self.text(f"{field}_cell")
        every = {"name": self.names(), "found": found, "expected": expected, "cell": cell, **values}
        columns = {name: _each(value, count) for name, value in every.items()}
        numbered = self.kind == "indicators"
        return Found(
            form=self.form.tolist(),
            field=_each(field, count),
            cell=columns["cell"],
            found=columns["found"],
            expected=columns["expected"],
            indicator=self.indicator_numbers() if numbered else [None] * count,
            line=self.text("line") if self.kind == "funds" else [""] * count,
            level=level,
            clause=clause,
            parameter=parameter,
            values=columns,
        )


def _total_line(evidence: Evidence) -> Positions:
    first = np.full(evidence.size("forms"), -1)
    rows = evidence.equals("funds", "line", "total").nonzero()[0][::-1]
    first[evidence.form_of("funds")[rows]] = rows  # backwards, so that the first one stays
    return first


def _each(words: Words, count: int) -> Sequence[str]:
    if isinstance(words, str):
        return [words] * count
    assert len(words) == count
    return words
