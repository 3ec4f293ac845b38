"""What rows say of the auditor's decisions, and by what the next run knows each of them again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from perfbatch.checking import identity

if TYPE_CHECKING:
    import pandas as pd


def last_of(columns: Sequence[Sequence[Any]]) -> list[str]:
    """What the hidden column 上次 holds of rows with these columns: JSON, "" for a row without anything."""
    return [_packed(row) if any(row) else "" for row in zip(*columns, strict=True)]


def _packed(row: Sequence[str]) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def score_text(score: float) -> str:
    """A score as the hidden column and the record write it, "" for none."""
    return "" if score != score else repr(float(score)).removesuffix(".0")


class Decided:
    """What rows of a chunk say of decisions: of ``frame`` (findings, forms) at ``places``."""

    def __init__(self, frame: pd.DataFrame, places: Any, kind: str, form_numbers: Any) -> None:
        self._frame = frame
        self._places = places
        self._kind = kind
        self._form_numbers = form_numbers

    def text(self, name: str) -> Any:
        """A text column, blank where the frames are of a stage before decisions are known."""
        if name not in self._frame:
            return np.full(len(self._form_numbers), "", dtype=object)
        return self._frame[name].to_numpy(dtype=object)[self._places]

    def number(self, name: str) -> Any:
        """A number column, NaN for none."""
        if name not in self._frame:
            return np.full(len(self._form_numbers), np.nan)
        return self._frame[name].to_numpy(dtype="float64", na_value=np.nan)[self._places]

    def day(self) -> list[str]:
        """The day of the decision, as 2022-03-15."""
        if "decided_on" not in self._frame:
            return [""] * len(self._form_numbers)
        days = self._frame["decided_on"].iloc[self._places]
        return list(days.dt.strftime("%Y-%m-%d").fillna("")) if days.notna().any() else [""] * len(days)

    def marks(self, shown: Sequence[str] | None = None) -> list[str]:
        """What each row is about; ``shown`` as ``identity.shown_mark`` gives it."""
        if self._kind == "f":
            ids, contents = self.text("finding_id"), self.text("content_id")
        else:
            ids = self.text("project_id")
            totals = (self.number(name).tolist() for name in ("own_total", "computed_total"))
            contents = identity.totals_content(*totals)
        rows = zip(
            ids, contents, np.asarray(self._form_numbers).tolist(), shown or [""] * len(ids), strict=True
        )
        return [identity.mark(self._kind, *row) if row[0] else "" for row in rows]

    def last(self) -> list[str]:
        """What this run writes in each row."""
        scores = [score_text(score) for score in self.number("decision_score").tolist()]
        return last_of([
            self.text("decision"), scores, self.text("decision_note"), self.text("reviewer"), self.day(),
            self.text("remark"),
        ])  # fmt: skip
