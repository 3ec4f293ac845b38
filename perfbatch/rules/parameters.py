"""Every parameter that a rule book may set: dotted key, kind of value, unit, range, meaning.

This is the one definition: the loader checks books against it, ``perfbatch rules show`` and the
docs page are made from it, and a key that is not here is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "flag",  # true / false
    "choice",  # one of Spec.choices
    "number",  # a number between minimum and maximum
    "count",  # a whole number between minimum and maximum
    "span",  # [low, high], both between minimum and maximum
    "excess_bands",  # [{ from, deduct, more? }, …], from ascending
    "grade_bands",  # [{ from, grade }, …], in order of from, the lowest from 0
    "level1_points",  # [{ level1, points }, …]
    "words",  # list of words, compared as text
    "patterns",  # list of regular expressions, searched
]


@dataclass(frozen=True, slots=True)
class Spec:
    """What a parameter may hold. Bounds are in ``unit`` and count as allowed."""

    key: str
    kind: Kind
    meaning: str
    unit: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    minimum: float = 0.0
    maximum: float = 1e9


_OWN = "由人判断，采用自评得分"
_NUMBER_FORMULAS = {"ratio": "按比例计分", "met": "达到指标值得满分，否则不得分", "own": _OWN}

_SPECS = [
    Spec("cap", "flag", "得分不得超过该项分值"),
    Spec("budget.formula", "choice", "预算执行得分的算法", choices={"rate": "执行率 × 分值", "own": _OWN}),
    Spec("budget.rate_floor", "number", "执行率低于此值应说明原因", "%", maximum=100),
    Spec("budget.amount_tolerance", "number", "资金各行之和与总额的允许差额", "万元", maximum=100),
    Spec("positive.formula", "choice", "正向定量指标的算法", choices=_NUMBER_FORMULAS),
    Spec("positive.excess_bands", "excess_bands", "超额完成（B-A）/A 的扣分档次；空表示超额不扣分", "%"),
    Spec(
        "positive.excess_decided_by", "choice", "超额完成达到档次的，由谁定扣分",
        choices={"rule": "按档次扣分", "person": "由人分析原因后决定，在此之前按满分计，只作核实"},
    ),
    Spec("reverse.formula", "choice", "反向定量指标的算法", choices=_NUMBER_FORMULAS),
    Spec(
        "deadline.formula", "choice", "时限类指标的算法",
        choices={
            "on_time": "按时得满分，逾期由人判断",
            "on_time_or_zero": "按时得满分，逾期不得分",
            "own": _OWN,
        },
    ),
    Spec(
        "text.formula", "choice", "文字指标的算法",
        choices={"equal": "与指标值文字相同得满分，其他由人判断", "own": _OWN},
    ),
    Spec("tier.achieved", "span", "“达成年度指标”应得分值的区间", "%", maximum=100),
    Spec("tier.partly", "span", "“部分达成年度指标并具有一定效果”应得分值的区间", "%", maximum=100),
    Spec("tier.missed", "span", "“未达成年度指标且效果较差”应得分值的区间", "%", maximum=100),
    Spec("judgement.formula", "choice", "无法用公式计算的指标", choices={"own": _OWN}),
    Spec("rounding.decimals", "count", "得分四舍五入保留的小数位数", "位小数", maximum=6),
    Spec("rounding.tolerance", "number", "两个得分视为一致的最大差额", "分", maximum=1),
    Spec("total.points", "number", "分值合计", "分", minimum=1, maximum=1000),
    Spec("total.budget_points", "number", "预算执行的分值", "分", maximum=1000),
    Spec("total.level1_points", "level1_points", "一级指标的分值；空即以表内印出的为准", "分", maximum=1000),
    Spec("grade.bands", "grade_bands", "总分与等级", "分", maximum=1000),
    Spec("direction.reverse_words", "patterns", "名称含有这些字样、指标值没有写明方向的，按反向指标计算"),
    Spec("about.tolerance", "number", "指标值写“约”“左右”“上下”的，相差在此幅度以内算达到", "%", maximum=50),
    Spec(
        "inferred.farthest", "number",
        "没有写单位、有两种读法的完成值（%、‰、万、亿），与指标值相差超过此倍数而又不利于单位的，不计算，请人核实",
        "倍", minimum=1, maximum=1000,
    ),
    Spec("deviation.excess", "number", "（B-A）/A 达到此值即为偏离目标", "%", maximum=1e6),
    Spec("deviation.excess_inclusive", "flag", "恰好等于 deviation.excess 时也算偏离目标"),
    Spec("deviation.excess_error", "number", "（B-A）/A 达到此值而没有原因的，必须整改", "%", maximum=1e6),
    Spec("reason.empty_words", "words", "只写这些字样等于没有说明原因"),
    Spec("reason.accepted_words", "words", "只写这些字样也算说明了原因"),
    Spec("reason.instructions", "patterns", "表内印好的填写提示，不是原因"),
    Spec("reason.measure_words", "words", "表示写了改进措施的字样"),
    Spec("reason.min_characters", "count", "原因少于此字数，提示过于简略", "字", maximum=1000),
]  # fmt: skip

PARAMETERS: Mapping[str, Spec] = {spec.key: spec for spec in _SPECS}
"""All parameters, in the order in which people read them."""

LEVELS = ("error", "warning", "info", "off")
"""What a book may make of a check's level; "off" turns the check off."""

DIRECTIONS = ("positive", "reverse")
TARGET_KINDS = ("number", "date", "text", "tier")
