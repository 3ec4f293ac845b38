"""Targets and actuals as units write them less plainly: own words, ends, bare numbers, zero, both directions.

``pair(rng)`` draws one, with what it means (docs/specification.md, sections 2 to 4). It knows the meaning
because it wrote the cells from it; scores and findings follow from scoring.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from tests.generator import scoring
from tests.generator.model import Truth

POSITIVE = {
    "培训人数": "人", "投诉处理件数": "件", "受益群众户数": "户", "新建道路里程": "公里",
    "无故障运行天数": "天",
}  # fmt: skip
"""Names that say that more is better, with a unit."""
REVERSE = {
    "安全事故起数": "起",
    "有效投诉次数": "次",
    "平均响应时间": "分钟",
    "化肥使用量": "吨",
    "设备故障次数": "次",
}
GOOD_RATES, BAD_RATES = (
    ("验收合格率", "投诉处理率", "事故下降率"),
    ("设备故障率", "投诉率", "漏损率", "不合格率"),
)
OPEN = {"补助发放标准": "元", "专项经费支出": "万元", "科研经费投入": "万元"}
"""Names that real forms use both ways (docs/specification.md, section 3)."""
OPEN_RATES = ("仪器使用率", "抗体检出率", "人员占比")


@dataclass(frozen=True)
class Pair:
    """One indicator with the cells that its unit filled in; ``own`` is the score as written."""

    kind: str
    name: str
    level2: str
    target: str
    actual: str
    points: Decimal
    own: str
    truth: Truth


Cells = tuple[str, str, str, Truth]
"""Name, target, actual, and what they mean."""
MAKERS: dict[str, Callable[[Random], Cells]] = {}


def maker(function: Callable[[Random], Cells]) -> Callable[[Random], Cells]:
    """Enter a kind of pair under its function's name."""
    MAKERS[function.__name__.strip("_")] = function
    return function


def pair(rng: Random, kind: str = "") -> Pair:
    """One indicator of ``kind``, or of any."""
    kind = kind or rng.choice(list(MAKERS))
    name, target, actual, truth = MAKERS[kind](rng)
    points = Decimal(rng.choice((3, 5, 7, 8, 10, 12, 15)))
    level2 = "质量指标" if "率" in name or "占比" in name else "社会效益指标"
    written = _disguised(target, rng), _disguised(actual, rng)
    return Pair(kind, name, level2, *written, points, _own(truth, points, rng), truth)


def _own(truth: Truth, points: Decimal, rng: Random) -> str:
    """A score as units write it: full, right, right at one decimal, or their own opinion."""
    score = scoring.computed(truth, points)
    right = score if score is not None else points
    if truth.tier and rng.random() < 0.7:
        return f"{points * Decimal(rng.choice(('1', '0.81', '0.8', '0.79', '0.6', '0.59', '0'))):.2f}"
    opinion = Decimal(rng.randint(0, int(points) * 10)) / 10
    at_one_decimal = f"{scoring.tenth(right)}"
    return rng.choice(
        (f"{points}", f"{points:.2f}", f"{right:.2f}", f"{right:.2f}", at_one_decimal, f"{opinion}")
    )


_FULL = {ord(letter): ord(letter) - 0x20 + 0xFF00 for letter in "0123456789.%<>"}


def _disguised(text: str, rng: Random) -> str:
    draw = rng.random()
    if draw < 0.08:
        return text.translate(_FULL)
    return f" {text} " if draw < 0.14 else text


# ---- numbers and operators ----------------------------------------------------------------------------


def _amount(rng: Random, most: int = 400) -> Decimal:
    return Decimal(rng.randint(2, most))


def _beside(a: Decimal, rng: Random) -> Decimal:
    """An actual near or far from ``a``, or the same, or the same but for float noise."""
    draw = rng.random()
    if draw < 0.2:
        return a
    if draw < 0.27:
        return a * (1 + Decimal(rng.choice(("-1e-10", "1e-10", "-4e-10", "-1e-7", "1e-7"))))
    share = Decimal(rng.choice((rng.randint(40, 130), rng.randint(130, 720), 130, 200, 300, 400, 600)))
    return (a * share / 100).quantize(Decimal("0.1"))


def _written(value: Decimal) -> str:
    plain = f"{value:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _operated(a: str, rule: str, strict: bool, rng: Random) -> str:
    if rule == "positive":
        forms = (
            ("＞{}", ">{}", "大于{}", "超过{}", "高于{}")
            if strict
            else ("≥{}", "不低于{}", "{}以上", "不少于{}")
        )
    else:
        forms = (
            ("＜{}", "<{}", "小于{}", "低于{}", "少于{}")
            if strict
            else ("≤{}", "不超过{}", "{}以内", "控制在{}以内")
        )
    return rng.choice(forms).format(a)


def _unit(rule: str, rng: Random) -> tuple[str, str]:
    """A name and its unit; the operator says the direction, so the name need not."""
    return rng.choice([*POSITIVE.items(), *REVERSE.items(), *OPEN.items()])


