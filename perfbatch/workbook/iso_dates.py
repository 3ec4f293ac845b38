"""Dates and times in ISO 8601, as .ods and a few .xlsx writers store them."""

from __future__ import annotations

import re
from datetime import datetime

_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  a date cell has no time zone
_DURATION = re.compile(
    r"(-?)P(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:[.,](\d+))?S)?)?"
)


def iso_serial(text: str) -> float | None:
    """'2021-06-30' or '2021-06-30T12:30:00' as days since 1899-12-30, None where it is no date."""
    try:
        moment = datetime.fromisoformat(text.strip()).replace(tzinfo=None)
    except ValueError:
        return None
    return (moment - _EPOCH).total_seconds() / 86_400


def duration_days(text: str) -> float | None:
    """'PT12H30M00S' in days, None where it is no duration."""
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        return None
    sign, days, hours, minutes, seconds, fraction = found.groups()
    total = int(days or 0) * 86_400 + int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    amount = (total + float(f"0.{(fraction or '0')[:9]}")) / 86_400
    return -amount if sign else amount
