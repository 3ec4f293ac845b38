"""Approved targets (批复的绩效目标): from one flat list, or from the approved 绩效目标表 themselves.

Matched to the forms' indicators by project and name; likenesses are offered, never joined.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from rapidfuzz import fuzz

from perfbatch.caching import cached
from perfbatch.season.lists import ListRead, read_list
from perfbatch.season.matching import LIKELY, OFFERS, Offer
from perfbatch.text import text_key
from perfbatch.values.typed_numbers import as_score
from perfbatch.workbook.grid import Grid

WANTED = ("project", "name", "target")
"""Columns without which a list states no targets."""
COLUMNS = (
    "file", "sheet", "cell", "year", "code", "department", "unit", "project",
    "level1", "level2", "name", "nature", "target", "points", "points_cell",
)  # fmt: skip
"""Columns of the frame of approved targets: str, ``year`` Int64 (NA where none is given), ``points`` float64
(分, NaN where none is given)."""
Doubt = tuple[str, Mapping[str, Any]]
"""A kind of ``remark`` in templates/season.toml, and what fills it."""
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
Ints = np.ndarray[tuple[int], np.dtype[np.int64]]
_OPERATORS = frozenset("≥≤＞＜><=＝")


class Wanted(NamedTuple):
    """An approved and a stated indicator that a person decided on, by what identifies them."""

    project: tuple[str, str, str]
    approved: str
    stated: str


@dataclass(frozen=True, slots=True)
class Held:
    """Row of the approved frame for each indicator (-1 for none); approved rows that no indicator has, with
    the form of their project; offers (indicator's row, approved row)."""

    approved: Ints
    missing: Sequence[tuple[str, int]]
    offers: Sequence[Offer]


@dataclass(frozen=True, slots=True)
class TargetRows:
    """Approved targets of one file, and what in it is doubtful."""

    rows: pd.DataFrame
    doubts: Sequence[Doubt] = ()


def read_target_list(
    path: Path, *, passwords: Sequence[str] = (), grids: Sequence[Grid] | None = None
) -> TargetRows:
    """The approved targets in a flat list, columns ``COLUMNS``.

    Project, unit, year and levels that stand only in their first row count for those below it; an indicator
    without a target is one, a heading across the columns is none. ``grids`` are the sheets of ``path`` where
    they are known. Raises ListError.
    """
    read = read_list(path, "targets", WANTED, passwords, grids)
    columns = {
        **{name: read.filled_down(name) for name in ("year", "department", "unit", "project")},
        **{name: read.filled_down(name, within="project") for name in ("code", "level1", "level2")},
        "sheet": read.sheets,
        "cell": read.addresses("target"),
        "name": read.column("name"),
        "nature": read.column("nature"),
        "target": _targets(read),
        "points_cell": read.addresses("points"),
    }
    told = zip(*(columns[name] for name in ("name", "target", "level1", "level2", "project")), strict=True)
    used = np.array(
        [
            bool(name) and name not in (target, *(others if not target else ()))
            for name, target, *others in told
        ],
        dtype=bool,
    )
    years = [int(found[0]) if (found := _YEAR.search(text)) else None for text in columns.pop("year")]
    points = np.array([_points(text) for text in read.column("points")], dtype="float64")
    rows = pd.DataFrame(
        {
            "file": pd.array([path.name] * int(used.sum()), dtype="str"),
            **{name: pd.array(texts, dtype="str")[used] for name, texts in columns.items()},
            "year": pd.array(years, dtype="Int64")[used],
            "points": points[used],
        }
    )[list(COLUMNS)]
    return TargetRows(rows, _doubts(read, rows, np.array(read.rows, dtype=np.int64)[used]))


def _doubts(read: ListRead, rows: pd.DataFrame, numbers: Ints) -> list[Doubt]:
    """Sheets that are hidden, rows of no project, indicators without a target."""
    doubts: list[Doubt] = [("targets_hidden", {"sheet": name}) for name in read.hidden]
    for kind, column in (("targets_no_project", "project"), ("targets_no_value", "target")):
        at = np.flatnonzero((rows[column] == "").to_numpy(dtype=bool))
        told = rows.iloc[at][["sheet", "cell", "name"]].to_dict("records")
        doubts += [
            (kind, {**{str(key): value for key, value in one.items()}, "row": int(row)})
            for one, row in zip(told, numbers[at], strict=True)
        ]
    return doubts


def _targets(read: ListRead) -> list[str]:
    """≥, 95 and % in three columns are ≥95%."""
    if not read.texts.keys() & {"nature", "measure"}:
        return read.column("target")
    parts = (read.column(key) for key in ("target", "nature", "measure"))
    return list(map(_target, *parts))


@cached(1 << 14)
def _target(target: str, nature: str, measure: str) -> str:
    if not any(character.isdecimal() for character in target):
        return target
    before = nature if nature and set(nature) <= _OPERATORS and target[0] not in _OPERATORS else ""
    behind = measure if measure and not target.endswith(measure) else ""
    return f"{before}{target}{behind}"


@cached(1 << 12)
def _points(text: str) -> float:
    points = as_score(text) if text else None
    return float("nan") if points is None else points


def hold(
    indicators: pd.DataFrame,
    approved: pd.DataFrame,
    project: Mapping[str, int],
    decisions: Mapping[Wanted, bool] | None = None,
) -> Held:
    """Which approved indicator each stated one is.

    ``indicators`` has form_id, level1, level2, name (str); ``project`` gives, for the forms that have
    approved targets, a number that stands in ``approved['project_number']`` (int64). Equal names are
    joined; where a name stands twice its 二级指标 decides, then its 指标值 (where both frames have target),
    then the order.
    """
    decisions = decisions or {}
    forms = list(project)
    our_keys, their_keys = text_key(indicators["name"]), text_key(approved["name"])
    names, keys = our_keys.tolist(), their_keys.tolist()
    name = _codes(our_keys, their_keys)
    level = _codes(text_key(indicators["level2"]), text_key(approved["level2"]))
    target = _targets_of(indicators, approved)
    form = pd.Index(forms, dtype=object).get_indexer(pd.Index(indicators["form_id"], dtype=object))
    rows = np.flatnonzero((form >= 0) & (our_keys != "").to_numpy(dtype=bool))
    ours = _Rows(form[rows], name[0][rows], level[0][rows], target[0][rows], rows)
    of, at = _approved_rows(approved["project_number"].to_numpy(dtype=np.int64), list(project.values()))
    theirs = _Rows(of, name[1][at], level[1][at], target[1][at], at)
    found = np.full(len(indicators), -1, dtype=np.int64)
    for by in (("level", "target"), ("level",), ("target",), ()):  # beside the name
        mine, other = _meet(ours, theirs, by)
        found[ours.at[mine]] = theirs.at[other]
        ours, theirs = ours.without(mine), theirs.without(other)
    left, free = ours.by_form(forms), theirs.by_form(forms)
    numbers, firsts = np.unique(approved["project_number"].to_numpy(dtype="int64"), return_index=True)
    first_of = dict(zip(numbers.tolist(), firsts.tolist(), strict=True))
    missing: list[tuple[str, int]] = []
    offers: list[Offer] = []
    for owner, open_at in free.items():
        open_rows = left.get(owner, [])
        identity = identity_of(approved, first_of[project[owner]]) if open_rows else ("", "", "")
        for row in open_rows:
            for one in open_at:
                if decisions.get(Wanted(identity, keys[one], names[row])) is True:
                    found[row] = one
                    open_at.remove(one)
                    break
        missing += [(owner, row) for row in open_at]
        for row in open_rows:
            if found[row] < 0:
                offers += _likely(row, names[row], open_at, keys, identity, decisions)
    return Held(found, missing, offers)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Indicators of forms, in their order: the form's place, codes of name, 二级指标 and 指标值, row in a
    frame."""

    form: Ints
    name: Ints
    level: Ints
    target: Ints
    at: Ints

    def without(self, places: Ints) -> _Rows:
        """All but those at ``places``."""
        kept = np.ones(len(self.at), dtype=bool)
        kept[places] = False
        return _Rows(self.form[kept], self.name[kept], self.level[kept], self.target[kept], self.at[kept])

    def by_form(self, forms: Sequence[str]) -> dict[str, list[int]]:
        """The rows of each form that has any."""
        groups: dict[str, list[int]] = {}
        for form, row in zip(self.form.tolist(), self.at.tolist(), strict=True):
            groups.setdefault(forms[form], []).append(row)
        return groups


def _codes(ours: pd.Series[str], theirs: pd.Series[str]) -> tuple[Ints, Ints]:
    """A number for each text, the same for equal ones on both sides."""
    codes, _ = pd.factorize(pd.concat([ours, theirs], ignore_index=True))
    return codes[: len(ours)], codes[len(ours) :]


def _approved_rows(numbers: Ints, wanted: Sequence[int]) -> tuple[Ints, Ints]:
    """For each of the ``wanted`` projects the rows with its number: the place in ``wanted``, and the row."""
    order = np.argsort(numbers, kind="stable")
    first = np.searchsorted(numbers[order], wanted, side="left")
    count = np.searchsorted(numbers[order], wanted, side="right") - first
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return np.repeat(np.arange(len(wanted)), count), order[np.repeat(first, count) + within]


def _targets_of(ours: pd.DataFrame, theirs: pd.DataFrame) -> tuple[Ints, Ints]:
    """Codes of the targets; the same for all where one side has none."""
    if "target" not in ours or "target" not in theirs:
        return np.zeros(len(ours), dtype=np.int64), np.zeros(len(theirs), dtype=np.int64)
    return _codes(text_key(ours["target"]), text_key(theirs["target"]))


def _meet(ours: _Rows, theirs: _Rows, by: Sequence[str]) -> tuple[Ints, Ints]:
    """Places of those that are alike on both sides, the first with the first, the second with the second."""
    split = len(ours.at)
    alike = np.concatenate([ours.form, theirs.form])
    for field in ("name", *by):
        both = np.concatenate([getattr(ours, field), getattr(theirs, field)])
        alike = _numbered(alike * (both.max(initial=0) + 1) + both)
    turn = np.concatenate([_turns(alike[:split]), _turns(alike[split:])])
    alike = alike * (turn.max(initial=0) + 1) + turn
    _, mine, other = np.intersect1d(alike[:split], alike[split:], assume_unique=True, return_indices=True)
    return mine, other


def _numbered(values: Ints) -> Ints:
    """The same distinctions by small numbers."""
    return pd.factorize(values)[0]


def _turns(groups: Ints) -> Ints:
    """How many of its group stand before each."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(groups) else np.empty(0, int)
    turns = np.empty(len(groups), dtype=np.int64)
    turns[order] = np.arange(len(groups)) - np.repeat(starts, np.diff(np.r_[starts, len(groups)]))
    return turns


def _likely(
    row: int,
    name: str,
    open_at: Sequence[int],
    keys: Sequence[str],
    identity: tuple[str, str, str],
    decisions: Mapping[Wanted, bool],
) -> list[Offer]:
    """The approved indicators that the one in ``row`` may be, likeliest first."""
    likely = [
        Offer(row, at, round(likeness, 1))
        for at in open_at
        if (likeness := fuzz.ratio(keys[at], name, score_cutoff=LIKELY)) >= LIKELY
        and Wanted(identity, keys[at], name) not in decisions
    ]
    return sorted(likely, key=lambda offer: (-offer.likeness, offer.project))[:OFFERS]


def identity_of(approved: pd.DataFrame, row: int) -> tuple[str, str, str]:
    """Department, unit and project of an approved indicator, as they are compared."""
    first = approved.iloc[row]
    department, unit, project = text_key([first[name] for name in ("department", "unit", "project")])
    return department, unit, project
