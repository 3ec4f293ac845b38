"""A right form: every score as the rules give it, every deviation with its reason."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

from tests.generator import scoring
from tests.generator.catalogue import LEVEL1, Identity, entries, load, outputs
from tests.generator.measures import Entry, Measure, measure, supports
from tests.generator.model import Form, Fund, Indicator, Percent, Value, own_sum

SIZES = {"small": (1, 1, 1), "medium": (4, 3, 1), "large": (9, 7, 2), "huge": (15, 12, 3)}
"""Most 数量指标, 效益指标 and 满意度指标 of a form."""

_WEIGHTS = {"产出指标": 50, "效益指标": 30, "满意度指标": 10}
_OUTCOMES = ("met",) * 10 + ("better",) * 5 + ("over", "missed", "missed", "missed")
_SHEETS = ("综合科", "财务科", "业务科", "项目科", "信息科", "办公室")


def right_form(who: Identity, rng: Random, layout: str = "national", size: str = "medium", year: int = 2021,
               ) -> Form:  # fmt: skip
    """A form of this project without a single mistake: perfbatch must find nothing in it."""
    department, unit, project, name = who
    code = f"990000{year % 100}R{rng.randrange(10**9):012d}" if layout == "platform" else ""
    form = Form(
        layout=layout, year=year, project=f"{code}-{name}" if code else name, department=department["name"],
        unit=unit, leader=rng.choice(_SHEETS), phone=f"010-0000{rng.randint(1000, 9999)}",
        goal=project["goal"], outcome=project["outcome"], funds=_funds(rng, layout), indicators=[],
        weights={level1: Decimal(weight) for level1, weight in _WEIGHTS.items()}, code=code,
    )  # fmt: skip
    form.indicators = _indicators(form, project, size, rng)
    if layout == "platform":
        texts = load("texts")["platform"]
        form.remarks = (texts["conclusion_given"], texts["problems"], texts["measures"])
    form.own_total = own_sum(form)
    return form


def _indicators(form: Form, project: dict[str, Any], size: str, rng: Random) -> list[Indicator]:
    chosen = _chosen(project, size, rng)
    points: list[Decimal] = []
    for level1, weight in _WEIGHTS.items():
        points += _split(weight, sum(LEVEL1[entry.level2] == level1 for entry in chosen), rng)
    return [_indicator(form, entry, worth, rng) for entry, worth in zip(chosen, points, strict=True)]


def _chosen(project: dict[str, Any], size: str, rng: Random) -> list[Entry]:
    most, benefits, satisfied = SIZES[size]
    least = max(1, most * 2 // 3)
    known = entries()
    own = outputs(project)
    numbers = own + rng.sample(known["数量指标"], len(known["数量指标"]))
    chosen = numbers[: rng.randint(least, most)]
    for level2, share in (("质量指标", 1), ("时效指标", 0.8), ("成本指标", 0.3)):
        wanted = rng.randint(max(1, int(least * share)), max(1, int(most * share)))
        chosen += rng.sample(known[level2], min(wanted, len(known[level2])))
    pool = [entry for level2, listed in known.items() if LEVEL1[level2] == "效益指标" for entry in listed]
    picked = rng.sample(pool, rng.randint(max(1, benefits * 2 // 3), benefits))
    chosen += sorted(picked, key=lambda entry: entry.level2)
    chosen += rng.sample(known["服务对象满意度指标"], rng.randint(1, satisfied))
    return chosen


def _split(total: int, parts: int, rng: Random) -> list[Decimal]:
    """``total`` points over ``parts`` indicators, whole points, at least 1 each."""
    cuts = sorted(rng.sample(range(1, total), parts - 1))
    return [Decimal(b - a) for a, b in zip([0, *cuts], [*cuts, total], strict=True)]


def _indicator(form: Form, entry: Entry, points: Decimal, rng: Random) -> Indicator:
    outcome = rng.choice(_OUTCOMES)
    if not supports(entry.kind, outcome) or (entry.kind == "deadline" and outcome == "missed"):
        outcome = "met"
    indicator = Indicator(LEVEL1[entry.level2], entry.level2, entry.name, None, None, points, None,
                          measure(entry, "met", rng, 2021, form.layout).truth)  # fmt: skip
    rewrite(indicator, entry, measure(entry, outcome, rng, form.year or 2021, form.layout), rng)
    return indicator


def rewrite(indicator: Indicator, entry: Entry, measured: Measure, rng: Random) -> None:
    """Make ``indicator`` the right line for ``entry`` as ``measured``: score and reason follow."""
    indicator.name = entry.name
    indicator.target, indicator.actual = measured.target, measured.actual
    indicator.nature, indicator.unit, indicator.truth = measured.nature, measured.unit, measured.truth
    points = Decimal(str(indicator.points))
    score = scoring.computed(measured.truth, points)
    indicator.own_score = points if score is None else score
    indicator.reason = right_reason(indicator, rng)


def right_reason(indicator: Indicator, rng: Random) -> Value:
    """A full reason where the indicator deviates; elsewhere blank, or 无 now and then."""
    own, points = Decimal(str(indicator.own_score)), Decimal(str(indicator.points))
    if not scoring.reason_level(indicator.truth, own, points):
        return rng.choice((None, None, None, "无"))
    texts = load("texts")
    if scoring.missed(indicator.truth):
        return str(rng.choice(texts["shortfall"]))
    return str(rng.choice(texts["surplus" if scoring.excess(indicator.truth) else "docked"]))


def _funds(rng: Random, layout: str) -> list[Fund]:
    budget = Decimal(rng.randint(2000, 200000)) / 100
    initial = (budget * rng.choice((100, 100, 100, 110, 125, 90)) / 100).quantize(Decimal("0.01"))
    thousandths = rng.choice(
        (1000, 1000, rng.randint(900, 999), rng.randint(900, 999), rng.randint(600, 899))
    )
    places = Decimal("0.000001" if layout == "national" else "0.01")
    executed = (budget * thousandths / 1000).quantize(places)
    carried = (budget / 10).quantize(Decimal("0.01")) if rng.random() < 0.2 else Decimal(0)
    rate = written_rate(executed, budget)
    total = Fund("total", "年度资金总额", initial, budget, executed, rate, Decimal(10))
    fiscal = Fund("fiscal", "其中:当年财政拨款", initial, budget - carried, executed - min(carried, executed))
    fiscal.rate = written_rate(Decimal(str(fiscal.executed)), budget - carried)
    total.own_score = scoring.rounded(min(executed / budget, Decimal(1)) * 10)
    if layout == "platform":
        return _platform_funds(total, fiscal, carried, rng)
    fiscal.label = rng.choice(("其中:当年财政拨款", "其中：本年财政拨款"))
    carry = Fund("carryover", "上年结转资金", "-", "-", "-")
    if carried:
        spent = min(carried, executed)
        carry = Fund("carryover", "上年结转资金", None, carried, spent, written_rate(spent, carried))
    other = Fund("other", "其他资金", *(rng.choice((("-", "-", "-"), (None, None, None), (0, 0, 0)))))
    for fund in (fiscal, carry, other):
        fund.points = fund.own_score = "—"
    return [total, fiscal, carry, other]


def _platform_funds(total: Fund, fiscal: Fund, carried: Decimal, rng: Random) -> list[Fund]:
    total.label, fiscal.label = "总额", "其中：财政资金"
    low = Decimal(str(total.executed)) / Decimal(str(total.budget)) < Decimal("0.9")
    texts = load("texts")
    unasked = (None, texts["platform"]["rate_instruction"])
    total.reason = rng.choice(texts["low_rate"] if low else unasked)
    zero = Percent(Decimal(0), 2)
    special = Fund("special_account", "财政专户管理资金", Decimal(0), Decimal(0), Decimal(0), zero)
    own = Fund("unit_funds", "单位资金", Decimal(0), Decimal(0), Decimal(0), zero)
    if carried:
        spent = min(carried, Decimal(str(total.executed)))
        own = Fund("unit_funds", "单位资金", Decimal(0), carried, spent, written_rate(spent, carried))
    funds = [total, fiscal, special, own, Fund("other", "其他资金")]
    for fund in funds[1:]:
        fund.points = fund.own_score = "/"
    return funds


def written_rate(executed: Decimal, budget: Decimal) -> Percent:
    """执行率 as a percent cell with 2 decimals."""
    return Percent(scoring.rounded(executed / budget * 100), 2)
