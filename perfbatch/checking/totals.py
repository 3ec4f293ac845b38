"""T…: 总分, 分值 and the grade."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from perfbatch.checking.evidence import EXACT, UNREADABLE, Bools, Evidence, Positions
from perfbatch.checking.figures import either, scores
from perfbatch.checking.found import Found
from perfbatch.checking.functions import check
from perfbatch.checking.judging.points import (
    budget_points,
    level1_groups,
    points_sum,
    points_sum_is_wrong,
    possible_totals,
    printed_total_is_wrong,
    reported_groups,
)
from perfbatch.checking.yielding import left
from perfbatch.scoring.rounding import scores_agree
from perfbatch.scoring.texts import same


@check("T401")
def wrong_total(evidence: Evidence) -> Iterator[Found]:
    """Own totals that are blank, no number, or not the sum of the scores."""
    own = evidence.number("forms", "own_total")
    least, most = evidence.recall(possible_totals)
    off = ~np.isnan(own) & ~scores_agree(
        own, least, evidence.text("forms", "own_total_text"), evidence.tolerance
    )
    empty = np.isnan(own) & ~evidence.state("forms", "own_total", "absent", *UNREADABLE)
    rows = evidence.pick("forms", left("T401", evidence, off | empty))
    complete = (most - least)[rows.rows] <= EXACT
    sums = scores(least[rows.rows])
    highest = scores(most[rows.rows])
    gaps = scores(np.abs(own - least)[rows.rows])
    written = ~np.isnan(rows.number("own_total"))
    yield rows.findings(
        "own_total",
        found=either(written, scores(rows.number("own_total")), rows.quoted("own_total_text")),
        expected=either(complete, sums, [f"{a}–{b}" for a, b in zip(sums, highest, strict=True)]),
        problem=[
            f"各项得分合计为 {total}" + (f"，相差 {gap}" if there else "")
            if known
            else f"已填的各项得分合计为 {total}，补齐漏填的得分后应在 {total} 到 {high} 之间"
            for known, there, total, high, gap in zip(complete, written, sums, highest, gaps, strict=True)
        ],
    )


@check("T402")
def points_do_not_add_up(evidence: Evidence) -> Iterator[Found]:
    """Forms whose 分值 are not 100 in all."""
    total = float(evidence.rules.value("total.points"))
    sums = points_sum(evidence)
    printed = evidence.number("forms", "points_total")
    rows = evidence.pick("forms", evidence.recall(points_sum_is_wrong) | printed_total_is_wrong(evidence))
    from_sum = evidence.recall(points_sum_is_wrong)[rows.rows]
    by_sum, by_print = scores(sums[rows.rows]), scores(printed[rows.rows])
    hints = [_budget_hint(evidence, points) for points in budget_points(evidence)[rows.rows].tolist()]
    yield rows.findings(
        "points_total",
        cell=[
            a or b for a, b in zip(rows.text("points_total_cell"), rows.text("own_total_cell"), strict=True)
        ],
        found=either(from_sum, by_sum, by_print),
        expected=[f"{total:.2f}"] * len(rows),
        problem=either(
            from_sum,
            [f"预算执行与各指标的分值合计为 {s}{hint}" for s, hint in zip(by_sum, hints, strict=True)],
            [f"总分一行的分值为 {p}" for p in by_print],
        ),
        blank=_blank_points(evidence, evidence.form_of("indicators"), rows.form),
    )


@check("T403")
def weight_does_not_add_up(evidence: Evidence) -> Iterator[Found]:
    """一级指标 whose indicators do not add up to its weight."""
    groups = evidence.recall(level1_groups)
    wrong = evidence.recall(reported_groups).nonzero()[0]
    rows = evidence.pick("indicators", _where(evidence, groups.first[wrong]))
    group = groups.of[rows.rows]
    yield rows.findings(
        "level1",
        found=scores(groups.sums[group]),
        expected=scores(groups.weights[group]),
        level1=rows.quoted("level1"),
        blank=_blank_points(evidence, groups.of, group),
    )


@check("T404")
def other_grade(evidence: Evidence) -> Iterator[Found]:
    """Forms that the recomputed total puts into another grade than their own scores do."""
    graded = ~evidence.equals("forms", "grade_own", "") & ~evidence.equals("forms", "grade_computed", "")
    other = graded & ~same(evidence.text("forms", "grade_own"), evidence.text("forms", "grade_computed"))
    rows = evidence.pick("forms", left("T404", evidence, other))
    yield rows.findings(
        "own_total",
        found=rows.text("grade_own"),
        expected=rows.text("grade_computed"),
        own=scores(rows.number("own_total")),
        computed=scores(rows.number("computed_total")),
        parameter=["grade.bands"] * len(rows),
    )


def _budget_hint(evidence: Evidence, points: float) -> str:
    """That the budget's own 分值 is another than the rule book's, where it is."""
    usual = float(evidence.rules.value("total.budget_points"))
    if not abs(points - usual) > evidence.tolerance:  # NaN says nothing
        return ""
    return f"（其中预算执行 {points:.2f}，按规定为 {usual:.2f}）"


def _blank_points(evidence: Evidence, belongs: Positions, to: Positions) -> list[str]:
    """How many indicators that belong to each of ``to`` lack 分值, in brackets."""
    lacking = np.isnan(evidence.number("indicators", "points"))
    count = np.bincount(belongs[lacking], minlength=int(to.max(initial=0)) + 1)
    return [f"（{n} 项指标没有填写分值）" if n else "" for n in count[to].tolist()]


def _where(evidence: Evidence, rows: Positions) -> Bools:
    where = np.zeros(evidence.size("indicators"), dtype=bool)
    where[rows] = True
    return where
