"""Numbers with operator and unit: ≥95%, 不低于30次, 1.5亿元, 20-30次, 二十次, 完成率达95%以上.

The text is cleaned (``clean.clean``) and without remarks in brackets. A short phrase around one number is
read; several numbers, ordinals (第三名), fractions (5/5) and products (7*24小时) are no number.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import NamedTuple

from perfbatch.values import numerals, units
from perfbatch.values.lexicon import (
    ABOUT_AFTER_RE,
    ABOUT_BEFORE_RE,
    AFTER,
    AFTER_RE,
    BEFORE,
    BEFORE_RE,
    FALL_RE,
    GRADE_RE,
    MORE_RE,
    NEGATION_NAMES_RE,
    NEGATION_RE,
    RANK_RE,
    RISE_RE,
    SCALE_RE,
    UNIT,
    UNITS,
    VAGUE_RE,
    ZERO_RE,
    any_of,
)
from perfbatch.values.reading import NAN, Reading

WORDS_BEFORE = 14
"""Characters that a phrase may have in front of its operator and number."""
WORDS_AFTER = 8
"""Characters that a phrase may have behind number and unit."""
_CACHED = 1 << 12
"""What stands around numbers comes again and again, other than the numbers."""

# A digit behind a Latin letter belongs to a name (PM2.5, A4) or a unit (m2).
_RUN = re.compile(r"(?<![A-Za-z0-9])(?:[0-9][0-9,.]*[0-9]|[0-9])(?:[eE][-+]?[0-9]+)?")
_PLAIN = re.compile(r"(?:0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_STRANGE = re.compile(r"[,;。、!?|^\"'=<>≥≤~+*/\\…()±≮≯×÷&#@$_-]")
_CJK = re.compile(r"[\u3400-\u9fff]+")

_HEAD = re.compile(f"(?P<words>.*?)(?P<about>{ABOUT_BEFORE_RE})?(?P<operator>{BEFORE_RE})?{ABOUT_BEFORE_RE}?")
_TAIL = re.compile(
    f"(?P<more>{MORE_RE})?(?P<unit>{UNITS})?(?P<more_behind>{MORE_RE})?"
    f"(?P<operator>{AFTER_RE})?{ABOUT_AFTER_RE}?(?P<words>.*)",
    re.IGNORECASE,
)
_SCALE_AND_MORE = re.compile(f"({SCALE_RE})({MORE_RE})")
_UNKNOWN_UNIT = re.compile(rf"(?P<unit>[\u3400-\u9fff]{{1,3}}?)(?P<operator>{AFTER_RE})?")
_LONG_OPERATOR = re.compile(any_of(word for word in BEFORE if len(word) > 1))
_DISPLACED = re.compile(f"(?P<words>.*?)(?P<operator>{_LONG_OPERATOR.pattern})[\u3400-\u9fff]{{1,6}}")
_RATE = re.compile(f"(?P<words>.*?)(?P<each>(?:每{UNIT}){{1,2}})(?:的)?(?P<rest>[^每]*)", re.IGNORECASE)
_TREND = re.compile(
    f"(?:(?P<rise>{RISE_RE})|(?P<fall>{FALL_RE}))(?:了|率|幅度|幅|比例|比率)?(?:达到|达|约|为|:)?"
)
_GRADE = re.compile(GRADE_RE)
_VAGUE = re.compile(f"{VAGUE_RE}[十百千万亿]")
_MONEY_SIGN = re.compile("¥$")
_RANK_END = re.compile(f"{RANK_RE}$")
_NEGATION = re.compile(NEGATION_RE)
_NEGATION_IN_NAME = re.compile(f"{NEGATION_NAMES_RE}$")
_ZERO_WORDS = re.compile(f"(?:{ZERO_RE})+(?:率|数|次数|事件)?")
_NOT_BEHIND = frozenset("前后起")
_NO_UNITS = frozenset("年月日季前后起末底初中的")
_CALENDAR = frozenset(["年", "年度", "月", "日"])
_COUNTED_WORDS = re.compile(rf"{numerals.RUN.pattern}{UNIT}$")

_DASH = re.compile(f"(?P<unit>{UNITS})?(?:-{{1,2}}|~{{1,2}}|至|到)(?P<minus>-?)", re.IGNORECASE)
_PLUS_MINUS = re.compile(f"(?P<unit>{UNITS})?±", re.IGNORECASE)

_AT_MOST = any_of(word for word, sign in BEFORE.items() if sign[0] == "<")
_AND_AT_MOST = re.compile(f"(?P<unit>{UNITS})?(?:且|并且|并|同时|,|、|;|和)?(?:{_AT_MOST})", re.IGNORECASE)
_BETWEEN = re.compile(rf"(?P<unit>{UNITS})?(?:≤|<=|<)[A-Za-z\u3400-\u9fff]{{0,10}}(?:≤|<=|<)", re.IGNORECASE)

_NUMERAL = f"[0-9]+(?:\\.[0-9]+)?|{numerals.RUN.pattern}"
_PER_HUNDRED = re.compile(f"(?P<per>百|千|万)分之(?P<number>{_NUMERAL})")
_TENTHS = re.compile("([一二两三四五六七八九1-9])成([一二三四五六七八九半])?(?=$|以|及|左|多|余)")
_PER_SIGN = {"百": "%", "千": "‰", "万": "‱"}


class _Head(NamedTuple):
    """What stands in front of a number: ``each`` is /人 for 每人."""

    operator: str
    each: str
    trend: int
    has_words: bool


class _Tail(NamedTuple):
    """What stands behind a number: ``grade`` says that it is a grade (级), ``known`` that the unit is."""

    unit: str
    operator: str
    has_words: bool
    grade: bool
    known: bool


def read_number(text: str, *, excluded: bool = False) -> Reading | None:
    """The number in ``text``, None where there is none; ``excluded`` says that a bound is 不含."""
    text = _per_hundred(text)
    runs = list(_RUN.finditer(text))
    chinese = not runs
    if chinese:
        written = _with_arabic(text)
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
    return _range(prefix, numbers[0] or 0.0, middle, numbers[1] or 0.0, suffix, chinese=chinese)


def _value(run: str) -> float | None:
    if not _PLAIN.fullmatch(run):
        return None
    number = float(run.replace(",", ""))
    return number if math.isfinite(number) else None


def _per_hundred(text: str) -> str:
    """百分之九十五 → 95%, 千分之三 → 3‰, 九成五 → 95%."""
    if "分之" in text:
        text = _PER_HUNDRED.sub(_per_sign, text)
    if "成" in text:
        text = _TENTHS.sub(_tenths, text)
    return text


def _per_sign(found: re.Match[str]) -> str:
    number = 100.0 if found["number"] == "百" else _either(found["number"])
    return found[0] if number is None else f"{_short(number)}{_PER_SIGN[found['per']]}"


def _tenths(found: re.Match[str]) -> str:
    whole = _either(found[1]) or 0.0
    part = 5.0 if found[2] == "半" else (_either(found[2]) or 0.0) if found[2] else 0.0
    return f"{_short(whole * 10 + part)}%"


def _either(numeral: str) -> float | None:
    return float(numeral) if numeral[0].isascii() else numerals.value_of(numeral)


def _short(number: float) -> str:
    return str(int(number)) if number.is_integer() else repr(number)


def _with_arabic(text: str) -> str | None:
    """``text`` with its Chinese numerals in digits, None where one is none (万一, 一二)."""
    converted, end = [], 0
    for found in numerals.RUN.finditer(text):
        numeral, scale = numerals.split_scale(numerals.plain(found[0]))
        number = numerals.value_of(numeral)
        if number is None:
            return None
        converted += [text[end : found.start()], _short(number), scale]
        end = found.end()
    return "".join([*converted, text[end:]]) if converted else None


def _single(prefix: str, number: float, suffix: str, *, excluded: bool, chinese: bool) -> Reading | None:
    tolerance = prefix.endswith("±")
    prefix, sign = (prefix[:-1], 1.0) if tolerance else _sign(prefix)
    head, tail = _head(prefix), _tail(suffix, zero=number == 0)
    if head is None or tail is None:
        return None
    operator = _operator(head.operator, tail.operator)
    if operator is None or (tolerance and operator[:1] == ">"):
        return None
    if tolerance:
        # ±5% bounds the deviation, whichever way it goes.
        operator = operator or "<="
    if excluded and operator in {">=", "<="}:
        operator = operator[0]
    bare = tail.unit == "" and not head.has_words
    if chinese and (head.each or (tail.has_words and number) or not (tail.known or bare)):
        # 三方共赢, 统一, 每季度一次: a numeral inside words counts nothing.
        return None
    year_like = _year_like(number)
    if tail.unit in _CALENDAR and (head.each or year_like or (tail.has_words and tail.unit in "月日")):
        return None  # 每年6月, 2021年持续改善, 6月中下旬: dates, of a kind that the date grammar left
    if tail.unit and not tail.known and not tail.grade and year_like:
        return None  # 2021完成
    unit = tail.unit + head.each
    if _MONEY_SIGN.search(prefix) and (not unit or unit in units.scales()):
        unit += "元"
    reading = Reading("number", operator, sign * number, NAN, unit, trend=head.trend)
    grade = tail.grade or (unit == "月" and not operator and number > 12)
    if grade and not head.operator:
        return Reading("text", other=None if head.has_words else reading)
    return reading


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
    head, tail = _head(prefix), _tail(suffix, zero=False)
    if head is None or tail is None or tail.operator or tail.grade or head.trend:
        return None
    if at_least != (head.operator[:1] == ">"):
        return None  # ≥20且≤30 needs both its operators, ≥20-30 has one too many
    if head.operator[:1] in {"<", "="} and not prefix.endswith("控制在"):
        return None
    if chinese and (tail.has_words or not tail.known):
        return None
    if tail.unit and not tail.known and _year_like(low) and _year_like(high):
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


def _year_like(number: float) -> bool:
    return 1900 <= number <= 2100 and number.is_integer()


def _sign(prefix: str) -> tuple[str, float]:
    """``prefix`` without the sign of the number behind it, and that sign."""
    if not prefix or prefix[-1] not in "+-":
        return prefix, 1.0
    before = prefix[:-1]
    if before and not (before[-1] in "≥≤<>=:" or _CJK.fullmatch(before[-1])):
        return prefix, 1.0
    return before, -1.0 if prefix[-1] == "-" else 1.0


@lru_cache(maxsize=_CACHED)
def _head(prefix: str) -> _Head | None:
    """What stands in front of a number; None where it makes the number part of something else."""
    if not prefix:
        return _Head("", "", 0, has_words=False)
    found = _HEAD.fullmatch(prefix)
    if found is None:
        return None
    words, spelling = found["words"], found["operator"] or ""
    if not spelling and (displaced := _DISPLACED.fullmatch(words)):
        words, spelling = displaced["words"], displaced["operator"]  # 不超过预算170万元
    operator, each = BEFORE.get(spelling, ""), ""
    if "每" in words:
        rate = _RATE.fullmatch(words)
        if rate is None:
            return None
        each = "/" + "/".join(rate["each"].removeprefix("每").split("每"))
        words = rate["words"] + rate["rest"]
    colon = words.removesuffix(":")
    if len(words) > WORDS_BEFORE or _STRANGE.search(colon) or ":" in colon:
        return None
    if _RANK_END.search(words) or _LONG_OPERATOR.search(words) or _COUNTED_WORDS.search(words):
        return None
    if _NEGATION.search(words) and not _NEGATION_IN_NAME.search(words):
        return None
    trend = _TREND.search(words)
    while trend is not None and trend.end() != len(words):
        trend = _TREND.search(words, trend.start() + 1)
    direction = 0 if trend is None else 1 if trend["rise"] else -1
    return _Head(operator, each, direction, has_words=bool(words))


@lru_cache(maxsize=_CACHED)
def _tail(suffix: str, *, zero: bool) -> _Tail | None:
    """What stands behind a number; None where it makes the number part of something else."""
    if not suffix:
        return _Tail("", "", has_words=False, grade=False, known=False)
    if grade := _GRADE.match(suffix):
        rest = suffix[grade.end() :]
        operator = AFTER.get(rest, "")
        if rest and not operator:
            return None
        return _Tail(grade[0], operator, has_words=False, grade=True, known=False)
    found = _TAIL.fullmatch(_SCALE_AND_MORE.sub(r"\2\1", suffix, count=1))  # 2万余元
    if found is None:
        return None
    words = found["words"]
    operator = AFTER.get(found["operator"] or "", "")
    if found["more"] or found["more_behind"]:
        operator = operator or (">=" if "+" in (found["more"], found["more_behind"]) else ">")
    if found["unit"]:
        if not _harmless(words) or words[:1] in _NOT_BEHIND:
            return None  # 5日前, 3天后: when, not how many
        return _Tail(units.canonical(_per(found["unit"])), operator, bool(words), grade=False, known=True)
    if not words:
        return _Tail("", operator, has_words=False, grade=False, known=False)
    if zero and _ZERO_WORDS.fullmatch(words):
        return _Tail("", operator, has_words=True, grade=False, known=False)  # 0投诉 needs no unit
    unknown = _UNKNOWN_UNIT.fullmatch(words)
    if unknown is None or operator or words[0] in _NO_UNITS or not _harmless(words):
        return None
    return _Tail(unknown["unit"], AFTER.get(unknown["operator"] or "", ""), False, grade=False, known=False)


def _per(unit: str) -> str:
    """元每人 and 元/每人 → 元/人."""
    return unit.replace("/每", "/").replace("每", "/").replace(".", "·")


def _harmless(words: str) -> bool:
    """Words behind a number that leave it what it is: 30次培训, 100%完成, but not 95%未完成."""
    return len(words) <= WORDS_AFTER and not _STRANGE.search(words) and not _NEGATION.search(words) \
        and ":" not in words and not numerals.RUN.search(words)  # fmt: skip


def _operator(before: str, behind: str) -> str | None:
    """The operator of the two places, None where they contradict each other (不超过30次以上)."""
    if not before or not behind:
        return before or behind
    if before == "=":
        return behind
    return before if before[0] == behind[0] else None
