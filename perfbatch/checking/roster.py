"""B502…B504: the batch held against the roster of projects expected.

The roster comes as two frames, made before the checks: its projects with the form that each was matched
to, and for every form the project that it is (``RosterEvidence``).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from perfbatch.checking.evidence import EXACT, Evidence, Floats
from perfbatch.checking.figures import EMPTY, amounts, shown_texts
from perfbatch.checking.found import Found
from perfbatch.checking.functions import check
from perfbatch.values.typed_numbers import MONEY

_USUAL = ("万元", "元", "千元")
"""Units in which rosters are kept; one that says none is taken for the first."""
_SUPPOSED = "（名单没有写金额单位，按万元比对）"
NO_FORM = -1
"""Position of the form of a finding that is about none."""


@check("B502")
def not_handed_in(evidence: Evidence) -> Iterator[Found]:
    """Projects of the roster that no form is."""
    roster = evidence.roster
    if roster is None:
        return
    owed = roster[~roster["handed_in"]]
    count = len(owed)
    if not count:
        return
    named = shown_texts(owed["project"])
    units = shown_texts(
        unit or department for unit, department in zip(owed["unit"], owed["department"], strict=True)
    )
    late = [
        f"，已过应报日期 {days} 天" if days > 0 else ""
        for days in owed["days_overdue"].fillna(0).astype(int).tolist()
    ]
    values = {
        "name": [""] * count, "found": [EMPTY] * count, "expected": named, "cell": [""] * count,
        "row": owed["row"].astype(str).tolist(), "project": named, "unit": units, "late": late,
    }  # fmt: skip
    yield Found(
        form=[NO_FORM] * count, field=["project"] * count, cell=values["cell"], found=values["found"],
        expected=named, indicator=[None] * count, line=[""] * count, level=None, clause=None,
        parameter=None, values=values,
    )  # fmt: skip


@check("B503")
def another_budget(evidence: Evidence) -> Iterator[Found]:
    """Forms whose budget is not that of the roster: to be looked at, where the roster does not say its unit
    and none of the usual ones makes them the same."""
    roster = evidence.roster
    if roster is None or not len(roster):
        return
    forms = evidence.frame("forms")
    project = forms["roster_row"].to_numpy(dtype=np.int64)
    matched = project >= 0
    listed = roster.iloc[np.where(matched, project, 0)].reset_index(drop=True)
    unsaid = (listed["money_unit"] == "").to_numpy(dtype=bool)
    listed["money_unit"] = listed["money_unit"].mask(unsaid, _USUAL[0])
    scale, listed_scale = _yuan(forms["money_unit"]), _yuan(listed["money_unit"])
    budget = forms["budget"].to_numpy(dtype=np.float64)
    expected = listed["budget"].to_numpy(dtype=np.float64) * listed_scale / scale
    tolerance = float(evidence.rules.value("budget.amount_tolerance")) * MONEY["万元"] / scale
    differs = matched & (np.abs(budget - expected) > tolerance + EXACT)
    for unit in _USUAL[1:]:
        otherwise = expected / listed_scale * MONEY[unit]
        differs &= ~(unsaid & (np.abs(budget - otherwise) <= tolerance + EXACT))
    rows = evidence.pick("forms", differs)
    if not len(rows):
        return
    stated, wanted = budget[rows.rows], expected[rows.rows]
    there = listed.iloc[rows.rows]
    yield rows.findings(
        "budget",
        cell=rows.text("budget_cell"),
        found=amounts(stated),
        expected=amounts(wanted),
        level=["warning" if one else "error" for one in unsaid[rows.rows]],
        supposed=[_SUPPOSED if one else "" for one in unsaid[rows.rows]],
        row=there["row"].astype(str).tolist(),
        unit=rows.text("money_unit"),
        listed=amounts(there["budget"].to_numpy(dtype=np.float64)),
        listed_unit=there["money_unit"].tolist(),
        difference=amounts(np.abs(stated - wanted)),
    )


@check("B504")
def not_on_the_roster(evidence: Evidence) -> Iterator[Found]:
    """Forms that are no project of the roster, with the nearest names."""
    roster = evidence.roster
    if roster is None:
        return
    rows = evidence.pick("forms", (evidence.frame("forms")["roster_row"] < 0).to_numpy(dtype=bool))
    if not len(rows):
        return
    near = shown_texts(evidence.frame("forms")["roster_near"].iloc[rows.rows])
    yield rows.findings(
        "project",
        found=rows.quoted("project"),
        expected=near,
        project=rows.quoted("project"),
        unit=shown_texts(a or b for a, b in zip(rows.text("unit"), rows.text("department"), strict=True)),
        near=["" if name == EMPTY else f"；相近的有“{name}”" for name in near],
    )


def _yuan(units: pd.Series[str]) -> Floats:
    """元 in one of each unit; NaN where the unit is not known."""
    return np.array([MONEY.get(unit, np.nan) for unit in units])
