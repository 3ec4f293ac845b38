"""Periods: the months that rounds of a season are named after."""

from __future__ import annotations

import re
from datetime import date

from perfbatch.season.errors import HistoryError

_PERIOD = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def period_of(text: str) -> str:
    """``text`` itself where it is YYYY-MM. Raises HistoryError."""
    if not _PERIOD.fullmatch(text):
        raise HistoryError("period", period=text)
    return text


def period_at(day: date) -> str:
    """The period that ``day`` lies in."""
    return f"{day:%Y-%m}"
