"""The figures of a round by department, as the history keeps them and 逐月对比 puts them side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pandas as pd

from perfbatch.writing.chunk import name_key
from perfbatch.writing.running_totals import Totals

STATES = ("new", "open", "changed", "mended")
SUMS = (
    "forms", "rated_budget", "rated_executed", "own_sum", "own_count", "computed_sum", "computed_count",
    "missing_errors", "missing_warnings", *STATES,
)  # fmt: skip
"""Sums and counts of the departments' figures: money in 万元, scores in 分, then findings by state that are
to be mended or looked at."""


def figures(departments: list[Totals], states: Mapping[tuple[str, str], int]) -> pd.DataFrame:
    """``SUMS`` of each department, and its name (department). ``states``: findings by the department's name,
    as forms and roster write it, and state."""
    counted: Counter[tuple[str, str]] = Counter()
    named = {name_key(totals.name): totals for totals in departments}
    for (department, state), count in states.items():
        key = name_key(department)
        named.setdefault(key, Totals(department))
        counted[key, state] += count
    rows = [
        {
            "department": totals.name,
            "forms": totals.forms,
            "rated_budget": totals.rated_budget,
            "rated_executed": totals.rated_executed,
            "own_sum": totals.own_sum,
            "own_count": totals.own_count,
            "computed_sum": totals.computed_sum,
            "computed_count": totals.computed_count,
            "missing_errors": totals.missing["error"],
            "missing_warnings": totals.missing["warning"],
            **{state: counted[key, state] for state in STATES},
        }
        for key, totals in named.items()
    ]
    return pd.DataFrame(rows, columns=["department", *SUMS])
