"""Which form is which project of the roster: by code, else by names; near misses are offered, never joined.

A decision that a person wrote (是 or 否 in 待确认) counts as long as both sides still read the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from perfbatch.season.roster import identity_keys
from perfbatch.text import text_key

How = Literal["code", "name", "confirmed", ""]

LIKELY = 80.0
"""Least likeness (0 to 100) of two project names for an offer, within one unit or department."""
OFFERS = 3
"""Offers for one form; further ones help nobody."""
_BLOCK = 4_000
"""Names compared with each other at a time: bounds the memory of a matrix of likenesses."""


class Pair(NamedTuple):
    """A form and a project of the roster by what identifies them: the key of a decision."""

    department: str
    unit: str
    project: str
    roster_department: str
    roster_unit: str
    roster_project: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A form (its row) that may be a project of the roster (its row), with the likeness, 0 to 100."""

    form: int
    project: int
    likeness: float


@dataclass(frozen=True, slots=True)
class Matched:
    """Row of the roster for each form (-1 for none) and how it was found; offers for those without one."""

    project: np.ndarray[tuple[int], np.dtype[np.int64]]
    how: Sequence[How]
    offers: Sequence[Offer]


def match(
    forms: pd.DataFrame,
    roster: pd.DataFrame,
    decisions: Mapping[Pair, bool] | None = None,
    *,
    offers: bool = True,
) -> Matched:
    """Match ``forms`` (project_code, department, unit, project: str) to ``roster`` (as ``Roster.projects``).

    Several forms may be one project (handed in twice). Order of trust: an equal code; a pair that a person
    confirmed; equal unit and project; equal department and project where one side names no unit. A project
    that stands twice in the roster under one name is matched by its department or code, else only offered.
    One that the roster lists without department and unit is matched by its name. ``offers=False`` looks for
    no near misses.
    """
    decisions = decisions or {}
    ours, theirs = identity_keys(forms), identity_keys(roster)
    found = np.full(len(forms), -1, dtype=np.int64)
    how: list[How] = [""] * len(forms)

    def settle(form: int, project: int, by: How) -> None:
        found[form], how[form] = project, by

    codes = _unique(text_key(roster["code"]))
    for form, code in enumerate(text_key(forms["project_code"])):
        if code and code in codes:
            settle(form, codes[code], "code")
    confirmed = _confirmed(decisions, theirs)
    by_unit = _groups((unit, project) for _, unit, project in theirs)
    by_department = _groups((department, project) for department, _, project in theirs)
    for form, key in enumerate(ours):
        if found[form] >= 0:
            continue
        department, unit, project = key
        if key in confirmed:
            settle(form, confirmed[key], "confirmed")
            continue
        if not project:
            continue
        candidates = [at for at in by_unit.get((unit, project), ()) if unit]
        if not candidates:
            candidates = [
                at for at in by_department.get((department, project), ())
                if department and (not unit or not theirs[at][1])
            ]  # fmt: skip
        if not candidates:
            candidates = by_department.get(("", project), [])
            candidates = [at for at in candidates if not theirs[at][1]]
        if len(candidates) > 1:
            candidates = [at for at in candidates if theirs[at][0] == department]
        if len(candidates) == 1 and decisions.get(Pair(*key, *theirs[candidates[0]])) is not False:
            settle(form, candidates[0], "name")
    return Matched(found, how, _offers(ours, theirs, found, decisions) if offers else [])


def _unique(codes: Sequence[str] | pd.Series[str]) -> dict[str, int]:
    """Code → row, codes that stand twice left out."""
    rows: dict[str, int] = {}
    twice = set()
    for row, code in enumerate(codes):
        if code in rows:
            twice.add(code)
        rows[code] = row
    return {code: row for code, row in rows.items() if code and code not in twice}


def _confirmed(
    decisions: Mapping[Pair, bool], theirs: Sequence[tuple[str, str, str]]
) -> dict[tuple[str, str, str], int]:
    """Form → row of the roster, for pairs that a person confirmed and that the roster still holds."""
    at = {key: row for row, key in enumerate(theirs)}
    return {
        (pair.department, pair.unit, pair.project): at[pair[3:]]
        for pair, yes in decisions.items()
        if yes and pair[3:] in at
    }


def _groups(keys: object) -> dict[tuple[str, str], list[int]]:
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row, key in enumerate(keys):  # type: ignore[arg-type,var-annotated]
        groups[key].append(row)
    return groups


def _offers(
    ours: Sequence[tuple[str, str, str]],
    theirs: Sequence[tuple[str, str, str]],
    found: np.ndarray[tuple[int], np.dtype[np.int64]],
    decisions: Mapping[Pair, bool],
) -> list[Offer]:
    """For each form without a project the likeliest of those that no form has, by unit, department, name."""
    taken = set(found[found >= 0].tolist())
    free = [row for row in range(len(theirs)) if row not in taken and theirs[row][2]]
    open_forms = [form for form in range(len(ours)) if found[form] < 0 and ours[form][2]]
    likeness: dict[tuple[int, int], float] = {}
    for part in (1, 0):  # within the unit, then within the department
        of_ours, of_theirs = _by_part(ours, open_forms, part), _by_part(theirs, free, part)
        for key in of_ours.keys() & of_theirs.keys():
            _compare(ours, theirs, of_ours[key], of_theirs[key], likeness)
    same_name = _by_part(theirs, free, 2)
    for form in open_forms:  # the same project under another unit's name
        for row in same_name.get(ours[form][2], ())[:OFFERS]:
            likeness.setdefault((form, row), fuzz.ratio("".join(ours[form]), "".join(theirs[row])))
    offered: dict[int, list[Offer]] = defaultdict(list)
    for (form, row), score in likeness.items():
        if Pair(*ours[form], *theirs[row]) not in decisions:
            offered[form].append(Offer(form, row, round(score, 1)))
    return [
        offer
        for form in sorted(offered)
        for offer in sorted(offered[form], key=lambda o: (-o.likeness, o.project))[:OFFERS]
    ]


def _by_part(keys: Sequence[tuple[str, str, str]], rows: Sequence[int], part: int) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        if keys[row][part]:
            groups[keys[row][part]].append(row)
    return groups


def _compare(
    ours: Sequence[tuple[str, str, str]],
    theirs: Sequence[tuple[str, str, str]],
    forms: Sequence[int],
    rows: Sequence[int],
    likeness: dict[tuple[int, int], float],
) -> None:
    """Note the likenesses of at least ``LIKELY`` between project names of one unit or department."""
    names = [theirs[row][2] for row in rows]
    step = max(1, _BLOCK * 250 // max(len(rows), 1))
    for start in range(0, len(forms), step):
        block = forms[start : start + step]
        scores = process.cdist(
            [ours[form][2] for form in block], names, scorer=fuzz.ratio, score_cutoff=LIKELY, dtype=np.float32
        )
        for i, j in zip(*np.nonzero(scores), strict=True):
            likeness[block[i], rows[j]] = float(scores[i, j])
