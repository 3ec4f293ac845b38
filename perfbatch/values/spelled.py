"""Numbers in words that stand for digits: 百分之九十五 → 95%, 九成五 → 95%, 二十次 → 20次."""

from __future__ import annotations

import re

from perfbatch.patterns import compiled
from perfbatch.values import numerals

_NUMERAL = f"[0-9]+(?:\\.[0-9]+)?|{numerals.RUN.pattern}"
_PER_HUNDRED = compiled(f"(?P<per>百|千|万)分之(?P<number>{_NUMERAL})")
_TENTHS = compiled("([一二两三四五六七八九1-9])成([一二三四五六七八九半])?(?=$|以|及|左|多|余)")
_PER_SIGN = {"百": "%", "千": "‰", "万": "‱"}


def per_hundred(text: str) -> str:
    """百分之九十五 → 95%, 千分之三 → 3‰, 九成五 → 95%."""
    if "分之" in text:
        text = _PER_HUNDRED.sub(_per_sign, text)
    if "成" in text:
        text = _TENTHS.sub(_tenths, text)
    return text


def with_arabic(text: str) -> str | None:
    """``text`` with its Chinese numerals in digits, None where one is none (万一, 一二)."""
    converted, end = [], 0
    for found in numerals.RUN.finditer(text):
        numeral, scale = numerals.split_scale(numerals.everyday(found[0]))
        number = numerals.value_of(numeral)
        if number is None:
            return None
        converted += [text[end : found.start()], _short(number), scale]
        end = found.end()
    return "".join([*converted, text[end:]]) if converted else None


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
