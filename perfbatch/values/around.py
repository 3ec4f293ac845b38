"""What stands before and behind a number: operator, words, unit, and whether they leave it a number.

最低工资≥ before 2000, 元/月以上 behind it; 第 before 3, 名 behind it makes it a rank and no quantity.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from perfbatch.caching import cached
from perfbatch.patterns import compiled
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
    NEARLY_RE,
    NEGATION_NAMES_RE,
    NEGATION_RE,
    RANK_RE,
    RISE_RE,
    SCALE_RE,
    UNIT,
    UNITS,
    ZERO_RE,
    any_of,
)

WORDS_BEFORE = 14
"""Characters that a phrase may have in front of its operator and number."""
WORDS_AFTER = 8
"""Characters that a phrase may have behind number and unit."""
_CACHED = 1 << 12
"""What stands around numbers comes again and again, other than the numbers."""

_STRANGE = compiled(r"[,;。、!?|^\"'=<>≥≤~+*/\\…()±≮≯×÷&#@$_-]")
# The 约 of 节约 and 签约 says nothing of a number.
_ROUGH = f"(?<![节签合违续预条履])(?:{ABOUT_BEFORE_RE}|{NEARLY_RE})"
_HEAD = compiled(f"(?P<words>.*?)(?P<rough>{_ROUGH})?(?P<operator>{BEFORE_RE})?(?P<rough_behind>{_ROUGH})?")
_NEARLY = compiled(NEARLY_RE)
_TAIL = compiled(
    f"(?P<more>{MORE_RE})?(?P<unit>{UNITS})?(?P<more_behind>{MORE_RE})?"
    f"(?P<operator>{AFTER_RE})?(?P<about>{ABOUT_AFTER_RE})?(?P<words>.*)",
    re.IGNORECASE,
)
_SCALE_AND_MORE = compiled(f"({SCALE_RE})({MORE_RE})")
_UNKNOWN_UNIT = compiled(
    rf"(?P<unit>[\u3400-\u9fff]{{1,3}}?)(?P<operator>{AFTER_RE})?(?P<about>{ABOUT_AFTER_RE})?"
)
_LONG_OPERATOR = compiled(any_of(word for word in BEFORE if len(word) > 1))
_DISPLACED = compiled(f"(?P<words>.*?)(?P<operator>{_LONG_OPERATOR.pattern}|[≤≥])[\u3400-\u9fff]{{1,6}}")
_RATE = compiled(f"(?P<words>.*?)(?P<each>(?:每{UNIT}){{1,2}})(?:的)?(?P<rest>[^每]*)", re.IGNORECASE)
_TREND = compiled(
    f"(?:(?P<rise>{RISE_RE})|(?P<fall>{FALL_RE}))(?:了|率|幅度|幅|比例|比率)?(?:达到|达|约|为|:)?"
)
# 降低成本5%, 压减三公经费5%: by how much; 降低投诉率5% may also be to how much.
_FALL_OF = compiled(f"{FALL_RE}(?P<what>(?:(?![至到为在后或与和])[\u3400-\u9fff]){{1,8}})$")
_LEVELS = compiled("(?:率|比例|比重|占比|浓度|强度|指数|水平)$")
_GRADE = compiled(GRADE_RE)
_RANK_END = compiled(f"{RANK_RE}$")
_NEGATION = compiled(NEGATION_RE)
_NEGATION_IN_NAME = compiled(f"{NEGATION_NAMES_RE}$")
_ZERO_WORDS = compiled(f"(?:{ZERO_RE})+(?:率|数|次数|事件)?")
_NOT_BEHIND = frozenset("前后起")
_PERSON_TIME = compiled("/([人名户生车床辆间])(年|月|日|天|周|季|学期|学年|课时)$")
_NO_UNITS = frozenset("年月日季前后起末底初中的")
_COUNTED_WORDS = compiled(rf"{numerals.RUN.pattern}{UNIT}$")
_CALENDAR = frozenset(["年", "年度", "月", "日"])


class Head(NamedTuple):
    """What stands in front of a number: ``each`` is /人 for 每人; ``about`` says 约, ``nearly`` 接近."""

    operator: str = ""
    each: str = ""
    trend: int = 0
    has_words: bool = False
    about: bool = False
    nearly: bool = False


class Tail(NamedTuple):
    """What stands behind a number: ``grade`` says that it is a grade (级), ``known`` that the unit is."""

    unit: str = ""
    operator: str = ""
    has_words: bool = False
    grade: bool = False
    known: bool = False
    about: bool = False


@cached(_CACHED)
def head_of(prefix: str) -> Head | None:
    """What stands in front of a number; None where it makes the number part of something else."""
    if not prefix:
        return Head()
    found = _HEAD.fullmatch(prefix)
    if found is None:
        return None
    words, spelling = found["words"], found["operator"] or ""
    if not spelling and (displaced := _DISPLACED.fullmatch(words)):
        words, spelling = displaced["words"], displaced["operator"]  # 不超过预算170万元, ≤预算170万元
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
    if trend is None and (fall := _FALL_OF.search(words)):
        if _LEVELS.search(fall["what"]):
            return None
        direction = -1
    rough = (found["rough"] or "") + (found["rough_behind"] or "")
    nearly = bool(rough) and not operator and _NEARLY.search(rough) is not None
    return Head(operator, each, direction, bool(words), bool(rough), nearly)


@cached(_CACHED)
def tail_of(suffix: str, *, zero: bool) -> Tail | None:
    """What stands behind a number; None where it makes the number part of something else."""
    if not suffix:
        return Tail()
    if grade := _GRADE.match(suffix):
        rest = suffix[grade.end() :]
        operator = AFTER.get(rest, "")
        if rest and not operator:
            return None
        return Tail(grade[0], operator, grade=True)
    found = _TAIL.fullmatch(_SCALE_AND_MORE.sub(r"\2\1", suffix, count=1))  # 2万余元
    if found is None:
        return None
    words, about = found["words"], bool(found["about"])
    operator = AFTER.get(found["operator"] or "", "")
    if found["more"] or found["more_behind"]:
        operator = operator or (">=" if "+" in (found["more"], found["more_behind"]) else ">")
    if found["unit"]:
        if not _harmless(words) or words[:1] in _NOT_BEHIND:
            return None  # 5日前, 3天后: when, not how many
        unit = units.canonical(_per(found["unit"]))
        return Tail(unit, operator, bool(words), known=True, about=about)
    if not words:
        return Tail("", operator, about=about)
    if zero and _ZERO_WORDS.fullmatch(words):
        return Tail("", operator, has_words=True)  # 0投诉 needs no unit
    unknown = _UNKNOWN_UNIT.fullmatch(words)
    if unknown is None or operator or words[0] in _NO_UNITS or not _harmless(words):
        return None
    return Tail(unknown["unit"], AFTER.get(unknown["operator"] or "", ""), about=bool(unknown["about"]))


def _per(unit: str) -> str:
    """元每人 and 元/每人 → 元/人, 元/人月 → 元/人·月."""
    return _PERSON_TIME.sub(r"/\1·\2", unit.replace("/每", "/").replace("每", "/").replace(".", "·"))


def _harmless(words: str) -> bool:
    """Words behind a number that leave it what it is: 30次培训, 100%完成, but not 95%未完成."""
    return len(words) <= WORDS_AFTER and not _STRANGE.search(words) and not _NEGATION.search(words) \
        and ":" not in words and not numerals.RUN.search(words)  # fmt: skip


def operator_of(before: str, behind: str) -> str | None:
    """The operator of the two places, None where they contradict each other (不超过30次以上)."""
    if not before or not behind:
        return before or behind
    if before == "=":
        return behind
    return before if before[0] == behind[0] else None


def is_calendar(tail: Tail, number: float, each: str) -> bool:
    """每年6月, 2021年持续改善, 6月中下旬, 2021完成: dates, of a kind that the date grammar left."""
    if tail.unit in _CALENDAR:
        return bool(each) or year_like(number) or (tail.has_words and tail.unit in "月日")
    return bool(tail.unit) and not tail.known and not tail.grade and year_like(number)


def year_like(number: float) -> bool:
    """A whole number from 1900 to 2100."""
    return 1900 <= number <= 2100 and number.is_integer()
