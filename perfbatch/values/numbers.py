"""Numbers with operator and unit: ≥95%, 不低于30次, 1.5亿元, 20-30次, ±5%, 1:3, 二十次, 完成率达95%以上.

The text is cleaned (``clean_value``) and without remarks in brackets. A short phrase around one number is
read; several numbers, ordinals (第三名) and products (7*24小时) are no number.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from perfbatch.patterns import compiled
from perfbatch.values import units
from perfbatch.values.around import Head, Tail, head_of, is_calendar, operator_of, tail_of, year_like
from perfbatch.values.lexicon import BEFORE, UNITS, VAGUE_RE, any_of
from perfbatch.values.reading import NAN, Reading
from perfbatch.values.spelled import per_hundred, with_arabic

# A digit behind a Latin letter belongs to a name (PM2.5, A4) or a unit (m2).
_RUN = compiled(r"(?<![A-Za-z0-9])(?:[0-9][0-9,.]*[0-9]|[0-9])(?:[eE][-+]?[0-9]+)?")
_PLAIN = compiled(r"(?:0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_CJK = compiled(r"[\u3400-\u9fff]+")
_VAGUE = compiled(f"{VAGUE_RE}[十百千万亿]")
_MONEY_SIGN = compiled("¥$")
_SIGN_BEHIND = compiled(r"(?P<value>[^≥≤<>=±]*[^≥≤<>=±0]|[^≥≤<>=±]*0)(?P<sign>≥|≤|>=|<=|=>|=<|>|<)")
_SIGN_ENDS = ("≥", "≤", "=", "<", ">")

_DASH = compiled(f"(?P<unit>{UNITS})?(?:-{{1,2}}|~{{1,2}}|至|到)(?P<minus>-?)", re.IGNORECASE)
_PLUS_MINUS = compiled(f"(?P<unit>{UNITS})?±", re.IGNORECASE)

_AT_MOST = any_of(word for word, sign in BEFORE.items() if sign[0] == "<")
_AND_AT_MOST = compiled(f"(?P<unit>{UNITS})?(?:且|并且|并|同时|,|、|;|和)?(?:{_AT_MOST})", re.IGNORECASE)
_BETWEEN = compiled(rf"(?P<unit>{UNITS})?(?:≤|<=|<)[A-Za-z\u3400-\u9fff]{{0,10}}(?:≤|<=|<)", re.IGNORECASE)

_HOURS, _MINUTES = range(5, 25), 60


class _Found(NamedTuple):
    """One number with what stands around it; ``chinese`` says that it was written in words."""

    head: Head
    number: float
    tail: Tail
    operator: str
    chinese: bool

    @property
    def unit(self) -> str:
        return self.tail.unit + self.head.each


def read_number(text: str, *, excluded: bool = False) -> Reading | None:
    """The number in ``text``, None where there is none; ``excluded`` says that a bound is 不含."""
    text = _sign_in_front(per_hundred(text))
    runs = list(_RUN.finditer(text))
    chinese = not runs
    if chinese:
        written = with_arabic(text)
        if written is None or _VAGUE.search(text):
            return None
        text = written
        runs = list(_RUN.finditer(text))
    numbers = [_value(run[0]) for run in runs]
    if not 1 <= len(runs) <= 2 or None in numbers:
        return None
    if any(run.start() and text[run.start() - 1] in ".," for run in runs):
        return None
    prefix, suffix = text[: runs[0].start()], text[runs[-1].end() :]
    if len(runs) == 1:
        return _single(prefix, numbers[0] or 0.0, suffix, excluded=excluded, chinese=chinese)
    middle = text[runs[0].end() : runs[1].start()]
    if middle in {":", "/"}:
        minutes = len(runs[1][0]) == 2
        return _ratio(prefix, numbers[0] or 0.0, middle, numbers[1] or 0.0, suffix, minutes=minutes)
    return _range(prefix, numbers[0] or 0.0, middle, numbers[1] or 0.0, suffix, chinese=chinese)


def _sign_in_front(text: str) -> str:
    """95%≥ → ≥95%, as some forms print the sign behind."""
    found = _SIGN_BEHIND.fullmatch(text) if text.endswith(_SIGN_ENDS) else None
    return f"{found['sign']}{found['value']}" if found else text


def _value(run: str) -> float | None:
    if not _PLAIN.fullmatch(run):
        return None
    number = float(run.replace(",", ""))
    return number if math.isfinite(number) else None


def _single(prefix: str, number: float, suffix: str, *, excluded: bool, chinese: bool) -> Reading | None:
    if prefix.endswith("±"):
        return _plus_minus(prefix[:-1], number, suffix)
    prefix, sign = _sign(prefix)
    found = _around(prefix, number, suffix, chinese=chinese)
    if found is None or _counts_nothing(found):
        return None
    operator = found.operator
    if excluded and operator in {">=", "<="}:
        operator = operator[0]
    unit = found.unit
    if _MONEY_SIGN.search(prefix) and (not unit or unit in units.scales()):
        unit += "元"
    head, tail = found.head, found.tail
    reading = Reading(
        "number", operator, sign * number, NAN, unit, trend=head.trend, about=head.about or tail.about,
        nearly=head.nearly,
    )  # fmt: skip
    grade = tail.grade or (unit == "月" and not operator and number > 12)
    if grade and not head.operator:
        return Reading("text", other=None if head.has_words else reading)
    return reading


def _around(prefix: str, number: float, suffix: str, *, chinese: bool = False) -> _Found | None:
    """The number with both its surroundings, None where one makes it no number or they contradict."""
    head, tail = head_of(prefix), tail_of(suffix, zero=number == 0)
    if head is None or tail is None:
        return None
    operator = operator_of(head.operator, tail.operator)
    return None if operator is None else _Found(head, number, tail, operator, chinese)


def _counts_nothing(found: _Found) -> bool:
    """三方共赢, 统一, 每季度一次: a numeral inside words; 每年6月, 2021完成: a date."""
    head, tail = found.head, found.tail
    bare = tail.unit == "" and not head.has_words
    inside_words = head.each or (tail.has_words and found.number) or not (tail.known or bare)
    return (found.chinese and bool(inside_words)) or is_calendar(tail, found.number, head.each)


def _plus_minus(prefix: str, number: float, suffix: str) -> Reading | None:
    """±5% is a range around 0 (docs/specification.md, section 2)."""
    found = _around(prefix, number, suffix)
    if found is None or found.operator[:1] == ">" or found.tail.grade or _counts_nothing(found):
        return None
    return Reading("number", "", -number, number, found.unit)


def _ratio(
    prefix: str, first: float, sign: str, second: float, suffix: str, *, minutes: bool
) -> Reading | None:
    """1:3, ≤1:50, 2/3以上: a number without unit. 9:30 is a time of day, 2021/2022 two years."""
    if second == 0 or (year_like(first) and year_like(second)):
        return None
    if sign == ":" and minutes and first in _HOURS and second < _MINUTES:
        return None
    found = _around(prefix, first, suffix)
    if found is None or found.unit or found.tail.has_words or found.head.trend:
        return None
    return Reading("number", found.operator, first / second, NAN, "", about=found.head.about)


def _range(
    prefix: str, low: float, middle: str, high: float, suffix: str, *, chinese: bool
) -> Reading | None:
    prefix, sign = _sign(prefix)
    low *= sign
    at_least = False
    if found := _DASH.fullmatch(middle):
        high = -high if found["minus"] else high
    elif found := _PLUS_MINUS.fullmatch(middle):
        low, high = low - high, low + high
    elif (found := _BETWEEN.fullmatch(middle)) is None:
        found = _AND_AT_MOST.fullmatch(middle)
        at_least = True
    if found is None:
        return None
    head, tail = head_of(prefix), tail_of(suffix, zero=False)
    if head is None or tail is None or tail.operator or tail.grade or head.trend:
        return None
    if at_least != (head.operator[:1] == ">"):
        return None  # ≥20且≤30 needs both its operators, ≥20-30 has one too many
    if head.operator[:1] in {"<", "="} and not prefix.endswith("控制在"):
        return None
    if chinese and (tail.has_words or not tail.known):
        return None
    if tail.unit and not tail.known and year_like(low) and year_like(high):
        return None  # 2020-2021学年
    unit = tail.unit + head.each
    unit_low = units.canonical(found["unit"] or "")
    if unit_low and unit_low != unit:
        if not unit:
            unit = unit_low
        else:
            low *= float(units.factor_to([unit_low], [unit])[0])
    if math.isnan(low) or low > high:
        return None
    return Reading("number", "", low, high, unit)


def _sign(prefix: str) -> tuple[str, float]:
    """``prefix`` without the sign of the number behind it, and that sign."""
    if not prefix or prefix[-1] not in "+-":
        return prefix, 1.0
    before = prefix[:-1]
    if before and not (before[-1] in "≥≤<>=:" or _CJK.fullmatch(before[-1])):
        return prefix, 1.0
    return before, -1.0 if prefix[-1] == "-" else 1.0
