"""What a person sees in a cell: a number under its number format (ECMA-376 part 1, 18.8.31).

Numbers are rounded half up on their decimal value, as a spreadsheet does. Of dates, formats with Chinese
words are shown as they stand (2021年6月30日); all others in the order that cannot be misread: 2021-06-30,
2021年6月, 6月30日. Not shown: padding, colours, and the digits of [DBNum] formats, which stay Arabic.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import NamedTuple

from perfbatch.caching import cached

BUILTIN: dict[int, str] = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
    5: '"￥"#,##0;"￥"\\-#,##0', 6: '"￥"#,##0;[Red]"￥"\\-#,##0',
    7: '"￥"#,##0.00;"￥"\\-#,##0.00', 8: '"￥"#,##0.00;[Red]"￥"\\-#,##0.00',
    9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy",
    18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm",
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 34: '上午/下午h"时"mm"分"', 35: '上午/下午h"时"mm"分"ss"秒"',
    36: 'yyyy"年"m"月"',
    37: "#,##0;\\-#,##0", 38: "#,##0;[Red]\\-#,##0",
    39: "#,##0.00;\\-#,##0.00", 40: "#,##0.00;[Red]\\-#,##0.00",
    41: '_ * #,##0_ ;_ * \\-#,##0_ ;_ * "-"_ ;_ @_ ',
    42: '_ "￥"* #,##0_ ;_ "￥"* \\-#,##0_ ;_ "￥"* "-"_ ;_ @_ ',
    43: '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ',
    44: '_ "￥"* #,##0.00_ ;_ "￥"* \\-#,##0.00_ ;_ "￥"* "-"??_ ;_ @_ ',
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
    50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'm"月"d"日"',
    55: '上午/下午h"时"mm"分"', 56: '上午/下午h"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
"""Formats by id, as Chinese Excel shows them (18.8.30, zh-cn)."""

_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  a date cell has no time zone
_CONTEXT = Context(prec=130, rounding=ROUND_HALF_UP)
_NO_EXPONENT = 6  # decimals up to which a Decimal is written without one
_LAST_SERIAL = 2_958_466  # 10000-01-01
SHIFT_1904 = 1462
"""days between the date systems 1900 and 1904"""

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|(?P<pad>[_*].?)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General|G/通用格式)|(?P<ampm>AM/PM|A/P|上午/下午)|(?P<exponent>E[+-])"
    r"|(?P<date>y+|m+|d+|h+|s+|e+|aaaa?|g+|b+)|(?P<digit>[0#?])|(?P<sign>[.,%/@])|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_USUAL = re.compile(r"(#,##)?0(?:\.(0{1,15}))?(%)?")
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[\d.]+)")
_CJK = re.compile("[㐀-鿿]")
_WEEKDAYS = "一二三四五六日"


class Token(NamedTuple):
    """A piece of a format: kind is text, general, ampm, exponent, date, elapsed, digit or sign."""

    kind: str
    text: str


class Section(NamedTuple):
    """One of the parts between semicolons."""

    tokens: tuple[Token, ...]
    condition: tuple[str, float] | None

    def has(self, kind: str) -> bool:
        """Whether a token of this kind stands in the section."""
        return any(token.kind == kind for token in self.tokens)


class Format(NamedTuple):
    """A number format taken apart. ``date`` where numbers under it are days of the calendar."""

    code: str
    numbers: tuple[Section, ...]
    words: Section | None
    date: bool


_LONGEST = 1_000
"""Excel takes 255 characters; codes made of OpenDocument styles may have some more."""


@cached(4096)
def parse_format(code: str) -> Format:
    """Take a format code apart. Never raises: what is not understood stands for itself.

    One longer than Excel takes counts as General.
    """
    if len(code) > _LONGEST:
        code = "General"
    sections = [_section(part) for part in _split(code)]
    words = None
    last = sections[-1]
    if len(sections) >= 4 or (any(t == ("sign", "@") for t in last.tokens) and not last.has("digit")):
        words = sections.pop() if len(sections) < 4 else sections[3]
    numbers = tuple(sections[:3])
    date = bool(numbers and _date_parts(numbers[0]) & {"y", "M", "d", "a"})
    return Format(code, numbers, words, date)


def _split(code: str) -> list[str]:
    parts, current, position = [], "", 0
    for match in _TOKEN.finditer(code):
        if match.group("other") == ";":
            parts.append(current)
            current = ""
        else:
            current += match.group()
        position = match.end()
    return [*parts, current + code[position:]]


def _section(source: str) -> Section:
    tokens: list[Token] = []
    condition = None
    for match in _TOKEN.finditer(source):
        kind, text = match.lastgroup or "other", match.group()
        if kind in ("quoted", "escaped"):
            tokens.append(Token("text", match.group(kind) or ""))
        elif kind == "bracket":
            inside = match.group("bracket")
            found = _CONDITION.match(inside)
            if found:
                condition = (found.group(1), _float(found.group(2)))
            elif inside.startswith("$"):
                tokens.append(Token("text", inside[1:].split("-")[0]))
            elif inside and set(inside.lower()) <= set("hms"):
                tokens.append(Token("elapsed", inside.lower()))
        elif kind == "other":
            tokens.append(Token("text", text))
        elif kind == "date" and text[0].lower() in "gb":
            continue
        elif kind != "pad":
            tokens.append(Token(kind, text))
    return Section(tuple(tokens), condition)


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


@cached(65_536)
def number_text(value: float, code: str) -> str:
    """What a cell with ``value`` shows under the format ``code``.

    Dates by their serial number in the 1900 system. A number that a date format cannot show is shown bare.
    """
    usual = _usual(code)
    if usual is not None:
        return _usual_text(value, *usual)
    form = parse_format(code)
    if not form.numbers:
        return general_text(value)
    section, signed = _choose(form.numbers, value)
    if section.has("date") or section.has("elapsed"):
        return _time_text(value, section) if 0 <= value < _LAST_SERIAL else general_text(value)
    if section.has("general"):
        bare = general_text(abs(value))
        shown = "".join(bare if t.kind == "general" else t.text for t in section.tokens if t.text != "%")
    elif section.has("digit"):
        shown = _digits_text(abs(value), section)
    elif any(t == ("sign", "@") for t in section.tokens):
        shown = general_text(abs(value))
    else:
        return "".join(t.text for t in section.tokens).strip()
    shown = shown.strip()
    return f"-{shown}" if signed and value < 0 and any(c in "123456789" for c in shown) else shown


@cached(4096)
def _usual(code: str) -> tuple[int, Decimal, str] | None:
    """Of a format such as 0.00% or #,##0.00 its power of ten, the last place that it shows, and the same
    format in Python's words; None for any other."""
    found = _USUAL.fullmatch(code)
    if found is None:
        return None
    thousands, decimals, percent = found.groups()
    places = len(decimals or "")
    # as it is, which is faster, where Decimal writes no exponent
    number = "{:,f}" if thousands else "{!s}" if places <= _NO_EXPONENT else "{:f}"
    return 2 if percent else 0, Decimal(1).scaleb(-places), f"{number}{percent or ''}"


