"""One text → one reading."""

from __future__ import annotations

from perfbatch.caching import cached
from perfbatch.values.blank import state_of
from perfbatch.values.clean import clean_value, without_brackets
from perfbatch.values.dates import read_date, second_reading
from perfbatch.values.numbers import read_number
from perfbatch.values.reading import BLANK, TEXT, Reading
from perfbatch.values.tiers import tier_of

LONGEST = 48
"""Cleaned texts longer than this are sentences, and so text."""
_CACHED = 1 << 15


@cached(_CACHED)
def parse_one(text: str) -> Reading:
    """What ``text`` says (docs/specification.md, section 2). Never raises; what cannot be parsed is text."""
    if state_of(text) != "value":
        return BLANK
    short = clean_value(text)
    return TEXT if len(short) > LONGEST else _read(short)


def _read(text: str) -> Reading:
    """The reading of a cleaned text."""
    if not text:
        return TEXT  # punctuation only
    text, excluded = without_brackets(text)
    tier = tier_of(text)
    if tier:
        return Reading("tier", tier=tier)
    reading = read_date(text) or read_number(text, excluded=excluded)
    if reading is None:
        reading = TEXT
    elif reading.kind != "number" or reading.other is not None:
        return reading
    second = second_reading(text)
    return reading if second is None else reading._replace(other=second)
