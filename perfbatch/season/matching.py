"""Which form is which project of the roster: by code, else by names; near misses are offered, never joined.

A decision that a person wrote (是 or 否 in 待确认) counts as long as both sides still read the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from perfbatch.form_identity import Identity, digests, identities_in
from perfbatch.season.roster import identity_keys
from perfbatch.text import key_of, text_key

How = Literal["code", "issued", "name", "confirmed", ""]

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


class Listed:
    """The projects of a list (code, department, unit, project: str), as forms are looked up in them.

    Made once for a list, whatever the number of chunks that are held against it.
    """

    def __init__(self, projects: pd.DataFrame) -> None:
        self.keys = identity_keys(projects)
        self.codes = _unique(text_key(projects["code"]).tolist())
        self.names = [name for name, _ in digests(projects)]
        self.by_unit = _groups((unit, project) for _, unit, project in self.keys)
        self.by_department = _groups((department, project) for department, _, project in self.keys)

    def named(self, key: tuple[str, str, str]) -> int:
        """The row of the one project that bears this department, unit and name; -1 for none or several."""
        department, unit, project = key
        if not project:
            return -1
        candidates = self.by_unit.get((unit, project), []) if unit else []
        if not candidates and department:
            candidates = [
                at
                for at in self.by_department.get((department, project), ())
                if not unit or not self.keys[at][1]
            ]
        if not candidates:
            candidates = [at for at in self.by_department.get(("", project), ()) if not self.keys[at][1]]
        if len(candidates) > 1:
            candidates = [at for at in candidates if self.keys[at][0] == department]
        return candidates[0] if len(candidates) == 1 else -1

    def issued(self, form: Identity | None, name: str) -> int:
        """The row of the project that a form was issued to; -1 for none.

        The form's own name (its digest) must be that of the code's project: a sheet copied for another
        project carries an identity that is not its own.
        """
        at = self.codes.get(key_of(form.code), -1) if form and form.project == name else -1
        return at if at >= 0 and self.names[at] == name else -1


def match(
    forms: pd.DataFrame,
    roster: pd.DataFrame | Listed,
    decisions: Mapping[Pair, bool] | None = None,
    *,
    offers: bool = True,
) -> Matched:
    """Match ``forms`` (project_code, department, unit, project: str) to ``roster`` (as ``Roster.projects``).

    Several forms may be one project (handed in twice). Order of trust: an equal code; the code of the form's
    own identity (``issued``, where ``forms`` has it and the project's name agrees); a pair that a person
    confirmed; equal unit and project; equal department and project where one side names no unit. A project
    that stands twice in the roster under one name is matched by its department or code, else only offered.
    One that the roster lists without department and unit is matched by its name. ``offers=False`` looks for
    no near misses.
    """
    decisions = decisions or {}
    listed = roster if isinstance(roster, Listed) else Listed(roster)
    ours = identity_keys(forms)
    confirmed = _confirmed(decisions, listed.keys)
    found = np.full(len(forms), -1, dtype=np.int64)
    how: list[How] = [""] * len(forms)
    issued = identities_in(forms["issued"]) if "issued" in forms else [None] * len(forms)
    names = [name for name, _ in digests(forms)] if any(issued) else [""] * len(forms)
    for form, (key, code) in enumerate(zip(ours, text_key(forms["project_code"]).tolist(), strict=True)):
        if code in listed.codes:
            found[form], how[form] = listed.codes[code], "code"
        elif issued[form] and (at := listed.issued(issued[form], names[form])) >= 0:
            found[form], how[form] = at, "issued"
        elif key in confirmed:
            found[form], how[form] = confirmed[key], "confirmed"
        elif (at := listed.named(key)) >= 0 and decisions.get(Pair(*key, *listed.keys[at])) is not False:
            found[form], how[form] = at, "name"
    return Matched(found, how, _offers(ours, listed.keys, found, decisions) if offers else [])


def _unique(codes: Sequence[str]) -> dict[str, int]:
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


def _groups(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[int]]:
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row, key in enumerate(keys):
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
    decided = _decided(ours, theirs, decisions)
    likeness: dict[tuple[int, int], float] = {}
    for part in (1, 0):  # within the unit, then within the department
        of_ours, of_theirs = _by_part(ours, open_forms, part), _by_part(theirs, free, part)
        for key in of_ours.keys() & of_theirs.keys():
            _compare(ours, theirs, of_ours[key], of_theirs[key], decided, likeness)
    same_name = _by_part(theirs, free, 2)
    for form in open_forms:  # the same project under another unit's name
        for row in same_name.get(ours[form][2], ())[:OFFERS]:
            if row not in decided.get(form, ()):
                score = fuzz.ratio("".join(ours[form]), "".join(theirs[row]))
                likeness.setdefault((form, row), round(score, 1))
    offered: dict[int, list[Offer]] = defaultdict(list)
    for (form, row), score in likeness.items():
        offered[form].append(Offer(form, row, score))
    return [
        offer
        for form in sorted(offered)
        for offer in sorted(offered[form], key=lambda o: (-o.likeness, o.project))[:OFFERS]
    ]


def _decided(
    ours: Sequence[tuple[str, str, str]],
    theirs: Sequence[tuple[str, str, str]],
    decisions: Mapping[Pair, bool],
) -> dict[int, set[int]]:
    """The rows of the roster about which a person has decided already, by form."""
    if not decisions:
        return {}
    forms: dict[tuple[str, ...], list[int]] = defaultdict(list)
    rows: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for groups, keys in ((forms, ours), (rows, theirs)):
        for at, key in enumerate(keys):
            groups[key].append(at)
    decided: dict[int, set[int]] = defaultdict(set)
    for pair in decisions:
        for form in forms.get(pair[:3], ()):
            decided[form].update(rows.get(pair[3:], ()))
    return decided


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
    decided: Mapping[int, set[int]],
    likeness: dict[tuple[int, int], float],
) -> None:
    """Note, for each form, the ``OFFERS`` likeliest project names of one unit or department that are alike by
    ``LIKELY`` at least. No more are kept: 项目0001 to 项目9999 are all alike."""
    names, column = [theirs[row][2] for row in rows], {row: at for at, row in enumerate(rows)}
    step = max(1, _BLOCK * 250 // max(len(rows), 1))
    for start in range(0, len(forms), step):
        block = forms[start : start + step]
        scores = process.cdist(
            [ours[form][2] for form in block], names, scorer=fuzz.ratio, score_cutoff=LIKELY, dtype=np.float32
        ).round(1)
        for at, form in enumerate(block):
            scores[at, [column[row] for row in decided.get(form, ()) if row in column]] = 0
        each = np.arange(len(block))
        for _ in range(OFFERS):
            best = scores.argmax(axis=1)  # of equal ones the first
            for form, at, score in zip(block, best.tolist(), scores[each, best].tolist(), strict=True):
                if score > 0:
                    likeness[form, rows[at]] = round(score, 1)
            scores[each, best] = 0
