"""The figures of a round by department, as the history keeps them and 逐月对比 puts them side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

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


Kind = Literal["integer", "score", "percent"]
SHOWN = 12
"""Months side by side at the most, the last ones."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of a department in a month, from its sums."""

    key: str
    kind: Kind
    value: Callable[[Mapping[str, Any]], float | None]
    adds_up: bool = False
    """Whether that of all departments is the sum of theirs."""


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


MEASURES = (
    Measure("forms", "integer", lambda sums: sums["forms"], adds_up=True),
    Measure("rate", "percent", lambda sums: _share(sums["rated_executed"], sums["rated_budget"])),
    Measure("own_mean", "score", lambda sums: _share(sums["own_sum"], sums["own_count"])),
    Measure("computed_mean", "score", lambda sums: _share(sums["computed_sum"], sums["computed_count"])),
    Measure(
        "missing", "integer", lambda sums: sums["missing_errors"] + sums["missing_warnings"], adds_up=True
    ),
    Measure(
        "mended", "percent",
        lambda sums: _share(sums["mended"], sums["mended"] + sums["open"] + sums["changed"]),
    ),
)  # fmt: skip
"""What stands side by side: of the findings of the round before that were looked at again, ``mended`` is the
share that is gone."""


class Months:
    """The figures of several rounds by department: this one's, and those of the rounds before it."""

    def __init__(self, earlier: pd.DataFrame, period: str, now: pd.DataFrame) -> None:
        """``earlier`` has period and the columns of ``figures``; ``now`` is ``figures`` of ``period``."""
        whole = pd.concat([earlier, now.assign(period=period)], ignore_index=True)
        self.periods: Sequence[str] = sorted(set(earlier["period"]) | {period})[-SHOWN:]
        whole = whole[whole["period"].isin(self.periods)]
        self.names: list[str] = []
        """Departments: this round's in their order, then those of earlier rounds."""
        self._at: dict[tuple[str, int | None], dict[str, Any]] = {}
        places: dict[str, int] = {}
        for frame in (whole[whole["period"] == period], whole[whole["period"] != period]):
            for row in frame.to_dict("records"):
                key = name_key(row["department"])
                if key not in places:
                    places[key] = len(self.names)
                    self.names.append(row["department"])
                for place in (places[key], None):
                    sums = self._at.setdefault((row["period"], place), dict.fromkeys(SUMS, 0))
                    for name in SUMS:
                        sums[name] += row[name]

    def row(self, measure: Measure, department: int | None) -> list[float | None]:
        """The measure month by month, of one of ``names`` or (None) of all; None where there is none."""
        found = (self._at.get((period, department)) for period in self.periods)
        return [measure.value(sums) if sums is not None else None for sums in found]

    def sums(self, department: int | None = None) -> Mapping[str, Any]:
        """``SUMS`` of this round, of one of ``names`` or of all."""
        return self._at.get((self.periods[-1], department), dict.fromkeys(SUMS, 0))

    def leading(self, count: int) -> list[int]:
        """Departments with most to mend in this round, in their order."""
        to_mend = {
            at: sum(self.sums(at)[state] for state in ("new", "open", "changed"))
            for at in range(len(self.names))
        }
        return sorted(sorted(to_mend, key=lambda at: -to_mend[at])[:count])
