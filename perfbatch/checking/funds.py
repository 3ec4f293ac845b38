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
    budget_points_are_wrong,
    budget_sums,
    execution_rate,
    follows_written_rate,
    overspending,
    rate_is_wrong,
    says_zero,
    score_is_wrong,
)
from perfbatch.checking.labels import FUND_LABELS
from perfbatch.checking.yielding import left


@check("F101")
def wrong_rate(evidence: Evidence) -> Iterator[Found]:
    """Lines whose written rate is not B/A; with the right score where the written rate gave a wrong one."""
    rows = evidence.pick("funds", evidence.recall(rate_is_wrong))
    decimals = rows.number("rate_decimals")
    rates = rows.number("rate")
    whole = percents(rates, 0)
    one, two = percents(rates, 1), percents(rates, 2)
    written = [
        text if rate != rate else (whole, one, two)[int(places) if places in (0, 1) else 2][i]
        for i, (text, rate, places) in enumerate(zip(rows.quoted("rate_text"), rates, decimals, strict=True))
    ]
    excused = evidence.recall(score_is_wrong) & evidence.recall(follows_written_rate)
    computed = zip(excused[rows.rows], scores(rows.number("computed_score")), strict=True)
    yield rows.findings(
        "rate",
        found=written,
        expected=percents(rows.number("computed_rate")),
        executed=amounts(rows.number("executed")),
        budget=amounts(rows.number("budget")),
        score=[f"，得分相应应为 {right}" if is_excused else "" for is_excused, right in computed],
    )


@check("F102")
def wrong_budget_score(evidence: Evidence) -> Iterator[Found]:
    """The scoring line where the own score is not what its rate gives, or 分值 not what the book gives."""
    rows = evidence.pick("funds", left("F102", evidence, evidence.recall(score_is_wrong)))
    limits = [f"0.00–{p}" for p in scores(rows.number("points"))]
    right = scores(rows.number("computed_score"))
    rate = np.where(evidence.recall(rate_is_wrong), np.nan, evidence.number("funds", "rate"))[rows.rows]
    rate = np.where(np.isnan(rate), rows.number("computed_rate"), rate)
    computable = ~np.isnan(rows.number("computed_score"))
    by_rate = zip(right, percents(rate), scores(rows.number("points")), strict=True)
    above = rows.number("own_score") > 0
    beyond = [f"{'超过分值' if high else '小于 0，分值'} {p}" for high, p in
              zip(above, scores(rows.number("points")), strict=True)]  # fmt: skip
    yield rows.findings(
        "own_score",
        found=scores(rows.number("own_score")),
        expected=either(computable, right, limits),
        what="得分",
        problem=either(
            computable, [f"应为 {r}（执行率 {b} × 分值 {p}，不超过分值）" for r, b, p in by_rate], beyond
        ),
        rate=percents(rate),
        points=scores(rows.number("points")),
    )
    rows = evidence.pick("funds", evidence.recall(budget_points_are_wrong))
    usual = f"{float(evidence.rules.value('total.budget_points')):.2f}"
    yield rows.findings(
        "points",
        found=scores(rows.number("points")),
        expected=usual,
        what="分值",
        problem=f"按规定为 {usual}",
        rate=percents(rows.number("computed_rate")),
        points=scores(rows.number("points")),
        parameter=["total.budget_points"] * len(rows),
        clause=[evidence.rules.clause("total.budget_points")] * len(rows),
    )


@check("F103")
def lines_do_not_add_up(evidence: Evidence) -> Iterator[Found]:
    """Columns in which the lines do not add up to the total, and amounts that are no numbers."""
    total = evidence.equals("funds", "line", "total")
    form = evidence.form_of("funds")
    for column, sums_of in COLUMN_SUMS.items():
        sums = evidence.recall(sums_of)
        nonsense = evidence.state("funds", column, "nonsense") & ~says_zero(evidence, column)
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
    where = np.full(evidence.size("forms"), -1)
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
    total = evidence.equals("funds", "line", "total")
    planned, over = evidence.recall(overspending)
    speaks = left("F105", evidence, over)
    total_over = evidence.some_in_form("funds", total & speaks)[evidence.form_of("funds")]
    rows = evidence.pick("funds", speaks & (total | ~total_over))
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
