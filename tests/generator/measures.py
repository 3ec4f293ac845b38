"""One target and one actual value, as a unit would write them, with what they mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from random import Random

from tests.generator.model import Percent, Truth, Value

OUTCOMES = ("met", "better", "over", "far_over", "missed")


@dataclass(frozen=True)
class Entry:
    """An indicator of the catalogue; ``kind`` as explained in indicators.toml."""

    kind: str
    level2: str
    name: str
    unit: str = ""
    low: int = 1
    high: int = 10
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measure:
    """Cells of one indicator. ``nature`` and ``unit`` are filled in the platform layout only."""

    target: Value
    actual: Value
    truth: Truth
    nature: Value = None
    unit: Value = None


def supports(kind: str, outcome: str) -> bool:
    """Whether an indicator of this kind can turn out so."""
    if kind == "number":
        return True
    if kind == "deadline":
        return outcome in ("met", "better", "missed")
    if kind in ("rate", "cost", "rate_ceiling", "ceiling"):
        return outcome in ("met", "better", "missed")
    return outcome == "met"


def measure(entry: Entry, outcome: str, rng: Random, year: int, layout: str) -> Measure:
    """Target and actual of ``entry`` that turned out as ``outcome`` says."""
    if entry.kind == "deadline":
        return _deadline(outcome, rng, year, layout)
    if entry.kind == "text":
        word = rng.choice(entry.words)
        return Measure(word, word, Truth("text"), nature=_only_platform(layout, "定性"))
    if entry.kind == "tier":
        tier = Truth("tier", tier="achieved")
        actual = rng.choice(("达成年度指标", "达成预期指标"))
        return Measure(rng.choice(entry.words), actual, tier, nature=_only_platform(layout, "定性"))
    a, b = _amounts(entry, outcome, rng)
    reverse = entry.kind in ("ceiling", "rate_ceiling", "cost")
    truth = Truth("reverse" if reverse else "positive", a, b)
    if layout == "platform":
        nature = "≤" if reverse else rng.choice(("≥", "＝"))
        return Measure(a, b, truth, nature=nature, unit=entry.unit)
    if entry.kind in ("rate", "rate_ceiling"):
        return Measure(_rate_target(a, reverse, rng), _rate_actual(b, rng), truth)
    return Measure(*_counted(a, b, entry.unit, reverse, rng), truth)


def _only_platform(layout: str, value: str) -> str | None:
    return value if layout == "platform" else None


def _amounts(entry: Entry, outcome: str, rng: Random) -> tuple[Decimal, Decimal]:
    if entry.kind in ("rate", "rate_ceiling"):
        return _rates(entry, outcome, rng)
    if entry.kind == "cost":
        a = Decimal(rng.randint(entry.low * 20, entry.high * 20)) / 20
        share = rng.randint(105, 130) if outcome == "missed" else rng.randint(85, 100)
        return a, (a * share / 100).quantize(Decimal("0.01"))
    a = Decimal(rng.randint(entry.low, entry.high))
    if a > 200:
        a -= a % 10
    if entry.kind == "ceiling":
        if outcome == "missed":
            a = max(a, Decimal(1))
            return a, a + rng.randint(1, 3)
        return a, Decimal(rng.randint(0, int(a)))
    return _count(a, outcome, rng)


def _count(a: Decimal, outcome: str, rng: Random) -> tuple[Decimal, Decimal]:
    if outcome == "missed":
        a = max(a, Decimal(2))
        return a, max(Decimal(1), Decimal(int(a * rng.randint(40, 95) / 100)))
    if outcome == "better":
        return a, a + int(a * rng.randint(5, 29) / 100)
    if outcome == "over":
        least = (a * 3 / 10).to_integral_value(ROUND_CEILING)
        return a, a + max(least, Decimal(int(a * rng.randint(30, 180) / 100)))
    if outcome == "far_over":
        return a, a + (a * rng.choice((200, 230, 300, 420, 500, 640)) / 100).to_integral_value(ROUND_CEILING)
    return a, a


def _rates(entry: Entry, outcome: str, rng: Random) -> tuple[Decimal, Decimal]:
    a = Decimal(rng.randint(entry.low, entry.high))
    tenth = Decimal("0.1")
    if entry.kind == "rate_ceiling":
        if outcome == "missed":
            return a, (a * rng.randint(110, 160) / 100).quantize(tenth)
        return a, (a * rng.randint(20, 95) / 100).quantize(tenth)
    if outcome == "missed":
        return a, (a * rng.randint(700, 985) / 1000).quantize(tenth)
    if outcome == "better":
        return a, a + ((100 - a) * rng.randint(5, 100) / 100).quantize(tenth)
    return a, a


def _rate_target(a: Decimal, reverse: bool, rng: Random) -> Value:
    if reverse:
        return rng.choice((f"≤{a}%", f"不超过{a}%", f"{a}%以下", f"{a}%以内"))
    return rng.choice((f"≥{a}%", f"≥{a}%", f"不低于{a}%", f"{a}%以上", f"{a}%", Percent(a, 0)))


def _rate_actual(b: Decimal, rng: Random) -> Value:
    return rng.choice((f"{b:f}%", Percent(b, 2), Percent(b, 1)))


def _counted(a: Decimal, b: Decimal, unit: str, reverse: bool, rng: Random) -> tuple[Value, Value]:
    target = f"{a:f}{unit}"
    actual = f"{b:f}{unit}"
    if reverse:
        return rng.choice((f"≤{target}", f"不超过{target}", target)), actual
    style = rng.randrange(6)
    if style < 2:
        return a, b
    return (target, f"≥{target}", f"不少于{target}", f"{target}以上")[style - 2], actual


def _deadline(outcome: str, rng: Random, year: int, layout: str) -> Measure:
    nature = _only_platform(layout, "定性")
    month = rng.randint(3, 9) if outcome == "missed" else rng.randint(3, 12)
    target = rng.choice((f"{year}年{month}月前", f"{year}年{month}月底前"))
    if outcome == "missed":
        return Measure(target, f"{year}年{month + rng.randint(1, 3)}月", Truth("late"), nature=nature)
    done = date(year, month if outcome == "met" else rng.randint(1, month), rng.randint(1, 28))
    actual = rng.choice((f"{done.year}年{done.month}月", f"{done.year}年{done.month}月{done.day}日", done))
    return Measure(target, actual, Truth("deadline"), nature=nature)
