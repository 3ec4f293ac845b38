"""One line of 项目资金 as read."""

from __future__ import annotations

from dataclasses import dataclass

from perfbatch.reading.form.fields import NO_NUMBER, Number, Text


@dataclass(slots=True)
class Rate:
    """执行率 as written: a number field in %, and the decimals of the % (None where there is no number)."""

    number: Number
    decimals: int | None = None


@dataclass(slots=True)
class FundLine:
    """One line of the funds; ``unknown`` where the layout does not know its label (it counts as other)."""

    line: str
    label: str
    label_cell: str
    initial: Number
    budget: Number
    executed: Number
    rate: Rate
    points: Number
    own_score: Number
    reason: Text
    unknown: bool = False
    reviewer_score: Number = NO_NUMBER
