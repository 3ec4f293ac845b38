"""The same form as other units would hand it in: other cell types, other places, other company."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from tests.generator import scoring
from tests.generator.canvas import Canvas
from tests.generator.model import Form, Formula, Percent, Place, Value, number, own_sum

_FULL = {ord(letter): ord(letter) - 0x20 + 0xFF00 for letter in "0123456789."}
"""Half-width to full-width, as Unicode lays them out."""

# ---- values: what a form's cells hold -----------------------------------------------------------------


def text_numbers(form: Form, rng: Random) -> None:
    """Scores and 分值 typed as text: 8.95分, a trailing blank, full-width digits."""
    for indicator in form.indicators:
        indicator.own_score = _as_text(indicator.own_score, rng)
        if rng.random() < 0.5 and isinstance(indicator.points, Decimal):
            indicator.points = f"{indicator.points:f}分"
    form.own_total = _as_text(form.own_total, rng)


def _as_text(value: Value, rng: Random) -> Value:
    if not isinstance(value, Decimal):
        return value
    shown = f"{value:.2f}"
    return rng.choice((f"{shown}分", f"{shown} ", shown.translate(_FULL), shown))


def text_rates(form: Form, rng: Random) -> None:
    """执行率 as text (89.50%) or as a bare number (89.5) in place of a percent cell."""
    bare = rng.random() < 0.3
    for fund in form.funds:
        if isinstance(fund.rate, Percent):
            tenth = fund.rate.value.quantize(Decimal("0.1"))
            fund.rate = tenth if bare else f"{fund.rate.value:.2f}%"


def formulas(form: Form) -> None:
    """执行率, the budget's 得分 and 总分 as formulas with the value that the office suite kept."""
    for fund in form.funds:
        places = (Place("funds", fund.line, "executed"), Place("funds", fund.line, "budget"))
        budget, executed = number(fund.budget), number(fund.executed)
        if fund.budget in (None, 0) and fund.line != "total" and fund.rate is None:
            fund.rate = Formula("={0}/{1}", places, "#DIV/0!")
        elif budget and executed is not None and isinstance(fund.rate, Percent):
            exact = executed / budget * 100
            if fund.rate.value == scoring.rounded(exact):
                fund.rate = Formula("={0}/{1}", places, Percent(exact, 2))
    total = form.total
    if total.own_score == scoring.budget_score(form) and number(total.own_score) is not None:
        wanted = tuple(Place("funds", "total", name) for name in ("executed", "budget", "points"))
        total.own_score = Formula("=ROUND(MIN({0}/{1},1)*{2},2)", wanted, total.own_score)
    scores = [indicator.own_score for indicator in form.indicators]
    if all(isinstance(score, Decimal) for score in scores) and form.own_total == own_sum(form):
        added = (
            Place("funds", "total", "own_score"),
            Place("indicators", 1, "own_score"),
            Place("indicators", len(scores), "own_score"),
        )
        form.own_total = Formula("={0}+SUM({1}:{2})", added, form.own_total)


# ---- places: where the cells stand --------------------------------------------------------------------


def moved(canvas: Canvas, rows: int, columns: int) -> Canvas:
    """The whole form further down and to the right."""
    return canvas.insert(0, 0, rows).insert(1, 0, columns)


def spread(canvas: Canvas, rng: Random) -> Canvas:
    """Blank rows among the indicators, and one narrow blank column."""
    for _ in range(rng.randint(1, 2)):
        rows = sorted({row for place, (row, _) in canvas.places.items() if place.frame == "indicators"})
        canvas = canvas.insert(0, rng.choice(rows))
    column = rng.randint(1, canvas.right)
    canvas = canvas.insert(1, column)
    canvas.widths[column] = 2
    return canvas


# ---- company: other sheets of the workbook ------------------------------------------------------------


def cover(form: Form) -> Canvas:
    """A cover sheet, as many units put in front."""
    canvas = Canvas(widths={0: 90})
    title, month = f"{form.year or ''}年度项目支出绩效自评材料", f"{(form.year or 2021) + 1}年1月"
    lines = ("", title, "", str(form.department or ""), str(form.unit or ""), "", month)
    for row, text in enumerate(lines):
        canvas.put(row * 2, 0, text or None, "cover")
    canvas.heights = {row * 2: 32.0 for row in range(len(lines))}
    return canvas


def lists() -> Canvas:
    """A hidden sheet of drop-down choices, left in by the template."""
    canvas = Canvas(widths={0: 20})
    for row, text in enumerate(("下拉选项", "优", "良", "中", "差")):
        canvas.put(row, 0, text, "plain")
    return canvas
