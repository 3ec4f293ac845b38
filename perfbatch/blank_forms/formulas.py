"""The rule book's arithmetic as spreadsheet formulas: each expression once, every figure from the book.

They must give what ``perfbatch.scoring`` gives, to the cent (tests/blank_forms/test_scores.py recalculates
them with LibreOffice). Only functions that Excel 2010, WPS and LibreOffice share, and that an .xls can hold.
"""

from __future__ import annotations

from dataclasses import dataclass

from perfbatch.rules import RuleBook
from perfbatch.scoring.judgement import TIERS

POSITIVE, REVERSE = "positive", "reverse"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a numeric indicator's formulas stand on, as expressions: 指标值 ``a`` (lower end of a range),
    ``upper`` end ("" for none), 完成值 ``b`` and 分值 ``points``.

    ``direction`` is POSITIVE, REVERSE, or a condition that is true where less is better. ``target`` is A
    where it is known when the form is made; None where the unit writes it.
    """

    a: str
    b: str
    points: str
    direction: str
    target: float | None = None
    upper: str = ""
    about: bool = False
    strict: bool = False
    falls: bool = False


def number(value: float) -> str:
    """A figure as a formula holds it: 15 digits, as a spreadsheet keeps; a negative one in brackets."""
    return f"{value:.15g}" if value >= 0 else f"({value:.15g})"


def short(value: float) -> str:
    """A figure as a sentence holds it."""
    return f"{value:.15g}"


def rounded(value: str, book: RuleBook) -> str:
    """Half up, as ``scoring.rounding.round_half_up``: a little is added before ROUND, so that 8.945, which a
    computer keeps as 8.9449999999999994, becomes 8.95 in every program."""
    decimals = int(book.value("rounding.decimals"))
    return f"ROUND({value}+1E-{9 + decimals},{decimals})"


def half_step(book: RuleBook) -> str:
    """By how much a score may miss an end of its band: half a place of those that scores are rounded to."""
    return number(0.5 * 10.0 ** -int(book.value("rounding.decimals")))


def within(own: str, points: str, book: RuleBook) -> str:
    """A condition: a score lies between 0 and 分值 (I201)."""
    slack = half_step(book)
    if not book.value("cap"):
        return f"{own}>=-{slack}"
    return f"AND({own}>=-{slack},{own}<={points}+{slack})"


def outside_tier(own: str, points: str, tier: str, book: RuleBook) -> str:
    """A condition: a score lies outside the band of its tier (I209); an end that two bands share belongs to
    the better one."""
    low, high = book.value(f"tier.{tier}")
    others = [book.value(f"tier.{other}")[0] for other in TIERS if other != tier]
    slack = half_step(book)
    end = f"-{slack}" if high in others else f"+{slack}"
    return f"OR({own}<{points}*{number(low)}/100-{slack},{own}>{points}*{number(high)}/100{end})"


def score(terms: Terms, book: RuleBook) -> str:
    """得分 of a numeric indicator; "" where a person must judge."""
    if terms.upper:
        share = _range_share(terms, book)
        return rounded(f"{share}*{terms.points}", book)
    if terms.direction == POSITIVE:
        return _positive(terms, book)
    if terms.direction == REVERSE:
        return _reverse(terms, book)
    return f"IF({terms.direction},{_reverse(terms, book)},{_positive(terms, book)})"


def missed(terms: Terms, book: RuleBook) -> str:
    """A condition: the target is missed (R301)."""
    if terms.upper:
        outside = f"OR({terms.b}<{terms.a},{terms.b}>{terms.upper})"
        if not terms.about:
            return outside
        tolerance = number(book.value("about.tolerance"))
        low = f"ROUND(({terms.b}-{terms.a})/{terms.a}*100,9)<-{tolerance}"
        high = f"ROUND(({terms.b}-{terms.upper})/{terms.upper}*100,9)>{tolerance}"
        return f"OR({low},{high})"
    if terms.direction in (POSITIVE, REVERSE):
        return _missed(terms, terms.direction, book)
    less, more = _missed(terms, REVERSE, book), _missed(terms, POSITIVE, book)
    return f"IF({terms.direction},{less},{more})"


def over(terms: Terms, book: RuleBook) -> str:
    """A condition: so far above the target that a reason is wanted; "" where that cannot be."""
    if terms.upper or terms.direction == REVERSE or (terms.target is not None and terms.target <= 0):
        return ""
    limit = book.value("deviation.excess")
    sign = ">=" if book.value("deviation.excess_inclusive") else ">"
    beyond = f"{_excess(terms, limit)}{sign}{number(limit)}"
    docked = dock(terms, book)
    if docked != "0":
        beyond = f"OR({beyond},{docked}>0)"
    if terms.target is None:
        beyond = f"IF({terms.a}>0,{beyond},FALSE)"
    return beyond if terms.direction == POSITIVE else f"IF({terms.direction},FALSE,{beyond})"


def dock(terms: Terms, book: RuleBook) -> str:
    """% of 分值 that over-completion costs: positive.excess_bands, the highest first."""
    bands = book.value("positive.excess_bands")
    if book.value("positive.excess_decided_by") == "person" or terms.falls:
        return "0"
    expression = "0"
    for band in bands:
        cost = number(band["deduct"])
        if band["more"]:
            more = (
                f"{cost}+{number(band['more'])}*({_excess(terms, band['from'])}-{number(band['from'])})/100"
            )
            cost = f"MIN(100,{more})"
        expression = f"IF({_excess(terms, band['from'])}>={number(band['from'])},{cost},{expression})"
    return expression


def rate(budget: str, executed: str) -> str:
    """执行率; "" where it cannot be computed."""
    return f'IF(AND(ISNUMBER({budget}),ISNUMBER({executed})),IF({budget}>0,{executed}/{budget},""),"")'


def budget_score(budget: str, executed: str, points: str, book: RuleBook) -> str:
    """得分 of 年度资金总额; "" where 执行率 cannot be computed."""
    share = _clipped(f"{executed}/{budget}", book)
    usable = f"AND(ISNUMBER({budget}),ISNUMBER({executed}))"
    return f'IF({usable},IF({budget}>0,{rounded(f"{share}*{points}", book)},""),"")'


def grade(total: str, book: RuleBook) -> str:
    """自评等级 of a total; the lowest where no other is reached."""
    *bands, lowest = book.value("grade.bands")
    expression = f'"{lowest["grade"]}"'
    for band in reversed(bands):
        expression = f'IF({total}>={number(band["from"])},"{band["grade"]}",{expression})'
    return f'IF(ISNUMBER({total}),{expression},"")'


def _positive(terms: Terms, book: RuleBook) -> str:
    met = book.value("positive.formula") == "met"
    share = f"IF({_missed(terms, POSITIVE, book)},0,1)" if met else _clipped(f"{terms.b}/{terms.a}", book)
    if terms.about and not met:
        share = f"IF({_missed(terms, POSITIVE, book)},{share},MAX(1,{share}))"
    docked = dock(terms, book)
    if docked != "0":
        share = f"({share}-{docked}/100)"
    above = rounded(f"{share}*{terms.points}", book)
    if terms.target is not None and terms.target > 0:
        return above
    full = rounded(terms.points, book)
    zero = f'IF({terms.b}=0,{full},"")'
    below = f'IF({_missed(terms, POSITIVE, book)},"",{full})'
    return _by_sign(terms, above, zero, below)


def _reverse(terms: Terms, book: RuleBook) -> str:
    if book.value("reverse.formula") == "met":
        share = f"IF({_missed(terms, REVERSE, book)},0,1)"
    else:
        share = _clipped(f"{terms.a}/{terms.b}", book)
        if terms.about:
            share = f"IF({_missed(terms, REVERSE, book)},{share},MAX(1,{share}))"
    above = rounded(f"IF({terms.b}<=0,1,{share})*{terms.points}", book)
    if terms.target is not None and terms.target > 0:
        return above
    full, outside = rounded(terms.points, book), _missed(terms, REVERSE, book)
    zero = f"IF({outside},0,{full})"
    below = f'IF({outside},"",{full})'
    return _by_sign(terms, above, zero, below)


def _by_sign(terms: Terms, above: str, zero: str, below: str) -> str:
    """The expression for A above zero, at zero or below: A may be known only when the unit writes it."""
    if terms.target is None:
        return f"IF({terms.a}>0,{above},IF({terms.a}=0,{zero},{below}))"
    return above if terms.target > 0 else zero if terms.target == 0 else below


def _range_share(terms: Terms, book: RuleBook) -> str:
    """Within a range full; outside in proportion to its nearer end, in size."""
    below, above = (
        "0"
        if book.value(f"{direction}.formula") == "met"
        else f"IF({end}*{terms.b}>0,MIN(ABS({end}),ABS({terms.b}))/MAX(ABS({end}),ABS({terms.b})),0)"
        for direction, end in ((POSITIVE, terms.a), (REVERSE, terms.upper))
    )
    outside = f"IF({terms.b}<{terms.a},{below},{above})"
    return f"IF({missed(terms, book)},{outside},1)"


def _missed(terms: Terms, direction: str, book: RuleBook) -> str:
    gap = _by_sign(
        terms,
        f"ROUND(({terms.b}-{terms.a})/{terms.a},9)",
        f"ROUND({terms.b}-{terms.a},9)",
        f"ROUND(({terms.b}-{terms.a})/-({terms.a}),9)",
    )
    away = f"{gap}<0" if direction == POSITIVE else f"{gap}>0"
    if terms.strict:
        away = f"{gap}<=0" if direction == POSITIVE else f"{gap}>=0"
    if terms.about:
        # At A = 0 the gap stands in A's own unit, as scoring has it.
        size = f"ABS({gap})" if terms.target == 0 else f"ABS(ROUND({gap}*100,9))"
        tolerance = number(book.value("about.tolerance"))
        away = f"AND({away},{size}>{tolerance})"
    return away


def _excess(terms: Terms, limit: float) -> str:
    """(B−A)/A in %, at the digits at which scoring holds it against ``limit``."""
    digits = 8 if limit > 100 else 9
    return f"ROUND(({terms.b}-{terms.a})/{terms.a},{digits})*100"


def _clipped(ratio: str, book: RuleBook) -> str:
    return f"MAX(0,MIN(1,{ratio}))" if book.value("cap") else f"MAX(0,{ratio})"
