"""Decisions beside the findings and forms of one run: which are in force, which must be looked at again.

Asked part by part (``batch/follow_up.py``); ``finish`` says what became of each, once all forms are known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from perfbatch.checking.identity import CONTENT, totals_content
from perfbatch.schema import Frames
from perfbatch.season.decisions import FIELDS, JUDGING, Entry, Key, Record, Refusal, State
from perfbatch.workbook.cell_value import finite

_COLUMNS = {"decision": "decision", "note": "decision_note", "reviewer": "reviewer", "remark": "remark"}
"""Text columns of the frames by field."""
_NOISE = 9
"""Decimals of a sum of scores that are more than noise."""


class _Score(NamedTuple):
    """A score that stands for what a finding is about."""

    row: int
    key: Key
    subject: tuple[str, str]
    """The form, and the indicator's number or the fund line."""
    number: float


class Applied:
    """The record of decisions on its way through a run. A ``Follower`` of it."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.states: dict[Key, State] = {}
        """What became of each entry, once ``finish`` has been called."""
        self._of: dict[str, dict[str, list[Key]]] = {"f": defaultdict(list), "p": defaultdict(list)}
        for key in record.entries:
            self._of[key.kind][key.id].append(key)
        self._here: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._refused: dict[Key, tuple[str, str]] = {}

    def known(self, frames: Frames) -> dict[str, Sequence[Any]]:
        """Columns of ``schema.FOLLOW_UP`` about the auditor, a value for each finding."""
        columns = _blank(len(frames.findings), ("decision", "decision_note", "reviewer", "remark"))
        for row, entry, judging in self._findings(frames):
            _put(columns, row, entry, judging)
        for score in self._scores(frames):
            columns["decision_score"][score.row] = score.number
        return columns

    def of_forms(self, frames: Frames) -> dict[str, Sequence[Any]]:
        """Columns of ``schema.FOLLOW_UP_FORMS``, a value for each form."""
        forms = frames.forms
        columns = _blank(len(forms), ("decision", "decision_note", "reviewer"))
        reviewed = self._reviewed(frames)
        rows = _among(forms["project_id"], self._of["p"])
        contents = totals_content(*(
            forms[name].to_numpy(dtype="float64")[rows].tolist() for name in ("own_total", "computed_total")
        ))  # fmt: skip
        whole = _first_known(forms, ("points_total", "points_sum"))
        for row, content in zip(rows, contents, strict=True):
            key = self._in_force("p", forms["project_id"].iloc[row], content[:CONTENT])
            if key is None:
                continue
            _put(columns, row, self.record.entries[key], judging=True)
            number = self._checked(key, whole[row])
            if number is not None:
                columns["decision_score"][row] = reviewed[row] = number
        columns["reviewed_total"] = reviewed
        return columns

    def finish(self) -> None:
        """Say what became of every entry; scores that cannot be applied go from the entries to where they
        are listed."""
        for key, entry in list(self.record.entries.items()):
            here = self._here.get(key[:2])
            if not here:
                self.states[key] = "unmatched"
            elif key.content in here:
                self.states[key] = "in_force"
            else:
                self._changed(key, entry, min(here))
        for key, (why, points) in self._refused.items():
            key = key if key in self.record.entries else self._moved(key)
            said, source = self.record.value(key, "score"), self.record.source(key, "score")
            if not said:
                continue
            about = self.record.entries[key].about
            refusal = Refusal(key, said, about, source, why, points)
            self.record.set(key, "score", "", "", about)
            self.record.refusals.append(refusal)

    def _changed(self, key: Key, entry: Entry, content: str) -> None:
        """What was found is not what was decided on: the unit's remark holds, the rest only if somebody said
        so."""
        now = Key(key.kind, key.id, content)
        mine = self.record.entries.get(now)
        self.record.rekeyed(key, now, FIELDS if entry.again else ("remark",))
        self.states[now] = "in_force"
        if key in self.record.entries:
            if entry.again or (mine is not None and mine.judges):  # decided anew
                del self.record.entries[key]
            else:
                self.states[key] = "stale"

    def _moved(self, key: Key) -> Key:
        here = self._here.get(key[:2])
        return Key(key.kind, key.id, min(here)) if here else key

    def _in_force(self, kind: str, identity: str, content: str) -> Key | None:
        """The entry that holds for what is there; notes that it is there."""
        self._here[kind, identity].add(content)
        keys = self._of[kind].get(identity, ())
        exact = next((key for key in keys if key.content == content), None)
        return exact or next((key for key in keys if self.record.entries[key].again), None)

    def _findings(self, frames: Frames) -> Iterator[tuple[int, Entry, bool]]:
        """Rows that something is known of; whether the auditor's word holds, or a unit's remark alone."""
        for row, key in self._keys(frames):
            keys = self._of["f"][key.id]
            held = self._in_force(*key)
            if held is not None:
                yield row, self.record.entries[held], True
            remarked = (one for one in keys if self.record.entries[one].says("remark"))
            if held is None or not self.record.entries[held].says("remark"):
                yield from ((row, self.record.entries[one], False) for one in list(remarked)[:1])

    def _keys(self, frames: Frames) -> Iterator[tuple[int, Key]]:
        found = frames.findings
        for row in _among(found["finding_id"], self._of["f"]):
            yield row, Key("f", found["finding_id"].iloc[row], found["content_id"].iloc[row][:CONTENT])

    def _scores(self, frames: Frames) -> list[_Score]:
        """The scores that hold, one or several for one subject, all alike."""
        found = frames.findings
        scores: list[_Score] = []
        for row, key in self._keys(frames):
            held = self._in_force(*key)
            if held is None or not self.record.entries[held].says("score"):
                continue
            form, number, line = (found[name].iloc[row] for name in ("form_id", "indicator", "line"))
            subject = (form, line if pd.isna(number) else str(int(number)))
            score = self._checked(held, self._points(frames, *subject))
            if score is not None:
                scores.append(_Score(row, held, subject, score))
        by_subject: defaultdict[tuple[str, str], set[float]] = defaultdict(set)
        for one in scores:
            by_subject[one.subject].add(one.number)
        for one in scores:
            if len(by_subject[one.subject]) > 1:
                self._refused[one.key] = ("two_scores", "")
        return [one for one in scores if len(by_subject[one.subject]) == 1]

    def _points(self, frames: Frames, form: str, subject: str) -> float | str:
        """分值 of what a finding is about; a code of templates/season.toml where it has none."""
        if not subject:
            return "whole_form"
        if subject.isdecimal():
            rows = frames.indicators
            mine = rows[(rows["form_id"] == form) & (rows["number"] == int(subject))]
        else:
            rows = frames.funds
            mine = rows[(rows["form_id"] == form) & (rows["line"] == subject)]
        points = mine["points"].iloc[0] if len(mine) else np.nan
        return "points_unknown" if np.isnan(points) else float(points)

    def _checked(self, key: Key, points: float | str) -> float | None:
        """The score of an entry as a number; None where there is none, or it cannot be applied, which is
        noted."""
        said = self.record.entries[key].says("score")
        if not said:
            return None
        number = finite(said)
        if number is None:
            why, most = "no_number", ""
        elif isinstance(points, str):
            why, most = points, ""
        elif number < 0:
            why, most = "negative", ""
        elif number > points:
            why, most = "above", repr(points).removesuffix(".0")
        else:
            return number
        self._refused[key] = (why, most)
        return None

    def _reviewed(self, frames: Frames) -> Any:
        """The total of each form with the auditor's scores for indicators and funds in place of the accepted
        ones."""
        forms = frames.forms
        totals = forms["computed_total"].to_numpy(dtype="float64").copy()
        given: defaultdict[str, dict[str, float]] = defaultdict(dict)
        for score in self._scores(frames):
            given[score.subject[0]][score.subject[1]] = score.number
        if not given:
            return totals
        rows, lines = frames.indicators, frames.funds[frames.funds["line"] == "total"]
        for at in np.flatnonzero(forms["form_id"].isin(list(given))).tolist():
            form = forms["form_id"].iloc[at]
            pieces = []
            for frame, name in ((rows, "number"), (lines, "line")):
                mine = frame[frame["form_id"] == form]
                scored = mine["points"].notna() | mine["own_score"].notna()
                names = [str(one) for one in mine[name]]
                said = [given[form].get(one, np.nan) for one in names]
                accepted = mine["accepted_score"].to_numpy(dtype="float64")
                scores = np.where(np.isnan(said), accepted, said)
                pieces.append(scores[scored.to_numpy(dtype=bool) | ~np.isnan(said)])
            other = forms["other_own_score"].iloc[at]
            total = sum(piece.sum() for piece in pieces) + (0.0 if np.isnan(other) else other)
            totals[at] = round(total, _NOISE)
        return totals


def _among(ids: pd.Series[Any], known: Container[str]) -> list[int]:
    """Rows whose identity is ``known``; asked part by part, so nothing is made of all that is known."""
    return [row for row, one in enumerate(ids) if one in known]


def _blank(count: int, texts: Sequence[str]) -> dict[str, Any]:
    return {
        **{name: [""] * count for name in texts},
        "decision_score": np.full(count, np.nan),
        "decided_on": [pd.NaT] * count,
    }


def _put(columns: Mapping[str, Any], row: int, entry: Entry, judging: bool) -> None:
    """What ``entry`` says, or its remark alone."""
    for name in JUDGING if judging else ():
        if name in _COLUMNS:
            columns[_COLUMNS[name]][row] = entry.says(name)
    if judging and entry.says("day"):
        columns["decided_on"][row] = pd.to_datetime(entry.says("day"), format="%Y-%m-%d", errors="coerce")
    if "remark" in columns and entry.says("remark"):
        columns["remark"][row] = entry.says("remark")


def _first_known(forms: pd.DataFrame, names: Sequence[str]) -> Any:
    """The first of the columns that has a number, "points_unknown" where none has."""
    found: list[Any] = ["points_unknown"] * len(forms)
    for name in reversed([name for name in names if name in forms]):
        for row, number in enumerate(forms[name].to_numpy(dtype="float64").tolist()):
            if number == number:
                found[row] = number
    return found
