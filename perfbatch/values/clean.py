"""One spelling for what people type in many: widths, blanks, dashes, brackets."""

from __future__ import annotations

import re
import unicodedata

from perfbatch.patterns import compiled
from perfbatch.text import INVISIBLE, compact
from perfbatch.values import units
from perfbatch.values.lexicon import UNITS

_SPELLINGS = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−─﹣", "-"),  # noqa: RUF001
        **dict.fromkeys("≧⩾⋝", "≥"),
        **dict.fromkeys("≦⩽⋜", "≤"),
        **dict.fromkeys("〜∼∽˜", "~"),  # noqa: RUF001
        **dict.fromkeys("•‧∙⋅・", "·"),
        **dict.fromkeys("【〔[{", "("),
        **dict.fromkeys("】〕]}", ")"),
        "∶": ":",
        "〇": "零",
    }
)
# 5² is not 52, and 95%① not 951.
_RAISED = compiled(r"(?<=[0-9０-９%％])(?=[⁰¹²³⁴-⁹₀-₉①-⓿])")  # noqa: RUF001
_TIME_OF_DAY = compiled(r"(?:(?<=[0-9])(?:T|\s+)|(?<=日)\s*)\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?\s*$")
_THOUSANDS = compiled(rf"(?<![0-9.,])([0-9]{{1,3}})((?:[{INVISIBLE}][0-9]{{3}})+)(?![0-9])")
_BETWEEN_DIGITS = compiled(rf"(?<=[0-9])[{INVISIBLE}]+(?=[0-9])")
_BLANKS = compiled(f"[{INVISIBLE}]+")
_DECIMAL_CIRCLE = compiled(r"(?<=[0-9])。(?=[0-9])")
_ENDING = compiled("[。，,;；、!！:.…\"'“”‘’》]+$")
_BEGINNING = compiled("^[。，,;；、!！:\"'“”‘’《]+")
_BRACKETS = compiled(r"\(([^()]*)\)")
# 元/人*月 and 元/(人·月) are 元/人·月.
_TIMES = compiled(r"(?<=[\u4e00-\u9fff])[*×](?=[\u4e00-\u9fff])")
_SEVERAL = "|"
_CLEAN = compiled(r"(?:[0-9A-Za-z%≥≤\u4e00-\u9fff]|\.(?=[0-9]))+")
"""Texts of which nothing is left to be cleaned; most are of this kind."""
_UNIT_SIGN = compiled(UNITS, re.IGNORECASE)
_BRACKETED_UNITS = {name: re.sub(r"[()]", "", name) for name in units.unit_names() if "(" in name}

_CLEANED = 1_000


def clean_value(text: str) -> str:
    """``text`` in NFKC and one spelling, without blanks, time of day and outer punctuation.

    Blanks between digits are no accident: 1 234 is one number, 5 6 are two (and stay apart, by ``|``). Of a
    text of more than 1,000 characters, which is no value, as many without any blanks.
    """
    if len(text) > _CLEANED:
        text = compact(text)[:_CLEANED]
    return text if _CLEAN.fullmatch(text) else _clean(text)


def _clean(text: str) -> str:
    text = unicodedata.normalize("NFKC", _RAISED.sub("^", text)).translate(_SPELLINGS)
    text = _TIME_OF_DAY.sub("", text)
    text = _THOUSANDS.sub(lambda found: found[1] + _BLANKS.sub("", found[2]), text)
    text = _BLANKS.sub("", _BETWEEN_DIGITS.sub(_SEVERAL, text))
    text = _TIMES.sub("·", _DECIMAL_CIRCLE.sub(".", text))
    return _ENDING.sub("", _BEGINNING.sub("", text))


def without_brackets(text: str) -> tuple[str, bool]:
    """``text`` without remarks in brackets, and whether one of them says 不含 (90%以上（不含90%）).

    A unit in brackets right behind a number is the number's unit: 95(%).
    """
    if "(" not in text:
        return text, False
    for name, plain in _BRACKETED_UNITS.items():
        text = text.replace(name, plain)
    excluded = False

    def drop(found: re.Match[str]) -> str:
        nonlocal excluded
        inside = found[1]
        excluded = excluded or inside.startswith("不含")
        before = text[found.start() - 1] if found.start() else ""
        return inside if (before.isdigit() or before == "/") and _UNIT_SIGN.fullmatch(inside) else ""

    while "(" in text:
        shorter = _BRACKETS.sub(drop, text)
        if shorter == text:
            break
        text = shorter
    return text, excluded
