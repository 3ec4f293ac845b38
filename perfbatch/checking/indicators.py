"""I…: 绩效指标, their scores against what the rule gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from perfbatch.checking.catalogue import check
from perfbatch.checking.evidence import EXACT, Evidence
from perfbatch.checking.figures import either, percents, scores, shown
from perfbatch.checking.judging.marks import (
    TIERS,
    differs,
    is_beyond_cap,
    is_full_though_missed,
    is_not_docked,
    is_outside_tier,
)
from perfbatch.checking.judging.points import points_in_doubt

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from perfbatch.checking.evidence import Bools, Picked
    from perfbatch.checking.found import Found

METHODS = {
    "positive": "按正向指标计算",
    "reverse": "按反向指标计算",
    "range": "按区间指标计算",
    "deadline": "按时完成",
    "late": "逾期",
    "text": "与指标值相同",
    "tier": "按所达到的档次",
}
OPEN = (">=", ">", "<=", "<")
"""Operators that leave room, so that the measured value is worth knowing."""


@check(
    "I201",
    "error",
    "得分超过分值或为负数",
    description="指标得分高于该项分值，或者小于 0。任何得分都不能超过分值。",
    message="“{name}”得分为 {found}，{problem}。",
    advice="请在 0 到分值之间改正得分，同时改正总分。",
    clause="cap",
    field="own_score",
    sample={"name": "渗透测试次数", "found": "8.00", "problem": "超过分值 7.00", "expected": "0.00–7.00"},
)
def beyond_cap(evidence: Evidence) -> Iterator[Found]:
    """Own scores above 分值 or below 0."""
    beyond = evidence.recall(is_beyond_cap) & ~evidence.recall(points_in_doubt)
    rows = evidence.pick("indicators", beyond)
    points = scores(rows.number("points"))
    computed = rows.number("computed_score")
    limits = [f"0.00–{p}" for p in points]
    yield rows.findings(
        "own_score",
        found=scores(rows.number("own_score")),
        expected=either(computed == computed, scores(computed), limits),
        problem=either(
            rows.number("own_score") < 0, ["小于 0"] * len(rows), [f"超过分值 {p}" for p in points]
        ),
        parameter=["cap"] * len(rows),
    )


@check(
    "I202",
    "error",
    "得分与按规则计算的不一致",
    description="自评得分与按规则手册计算的得分相差超过允许的误差。自评偏高为必须整改，自评偏低请核实。",
    message="“{name}”得分为 {found}，{method}应为 {expected}"
    "（指标值 {target}，完成值 {actual}，分值 {points}）。",
    advice="请按计算结果改正得分，同时改正总分；如指标值、完成值或分值填错，请改正后重新计算。",
    clause="positive.formula",
    field="own_score",
    sample={
        "name": "项目预算控制总数",
        "found": "8.95",
        "expected": "10.00",
        "method": "按反向指标计算",
        "target": "170万元",
        "actual": "152.15万元",
        "points": "10.00",
    },
)
def wrong_score(evidence: Evidence) -> Iterator[Found]:
    """Own scores that differ from the computed ones, for no cause that another check names."""
    wrong = evidence.recall(differs) & ~evidence.recall(is_beyond_cap) & ~evidence.recall(is_outside_tier)
    wrong &= ~evidence.recall(is_not_docked) & ~evidence.recall(is_full_though_missed)
    rows = evidence.pick("indicators", wrong & ~evidence.recall(points_in_doubt))
    above = rows.number("own_score") > rows.number("computed_score")
    yield _scored(
        rows,
        level=["error" if high else "warning" for high in above],
        method=[METHODS.get(rule, "按规则计算") for rule in rows.text("rule")],
        actual=rows.quoted("actual"),
    )


@check(
    "I203",
    "error",
    "指标值偏低而没有扣分",
    description="完成值超过指标值很多（默认 200% 及以上），应视为年初指标值设定偏低，按超出的档次扣分，"
    "而自评没有扣或扣得不够。",
    message="“{name}”完成值 {actual} 比指标值 {target} 多 {excess}，属于指标值设定偏低，"
    "应扣分后得 {expected}，自评得分为 {found}（分值 {points}）。",
    advice="请按规定扣分，并说明指标值偏低的原因；如完成值填错，请改正后重新计算。",
    clause="positive.excess_bands",
    field="own_score",
    sample={
        "name": "漏洞扫描次数",
        "target": "1",
        "actual": "3",
        "excess": "200.00%",
        "points": "7.00",
        "found": "7.00",
        "expected": "6.30",
    },
)
def not_docked(evidence: Evidence) -> Iterator[Found]:
    """Far above the target and not docked as much as the bands ask."""
    rows = evidence.pick("indicators", evidence.recall(is_not_docked))
    yield _scored(rows, excess=percents(rows.number("excess")), actual=rows.quoted("actual"))


@check(
    "I204",
    "error",
    "没有完成却得满分",
    description="实际完成值没有达到指标值（含逾期），自评却给了满分。",
    message="“{name}”没有达到指标值（指标值 {target}，完成值 {actual}），"
    "却得了满分 {found}，应为 {expected}。",
    advice="请按完成情况改正得分并说明偏差原因；如完成值填错，请改正。",
    clause="positive.formula",
    field="own_score",
    sample={
        "name": "渗透测试次数",
        "target": "4",
        "actual": "2",
        "found": "7.00",
        "expected": "3.50",
        "points": "7.00",
    },
)
def full_though_missed(evidence: Evidence) -> Iterator[Found]:
    """Full marks although the target was missed."""
    rows = evidence.pick("indicators", evidence.recall(is_full_though_missed))
    computed = rows.number("computed_score")
    below = [f"低于 {p}" for p in scores(rows.number("points"))]
    expected = either(computed == computed, scores(computed), below)
    yield _scored(rows, expected=expected, actual=rows.quoted("actual"))


@check(
    "I205",
    "info",
    "完成值只是重复指标值",
    description="指标值是一个范围（≥95%、不超过 5%、3月前），完成值原样照抄，"
    "看不出实际完成了多少、什么时候完成的。",
    message="“{name}”的完成值“{found}”只是重复了指标值，看不出实际完成情况。",
    advice="请填写实际测得的数值或实际完成的日期，例如 97.5%、2021年2月。",
    clause="text.formula",
    field="actual",
    sample={"name": "系统正常运行率", "found": "≥95%", "expected": "实际数值或日期"},
)
def repeated_target(evidence: Evidence) -> Iterator[Found]:
    """Actual values that say no more than an open target."""
    import numpy as np

    operator = evidence.text("indicators", "target_operator")
    same = evidence.equals("indicators", "target_operator", *OPEN)
    same &= operator.eq(evidence.text("indicators", "actual_operator")).to_numpy()
    target = evidence.number("indicators", "target_number")
    actual = evidence.number("indicators", "actual_number")
    comparable = evidence.number("indicators", "actual_comparable")
    same_unit = evidence.text("indicators", "target_unit").eq(evidence.text("indicators", "actual_unit"))
    brought = np.where(np.isnan(comparable), np.where(same_unit.to_numpy(), actual, np.nan), comparable)
    near = np.abs(brought - target) <= EXACT * np.maximum(1.0, np.abs(target))
    number = _both(evidence, "number") & near & np.isnan(evidence.number("indicators", "target_upper"))
    until = evidence.frame("indicators")
    date = _both(evidence, "date") & (until["target_until"] == until["actual_until"]).to_numpy()
    rows = evidence.pick("indicators", same & (number | date))
    yield rows.findings("actual", found=rows.quoted("actual"), expected="实际数值或日期")


@check(
    "I206",
    "info",
    "请人工核定得分",
    description="不能用公式计算的指标（文字描述与指标值不同、逾期等）由人判断。自评得分在分值以内即予采用，列出供核定。",
    message="“{name}”{problem}，自评得分 {found}（分值 {points}）请人工核定。",
    advice="请核验人员根据完成情况核定得分。",
    clause="judgement.formula",
    field="own_score",
    sample={
        "name": "合同签订时间",
        "problem": "逾期（期限 2021年6月前，完成于 2021年12月）",
        "found": "1.00",
        "points": "2.00",
        "expected": "人工核定",
    },
)
def to_be_judged(evidence: Evidence) -> Iterator[Found]:
    """Indicators that no formula decides."""
    import numpy as np

    late = evidence.equals("indicators", "rule", "late")
    judged = evidence.equals("indicators", "rule", "judgement") | late
    judged &= np.isnan(evidence.number("indicators", "computed_score"))
    judged &= ~np.isnan(evidence.number("indicators", "own_score"))
    rows = evidence.pick("indicators", judged & ~evidence.recall(is_outside_tier))
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


@check(
    "I207",
    "warning",
    "指标值与完成值的单位不能比较",
    description="指标值与完成值的单位不是一类（例如次与万元），或一个是数、一个是日期，无法比较，也不能计算得分。",
    message="“{name}”的指标值“{target}”与完成值“{found}”单位或类别不同，不能比较。",
    advice="请用同样的单位填写指标值和完成值。",
    clause="judgement.formula",
    field="actual",
    sample={"name": "培训人次", "target": "200人", "found": "15次", "expected": "与“200人”同单位的数"},
)
def incomparable(evidence: Evidence) -> Iterator[Found]:
    """Values whose units cannot be brought together."""
    rows = evidence.pick("indicators", evidence.equals("indicators", "rule", "incomparable"))
    target = rows.quoted("target")
    yield rows.findings(
        "actual",
        found=rows.quoted("actual"),
        expected=[f"与“{text}”同单位的数" for text in target],
        target=target,
        clause=rows.text("clause"),
        parameter=rows.text("parameter"),
    )


@check(
    "I208",
    "warning",
    "三级指标重复",
    description="同一张表里三级指标名称相同（不计空格、标点和全半角），可能重复填写、重复计分。在第二个及以后的指标上提示。",
    message="“{name}”与本表第 {first} 项指标（{first_cell}）同名，可能重复计分。",
    advice="请核对是否重复；确是不同的指标，请在名称上加以区别。",
    clause="tool",
    field="name",
    sample={
        "name": "渗透测试次数",
        "first": "1",
        "first_cell": "D16",
        "found": "渗透测试次数",
        "expected": "不重复的名称",
    },
)
def repeated_name(evidence: Evidence) -> Iterator[Found]:
    """Second and later indicators of the same name in one form."""
    import numpy as np
    import pandas as pd

    from perfbatch.text import text_key

    indicators = evidence.frame("indicators")
    form = evidence.form_of("indicators")
    # Most names are alone in their form by letters and digits already, and need no exact key.
    rough = pd.DataFrame({"form": form, "key": _letters_only(indicators["name"])})
    alike = rough.duplicated(keep=False).to_numpy().nonzero()[0]
    exact = text_key(indicators["name"].take(alike)).to_numpy()
    keys = pd.DataFrame({"form": form[alike], "key": exact})[exact != ""]
    first = (
        pd.Series(alike[keys.index], index=keys.index).groupby([keys["form"], keys["key"]]).transform("first")
    )
    later = keys.duplicated(keep="first").to_numpy()
    firsts = pd.Series(first.to_numpy()[later], index=alike[keys.index[later]]).sort_index()
    repeated = np.zeros(len(indicators), dtype=bool)
    repeated[firsts.index] = True
    rows = evidence.pick("indicators", repeated)
    at = firsts.to_numpy()
    yield rows.findings(
        "name",
        found=rows.quoted("name"),
        expected="不重复的名称",
        first=[str(number) for number in indicators["number"].iloc[at].tolist()],
        first_cell=indicators["name_cell"].iloc[at].tolist(),
    )


@check(
    "I209",
    "error",
    "得分不在档次区间内",
    description="定性指标写明了达成、部分达成或未达成，得分却不在该档对应的分值区间内（含两端）。",
    message="“{name}”完成情况为“{tier}”，得分应在 {expected} 之间，自评为 {found}（分值 {points}）。",
    advice="请按完成档次在规定的区间内给分，或改正完成情况的表述。",
    clause="tier.achieved",
    field="own_score",
    sample={
        "name": "服务质量提升",
        "tier": "部分达成年度指标并具有一定效果",
        "found": "29.00",
        "expected": "18.00–24.00",
        "points": "30.00",
    },
)
def outside_tier(evidence: Evidence) -> Iterator[Found]:
    """Scores outside the band of the tier that was reached."""
    rows = evidence.pick("indicators", evidence.recall(is_outside_tier))
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


def _letters_only(texts: pd.Series[str]) -> npt.NDArray[np.object_]:
    """Texts in NFKC and lower case with nothing but letters and digits: equal for all that have the same
    key in perfbatch.text, and some others.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    plain = pc.utf8_normalize(pa.array(texts.array, type=pa.large_string()), "NFKC")
    folded = pc.utf8_normalize(pc.utf8_lower(pc.utf8_upper(plain)), "NFKC")
    kept: npt.NDArray[np.object_] = pc.replace_substring_regex(folded, r"[^\pL\pN]+", "").to_numpy(
        zero_copy_only=False
    )
    return kept


def _both(evidence: Evidence, kind: str) -> Bools:
    target = evidence.equals("indicators", "target_kind", kind)
    return target & evidence.equals("indicators", "actual_kind", kind)


def _scored(
    rows: Picked, *, expected: list[str] | None = None, level: list[str] | None = None, **values: list[str]
) -> Found:
    """Findings about an own score that rests on the clause of the rule that gave the computed one."""
    return rows.findings(
        "own_score",
        found=scores(rows.number("own_score")),
        expected=scores(rows.number("computed_score")) if expected is None else expected,
        level=level,
        clause=rows.text("clause"),
        parameter=rows.text("parameter"),
        target=shown(rows.text("target")),
        points=scores(rows.number("points")),
        **values,
    )
