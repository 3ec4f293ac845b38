"""One function a check: put exactly that defect into a right form, and say what must be found.

Each keeps everything else consistent (the total follows a changed score, a reason stands where a deviation
needs one) and returns None, with the form still right, where the form has no room for it. A check with
several shapes has several functions, named ``check-variant``. B501 needs two forms: workbook.py makes
it; B502 and B503 need a roster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from random import Random

from tests.generator import scoring
from tests.generator.catalogue import entries, load
from tests.generator.content import rewrite, right_reason, written_rate
from tests.generator.expected import Expected
from tests.generator.measures import Measure, measure
from tests.generator.model import Form, Formula, Fund, Indicator, Percent, Place, Truth, number, own_sum

Defect = Callable[[Form, Random], list[Expected] | None]
DEFECTS: dict[str, Defect] = {}


def defect(name: str) -> Callable[[Defect], Defect]:
    """Enter a function into the catalogue as ``check`` or ``check-variant``."""

    def enter(function: Defect) -> Defect:
        DEFECTS[name] = function
        return function

    return enter


def one_indicator(name: str) -> bool:
    """Whether the defect concerns one indicator only."""
    return name[0] in "IR" or name.startswith(("S002", "S003-uncached"))


# ---- helpers -----------------------------------------------------------------------------------------


def _value(value: object) -> Decimal:
    found = number(value)  # type: ignore[arg-type]
    return Decimal(0) if found is None else found


def _settle(form: Form) -> None:
    """The total follows the scores."""
    form.own_total = own_sum(form)


def _free(form: Form, rng: Random, least: int = 1) -> Iterator[tuple[int, Indicator]]:
    """Indicators of 产出 and 效益 without a defect, worth ``least`` points or more, in random order."""
    found = [
        (n, indicator)
        for n, indicator in enumerate(form.indicators, 1)
        if n not in form.touched
        and indicator.level2 != "成本指标"
        and indicator.level1 != "满意度指标"
        and _value(indicator.points) >= least
    ]
    yield from rng.sample(found, len(found))


ANY_LEVEL2 = ["数量指标", "质量指标", "时效指标", "社会效益指标"]


def _turn(form: Form, rng: Random, kinds: tuple[str, ...], outcome: str, least: int = 1,
          ) -> tuple[int, Indicator] | None:  # fmt: skip
    """An indicator made to be of one of ``kinds`` with this outcome, right in all else."""
    taken = {indicator.name for indicator in form.indicators}
    known = entries()
    for only_own_level in (True, False):
        for n, indicator in _free(form, rng, least):
            level2s = [indicator.level2] if only_own_level else ANY_LEVEL2
            listed = [entry for level2 in level2s for entry in known[level2]]
            fitting = [entry for entry in listed if entry.kind in kinds and entry.name not in taken]
            if fitting:
                entry = rng.choice(fitting)
                rewrite(indicator, entry, measure(entry, outcome, rng, form.year or 2021, form.layout), rng)
                form.touched.add(n)
                _settle(form)
                return n, indicator
    return None


def _at(n: int, field: str) -> Place:
    return Place("indicators", n, field)


def _score(form: Form, n: int, indicator: Indicator, own: Decimal, rng: Random, check: str, level: str,
           ) -> list[Expected]:  # fmt: skip
    """Give the indicator this own score, with the reason and total that go with it."""
    indicator.own_score = own
    if not indicator.reason:
        indicator.reason = right_reason(indicator, rng)
    _settle(form)
    return [Expected(check, level, _at(n, "own_score"))]


# ---- structure ---------------------------------------------------------------------------------------


def _blank_header(field: str) -> Defect:
    def blank(form: Form, rng: Random) -> list[Expected] | None:
        setattr(form, field, None)
        return [Expected("S001", "error", Place("form", "", field))]

    return blank


for _field in ("project", "department", "unit", "year"):
    DEFECTS[f"S001-{_field}"] = _blank_header(_field)


def _blank_value(field: str) -> Defect:
    def blank(form: Form, rng: Random) -> list[Expected] | None:
        found = _turn(form, rng, ("number",), "met")
        if found is None:
            return None
        n, indicator = found
        setattr(indicator, field, None)
        indicator.reason = None
        if field == "target":
            indicator.nature = None
        return [Expected("S002", "error", _at(n, field))]

    return blank


for _field in ("target", "actual", "own_score"):
    DEFECTS[f"S002-{_field}"] = _blank_value(_field)


@defect("S003-uncached")
def _uncached(form: Form, rng: Random) -> list[Expected] | None:
    found = _turn(form, rng, ("number",), "met")
    if found is None:
        return None
    n, indicator = found
    indicator.reason = None
    indicator.own_score = Formula("=ROUND({0}*1,2)", (_at(n, "points"),), None)
    return [Expected("S003", "error", _at(n, "own_score"))]


@defect("S003-error")
def _error_value(form: Form, rng: Random) -> list[Expected] | None:
    form.own_total = Formula("=SUM(#REF!)", (), "#REF!")
    return [Expected("S003", "error", Place("form", "", "own_total"))]


# ---- funds -------------------------------------------------------------------------------------------


def _spend(form: Form, share: str) -> None:
    """Spend this share of the budget, with rates, lines and score to match."""
    total = form.total
    budget = _value(total.budget)
    executed = (budget * Decimal(share)).quantize(Decimal("0.01"))
    total.executed, total.rate = executed, written_rate(executed, budget)
    total.own_score = scoring.rounded(min(executed / budget, Decimal(1)) * _value(total.points))
    fiscal, *others = form.funds[1:]
    rest = sum((_value(fund.executed) for fund in others), Decimal(0))
    if rest:
        for fund in others:
            if _value(fund.executed):
                _spend_line(fund, scoring.rounded(_value(fund.budget) * Decimal(share)))
        rest = sum((_value(fund.executed) for fund in others), Decimal(0))
    _spend_line(fiscal, executed - rest)
    _settle(form)


def _spend_line(fund: Fund, executed: Decimal) -> None:
    fund.executed = executed
    fund.rate = written_rate(executed, _value(fund.budget))


@defect("F101")
def _wrong_rate(form: Form, rng: Random) -> list[Expected] | None:
    right = _value(form.total.rate)
    form.total.rate = Percent(right - 3 if right > 93 else right + Decimal("4.5"), 2)
    return [Expected("F101", "error", Place("funds", "total", "rate"))]


@defect("F101-line")
def _wrong_line_rate(form: Form, rng: Random) -> list[Expected] | None:
    fiscal = form.funds[1]
    fiscal.rate = Percent(_value(fiscal.rate) - 5, 2)
    return [Expected("F101", "error", Place("funds", fiscal.line, "rate"))]


@defect("F102")
def _wrong_budget_score(form: Form, rng: Random) -> list[Expected] | None:
    right = _value(form.total.own_score)
    form.total.own_score = right - 1 if right > Decimal("9.5") else right + Decimal("0.5")
    _settle(form)
    return [Expected("F102", "error", Place("funds", "total", "own_score"))]


@defect("F103")
def _wrong_fund_sum(form: Form, rng: Random) -> list[Expected] | None:
    fiscal = form.funds[1]
    fiscal.initial = _value(fiscal.initial) + Decimal(5)
    return [Expected("F103", "error", Place("funds", "total", "initial"))]


@defect("F104")
def _no_budget(form: Form, rng: Random) -> list[Expected] | None:
    form.total.budget = rng.choice((None, Decimal(0)))
    return [Expected("F104", "error", Place("funds", "total", "budget"))]


@defect("F105")
def _overspent(form: Form, rng: Random) -> list[Expected] | None:
    _spend(form, "1.08")
    form.total.reason = None
    return [Expected("F105", "error", Place("funds", "total", "executed"))]


def _slow(text: Callable[[Random], str | None]) -> Defect:
    def put(form: Form, rng: Random) -> list[Expected] | None:
        if form.layout != "platform":
            return None
        _spend(form, "0.78")
        form.total.reason = text(rng)
        return [Expected("F106", "error", Place("funds", "total", "reason"))]

    return put


DEFECTS["F106"] = _slow(lambda rng: None)
DEFECTS["F106-nothing"] = _slow(lambda rng: rng.choice(load("texts")["says_nothing"]))
DEFECTS["F106-instruction"] = _slow(lambda rng: load("texts")["platform"]["rate_instruction"])


# ---- indicators --------------------------------------------------------------------------------------


@defect("I201")
def _above_points(form: Form, rng: Random) -> list[Expected] | None:
    found = _turn(form, rng, ("number", "rate"), "met", 2)
    if found is None:
        return None
    return _score(form, *found, _value(found[1].points) + 1, rng, "I201", "error")


@defect("I201-negative")
def _negative(form: Form, rng: Random) -> list[Expected] | None:
    found = _turn(form, rng, ("number",), "missed", 2)
    return None if found is None else _score(form, *found, Decimal(-1), rng, "I201", "error")


@defect("I202")
def _too_high(form: Form, rng: Random) -> list[Expected] | None:
    found = _turn(form, rng, ("number",), "missed", 3)
    if found is None:
        return None
    room = _value(found[1].points) - _value(found[1].own_score)
    own = _value(found[1].own_score) + scoring.rounded(room / 2)
    return None if room < Decimal("0.1") else _score(form, *found, own, rng, "I202", "error")


@defect("I202-low")
def _too_low(form: Form, rng: Random) -> list[Expected] | None:
    found = _turn(form, rng, ("number", "rate"), "met", 2)
    if found is None:
        return None
    found[1].reason = None
    return _score(form, *found, _value(found[1].points) - 1, rng, "I202", "warning")


@defect("I203")
def _not_docked(form: Form, rng: Random) -> list[Expected] | None:
    found = _turn(form, rng, ("number",), "far_over", 2)
    return None if found is None else _score(form, *found, _value(found[1].points), rng, "I203", "error")


@defect("I204")
def _full_though_missed(form: Form, rng: Random) -> list[Expected] | None:
    found = _turn(form, rng, ("number", "rate"), "missed", 2)
    return None if found is None else _score(form, *found, _value(found[1].points), rng, "I204", "error")


@defect("I205")
def _repeats_target(form: Form, rng: Random) -> list[Expected] | None:
    found = _turn(form, rng, ("rate", "deadline"), "met")
    if found is None:
        return None
    n, indicator = found
    if indicator.truth.rule == "positive":
        share = indicator.truth.a
        if form.layout == "platform":
            indicator.nature, indicator.target, indicator.actual = "≥", share, f"≥{share}%"
        else:
            indicator.target = indicator.actual = f"≥{share}%"
    else:
        indicator.actual = indicator.target
    return [Expected("I205", "info", _at(n, "actual"))]


@defect("I206")
def _sentence(form: Form, rng: Random) -> list[Expected] | None:
    for n, indicator in _free(form, rng):
        sentence = rng.choice(load("indicators")["sentence"])
        if sentence["name"] in {i.name for i in form.indicators}:
            continue
        for field in ("name", "target", "actual"):
            setattr(indicator, field, sentence[field])
        indicator.nature, indicator.unit = ("定性" if form.layout == "platform" else None), None
        indicator.truth, indicator.own_score, indicator.reason = Truth("judgement"), indicator.points, None
        form.touched.add(n)
        _settle(form)
        return [Expected("I206", "info", _at(n, "own_score"))]
    return None


@defect("I206-late")
def _late(form: Form, rng: Random) -> list[Expected] | None:
    found = _turn(form, rng, ("deadline",), "missed", 2)
    if found is None:
        return None
    own = scoring.rounded(_value(found[1].points) / 2)
    return _score(form, *found, own, rng, "I206", "info")


@defect("I207")
def _other_unit(form: Form, rng: Random) -> list[Expected] | None:
    for n, indicator in _free(form, rng):
        amount = Decimal(rng.randint(3, 90))
        truth = Truth("incomparable", amount, amount)
        measured = Measure(f"{amount}万元", f"{amount}人", truth)
        if form.layout == "platform":
            measured = Measure(amount, f"{amount}人", truth, "≥", "万元")
        indicator.target, indicator.actual = measured.target, measured.actual
        indicator.nature, indicator.unit, indicator.truth = measured.nature, measured.unit, truth
        indicator.own_score, indicator.reason = indicator.points, None
        form.touched.add(n)
        _settle(form)
        return [Expected("I207", "warning", _at(n, "actual"))]
    return None


@defect("I208")
def _same_name(form: Form, rng: Random) -> list[Expected] | None:
    numbers = [(n, i) for n, i in enumerate(form.indicators, 1)
               if n not in form.touched and i.level2 == "数量指标"]  # fmt: skip
    if len(numbers) < 2:
        return None
    (first, earlier), (n, later) = sorted(rng.sample(numbers, 2), key=lambda pair: pair[0])
    later.name = earlier.name
    form.touched |= {first, n}
    return [Expected("I208", "warning", _at(n, "name"))]


def _tier(form: Form, rng: Random, actual: str, tier: str, share: str) -> tuple[int, Indicator] | None:
    found = _turn(form, rng, ("tier",), "met", 2)
    if found is None:
        return None
    indicator = found[1]
    indicator.actual, indicator.truth = actual, Truth("tier", tier=tier)
    indicator.own_score = scoring.rounded(_value(indicator.points) * Decimal(share))
    indicator.reason = right_reason(indicator, rng)
    _settle(form)
    return found


@defect("I209")
def _outside_band(form: Form, rng: Random) -> list[Expected] | None:
    found = _tier(form, rng, "达成年度指标", "achieved", "0.65")
    return None if found is None else [Expected("I209", "error", _at(found[0], "own_score"))]


@defect("I209-partly")
def _above_band(form: Form, rng: Random) -> list[Expected] | None:
    found = _tier(form, rng, "部分达成年度指标并具有一定效果", "partly", "0.9")
    return None if found is None else [Expected("I209", "error", _at(found[0], "own_score"))]


# ---- reasons -----------------------------------------------------------------------------------------


def _reason(outcome: str, check: str, level: str, text: Callable[[Random], str | None]) -> Defect:
    def put(form: Form, rng: Random) -> list[Expected] | None:
        found = _turn(form, rng, ("number",), outcome, 2)
        if found is None:
            return None
        n, indicator = found
        indicator.reason = text(rng)
        _settle(form)
        return [Expected(check, level, _at(n, "reason"))]

    return put


DEFECTS["R301"] = _reason("missed", "R301", "error", lambda rng: None)
DEFECTS["R301-over"] = _reason("over", "R301", "warning", lambda rng: None)
DEFECTS["R301-far_over"] = _reason("far_over", "R301", "error", lambda rng: None)
DEFECTS["R302"] = _reason("missed", "R302", "error", lambda rng: rng.choice(load("texts")["says_nothing"]))
DEFECTS["R302-over"] = _reason("over", "R302", "warning", lambda rng: "无")
DEFECTS["R303"] = _reason("missed", "R303", "info", lambda rng: rng.choice(load("texts")["without_measure"]))
DEFECTS["R303-short"] = _reason("missed", "R303", "info", lambda rng: "疫情影响")
DEFECTS["R304"] = _reason("met", "R304", "info", lambda rng: rng.choice(load("texts")["unneeded"]))


# ---- totals ------------------------------------------------------------------------------------------


@defect("T401")
def _wrong_total(form: Form, rng: Random) -> list[Expected] | None:
    if any(number(indicator.own_score) is None for indicator in form.indicators):
        return None  # the missing score would explain the difference
    right = own_sum(form)
    for step in rng.sample(("1", "-1", "0.5", "-0.5"), 4):
        wrong = right + Decimal(step)
        if wrong <= 100 and scoring.grade(wrong) == scoring.grade(right):
            form.own_total = wrong
            return [Expected("T401", "error", Place("form", "", "own_total"))]
    return None


def _worth(form: Form, rng: Random, step: int) -> int | None:
    """Make one fully met indicator worth ``step`` points more, score and total with it."""
    found = _turn(form, rng, ("number", "rate"), "met", 3)
    if found is None:
        return None
    n, indicator = found
    indicator.points = indicator.own_score = _value(indicator.points) + step
    _settle(form)
    return n


@defect("T402")
def _points_not_100(form: Form, rng: Random) -> list[Expected] | None:
    n = _worth(form, rng, -2)
    if n is None:
        return None
    level1 = form.indicators[n - 1].level1
    form.weights[level1] -= 2
    return [Expected("T402", "error", Place("form", "", "points_total"))]


@defect("T403")
def _wrong_weight(form: Form, rng: Random) -> list[Expected] | None:
    if form.layout != "national":
        return None
    level1 = rng.choice(("产出指标", "效益指标"))
    form.weights[level1] += 5
    first = next(n for n, indicator in enumerate(form.indicators, 1) if indicator.level1 == level1)
    return [Expected("T403", "error", _at(first, "level1"))]


@defect("T403-points")
def _points_not_weight(form: Form, rng: Random) -> list[Expected] | None:
    n = _worth(form, rng, -2) if form.layout == "national" else None
    if n is None:
        return None
    level1 = form.indicators[n - 1].level1
    first = next(m for m, indicator in enumerate(form.indicators, 1) if indicator.level1 == level1)
    return [Expected("T403", "error", _at(first, "level1"))]


@defect("T404")
def _other_grade(form: Form, rng: Random) -> list[Expected] | None:
    total = scoring.computed_total(form)
    if total is None:
        return None
    found: list[Expected] = []
    for _ in range(8):
        if scoring.in_another_grade(form):
            return found  # T404 itself is added once the form is done
        turned = _turn(form, rng, ("number", "rate"), "met", 3)
        if turned is None:
            return None
        turned[1].reason = None
        found += _score(form, *turned, _value(turned[1].points) / 2, rng, "I202", "warning")
    return None
