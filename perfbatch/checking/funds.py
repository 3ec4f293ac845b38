"""F…: 项目资金, its lines, its 执行率 and the score that it gives."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from perfbatch.checking.evidence import UNREADABLE, Evidence, Picked
from perfbatch.checking.figures import amounts, either, percents, scores
from perfbatch.checking.found import Found
from perfbatch.checking.functions import check
from perfbatch.checking.judging.explanations import blank_reason, empty_reason
from perfbatch.checking.judging.money import (
    COLUMN_SUMS,
    below_floor,
    budget_is_missing,
    budget_sums,
    corrected,
    execution_rate,
    rate_by_sums,
    rate_is_wrong,
)
from perfbatch.checking.labels import FUND_LABELS

SMALLEST = 1e-6
"""Less than a 分 of money in 万元: no difference."""


@check("F101")
def wrong_rate(evidence: Evidence) -> Iterator[Found]:
    """Lines whose written rate is not B/A."""
    rows = evidence.pick("funds", evidence.recall(rate_is_wrong))
    decimals = rows.number("rate_decimals")
    rates = rows.number("rate")
    whole = percents(rates, 0)
    one, two = percents(rates, 1), percents(rates, 2)
    written = [
        text if rate != rate else (whole, one, two)[int(places) if places in (0, 1) else 2][i]
        for i, (text, rate, places) in enumerate(zip(rows.quoted("rate_text"), rates, decimals, strict=True))
    ]
    yield rows.findings(
        "rate",
        found=written,
        expected=percents(rows.number("computed_rate")),
        executed=amounts(rows.number("executed")),
        budget=amounts(rows.number("budget")),
    )


@check("F102")
def wrong_budget_score(evidence: Evidence) -> Iterator[Found]:
    """The scoring line where the own score is not what its rate gives."""
    own = evidence.number("funds", "own_score")
    points = evidence.number("funds", "points")
    computed = evidence.number("funds", "computed_score")
    written = evidence.number("funds", "rate")
    wrong_rate_written = evidence.recall(rate_is_wrong)
    right = np.abs(own - computed) <= evidence.tolerance
    if evidence.rules.value("budget.formula") == "rate":
        by_written = np.clip(written * points / 100, 0, points)
        # Either the rate is right as written, or F101 has named the cause already.
        right |= np.abs(own - by_written) <= evidence.tolerance
        by_sums = np.clip(rate_by_sums(evidence) * points / 100, 0, points)
        right |= np.abs(own - by_sums) <= evidence.tolerance
    beyond = (own > points + evidence.half_step) | (own < -evidence.half_step)
    by_rule = ~np.isnan(own) & ~np.isnan(computed) & ~right
    wrong = evidence.equals("funds", "line", "total") & (beyond | by_rule)
    wrong &= ~evidence.recall(budget_is_missing)
    rows = evidence.pick("funds", wrong)
    limits = [f"0.00–{p}" for p in scores(rows.number("points"))]
    computable = ~np.isnan(rows.number("computed_score"))
    rate = np.where(wrong_rate_written, np.nan, written)[rows.rows]
    rate = np.where(np.isnan(rate), rows.number("computed_rate"), rate)
    yield rows.findings(
        "own_score",
        found=scores(rows.number("own_score")),
        expected=either(computable, scores(rows.number("computed_score")), limits),
        rate=percents(rate),
        points=scores(rows.number("points")),
    )


@check("F103")
def lines_do_not_add_up(evidence: Evidence) -> Iterator[Found]:
    """Columns in which the lines do not add up to the total, and amounts that are no numbers."""
    total = evidence.equals("funds", "line", "total")
    form = evidence.form_of("funds")
    for column, sums_of in COLUMN_SUMS.items():
        sums = evidence.recall(sums_of)
        nonsense = evidence.state("funds", column, "nonsense")
        wrong = total & sums.wrong[form] & ~nonsense
        rows = evidence.pick("funds", wrong)
        expected = amounts(sums.lines[rows.form])
        gaps = amounts(np.abs(np.nan_to_num(rows.number(column)) - sums.lines[rows.form]))
        yield rows.findings(
            column,
            found=_amount_or_text(rows, column),
            expected=expected,
            column=FUND_LABELS[column],
            problem=[f"各资金行合计为 {e}，相差 {gap}" for e, gap in zip(expected, gaps, strict=True)],
        )
        rows = evidence.pick("funds", nonsense)
        yield rows.findings(
            column,
            found=[f"“{text}”" for text in rows.quoted(f"{column}_text")],
            expected="金额（数）",
            column=FUND_LABELS[column],
            problem="不是数，不能核对合计",
        )


@check("F104")
def no_budget(evidence: Evidence) -> Iterator[Found]:
    """Forms with money in the lines and no budget to set it against."""
    missing = evidence.recall(budget_is_missing) & evidence.equals("funds", "line", "total")
    rows = evidence.pick("funds", missing)
    form = evidence.form_of("funds")
    where = np.full(len(evidence.frame("forms")), -1)
    what: dict[int, str] = {}
    wanted = np.isin(form, rows.form)
    total = evidence.equals("funds", "line", "total")
    # From the weakest evidence to the strongest, so that the strongest stays.
    for lines in (total, ~total):
        for column in ("initial", "budget", "executed"):
            money = wanted & lines & (evidence.number("funds", column) > 0)
            for row in money.nonzero()[0][::-1].tolist():
                where[form[row]] = row
                what[row] = column
    named = evidence.pick("funds", np.isin(np.arange(len(total)), where[rows.form]))
    said = {
        int(form): f"{name}的{FUND_LABELS[what[int(row)]]}为 {_amount(evidence, what[int(row)], int(row))}"
        for form, row, name in zip(named.form, named.rows, named.names(), strict=True)
    }
    budgets = rows.number("budget")
    sums = evidence.recall(budget_sums).lines[rows.form]
    yield rows.findings(
        "budget",
        found=either(np.isnan(budgets), rows.quoted("budget_text"), amounts(budgets)),
        expected=either(sums > 0, amounts(sums), ["大于 0 的金额"] * len(rows)),
        money=[said[int(form)] for form in rows.form],
    )


@check("F105")
def overspent(evidence: Evidence) -> Iterator[Found]:
    """Lines that spent more than their budget; sub-lines only where the total did not."""
    form = evidence.form_of("funds")
    total = evidence.equals("funds", "line", "total")
    budget = evidence.number("funds", "budget")
    executed = evidence.number("funds", "executed")
    # A sign such as "-" in the budget of a line is a zero; a blank one may be a slip and is F103's.
    planned = np.where(evidence.state("funds", "budget", "not_applicable") & ~total, 0.0, budget)
    over = executed > planned + SMALLEST
    total_over = evidence.some_in_form("funds", total & over)
    missing = evidence.recall(budget_is_missing)
    by_sums = corrected(evidence, "executed") > corrected(evidence, "budget", planned) + SMALLEST
    sub = ~total & over & ~total_over[form] & by_sums
    rows = evidence.pick("funds", ~missing & ((total & over) | sub))
    limits = amounts(planned[rows.rows])
    yield rows.findings(
        "executed",
        found=amounts(rows.number("executed")),
        expected=[f"不超过 {limit}" for limit in limits],
        budget=limits,
        over=amounts(rows.number("executed") - planned[rows.rows]),
    )


@check("F106")
def low_rate_without_reason(evidence: Evidence) -> Iterator[Found]:
    """The total line below the floor whose reason, where the form has room for one, says nothing."""
    blank = evidence.recall(blank_reason("funds"))
    empty = evidence.recall(empty_reason("funds"))
    has_room = ~evidence.state("funds", "reason", "absent", *UNREADABLE)
    rows = evidence.pick("funds", evidence.recall(below_floor) & has_room & (blank | empty))
    floor = float(evidence.rules.value("budget.rate_floor"))
    problem = ["没有说明原因" if b else f"所填“{text}”没有说明原因"
               for b, text in zip(blank[rows.rows], rows.quoted("reason"), strict=True)]  # fmt: skip
    yield rows.findings(
        "reason",
        found=rows.quoted("reason"),
        expected="执行率偏低的原因",
        rate=percents(execution_rate(evidence)[rows.rows]),
        floor=f"{floor:g}%",
        problem=problem,
        parameter=["budget.rate_floor"] * len(rows),
    )


def _amount_or_text(rows: Picked, column: str) -> list[str]:
    values = rows.number(column)
    return either(values == values, amounts(values), rows.quoted(f"{column}_text"))


def _amount(evidence: Evidence, column: str, row: int) -> str:
    return amounts(evidence.number("funds", column)[[row]])[0]