def _usual_text(value: float, power: int, last_place: Decimal, shown: str) -> str:
    """What ``number_text`` says under the formats that most cells have."""
    exact = Decimal(f"{abs(value):.15g}")
    if power:
        exact = exact.scaleb(power)
    if exact.adjusted() > 60:
        return general_text(value)
    rounded = _CONTEXT.quantize(exact, last_place)
    return f"-{shown.format(rounded)}" if value < 0 and rounded else shown.format(rounded)


def word_text(value: str, code: str) -> str:
    """What a cell with the text ``value`` shows under the format ``code``."""
    if code in ("General", "@"):
        return value
    words = parse_format(code).words
    if words is None:
        return value
    return "".join(value if t == ("sign", "@") else t.text for t in words.tokens)


def general_text(value: float) -> str:
    """Shortest decimal of at most 15 digits, as a person would write it: 4, 152.1493."""
    text = f"{value:.15g}"
    if "e" not in text:
        return "0" if text == "-0" else text
    if 1e-10 < abs(value) < 1e21:
        return format(Decimal(text), "f")
    return text.upper().replace("E+", "E+").replace("E-0", "E-")


def to_datetime(serial: float) -> datetime | None:
    """The date of a serial number in the 1900 system to the second, None where there is no such date."""
    if not 1 <= serial < _LAST_SERIAL:
        return None
    # Serial 60 is the 29 February 1900 that never was; the days before it count from one day later.
    seconds = round((serial if serial >= 60 else serial + 1) * 86_400)
    return _EPOCH + timedelta(seconds=min(seconds, _LAST_SERIAL * 86_400 - 1))


