"""项目资金: sums of the lines, rates, what is missing, and which of it comes from which."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from perfbatch.checking.evidence import EXACT, NOTHING_WRITTEN, Bools, Evidence, Floats
from perfbatch.checking.yielding import left
from perfbatch.scoring.rounding import round_half_up, scores_agree
from perfbatch.values import units
from perfbatch.values.reasons import is_nothing

_LABEL = re.compile("[\u4e00-\u9fff](?<!分)")
"""Words, in what a cell with 分值 shows: 预算执行情况（10分）."""


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
    nonsense = evidence.state("funds", column, "nonsense") & ~says_zero(evidence, column)
    wrong = has_total & told & ~evidence.some_in_form("funds", nonsense)
    wrong &= np.abs(lines - total) > evidence.recall(money_tolerance)
    absent = np.zeros(len(has_total), dtype=bool)
    absent[has_total] = evidence.state("funds", column, "absent")[total_row[has_total]]
    on_total = np.zeros(len(values), dtype=bool)
    on_total[total_row[wrong & ~absent]] = True
    speaks = left("F103", evidence, on_total, column)
    return ColumnSums(lines, total, evidence.some_in_form("funds", speaks))


def money_tolerance(evidence: Evidence) -> Floats:
    """By what amounts of each form may differ, in the form's own unit: the same money whatever the unit."""
    codes, distinct = evidence.coded("forms", "money_unit")
    in_unit = units.factor_to(["万元"] * len(distinct), distinct)[codes]
    tolerance = float(evidence.rules.value("budget.amount_tolerance"))
    return tolerance * np.where(np.isnan(in_unit), 1.0, in_unit) + EXACT


def says_zero(evidence: Evidence, column: str) -> Bools:
    """Amounts in whose place 无, 没有 or a sign stands."""
    rows = evidence.state("funds", column, "nonsense").nonzero()[0]
    texts = evidence.texts("funds", f"{column}_text", rows)
    zero = evidence.state("funds", column, "not_applicable")
    zero[rows] = [is_nothing(text) for text in texts]
    return zero


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
    empty = evidence.state("funds", "rate", *NOTHING_WRITTEN) & total
    nonsense = evidence.state("funds", "rate", "nonsense")
    wrong = (~np.isnan(rate) & ~rate_agrees(evidence, computed)) | empty | nonsense
    return left("F101", evidence, computable & wrong)


def rate_agrees(evidence: Evidence, computed: Floats) -> Bools:
    """Where the written rate is ``computed`` at the decimals in which it was written, halves up."""
    rate = evidence.number("funds", "rate")
    decimals = np.nan_to_num(evidence.number("funds", "rate_decimals"), nan=2.0)
    agrees = np.abs(rate - computed) <= EXACT
    for places in np.unique(decimals):
        rows = decimals == places
        apart = round_half_up(rate[rows], int(places)) - round_half_up(computed[rows], int(places))
        agrees[rows] |= np.abs(apart) <= EXACT
    return agrees


def score_is_wrong(evidence: Evidence) -> Bools:
    """The scoring line where the own score is not 执行率 × 分值, or beyond it, whatever the cause."""
    own = evidence.number("funds", "own_score")
    computed = evidence.number("funds", "computed_score")
    right = scores_agree(own, computed, evidence.text("funds", "own_score_text"), evidence.tolerance)
    if evidence.rules.value("budget.formula") == "rate":
        right |= _gives(evidence, evidence.number("funds", "rate")) & ~evidence.recall(rate_is_wrong)
    by_rule = ~np.isnan(own) & ~np.isnan(computed) & ~right
    return evidence.equals("funds", "line", "total") & (score_is_beyond(evidence) | by_rule)


def score_is_beyond(evidence: Evidence) -> Bools:
    """Own scores of fund lines above 分值, as seen at the decimals of the rule book, or negative."""
    own = evidence.number("funds", "own_score")
    above = own > evidence.number("funds", "points") + evidence.half_step
    return above | (own < -evidence.half_step)


