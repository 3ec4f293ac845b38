"""Numbers typed as text: ``8.95分``, ``3.50 ``, ``１７０``, ``1,234.5``, ``170万元``, ``89.5%``."""

from __future__ import annotations

from typing import NamedTuple

from perfbatch.caching import cached
from perfbatch.patterns import compiled
from perfbatch.text import squeeze

_NUMBER = compiled(
    r"(?:得|计|共|合计)?[¥￥$]?(?P<sign>[-+]?)[¥￥$]?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+(?:\.\d*)?|\.\d+)(?P<power>[eE][-+]?\d+)?"
    r"(?P<unit>分|%|百分比|亿元|亿|万元|万|千元|元|元整)?[。.;,]?(?:\([^()]*\))?"
)
_ACCOUNTING = compiled(r"\((?P<inner>[\d,.]+)\)")
MONEY = {"元": 1.0, "元整": 1.0, "千元": 1e3, "万": 1e4, "万元": 1e4, "亿": 1e8, "亿元": 1e8}
"""元 in one of the unit."""
NO_NUMBER = ("/", ":", "-", "%", "年", "月", "日")
"""In a text that a spreadsheet takes for a number: it is a day, an hour, a share."""
RATIO_SIGNS = ("/", "比")
"""Between the sides of a ratio, beside :."""


class Written(NamedTuple):
    """A number as written: its value, decimals and unit ('' where none is written)."""

    value: float
    decimals: int
    unit: str


@cached(65536)
def written_number(text: str) -> Written | None:
    """The one number that ``text`` consists of, with at most a unit and a remark in brackets behind it.

    None where it is anything else. ``(5.00)`` is -5, as accountants write it.
    """
    found = squeeze(text)
    accounting = _ACCOUNTING.fullmatch(found)
    if accounting:
        found = f"-{accounting.group('inner')}"
    match = _NUMBER.fullmatch(found)
    if match is None:
        return None
    digits = match["digits"].replace(",", "")
    value = float(f"{match['sign']}{digits}{match['power'] or ''}")
    if value in (float("inf"), float("-inf")):
        return None
    decimals = len(digits.partition(".")[2])
    unit = match["unit"] or ""
    return Written(value, decimals, "%" if unit == "百分比" else unit)


def as_score(text: str) -> float | None:
    """A number of 分, None where ``text`` is none. ``10%`` as a weight is 10."""
    found = written_number(text)
    return found.value if found is not None and found.unit in ("", "分", "%") else None


def as_money(text: str, unit: str) -> float | None:
    """An amount in ``unit`` (元, 万元 or 亿元), None where ``text`` is none."""
    found = written_number(text)
    if found is None or found.unit in ("分", "%"):
        return None
    if not found.unit or found.unit == unit:
        return found.value
    return found.value * MONEY[found.unit] / MONEY[unit]
