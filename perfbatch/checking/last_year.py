"""B521, B522: indicators held against last year's (the columns last_* of ``indicators``).

Targets change and reasons recur for good reasons too: nothing here is more than a hint.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from perfbatch.checking.approved_values import EASIER, compare
from perfbatch.checking.evidence import NOTHING_WRITTEN, UNREADABLE, Evidence
from perfbatch.checking.found import Found
from perfbatch.checking.functions import check
from perfbatch.checking.judging.explanations import real_reason
from perfbatch.scoring.texts import same
from perfbatch.text import text_key

LAST = ("last_target", "last_reason")
"""Columns of ``indicators`` (str, '' for none) with what the same indicator had on last year's form."""


@check("B521")
def a_target_that_fell(evidence: Evidence) -> Iterator[Found]:
    """指标值 in numbers that are easier than last year's, for certain."""
    if not evidence.last_year:
        return
    silent = evidence.state("indicators", "target", *NOTHING_WRITTEN, *UNREADABLE)
    where = ~evidence.equals("indicators", "last_target", "") & ~silent
    where &= ~same(evidence.text("indicators", "last_target"), evidence.text("indicators", "target"))
    where &= evidence.equals("indicators", "target_kind", "number")
    rows = evidence.pick("indicators", where)
    if not len(rows):
        return
    years = evidence.frame("forms")["year"].to_numpy(dtype=object)[rows.form]
    how = compare(
        rows.text("last_target"), rows.text("target"), rows.text("direction"), rows.flag("direction_sure"),
        pd.array(years, dtype="Int64"),
    )  # fmt: skip
    where[rows.rows[how != EASIER]] = False
    rows = evidence.pick("indicators", where)
    if len(rows):
        last = rows.quoted("last_target")
        yield rows.findings(
            "target", found=rows.quoted("target"), expected=last, last=last, year=_year(evidence, rows.form)
        )


@check("B522")
def the_reason_of_last_year(evidence: Evidence) -> Iterator[Found]:
    """偏差原因 that are last year's word for word; one place for several rows is named once."""
    if not evidence.last_year:
        return
    frame = evidence.frame("indicators")
    now, last = text_key(frame["reason"]), text_key(frame["last_reason"])
    same = ((now == last) & (now != "")).to_numpy(dtype=bool) & real_reason(evidence)
    cells = pd.DataFrame({"form": frame["form_id"], "cell": frame["reason_cell"]})[same]
    same[np.flatnonzero(same)[cells.duplicated().to_numpy()]] = False
    rows = evidence.pick("indicators", same)
    if len(rows):
        yield rows.findings(
            "reason", found=rows.quoted("reason"), expected="今年的原因", year=_year(evidence, rows.form)
        )


def _year(evidence: Evidence, forms: np.ndarray) -> list[str]:
    """The year before that of each form."""
    years = evidence.number("forms", "year")[forms]
    return [str(int(year) - 1) for year in years]
