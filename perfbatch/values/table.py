"""Readings of many texts as columns: each distinct text is parsed once, dates get their years in one go."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from perfbatch.values.grammar import parse_one
from perfbatch.values.reading import BLANK, MONTH_END, Day, Reading

Ints = npt.NDArray[np.int64]
SmallInts = npt.NDArray[np.int16]
Bools = npt.NDArray[np.bool_]
Days = npt.NDArray[np.datetime64]

NO_YEAR = 0
"""A budget year that is not known."""
FIRST_YEAR = 1900
"""Years from here on are years; smaller ones count from the budget year."""


class Columns(NamedTuple):
    """Readings, a row each; ``other`` is the row of a reading's second reading, -1 where it has none.

    ``first`` and ``last`` are arrays of year, month, day (n × 3); month 0 where there is no day.
    """

    kind: npt.NDArray[np.object_]
    operator: npt.NDArray[np.object_]
    number: npt.NDArray[np.float64]
    upper: npt.NDArray[np.float64]
    unit: npt.NDArray[np.object_]
    tier: npt.NDArray[np.object_]
    first: SmallInts
    last: SmallInts
    trend: SmallInts
    about: Bools
    nearly: Bools
    other: Ints

    def take(self, rows: Ints) -> Columns:
        """The rows of these numbers."""
        return Columns._make(column[rows] for column in self)


def read_all(texts: Iterable[Any]) -> tuple[Columns, Ints]:
    """Readings of the distinct texts, and for each text the row of its reading. Missing values are blank."""
    series = texts if isinstance(texts, pd.Series) else pd.Series(list(texts), dtype=object)
    codes, uniques = pd.factorize(series)
    readings = [parse_one(str(text)) for text in uniques] + [BLANK]
    rows = np.where(codes < 0, len(readings) - 1, codes).astype(np.int64)
    return _columns(readings), rows


def years_of(year: Any, length: int) -> Ints:
    """Budget years as int64, a row each, from one year or a year a row; ``NO_YEAR`` where unknown."""
    if isinstance(year, list):
        return np.array([NO_YEAR if one is None else one for one in year], dtype=np.int64)
    if year is None or year is pd.NA or np.ndim(year) == 0:
        known = NO_YEAR if year is None or pd.isna(year) else int(year)
        return np.full(length, known, dtype=np.int64)
    return pd.to_numeric(pd.Series(year)).fillna(NO_YEAR).to_numpy(dtype=np.int64)


def written_year(columns: Columns) -> Ints:
    """The year that each date itself names (the later of two), ``NO_YEAR`` where it names none."""
    year = np.where(columns.last[:, 0] >= FIRST_YEAR, columns.last[:, 0], columns.first[:, 0])
    return np.where((columns.kind == "date") & (year >= FIRST_YEAR), year, NO_YEAR)


def to_columns(columns: Columns, year: Ints, side: str = "") -> dict[str, Any]:
    """The eight columns of ``schema._parsed`` with ``side`` as prefix; ``year`` is that of dates without one.

    A date is NaT where its year is not known, and a text where its year does not have that day (2月29日).
    """
    kind, operator = columns.kind, columns.operator
    first = np.full(len(kind), np.datetime64("NaT", "s"))
    last = first.copy()
    dates = np.flatnonzero(kind == "date")
    first[dates], first_possible = _days(columns.first[dates], year[dates])
    last[dates], last_possible = _days(columns.last[dates], year[dates])
    impossible = dates[~(first_possible & last_possible)]
    if len(impossible):
        kind, operator = kind.copy(), operator.copy()
        kind[impossible], operator[impossible] = "text", ""
        first[impossible] = last[impossible] = np.datetime64("NaT", "s")
    return {
        f"{side}kind": _text(kind),
        f"{side}operator": _text(operator),
        f"{side}number": columns.number,
        f"{side}upper": columns.upper,
        f"{side}unit": _text(columns.unit),
        f"{side}from": first,
        f"{side}until": last,
        f"{side}tier": _text(columns.tier),
    }


def _text(values: npt.NDArray[Any]) -> Any:
    return pd.array(values, dtype="str")


def _days(parts: SmallInts, budget_year: Ints) -> tuple[Days, Bools]:
    """Days as datetime64[s], NaT where there is none or its year is unknown; and whether each is possible."""
    year, month, day = parts.astype(np.int64).T
    counted = year < FIRST_YEAR
    year = np.where(counted, year + budget_year, year)
    known = (month > 0) & ~(counted & (budget_year == NO_YEAR))
    months = np.where(known, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    first_day = months.astype("datetime64[D]")
    length = ((months + 1).astype("datetime64[D]") - first_day).astype(np.int64)
    offset = np.where(day == MONTH_END, length, day) - 1
    possible = ~known | (offset < length)
    days = (first_day + offset).astype("datetime64[s]")
    return np.where(known, days, np.datetime64("NaT", "s")), possible


def _columns(readings: list[Reading]) -> Columns:
    """Readings and, below them, their second readings."""
    seconds = [(row, reading.other) for row, reading in enumerate(readings) if reading.other is not None]
    other = np.full(len(readings) + len(seconds), -1, dtype=np.int64)
    for below, (row, _) in enumerate(seconds):
        other[row] = len(readings) + below
    every = readings + [second for _, second in seconds]
    kind, operator, number, upper, unit, tier, first, last, trend, about, nearly, _ = zip(*every, strict=True)
    return Columns(
        kind=np.array(kind, dtype=object),
        operator=np.array(operator, dtype=object),
        number=np.array(number, dtype=np.float64),
        upper=np.array(upper, dtype=np.float64),
        unit=np.array(unit, dtype=object),
        tier=np.array(tier, dtype=object),
        first=_parts(first),
        last=_parts(last),
        trend=np.array(trend, dtype=np.int16),
        about=np.array(about, dtype=bool),
        nearly=np.array(nearly, dtype=bool),
        other=other,
    )


def _parts(days: Iterable[Day | None]) -> SmallInts:
    return np.array([(0, 0, 0) if day is None else day for day in days], dtype=np.int16).reshape(-1, 3)