def _choose(sections: tuple[Section, ...], value: float) -> tuple[Section, bool]:
    """The section for a number, and whether it leaves the minus sign to us."""
    if any(section.condition for section in sections):
        for section in sections:
            if section.condition is None or _OPERATORS[section.condition[0]](value, section.condition[1]):
                return section, True
        return sections[-1], True
    if value < 0 and len(sections) > 1:
        return sections[1], False
    if value == 0 and len(sections) > 2:
        return sections[2], False
    return sections[0], True


_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, "=": lambda a, b: a == b,
    ">": lambda a, b: a > b, ">=": lambda a, b: a >= b, "<>": lambda a, b: a != b,
}  # fmt: skip


def _digits_text(value: float, section: Section) -> str:
    """A number of at least 0 in a section with digit places."""
    tokens = section.tokens
    if any(t.kind == "exponent" for t in tokens):
        return _scientific(value, tokens)
    if any(t == ("sign", "/") for t in tokens):
        return _fraction(value, tokens)
    places = [i for i, t in enumerate(tokens) if t.kind == "digit"]
    dot = next((i for i, t in enumerate(tokens) if t == ("sign", ".")), len(tokens))
    whole = [i for i in places if i < dot]
    decimal = [i for i in places if i > dot]
    last = whole[-1] if whole else -1
    commas = [i for i, t in enumerate(tokens) if t == ("sign", ",") and i < dot]
    thousands = any(whole and whole[0] < i < last for i in commas)
    scale = sum(i > last for i in commas) + sum(t == ("sign", ",") for t in tokens[dot:])
    percent = sum(t == ("sign", "%") for t in tokens)
    exact = Decimal(f"{value:.15g}").scaleb(2 * percent - 3 * scale)
    if exact.adjusted() > 60 or len(decimal) > 60:
        return general_text(value)
    rounded = _CONTEXT.quantize(exact, Decimal(1).scaleb(-len(decimal)))
    head, _, tail = f"{rounded:f}".partition(".")
    out = [t.text if t.kind == "text" or t.text == "%" else "" for t in tokens]
    _place_whole(out, head.lstrip("0"), whole, tokens, thousands=thousands)
    tail = tail.ljust(len(decimal), "0")
    kept = len(decimal)
    while kept and tail[kept - 1] == "0" and tokens[decimal[kept - 1]].text != "0":
        kept -= 1
    for place, digit in zip(decimal[:kept], tail, strict=False):
        out[place] = digit
    if dot < len(tokens):
        out[dot] = "." if kept or decimal == [] else ""
        if not whole and dot < len(tokens):
            out[dot] = head.lstrip("0") + out[dot]
    return "".join(out)


def _place_whole(
    out: list[str], digits: str, places: list[int], tokens: tuple[Token, ...], *, thousands: bool
) -> None:
    """Put the digits before the point on their places, from the right; the first place takes the rest."""
    wanted = len(places) - next((i for i, p in enumerate(places) if tokens[p].text == "0"), len(places))
    digits = digits.rjust(wanted, "0")
    for back, place in enumerate(reversed(places)):
        first = place == places[0]
        end = len(digits) - back
        piece = digits[:end] if first else digits[max(end - 1, 0) : max(end, 0)]
        if end <= 0:
            continue
        shown = ""
        for offset, digit in enumerate(reversed(piece)):
            position = back + offset
            shown = digit + ("," if thousands and position and position % 3 == 0 else "") + shown
        out[place] = shown


def _scientific(value: float, tokens: tuple[Token, ...]) -> str:
    at = next(i for i, t in enumerate(tokens) if t.kind == "exponent")
    dot = next((i for i, t in enumerate(tokens[:at]) if t == ("sign", ".")), at)
    decimals = sum(t.kind == "digit" for t in tokens[dot:at])
    width = max(sum(t.kind == "digit" for t in tokens[at:]), 1)
    mantissa, _, power = f"{value:.{decimals}e}".partition("e")
    sign = "-" if int(power) < 0 else "+" if tokens[at].text[1] == "+" else ""
    return f"{mantissa}E{sign}{abs(int(power)):0{width}d}"


