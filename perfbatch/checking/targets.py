"""B511…B514: indicators held against the approved targets (the columns approved_* of ``indicators``)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from perfbatch.checking.approved_values import EASIER, HARDER, SAME, compare
from perfbatch.checking.evidence import EXACT, NOTHING_WRITTEN, UNREADABLE, Evidence
from perfbatch.checking.figures import EMPTY, amounts, shown_texts
from perfbatch.checking.found import Found
from perfbatch.checking.functions import check
from perfbatch.scoring.texts import matching, same

_BUDGET = re.compile("(预算|资金)(资金)?(执行率|执行情况|执行$)")
"""What every form states and scores by itself, approved or not."""
_HOW = {EASIER: "，比批复的容易完成", HARDER: "，比批复的更难完成"}


@check("B511")
def another_target(evidence: Evidence) -> Iterator[Found]:
    """指标值 that are not the approved ones: an error only where they are easier for certain."""
    if evidence.approved is None:
        return
    silent = evidence.state("indicators", "target", *NOTHING_WRITTEN, *UNREADABLE)
    approved = evidence.text("indicators", "approved_target")
    known = ~evidence.equals("indicators", "approved_file", "") & ~silent
    known &= ~evidence.equals("indicators", "approved_target", "")
    known &= ~same(approved, evidence.text("indicators", "target"))
    rows = evidence.pick("indicators", known)
    if not len(rows):
        return
    years = evidence.frame("forms")["year"].to_numpy(dtype=object)[rows.form]
    how = compare(
        rows.text("approved_target"), rows.text("target"), rows.text("direction"),
        rows.flag("direction_sure"), pd.array(years, dtype="Int64"),
    )  # fmt: skip
    other = how != SAME
    rows, how = evidence.pick("indicators", _at(known, rows.rows[other])), how[other]
    if not len(rows):
        return
    wanted = rows.quoted("approved_target")
    yield rows.findings(
        "target",
        found=rows.quoted("target"),
        expected=wanted,
        level=["error" if one == EASIER else "warning" for one in how],
        how=[_HOW.get(one, "") for one in how],
        approved=wanted,
        file=rows.text("approved_file"),
        approved_cell=rows.text("approved_cell"),
    )


@check("B512")
def an_approved_indicator_is_missing(evidence: Evidence) -> Iterator[Found]:
    """Approved indicators that the form lacks; 预算执行率 stands in its funds."""
    if evidence.approved is None:
        return
    ids = pd.Index(evidence.frame("forms")["form_id"])
    missing = evidence.approved.missing
    missing = missing[~matching(missing["name"], None, _BUDGET)]
    at = ids.get_indexer(missing["form_id"])
    missing, at = missing[at >= 0], at[at >= 0]
    count = len(missing)
    if not count:
        return
    named = shown_texts(missing["name"])
    values = {
        "name": [""] * count, "found": [EMPTY] * count, "expected": named,
        "cell": [""] * count, "indicator": named, "approved": shown_texts(missing["target"]),
        "file": missing["file"].tolist(), "approved_cell": missing["place"].tolist(),
        "near": [f"；表上相近的有“{name}”" if name else "" for name in missing["near"]],
    }  # fmt: skip
    yield Found(
        form=at.tolist(), field=["name"] * count, cell=values["cell"], found=values["found"],
        expected=named, indicator=[None] * count, line=[""] * count,
        level=["warning" if again else "error" for again in missing["again"]], clause=None,
        parameter=None, values=values,
    )  # fmt: skip


@check("B513")
def not_approved(evidence: Evidence) -> Iterator[Found]:
    """Indicators of a project with approved targets that are none of these; 预算执行率 is each form's."""
    if evidence.approved is None:
        return
    ids = evidence.text("forms", "form_id").to_pylist()
    of_project = np.array([form in evidence.approved.forms for form in ids], dtype=bool)
    where = of_project[evidence.form_of("indicators")]
    where &= evidence.equals("indicators", "approved_file", "") & ~evidence.equals("indicators", "name", "")
    for column in ("name", "level1", "level2") if where.any() else ():
        where &= ~matching(evidence.text("indicators", column), None, _BUDGET)
    rows = evidence.pick("indicators", where)
    if len(rows):
        yield rows.findings("name", found=rows.quoted("name"), expected=EMPTY, target=rows.quoted("target"))


@check("B514")
def another_weight(evidence: Evidence) -> Iterator[Found]:
    """分值 that are not the approved ones."""
    if evidence.approved is None:
        return
    stated = evidence.number("indicators", "points")
    approved = evidence.number("indicators", "approved_points")
    rows = evidence.pick("indicators", np.abs(stated - approved) > EXACT)
    if not len(rows):
        return
    wanted = amounts(rows.number("approved_points"))
    yield rows.findings(
        "points",
        found=amounts(rows.number("points")),
        expected=wanted,
        approved=wanted,
        file=rows.text("approved_file"),
        approved_cell=rows.text("approved_points_cell"),
    )


def _at(like: np.ndarray, rows: np.ndarray) -> np.ndarray:
    chosen = np.zeros(len(like), dtype=bool)
    chosen[rows] = True
    return chosen