@maker
def _strict(rng: Random) -> Cells:
    rule = rng.choice(("positive", "reverse"))
    name, unit = _unit(rule, rng)
    a = _amount(rng)
    b = a if rng.random() < 0.5 else _beside(a, rng)
    return (
        name,
        _operated(f"{a}{unit}", rule, True, rng),
        f"{_written(b)}{unit}",
        Truth(rule, a, b, strict=True),
    )


@maker
def _stated(rng: Random) -> Cells:
    rule = rng.choice(("positive", "reverse"))
    name, unit = _unit(rule, rng)
    a = _amount(rng)
    b = _beside(a, rng)
    return name, _operated(f"{a}{unit}", rule, False, rng), f"{_written(b)}{unit}", Truth(rule, a, b)


@maker
def _named(rng: Random) -> Cells:
    """The name says the direction, no operator does."""
    rule = rng.choice(("positive", "reverse"))
    a = _amount(rng, 90)
    b = _beside(a, rng)
    if rng.random() < 0.5:
        name = rng.choice(GOOD_RATES if rule == "positive" else BAD_RATES)
        return name, f"{a}%", f"{_written(b)}%", Truth(rule, a, b)
    name, unit = rng.choice(list((POSITIVE if rule == "positive" else REVERSE).items()))
    return name, f"{a}{unit}", f"{_written(b)}{unit}", Truth(rule, a, b)


@maker
def _unsure(rng: Random) -> Cells:
    a = _amount(rng, 90)
    b = _beside(a, rng)
    if rng.random() < 0.5:
        return rng.choice(OPEN_RATES), f"{a}%", f"{_written(b)}%", Truth("unsure", a, b)
    name, unit = rng.choice(list(OPEN.items()))
    return name, f"{a}{unit}", f"{_written(b)}{unit}", Truth("unsure", a, b)


@maker
def _about(rng: Random) -> Cells:
    rule = rng.choice(("positive", "reverse"))
    name, unit = rng.choice(list((POSITIVE if rule == "positive" else REVERSE).items()))
    a = Decimal(rng.randint(1, 40) * 20)
    near = Decimal(
        rng.choice(("0.95", "1.05", "0.9499", "1.0501", "0.97", "1.03", "0.8", "1.2", "1.4", "3.5", "1"))
    )
    target = rng.choice(("约{}{}", "{}{}左右", "大约{}{}", "{}{}上下")).format(a, unit)
    return name, target, f"{_written(a * near)}{unit}", Truth(rule, a, a * near, about=True)


@maker
def _units(rng: Random) -> Cells:
    """元, 万元 and 亿元 beside each other."""
    rule = rng.choice(("positive", "reverse"))
    a = _amount(rng)
    b = _beside(a, rng)
    target = _operated(f"{a}万元", rule, False, rng)
    actual = rng.choice((f"{_written(b * 10000)}元", f"{_written(b / 10000)}亿元", f"{_written(b)}万元"))
    return rng.choice(list(OPEN)), target, actual, Truth(rule, a, b)


# ---- ends ---------------------------------------------------------------------------------------------


@maker
def _range(rng: Random) -> Cells:
    low = _amount(rng, 90)
    high = low + rng.randint(1, 60)
    name, unit = rng.choice(list(POSITIVE.items()))
    b = rng.choice((low, high, _beside(low, rng), _beside(high, rng), (low + high) / 2))
    target = rng.choice(("{}-{}{}", "{}~{}{}", "{}至{}{}", "{}—{}{}")).format(low, high, unit)
    return name, target, f"{_written(b)}{unit}", Truth("range", low, b, upper=high)


@maker
def _plus_minus(rng: Random) -> Cells:
    a = Decimal(rng.randint(1, 20))
    b = rng.choice((a, -a, Decimal(0), _beside(a, rng), -_beside(a, rng)))
    target = rng.choice(("±{}%", "±{}%以内")).format(a)
    return rng.choice(("结算误差率", "预算偏差率")), target, f"{_written(b)}%", Truth("range", -a, b, upper=a)


@maker
def _several(rng: Random) -> Cells:
    parts, targets, actuals = [], [], []
    for _ in range(rng.randint(2, 3)):
        a = Decimal(rng.randint(50, 100))
        b = rng.choice((a, a, min(a + 3, Decimal(100)), a - rng.randint(1, 30)))
        parts.append(Truth("positive", a, b))
        targets.append(f"{a}%")
        actuals.append(f"{b}%")
    mark = rng.choice((";", "；", "、"))
    return (
        rng.choice(GOOD_RATES[:2]),
        mark.join(targets),
        mark.join(actuals),
        Truth("several", parts=tuple(parts)),
    )


# ---- what the actual's own words say ------------------------------------------------------------------

