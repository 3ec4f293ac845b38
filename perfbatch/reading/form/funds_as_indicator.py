"""预算执行率 scored with the funds and once more as an indicator: one score that is printed twice."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from perfbatch.reading.form.fields import Number
from perfbatch.reading.form.fund_line import FundLine
from perfbatch.reading.form.indicator import Indicator
from perfbatch.text import squeeze

_RATE = re.compile(r"(?:预算|资金)?(?:支出)?执行率(?:\(.*\))?")
_WHOLE_FORM = 100.0
_NEAR = 0.01


def is_scored_twice(lines: Sequence[FundLine], indicators: Sequence[Indicator], total: float) -> bool:
    """Whether the score of the funds is that of an indicator 预算执行率, and the indicators alone make 总分.

    ``total`` is 总分 as printed, NaN for none: then 100.
    """
    main = next((line for line in lines if line.line == "total"), None)
    if main is None or not main.points.value > 0:
        return False
    same = [one for one in indicators
            if _alike(one.points, main.points) and _alike(one.own_score, main.own_score)
            and _RATE.fullmatch(squeeze(one.name.value))]  # fmt: skip
    if len(same) != 1:
        return False
    points = sum(one.points.value for one in indicators if one.points.value > 0)
    whole = _WHOLE_FORM if math.isnan(total) else total
    return abs(points - whole) < _NEAR


def leave_to_indicator(lines: Sequence[FundLine]) -> None:
    """Take the score from 年度资金总额, which then stands for information."""
    for line in lines:
        if line.line == "total":
            line.points = _not_applicable(line.points)
            line.own_score = _not_applicable(line.own_score)


def _not_applicable(field: Number) -> Number:
    return field._replace(value=math.nan, state="not_applicable")


def _alike(one: Number, other: Number) -> bool:
    return abs(one.value - other.value) < _NEAR or (math.isnan(one.value) and math.isnan(other.value))
