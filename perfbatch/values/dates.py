"""Dates and deadlines: 2021年6月底前, 2021.6.30, 第二季度, 上半年, 1-12月, 年底前.

The text is cleaned and without remarks in brackets. What a date covers:

* a month is its first to its last day; 上旬 or 初 is 1-10, 中旬 or 中 11-20, 下旬, 底 or 末 21 to the end;
* a quarter or half year is its months; its 末 the last of them, its 初 the first;
* 年初 is January to March, 年中 June, 年底 or 年末 December; 全年, 年内 and a year alone are the whole year.

A deadline (前, 之前, 以前, 截至, 不晚于, ≤) has operator <=, no first day, and includes what it names:
2021年6月前 runs to 30 June. A date without year has years that count from the budget year. Impossible dates
(2021年13月, 2月30日) are no dates; nor are starts (6月后, 3月起) and recurring ones (每年6月).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from typing import NamedTuple

from perfbatch.patterns import compiled
from perfbatch.values import numerals
from perfbatch.values.lexicon import (
    DATE_BEFORE_RE,
    DATE_BY_RE,
    DATE_DONE_BEFORE_RE,
    DATE_DONE_RE,
    DATE_HEAD_RE,
    DATE_WITHIN_RE,
    RELATIVE_RE,
    RELATIVE_YEARS,
)
from perfbatch.values.reading import MONTH_END, NAN, Day, Reading

WORDS_BEFORE = 12
"""Characters that a phrase may have in front of its date."""

_WORTH_TRYING = compiled(r"[年月季Qq]|(?:19|20)[0-9]{2}|[0-9]\.[0-9]+[日号]?[之以]?前")
_CHINESE_YEAR = compiled("([一二三四五六七八九零]{4})(?=年)")
_CHINESE_MONTH = compiled("(?<![0-9一二三四五六七八九十百零])([一二三四五六七八九十]{1,3})(?=月)")
_CHINESE_DAY = compiled("(?<=月)([一二三四五六七八九十]{1,3})(?=日|号)")

_YEAR4 = "(?:19|20)[0-9]{2}"
_YEAR = f"(?:(?:(?P<y>{_YEAR4}|(?<![0-9])[0-9]{{2}})年度?|(?P<rel>{RELATIVE_RE}))的?)?"
_PART = "(?P<part>上旬|中旬|下旬|月?初|月?中(?!旬)|月?底|月?末)?"
_MONTH = r"(?P<m>1[0-2]|0?[1-9])"
_DAY = r"(?P<d>3[01]|[12][0-9]|0?[1-9])"
_MONTH2 = r"(?P<m2>1[0-2]|0?[1-9])"
_DAY2 = r"(?P<d2>3[01]|[12][0-9]|0?[1-9])"
_TO = "(?:-{1,2}|~{1,2}|至|到)"
_QUARTER_NUMBER = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_NEXT = "(?![0-9])"


class _Span(NamedTuple):
    """What one date covers: ``year`` None where none is written; ``over`` years from first to last day."""

    year: int | None
    first: tuple[int, int]
    last: tuple[int, int]
    over: int = 0
    coarse: bool = False


def _year(found: re.Match[str]) -> int | None:
    groups = found.groupdict()
    if groups.get("y"):
        year = int(groups["y"])
        return year + 2000 if year < 100 else year
    return RELATIVE_YEARS[groups["rel"]] if groups.get("rel") else None


def _days(found: re.Match[str]) -> _Span | None:
    month, day = int(found["m"]), int(found["d"])
    return _Span(_year(found), (month, day), (month, day))


def _month(found: re.Match[str]) -> _Span | None:
    month = int(found["m"])
    first, last = _part_of_month(found.groupdict().get("part"))
    return _Span(_year(found), (month, first), (month, last))


def _part_of_month(part: str | None) -> tuple[int, int]:
    if not part:
        return 1, MONTH_END
    return {"上": (1, 10), "初": (1, 10), "中": (11, 20)}.get(part.removeprefix("月")[0], (21, MONTH_END))


def _months(found: re.Match[str]) -> _Span | None:
    first, last = int(found["m"]), int(found["m2"])
    if first > last:
        return None
    return _Span(_year(found), (first, 1), (last, _part_of_month(found["part"])[1]))


def _days_of_month(found: re.Match[str]) -> _Span | None:
    month, first, last = int(found["m"]), int(found["d"]), int(found["d2"])
    return _Span(_year(found), (month, first), (month, last)) if first <= last else None


def _days_of_year(found: re.Match[str]) -> _Span | None:
    first, last = (int(found["m"]), int(found["d"])), (int(found["m2"]), int(found["d2"]))
    return _Span(_year(found), first, last) if first <= last else None


def _quarters(found: re.Match[str]) -> _Span | None:
    groups = found.groupdict()
    first = _QUARTER_NUMBER[groups["q"]]
    last = _QUARTER_NUMBER[groups.get("q2") or groups["q"]]
    if first > last:
        return None
    return _part_of_months(_year(found), 3 * first - 2, 3 * last, groups.get("part") or "")


def _half(found: re.Match[str]) -> _Span | None:
    first = 1 if found["half"] == "上" else 7
    return _part_of_months(_year(found), first, first + 5, found["part"] or "")


def _part_of_months(year: int | None, first: int, last: int, part: str) -> _Span:
    if part == "初":
        last = first
    elif part in {"末", "底"}:
        first = last
    return _Span(year, (first, 1), (last, MONTH_END), coarse=True)


def _part_of_year(found: re.Match[str]) -> _Span | None:
    first, last = {"初": (1, 3), "中": (6, 6)}.get(found["part"], (12, 12))
    return _Span(_year(found), (first, 1), (last, MONTH_END), coarse=True)


def _whole_year(found: re.Match[str]) -> _Span | None:
    return _Span(_year(found), (1, 1), (12, MONTH_END), coarse=True)


def _years(found: re.Match[str]) -> _Span | None:
    first, last = int(found["y"]), int(found["y2"])
    return _Span(first, (1, 1), (12, MONTH_END), over=last - first, coarse=True) if first <= last else None


_Builder = Callable[[re.Match[str]], _Span | None]
_CORES: list[tuple[re.Pattern[str], _Builder]] = [
    (compiled(pattern, re.IGNORECASE), builder)
    for pattern, builder in [
        (
            rf"(?P<y>{_YEAR4})(?P<s>[./])0?{_MONTH}(?P=s)0?{_DAY}{_TO}{_MONTH2}(?P=s){_DAY2}{_NEXT}(?![./])",
            _days_of_year,
        ),
        (rf"(?P<y>{_YEAR4})(?P<s>[./-])0?{_MONTH}(?P=s)0?{_DAY}{_NEXT}[日号]?", _days),
        (rf"(?P<y>{_YEAR4})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12][0-9]|3[01]){_NEXT}", _days),
        (rf"{_YEAR}{_MONTH}月?{_TO}{_MONTH2}月份?{_PART}(?![0-9])", _months),
        (rf"{_YEAR}{_MONTH}月份?{_DAY}[日号]?{_TO}{_DAY2}[日号]", _days_of_month),
        (rf"{_YEAR}{_MONTH}月份?{_DAY}{_NEXT}(?:[日号](?:[0-2]?[0-9](?:时|点|:[0-5][0-9]))?)?", _days),
        (rf"{_YEAR}{_MONTH}月份?{_PART}(?![0-9])", _month),
        (rf"(?P<y>{_YEAR4})[./-]{_MONTH}{_NEXT}(?:月份?)?{_PART}", _month),
        (
            rf"{_YEAR}第?(?P<q>[一二三四1-4])(?:季度?)?{_TO}第?(?P<q2>[一二三四1-4])季度?(?P<part>初|末|底)?",
            _quarters,
        ),
        (rf"{_YEAR}第?(?P<q>[一二三四1-4])季度?(?P<part>初|末|底)?", _quarters),
        (rf"(?P<y>{_YEAR4})第?(?P<q>[一二三四1-4])季度?(?P<part>初|末|底)?", _quarters),
        (rf"(?P<y>{_YEAR4})(?P<half>[上下])半年度?(?P<part>初|末|底)?", _half),
        (rf"(?:(?P<y>{_YEAR4})年?)?Q(?P<q>[1-4])(?![0-9A-Z])(?P<part>初|末|底)?", _quarters),
        (rf"(?:(?P<y>{_YEAR4})年?)?(?P<q>[1-4])Q(?![0-9A-Z])(?P<part>初|末|底)?", _quarters),
        (rf"{_YEAR}(?P<half>[上下])半年度?(?P<part>初|末|底)?", _half),
        (rf"(?P<y>{_YEAR4})年?{_TO}(?P<y2>{_YEAR4}){_NEXT}(?:年度?)?", _years),
        (rf"{_YEAR}年度?(?P<part>[初中底末终])", _part_of_year),
        (rf"(?P<y>{_YEAR4}|(?<![0-9])[0-9]{{2}})年度?(?P<part>[初中底末终])", _part_of_year),
        (rf"(?P<rel>{RELATIVE_RE})(?P<part>[初中底末终])", _part_of_year),
        (r"[本今当]年?(?P<part>[底末终])", _part_of_year),
        (rf"(?P<y>{_YEAR4})年度?(?:全年)?", _whole_year),
        (rf"(?:{RELATIVE_RE})?(?:全年|年度内|年内)", _whole_year),
        (rf"(?P<rel>{RELATIVE_RE})(?:全年)?", _whole_year),
    ]
]

_START = (
    rf"(?=[0-9]|[一二三四][季至到~-]|第[一二三四1-4]|Q[1-4]|[上下]半年|年度?[底末终初中内]|全年|年度内|{RELATIVE_RE}"
    r"|[本今当]年?[底末])"
)
_HEAD = compiled(
    rf"(?P<words>.{{0,{WORDS_BEFORE}}}?)(?P<by>{DATE_BY_RE})?(?:于|在|至|到|为|:)?{_START}", re.IGNORECASE
)
_SIMPLE_HEAD = compiled(f"{DATE_HEAD_RE}*")
_ODD_WORDS = compiled(r"[,;。、!?|^\"'<>≥~+*/\\…()±-]|每|各|第|逐|未|没|不|起|[0-9]")
_TAIL = compiled(
    rf"(?P<before>{DATE_BEFORE_RE})?(?:{DATE_WITHIN_RE})?"
    rf"(?P<done>{DATE_DONE_BEFORE_RE}*(?:{DATE_DONE_RE})(?P<words>.{{0,10}}))?"
)
_ENDS = frozenset(["止", "截止", "为止"])  # 1月1日起至12月31日止 is a period, 6月30日止 a deadline
_SEPARATOR = compiled(f"起?{_TO}")

_ONE_MONTH = compiled(rf"(?P<by>≤|<=|<|不超过|=)?{_MONTH}月")
_DOTTED_YEAR = compiled(rf"{_YEAR4}\.[0-9]{{1,2}}")
_YEAR_PAIR = compiled(rf"(?P<low>{_YEAR4})(?:-{{1,2}}|~{{1,2}}|至|到)(?P<high>{_YEAR4})")
_DOTTED_DAY = compiled(rf"{_MONTH}[./-]{_DAY}")
_DOTTED_DEADLINE = compiled(rf"(?<![0-9./-]){_MONTH}\.{_DAY}[日号]?(?=[之以]?前)")
_COMPACT_MONTH = compiled(rf"(?P<y>{_YEAR4})(?P<m>0[1-9]|1[0-2])")
_BARE_MONTH = compiled(_MONTH)
_DIGITS = "0123456789"
_BARE_YEAR = compiled(f"(?P<y>{_YEAR4})")


def read_date(text: str) -> Reading | None:
    """The date, deadline or period in ``text``, None where there is none."""
    if not _WORTH_TRYING.search(text):
        return None
    text = _DOTTED_DEADLINE.sub(lambda found: f"{found['m']}月{found['d']}日", _with_arabic(text))
    head = _HEAD.match(text)
    if head is None:
        return None
    words, by = head["words"], head["by"] or ""
    found = _period(text, head.end())
    if found is None:
        return None
    span, end = found
    tail = _TAIL.fullmatch(text, end)
    if tail is None or (tail["words"] and _ODD_WORDS.search(tail["words"])):
        return None
    simple = _SIMPLE_HEAD.fullmatch(words) is not None
    if not simple and (span.coarse or _ODD_WORDS.search(words)):
        return None
    until = tail["before"] in _ENDS and (span.first, 0) != (span.last, span.over)
    deadline = bool(by or tail["before"]) and not until
    first = Day(span.year or 0, *span.first)
    last = Day((span.year or 0) + span.over, *span.last)
    if not (_possible(first) and _possible(last)):
        return None
    return Reading(
        "date", "<=" if deadline else "", first=None if deadline else first, last=last, other=_as_number(text)
    )


def second_reading(text: str) -> Reading | None:
    """The date that a text may be beside another date, although it reads as a number: 6.30, 202106, 6."""
    if text[-1:] not in _DIGITS:  # as all of them end
        return None
    if found := _DOTTED_DAY.fullmatch(text):
        day = Day(0, int(found["m"]), int(found["d"]))
        return Reading("date", first=day, last=day) if _possible(day) else None
    if found := _COMPACT_MONTH.fullmatch(text):
        year, month = int(found["y"]), int(found["m"])
        return Reading("date", first=Day(year, month, 1), last=Day(year, month, MONTH_END))
    if found := _BARE_MONTH.fullmatch(text):
        month = int(found["m"])
        return Reading("date", first=Day(0, month, 1), last=Day(0, month, MONTH_END))
    if found := _BARE_YEAR.fullmatch(text):
        year = int(found["y"])
        return Reading("date", first=Day(year, 1, 1), last=Day(year, 12, MONTH_END))
    return None


def _as_number(text: str) -> Reading | None:
    """The number that a date may be beside another number: ≤6月 (six months), 2021.6, 2021-2023."""
    if found := _ONE_MONTH.fullmatch(text):
        operator = "<=" if found["by"] not in {None, "="} else found["by"] or ""
        return Reading("number", operator, float(found["m"]), NAN, "月")
    if _DOTTED_YEAR.fullmatch(text) or (text.isdecimal() and text.isascii()):
        return Reading("number", number=float(text))
    if found := _YEAR_PAIR.fullmatch(text):
        return Reading("number", number=float(found["low"]), upper=float(found["high"]))
    return None


def _with_arabic(text: str) -> str:
    """二零二一年六月三十日 → 2021年6月30日."""
    if "年" in text:
        text = _CHINESE_YEAR.sub(lambda f: "".join(str("零一二三四五六七八九".index(c)) for c in f[1]), text)
    if "月" in text:
        text = _CHINESE_DAY.sub(_arabic, _CHINESE_MONTH.sub(_arabic, text))
    return text


def _arabic(found: re.Match[str]) -> str:
    value = numerals.value_of(found[1])
    return found[0] if value is None else str(int(value))


def _period(text: str, start: int) -> tuple[_Span, int] | None:
    """The date, or the two dates with 至 between them, that begins at ``start``, and where it ends."""
    one = _core(text, start)
    if one is None:
        return None
    first, end = one
    separator = _SEPARATOR.match(text, end)
    if separator is None:
        return first, end
    two = _core(text, separator.end())
    if two is None:
        return None
    last, end = two
    year = first.year if first.year is not None else last.year
    if first.year is None and last.year in RELATIVE_YEARS.values() and last.year != 0:
        year = 0  # 11月至次年2月
    over = 0 if last.year is None or year is None else _years_between(year, last.year) + last.over
    if over < 0 or (over == 0 and first.first > _end(last.last)):
        return None
    return _Span(year, first.first, last.last, over, first.coarse or last.coarse), end


def _years_between(year: int, later: int) -> int:
    # 2021年11月至次年2月: the second counts from the first.
    return later if year >= 1900 > later else later - year


def _end(last: tuple[int, int]) -> tuple[int, int]:
    return (last[0], 31) if last[1] == MONTH_END else last


def _core(text: str, start: int) -> tuple[_Span, int] | None:
    for pattern, builder in _CORES:
        found = pattern.match(text, start)
        if found is not None and found.end() > start:
            span = builder(found)
            return None if span is None else (span, found.end())
    return None


def _possible(day: Day) -> bool:
    """29 February is possible as long as the year is not known."""
    if day.day == MONTH_END:
        return True
    year = day.year if day.year >= 1900 else 2000
    return day.day <= calendar.monthrange(year, day.month)[1]
