"""项目资金: sums of the lines, rates, what is missing, and which of it comes from which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from perfbatch.checking.evidence import EXACT, NOTHING_WRITTEN, UNREADABLE, Bools, Evidence, Floats


@dataclass(frozen=True, slots=True)
class ColumnSums:
    """One money column: per form the sum of the lines below the total, and whether it is F103's."""

    lines: Floats
    total: Floats
    wrong: Bools


def _column_sums(evidence: Evidence, column: str) -> ColumnSums:
    values = evidence.number("funds", column)
    total_row = evidence.total_line()
    has_total = total_row >= 0
    sub = ~evidence.equals("funds", "line", "total")
    lines = evidence.per_form("funds", np.where(sub, values, 0.0))
    total = np.zeros(len(has_total))
    total[has_total] = np.nan_to_num(values[total_row[has_total]])
    told = evidence.some_in_form("funds", sub & ~np.isnan(values))
    unknown = evidence.some_in_form("funds", evidence.state("funds", column, *UNREADABLE, "nonsense"))
    tolerance = float(evidence.rules.value("budget.amount_tolerance")) + EXACT
    wrong = has_total & told & ~unknown & (np.abs(lines - total) > tolerance)
    absent = np.zeros(len(has_total), dtype=bool)
    absent[has_total] = evidence.state("funds", column, "absent")[total_row[has_total]]
    wrong &= ~absent
    if column == "budget":
        wrong &= ~evidence.some_in_form("funds", evidence.recall(budget_is_missing))
    return ColumnSums(lines, total, wrong)


def initial_sums(evidence: Evidence) -> ColumnSums:
    """Sums of 年初预算数."""
    return _column_sums(evidence, "initial")


def budget_sums(evidence: Evidence) -> ColumnSums:
    """Sums of 全年预算数."""
    return _column_sums(evidence, "budget")


def executed_sums(evidence: Evidence) -> ColumnSums:
    """Sums of 全年执行数."""
    return _column_sums(evidence, "executed")


COLUMN_SUMS = {"initial": initial_sums, "budget": budget_sums, "executed": executed_sums}


def budget_is_missing(evidence: Evidence) -> Bools:
    """All fund lines of forms whose 全年预算数 is empty or 0 although there is money (F104)."""
    total = evidence.equals("funds", "line", "total")
    budget = evidence.number("funds", "budget")
    empty = evidence.state("funds", "budget", *NOTHING_WRITTEN)
    zero = budget == 0
    initial, executed = evidence.number("funds", "initial"), evidence.number("funds", "executed")
    money = (np.nan_to_num(initial) > 0) | (np.nan_to_num(budget) > 0) | (np.nan_to_num(executed) > 0)
    form = evidence.form_of("funds")
    money_below = evidence.some_in_form("funds", ~total & money)[form]
    without = total & (empty | zero) & (money_below | (executed > 0) | (empty & (initial > 0)))
    return evidence.some_in_form("funds", without)[form]


def rate_is_wrong(evidence: Evidence) -> Bools:
    """Lines whose rate is not B/A for a cause of its own (F101)."""
    total = evidence.equals("funds", "line", "total")
    rate = evidence.number("funds", "rate")
    budget, executed = evidence.number("funds", "budget"), evidence.number("funds", "executed")
    computed = evidence.number("funds", "computed_rate")
    computable = (budget > 0) & ~np.isnan(executed) & ~np.isnan(computed)
    decimals = np.nan_to_num(evidence.number("funds", "rate_decimals"), nan=2.0)
    slack = 0.5 * 10.0**-decimals + EXACT
    agrees = (np.abs(rate - computed) <= slack) | (np.abs(rate - rate_by_sums(evidence)) <= slack)
    empty = evidence.state("funds", "rate", *NOTHING_WRITTEN) & total
    nonsense = evidence.state("funds", "rate", "nonsense")
    wrong = (~np.isnan(rate) & ~agrees) | empty | nonsense
    return computable & wrong & ~evidence.recall(budget_is_missing)


def execution_rate(evidence: Evidence) -> Floats:
    """B/A in %, else the rate as written: a line that spent "-" says 0% there."""
    computed = evidence.number("funds", "computed_rate")
    return np.where(np.isnan(computed), evidence.number("funds", "rate"), computed)


def below_floor(evidence: Evidence) -> Bools:
    """年度资金总额 with an 执行率 below the rule book's floor."""
    floor = float(evidence.rules.value("budget.rate_floor"))
    low = (execution_rate(evidence) < floor - EXACT) & (evidence.number("funds", "budget") > 0)
    return evidence.equals("funds", "line", "total") & low & ~evidence.recall(budget_is_missing)


def missing_executed(evidence: Evidence) -> Bools:
    """年度资金总额 with a budget and 分值 and a blank 全年执行数 that no sum betrays (S002)."""
    total = evidence.equals("funds", "line", "total")
    blank = evidence.state("funds", "executed", "blank")
    scores_points = (evidence.number("funds", "budget") > 0) & (evidence.number("funds", "points") > 0)
    said = evidence.recall(executed_sums).wrong[evidence.form_of("funds")]
    return total & blank & scores_points & ~said


def missing_own_score(evidence: Evidence) -> Bools:
    """年度资金总额 with 分值 and no 得分 (S002); a sign is enough where nothing can be computed."""
    total = evidence.equals("funds", "line", "total")
    has_budget = evidence.number("funds", "budget") > 0
    missing = evidence.state("funds", "own_score", "blank", "nonsense")
    missing |= evidence.state("funds", "own_score", "not_applicable") & has_budget
    points = evidence.number("funds", "points") > 0
    return total & points & missing & ~evidence.recall(budget_is_missing)


def corrected(evidence: Evidence, column: str, values: Floats | None = None) -> Floats:
    """A money column as it would be if one line were to blame for F103: the total takes the sum of
    the lines, a line takes what the total leaves it. Unchanged where the column adds up.
    """
    amounts_ = evidence.number("funds", column) if values is None else values
    sums = evidence.recall(COLUMN_SUMS[column])
    gap = np.where(sums.wrong, sums.total - sums.lines, 0.0)[evidence.form_of("funds")]
    total = evidence.equals("funds", "line", "total")
    return np.nan_to_num(amounts_) + np.where(total, -gap, gap)


def rate_by_sums(evidence: Evidence) -> Floats:
    """B/A in % after ``corrected``: a rate that agrees with it is wrong only through F103's cause."""
    budget = corrected(evidence, "budget")
    executed = corrected(evidence, "executed")
    rate: Floats = np.divide(executed * 100, budget, out=np.full(len(budget), np.nan), where=budget > 0)
    return rate
