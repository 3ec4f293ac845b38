"""I…: 绩效指标, their scores against what the rule gives."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from perfbatch.checking.evidence import EXACT, Bools, Evidence, Picked
from perfbatch.checking.figures import either, percents, scores, shown_texts
from perfbatch.checking.found import Found
from perfbatch.checking.functions import check
from perfbatch.checking.judging.marks import (
    TIERS,
    differs,
    fits_a_direction,
    is_beyond_cap,
    is_decided_by_person,
    is_docked_as_asked,
    is_full_though_missed,
    is_incomparable,
    is_not_docked,
    is_outside_tier,
    needs_a_person,
)
from perfbatch.checking.phrases import actuals, deviations, methods
from perfbatch.checking.yielding import left
from perfbatch.scoring.texts import same
from perfbatch.text import key_of

TOO_LOW = {
    "rule": ("属于指标值设定偏低，应扣分后得 {expected}", "按规定扣分，并说明指标值偏低的原因"),
    "person": (
        "指标值可能设定偏低，要先分析原因，再决定是否按偏离度调减（决定之前按 {expected} 计）",
        "分析完成值远高于指标值的原因；是年初指标值设定明显偏低造成的，适度调减得分",
    ),
}
"""What is said of a target that may be too low, and what to do, by who decides on the docking."""
_APART = {
    "units": "单位不是一类，不能比较",
    "kinds": "一个是数、一个是日期，不能比较",
    "scale": "大小相差悬殊，完成值没有写单位，看不出是多少",
}
"""What is wrong between the two values, by what a person is asked (column ``asks``)."""
_COMPARABLE = {
    "units": "与“{target}”同单位的数",
    "kinds": "与“{target}”同样的数或日期",
    "scale": "写明单位的数",
}
_BY_HAND = "由人判断"
_SIDES = ("target", "actual")
OPEN = (">=", ">", "<=", "<")
"""Operators that leave room, so that the measured value is worth knowing."""


@check("I201")
def beyond_cap(evidence: Evidence) -> Iterator[Found]:
    """Own scores above 分值 or below 0, with what the rule gives where it gives something."""
    rows = evidence.pick("indicators", left("I201", evidence, evidence.recall(is_beyond_cap)))
    points = scores(rows.number("points"))
    computed = rows.number("computed_score")
    limits = [f"0.00–{p}" for p in points]
    expected = either(computed == computed, scores(computed), limits)
    beyond = either(rows.number("own_score") < 0, ["小于 0"] * len(rows), [f"超过分值 {p}" for p in points])
    by_rule = [f"，{method}应为 {right}" for method, right in zip(methods(rows), expected, strict=True)]
    yield rows.findings(
        "own_score",
        found=scores(rows.number("own_score")),
        expected=expected,
        problem=[
            said + (more if known else "")
            for said, more, known in zip(beyond, by_rule, computed == computed, strict=True)
        ],
        parameter=["cap"] * len(rows),
    )


@check("I202")
def wrong_score(evidence: Evidence) -> Iterator[Found]:
    """Own scores that differ from the computed ones, for no cause that another check names."""
    wrong = evidence.recall(differs) & ~evidence.recall(is_docked_as_asked)
    rows = evidence.pick("indicators", left("I202", evidence, wrong))
    above = rows.number("own_score") > rows.number("computed_score")
    yield _scored(
        rows,
        level=["error" if high else "warning" for high in above],
        method=methods(rows),
        actual=actuals(rows),
    )


@check("I203")
def not_docked(evidence: Evidence) -> Iterator[Found]:
    """Far above the target and not docked as much as the bands ask, or for a person to decide."""
    rows = evidence.pick("indicators", left("I203", evidence, evidence.recall(is_not_docked)))
    computed = scores(rows.number("computed_score"))
    by_person = evidence.recall(is_decided_by_person)
    judged, todo = TOO_LOW["person" if by_person else "rule"]
    yield _scored(
        rows,
        level=["warning" if by_person else "error"] * len(rows),
        clause=[evidence.rules.clause("positive.excess_bands")] * len(rows),
        parameter=["positive.excess_bands"] * len(rows),
        excess=percents(rows.number("excess")),
        actual=actuals(rows),
        judged=[judged.format(expected=score) for score in computed],
        todo=[todo] * len(rows),
    )


@check("I204")
def full_though_missed(evidence: Evidence) -> Iterator[Found]:
    """Full marks although the target was missed."""
    rows = evidence.pick("indicators", left("I204", evidence, evidence.recall(is_full_though_missed)))
    computed = rows.number("computed_score")
    below = [f"低于 {p}" for p in scores(rows.number("points"))]
    expected = either(computed == computed, scores(computed), below)
    yield _scored(rows, expected=expected, actual=actuals(rows), deviation=deviations(rows))


@check("I205")
def repeated_target(evidence: Evidence) -> Iterator[Found]:
    """Actual values that say no more than an open target."""
    open_ = evidence.equals("indicators", "target_operator", *OPEN)
    open_ &= _alike(evidence, "operator")
    target = evidence.number("indicators", "target_number")
    actual = evidence.number("indicators", "actual_number")
    comparable = evidence.number("indicators", "actual_comparable")
    same_unit = _alike(evidence, "unit")
    brought = np.where(np.isnan(comparable), np.where(same_unit, actual, np.nan), comparable)
    near = np.abs(brought - target) <= EXACT * np.maximum(1.0, np.abs(target))
    number = _both(evidence, "number") & near & np.isnan(evidence.number("indicators", "target_upper"))
    target_until, actual_until = (evidence.days("indicators", f"{side}_until") for side in _SIDES)
    date = _both(evidence, "date") & (target_until == actual_until)
    rows = evidence.pick("indicators", open_ & (number | date))
    yield rows.findings("actual", found=rows.quoted("actual"), expected="实际数值或日期")


@check("I206")
def to_be_judged(evidence: Evidence) -> Iterator[Found]:
    """Indicators that no formula decides."""
    late = evidence.equals("indicators", "rule", "late")
    rows = evidence.pick("indicators", left("I206", evidence, evidence.recall(needs_a_person)))
    told = zip(late[rows.rows], rows.quoted("target"), rows.quoted("actual"), strict=True)
    yield rows.findings(
        "own_score",
        found=scores(rows.number("own_score")),
        expected="人工核定",
        points=scores(rows.number("points")),
        problem=[
            f"逾期（期限 {t}，完成于 {a}）" if is_late else "的完成情况不能用公式计算"
            for is_late, t, a in told
        ],
        clause=rows.text("clause"),
        parameter=rows.text("parameter"),
    )


@check("I207")
def incomparable(evidence: Evidence) -> Iterator[Found]:
    """Values whose units cannot be brought together, or that are not of one kind, or of no known size."""
    rows = evidence.pick("indicators", evidence.recall(is_incomparable))
    target = rows.quoted("target")
    why = rows.text("asks")
    yield rows.findings(
        "actual",
        found=rows.quoted("actual"),
        expected=[_COMPARABLE[asks].format(target=text) for asks, text in zip(why, target, strict=True)],
        target=target,
        problem=[_APART[asks] for asks in why],
        clause=rows.text("clause"),
        parameter=["inferred.farthest" if asks == "scale" else p
                   for asks, p in zip(why, rows.text("parameter"), strict=True)],
    )  # fmt: skip


@check("I208")
def repeated_name(evidence: Evidence) -> Iterator[Found]:
    """Second and later indicators of the same name in one form."""
    form = evidence.form_of("indicators")
    codes, distinct = evidence.coded("indicators", "name")
    keys = [key_of(name) for name in distinct]
    first: dict[tuple[int, str], int] = {}
    first_of: dict[int, int] = {}
    for row, (of, code) in enumerate(zip(form.tolist(), codes.tolist(), strict=True)):
        key = keys[code]
        if key and first.setdefault((of, key), row) != row:
            first_of[row] = first[of, key]
    rows = evidence.rows("indicators", np.array(list(first_of), dtype=np.intp))
    firsts = evidence.rows("indicators", np.array(list(first_of.values()), dtype=np.intp))
    yield rows.findings(
        "name",
        found=rows.quoted("name"),
        expected="不重复的名称",
        first=[str(number) for number in firsts.indicator_numbers()],
        first_cell=firsts.text("name_cell"),
    )


@check("I209")
def outside_tier(evidence: Evidence) -> Iterator[Found]:
    """Scores outside the band of the tier that was reached."""
    rows = evidence.pick("indicators", left("I209", evidence, evidence.recall(is_outside_tier)))
    points = rows.number("points")
    bands = {tier: evidence.rules.value(f"tier.{tier}") for tier in TIERS}
    tiers = rows.text("actual_tier")
    low, high = ([bands[tier][end] for tier in tiers] for end in (0, 1))
    ends = zip(scores(points * low / 100), scores(points * high / 100), strict=True)
    yield rows.findings(
        "own_score",
        found=scores(rows.number("own_score")),
        expected=[f"{a}–{b}" for a, b in ends],
        tier=[TIERS[tier] for tier in tiers],
        points=scores(points),
        clause=[evidence.rules.clause(f"tier.{tier}") for tier in tiers],
        parameter=[f"tier.{tier}" for tier in tiers],
    )


@check("I210")
def unsure_direction(evidence: Evidence) -> Iterator[Found]:
    """Indicators of which nothing says whether more is better, and whose score depends on it."""
    asked = evidence.equals("indicators", "asks", "direction")
    asked &= ~np.isnan(evidence.number("indicators", "own_score"))
    rows = evidence.pick("indicators", left("I210", evidence, asked))
    fits = evidence.recall(fits_a_direction)[rows.rows]
    positive, reverse = (
        [_BY_HAND if value != value else text for value, text in zip(numbers, scores(numbers), strict=True)]
        for numbers in (rows.number("computed_positive"), rows.number("computed_reverse"))
    )
    yield rows.findings(
        "own_score",
        found=scores(rows.number("own_score")),
        expected=[f"{more} 或 {less}" for more, less in zip(positive, reverse, strict=True)],
        level=either(fits, ["info"] * len(rows), ["warning"] * len(rows)),
        positive=positive,
        reverse=reverse,
        target=rows.quoted("target"),
        actual=rows.quoted("actual"),
        verdict=either(fits, ["与其中一个相符，先予采用"] * len(rows), ["与两个都不符"] * len(rows)),
        clause=[evidence.rules.clause("direction.reverse_words")] * len(rows),
        parameter=["direction.reverse_words"] * len(rows),
    )


def _alike(evidence: Evidence, what: str) -> Bools:
    """Whether operator or unit stand alike on both sides."""
    return same(*(evidence.text("indicators", f"{side}_{what}") for side in _SIDES))


def _both(evidence: Evidence, kind: str) -> Bools:
    target = evidence.equals("indicators", "target_kind", kind)
    return target & evidence.equals("indicators", "actual_kind", kind)


def _scored(
    rows: Picked, *, expected: list[str] | None = None, level: list[str] | None = None,
    clause: list[str] | None = None, parameter: list[str] | None = None, **values: list[str],
) -> Found:  # fmt: skip
    """Findings about an own score; without ``clause`` they rest on that of the rule of the computed one."""
    return rows.findings(
        "own_score",
        found=scores(rows.number("own_score")),
        expected=scores(rows.number("computed_score")) if expected is None else expected,
        level=level,
        clause=rows.text("clause") if clause is None else clause,
        parameter=rows.text("parameter") if parameter is None else parameter,
        target=shown_texts(rows.text("target")),
        points=scores(rows.number("points")),
        **values,
    )