WORDS = {
    "below": ("不足{}", "不到{}", "未达{}", "低于{}", "<{}", "接近{}", "近{}", "将近{}"),
    "above": ("超过{}", ">{}", "高于{}", "大于{}"),
    "from": ("{}以上", "≥{}", "不低于{}"),
    "up to": ("{}以下", "≤{}", "不超过{}"),
}


@maker
def _worded(rng: Random) -> Cells:
    rule = rng.choice(("positive", "reverse", "range") if rng.random() < 0.3 else ("positive", "reverse"))
    a = Decimal(rng.randint(5, 95))
    b = rng.choice((a, a, a + rng.randint(1, 4), a - rng.randint(1, 4)))
    side = rng.choice(list(WORDS))
    actual = rng.choice(WORDS[side]).format(f"{b}%")
    if rule == "range":
        truth = Truth("range", a, rng.choice((b, a + 5)), upper=a + 5, words=side)
        return "仪器使用率", f"{a}%-{a + 5}%", rng.choice(WORDS[side]).format(f"{truth.b}%"), truth
    strict = rng.random() < 0.25
    target = _operated(f"{a}%", rule, strict, rng)
    name = rng.choice((*GOOD_RATES, *BAD_RATES))
    return name, target, actual, Truth(rule, a, b, strict=strict, words=side)


# ---- zero ---------------------------------------------------------------------------------------------


@maker
def _zero(rng: Random) -> Cells:
    """A target of zero: reverse, unless what it counts is wanted (then it is open)."""
    wanted = rng.random() < 0.3
    name, unit = rng.choice(
        [(n, u) for n, u in (POSITIVE if wanted else REVERSE).items() if u not in ("吨", "分钟")]
    )
    b = Decimal(rng.choice((0, 0, 1, 3)))
    if rng.random() < 0.3:
        return name, rng.choice(("≤0{}", "=0{}" if not wanted else "≤0{}")).format(unit), f"{b}{unit}", \
            Truth("reverse", Decimal(0), b)  # fmt: skip
    target = rng.choice((f"0{unit}", "0", f"零{unit}"))
    return name, target, f"{b}{unit}", Truth("unsure" if wanted else "reverse", Decimal(0), b)


# ---- bare numbers -------------------------------------------------------------------------------------

SCALES = {"%": Decimal(100), "‰": Decimal(1000), "万人": Decimal("0.0001"), "亿元": Decimal("0.00000001")}


@maker
def _bare(rng: Random) -> Cells:
    """A bare number beside a unit that leaves two readings."""
    unit = rng.choice(list(SCALES))
    scale = SCALES[unit]
    rule = rng.choice(("positive", "reverse"))
    a = Decimal(rng.randint(1, 99 if "人" not in unit else 40))
    b = a * Decimal(rng.choice((20, 31, 35, 60, 90, 96, 100, 103, 120, 250, 290, 320, 500))) / 100
    if unit == "%":
        b = min(b, Decimal(100)) if rule == "positive" else b
    bare = b / scale if rng.random() < 0.7 else b
    if unit == "%" and rng.random() < 0.05:
        a, bare = Decimal(10), Decimal(1)  # 1 % and 100 % lie as far off
    target = _operated(f"{a}{unit}", rule, False, rng)
    name = {"万人": "受益群众人数", "亿元": "专项经费支出"}.get(unit, rng.choice((*GOOD_RATES, *BAD_RATES)))
    return name, target, _written(bare), Truth(rule, a, bare, scale=scale)


@maker
def _fallen(rng: Random) -> Cells:
    """An amount of change that both sides name: the more the better, whatever the name says."""
    a = Decimal(rng.randint(4, 40))
    b = (a * Decimal(rng.choice((50, 75, 90, 100, 110, 125))) / 100).quantize(Decimal("0.1"))
    word = rng.choice(("下降", "降低", "减少"))
    name = rng.choice((*BAD_RATES, "专项经费支出", "化肥使用量"))
    return name, f"{word}{a}%", f"{word}{_written(b)}%", Truth("positive", a, b)


@maker
def _dated(rng: Random) -> Cells:
    """A number beside a date."""
    day, count = f"2021年{rng.randint(1, 12)}月前", f"{rng.randint(2, 90)}人"
    target, actual = rng.choice(((day, count), (count, day)))
    return rng.choice(("合同签订时间", "培训人数")), target, actual, Truth("incomparable")


# ---- tiers --------------------------------------------------------------------------------------------


@maker
def _tier(rng: Random) -> Cells:
    tier = rng.choice(("achieved", "partly", "missed"))
    words = {
        "achieved": ("达成年度指标", "达成预期指标"),
        "partly": ("部分达成年度指标并具有一定效果", "部分达成预期指标并具有一定效果"),
        "missed": ("未达成年度指标且效果较差", "未达成预期指标且效果较差"),
    }
    return (
        "提升公共服务水平",
        rng.choice(("成效显著", "持续改善")),
        rng.choice(words[tier]),
        Truth("tier", tier=tier),
    )
