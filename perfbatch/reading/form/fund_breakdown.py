"""Fund lines that only break another line down: 财政拨款, of which 中央 300, 省级 200.

Counted beside the line above them they would be counted twice. They are told by their amounts, so that a
line is never left out where the lines add up to the total with it.
"""

from __future__ import annotations

from collections.abc import Sequence

from perfbatch.reading.form.fund_line import FundLine
from perfbatch.reading.layouts import MONEY_COLUMNS
from perfbatch.text import squeeze

_NEAR = 0.0101
"""Amounts that differ by less are rounded differently."""


def without_breakdowns(lines: Sequence[FundLine]) -> list[FundLine]:
    """``lines`` without those that break down another one.

    Only where the lines do not add up to 年度资金总额 with them, and do without them in at least one more
    column; only for money of the budget, and for lines that the layout does not know.
    """
    total = next((line for line in lines if line.line == "total"), None)
    if total is None:
        return list(lines)
    parts = [line for line in lines if line is not total]
    right = _columns_right(total, parts)
    if right == len(MONEY_COLUMNS):
        return list(lines)
    kept: list[FundLine] = []
    position = 0
    while position < len(parts):
        kept.append(parts[position])
        position += 1 + _broken_down(parts[position], parts[position + 1 :])
    if len(kept) == len(parts) or _columns_right(total, kept) <= right:
        return list(lines)
    return [line for line in lines if line is total or any(line is one for one in kept)]


def _broken_down(line: FundLine, below: Sequence[FundLine]) -> int:
    """How many of the lines below break ``line`` down."""
    run = 0
    while run < len(below) and (below[run].unknown or (below[run].line == line.line == "fiscal")):
        run += 1
        if _adds_up(line, below[:run]) and any(_amount(line, name) for name in MONEY_COLUMNS):
            return run
    return run if run and squeeze(below[0].label).startswith("其中") else 0


def _columns_right(total: FundLine, parts: Sequence[FundLine]) -> int:
    """In how many columns of amounts the parts add up to the total."""
    return sum(_adds_up(total, parts, (name,)) for name in MONEY_COLUMNS)


def _adds_up(whole: FundLine, parts: Sequence[FundLine], columns: Sequence[str] = MONEY_COLUMNS) -> bool:
    for name in columns:
        if not abs(_amount(whole, name) - sum([_amount(part, name) for part in parts])) < _NEAR:
            return False
    return True


def _amount(line: FundLine, column: str) -> float:
    """An amount, 0 for none."""
    value: float = getattr(line, column).value
    return value if value == value else 0.0