def _fraction(value: float, tokens: tuple[Token, ...]) -> str:
    slash = next(i for i, t in enumerate(tokens) if t == ("sign", "/"))
    width = sum(t.kind == "digit" for t in tokens[slash:])
    exact = Fraction(f"{value:.15g}")
    near = exact.limit_denominator(10 ** max(width, 1) - 1) if width else exact.limit_denominator(9)
    numbers = len(re.findall("d+", "".join("d" if t.kind == "digit" else " " for t in tokens[:slash])))
    if numbers < 2:
        return f"{near.numerator}/{near.denominator}"
    whole, rest = divmod(near.numerator, near.denominator)
    if not rest:
        return str(whole)
    return f"{whole} {rest}/{near.denominator}" if whole else f"{rest}/{near.denominator}"


def _named(section: Section) -> list[tuple[str, Token]]:
    """Tokens with the part of a date that they show: y M d a h m s; '' for the others."""
    moments = [i for i, t in enumerate(section.tokens) if t.kind in ("date", "elapsed")]
    names: dict[int, str] = {}
    for order, i in enumerate(moments):
        letter = section.tokens[i].text[0].lower()
        if letter == "m" and section.tokens[i].kind == "date":
            before = section.tokens[moments[order - 1]].text[0].lower() if order else ""
            after = section.tokens[moments[order + 1]].text[0].lower() if order + 1 < len(moments) else ""
            letter = "m" if before == "h" or after == "s" else "M"
        names[i] = "y" if letter == "e" else letter
    return [(names.get(i, ""), t) for i, t in enumerate(section.tokens)]


def _date_parts(section: Section) -> set[str]:
    return {name for name, token in _named(section) if token.kind == "date"}


def _time_text(value: float, section: Section) -> str:
    if section.has("elapsed"):
        return _elapsed_text(value, section)
    parts = _date_parts(section)
    moment = to_datetime(value) or _EPOCH + timedelta(seconds=round(value % 1 * 86_400))
    if _CJK.search("".join(t.text for t in section.tokens if t.kind in ("text", "ampm"))):
        return _as_written(moment, section)
    clock = f"{moment:%H:%M:%S}" if "s" in parts else f"{moment:%H:%M}" if parts & {"h", "m"} else ""
    if "d" in parts and clock in ("00:00", "00:00:00"):
        clock = ""
    return " ".join(part for part in (_calendar_text(moment, parts), clock) if part)


def _calendar_text(moment: datetime, parts: set[str]) -> str:
    if {"y", "M", "d"} <= parts:
        return f"{moment.year:04d}-{moment.month:02d}-{moment.day:02d}"
    year = f"{moment.year}年" if "M" in parts else str(moment.year)
    weekday = f"星期{_WEEKDAYS[moment.weekday()]}" if parts == {"a"} else ""
    return "".join(
        [
            year if "y" in parts else "",
            f"{moment.month}月" if "M" in parts else "",
            f"{moment.day}日" if "d" in parts else "",
            weekday,
        ]
    )


def _as_written(moment: datetime, section: Section) -> str:
    half_day = section.has("ampm")
    hour = (moment.hour % 12 or 12) if half_day else moment.hour
    numbers = {"M": moment.month, "d": moment.day, "h": hour, "m": moment.minute, "s": moment.second}
    out = []
    for name, token in _named(section):
        width = len(token.text)
        if token.kind == "ampm":
            out.append("上午" if moment.hour < 12 else "下午")
        elif name == "y":
            out.append(str(moment.year) if width > 2 or token.text[0] in "eE" else f"{moment.year % 100:02d}")
        elif name == "a" or (name == "d" and width > 2):
            out.append(("星期" if width > 3 else "") + _WEEKDAYS[moment.weekday()])
        elif name:
            out.append(str(numbers[name]) if width != 2 else f"{numbers[name]:02d}")
        elif token.kind == "text" or token.text in ".,/":
            out.append(token.text)
    return "".join(out).strip()


def _elapsed_text(value: float, section: Section) -> str:
    left = round(value * 86_400)
    out = []
    for name, token in _named(section):
        if token.kind == "elapsed":
            size = {"h": 3600, "m": 60, "s": 1}[name]
            count, left = divmod(left, size)
            out.append(f"{count:0{len(token.text)}d}")
        elif name in ("h", "m", "s"):
            size = {"h": 3600, "m": 60, "s": 1}[name]
            count, left = divmod(left, size)
            out.append(f"{count:02d}")
        elif token.kind == "text":
            out.append(token.text)
    return "".join(out).strip()