def follows_written_rate(evidence: Evidence) -> Bools:
    """Where F101 has named the cause: the own score is what the written, wrong rate gives."""
    wrong = evidence.recall(rate_is_wrong) & ~score_is_beyond(evidence)
    return wrong & _gives(evidence, evidence.number("funds", "rate"))


def follows_sums(evidence: Evidence) -> Bools:
    """Where F103 has named the cause: the own score is what the right sums give."""
    return _gives(evidence, rate_by_sums(evidence)) & ~score_is_beyond(evidence)


def _gives(evidence: Evidence, rate: Floats) -> Bools:
    """Where the own score is what ``rate`` gives; never without 执行率 × 分值 as the formula."""
    points = evidence.number("funds", "points")
    if evidence.rules.value("budget.formula") != "rate":
        return np.zeros(len(points), dtype=bool)
    by_rate = np.clip(rate * points / 100, 0, points)
    return np.abs(evidence.number("funds", "own_score") - by_rate) <= evidence.tolerance


def budget_points_are_wrong(evidence: Evidence) -> Bools:
    """年度资金总额 with another 分值 than the rule book gives it, where the unit was told so: by the notes
    that the form prints, or by the office that named the book. Points that the form itself prints in a
    label are its own rule.
    """
    points = evidence.number("funds", "points")
    usual = float(evidence.rules.value("total.budget_points"))
    wrong = evidence.equals("funds", "line", "total") & (np.abs(points - usual) > evidence.tolerance)
    told = evidence.flag("forms", "rules_printed") | evidence.equals("forms", "rules_source", "asked")
    wrong &= told[evidence.form_of("funds")] & evidence.has_points_column("funds")
    rows = wrong.nonzero()[0]
    wrong[rows] = [_LABEL.search(text) is None for text in evidence.texts("funds", "points_text", rows)]
    return wrong


def overspending(evidence: Evidence) -> tuple[Floats, Bools]:
    """What each line may spend, and which spend more. A sign or 无 in the budget of a line is a zero; a blank
    one may be a slip and is F103's.
    """
    total = evidence.equals("funds", "line", "total")
    planned = np.where(says_zero(evidence, "budget") & ~total, 0.0, evidence.number("funds", "budget"))
    limit = planned + evidence.recall(money_tolerance)[evidence.form_of("funds")]
    return planned, evidence.number("funds", "executed") > limit


def execution_rate(evidence: Evidence) -> Floats:
    """B/A in %, else the rate as written: a line that spent "-" says 0% there."""
    computed = evidence.number("funds", "computed_rate")
    return np.where(np.isnan(computed), evidence.number("funds", "rate"), computed)


def below_floor(evidence: Evidence) -> Bools:
    """年度资金总额 with an 执行率 below the rule book's floor."""
    floor = float(evidence.rules.value("budget.rate_floor"))
    low = (execution_rate(evidence) < floor - EXACT) & (evidence.number("funds", "budget") > 0)
    return evidence.equals("funds", "line", "total") & low


def missing_executed(evidence: Evidence) -> Bools:
    """年度资金总额 with a budget and 分值 and a blank 全年执行数 (S002)."""
    total = evidence.equals("funds", "line", "total")
    blank = evidence.state("funds", "executed", "blank")
    scores_points = (evidence.number("funds", "budget") > 0) & (evidence.number("funds", "points") > 0)
    return total & blank & scores_points


def missing_own_score(evidence: Evidence) -> Bools:
    """年度资金总额 with 分值 and no 得分 (S002); a sign is enough where nothing can be computed."""
    total = evidence.equals("funds", "line", "total")
    has_budget = evidence.number("funds", "budget") > 0
    missing = evidence.state("funds", "own_score", "blank", "nonsense")
    missing |= evidence.state("funds", "own_score", "not_applicable") & has_budget
    points = evidence.number("funds", "points") > 0
    return total & points & missing


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
