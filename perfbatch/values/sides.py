"""年度指标值 and 实际完成值 read together: what one side leaves open, the other decides.

* A text with two readings takes the one of the other side's kind: 6月 beside 6个月 is six months, beside
  2021年6月前 it is June. 2021.6 whose year is far from the form's is a number.
* A date without year takes the other side's year, then the form's; a target never takes a later year than
  the form's (12月底前 beside 2022年1月 in a form of 2021 is late, not early).
* Beside a month or date a bare number is a date where it can be one: 7 beside 6月, 202112 beside 202106. A
  fraction that can be a day on both sides (6/30 beside 6/28) is text unless both are the same.
* 接近95% as an actual says that it is below; a target that says so is a rough one.
* 增长 and 下降 are measured on the target's scale: 下降2% beside 增长5% is -2. A fall beside a target that
  says neither is text, for a person to judge.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from perfbatch.values.table import (
    FIRST_YEAR,
    NO_YEAR,
    Bools,
    Columns,
    Ints,
    read_all,
    to_columns,
    written_year,
    years_of,
)

_FAR = 1
_MONTH_OF_YEAR = 190001
"""Numbers from here on that can be dates are months with their year."""
_CHANGES = pd.array(["", "rise", "fall"], dtype="str")
"""What ``trend`` says, by its number; -1 takes the last."""
_FLIPPED = {">=": "<=", ">": "<", "<=": ">=", "<": ">"}


def parse_sides(target: Iterable[Any], actual: Iterable[Any], year: Any = None) -> pd.DataFrame:
    """Both sides of many indicators: 16 columns target_kind … actual_tier (docs/specification.md, section 2).

    ``target`` and ``actual`` are texts, a row an indicator; ``year`` is the form's year, one or a row each,
    NA where unknown. Columns and dtypes as in ``schema._parsed``; index 0, 1, 2 …. Never raises for a text.
    """
    return pd.DataFrame(read_sides(target, actual, year), copy=False)


def read_sides(target: Iterable[Any], actual: Iterable[Any], year: Any = None) -> dict[str, Any]:
    """The columns of ``parse_sides`` as arrays."""
    all_targets, target_rows = read_all(target)
    all_actuals, actual_rows = read_all(actual)
    if len(target_rows) != len(actual_rows):
        raise ValueError(f"{len(target_rows)} targets and {len(actual_rows)} actuals")
    form_year = years_of(year, len(target_rows))
    target_rows, actual_rows = _agree(all_targets, target_rows, all_actuals, actual_rows, form_year)
    either = _is_fraction_or_day(all_targets, target_rows) & _is_fraction_or_day(all_actuals, actual_rows)
    targets, actuals = all_targets.take(target_rows), all_actuals.take(actual_rows)
    actuals = _not_quite(_on_one_scale(targets, actuals, either & (targets.number != actuals.number)))
    target_year, actual_year = _years(targets, actuals, form_year)
    return {
        **to_columns(targets, target_year, "target_"),
        **to_columns(actuals, actual_year, "actual_"),
        "target_about": targets.about & (targets.kind == "number"),
        "target_change": _CHANGES.take(np.where(targets.kind == "number", targets.trend, 0)),
    }


def _agree(
    targets: Columns, target_rows: Ints, actuals: Columns, actual_rows: Ints, form_year: Ints
) -> tuple[Ints, Ints]:
    """The rows of the readings that go together."""
    target_rows = _near_the_form(targets, target_rows, form_year)
    actual_rows = _near_the_form(actuals, actual_rows, form_year)
    target_rows, actual_rows = _both_dates(targets, target_rows, actuals, actual_rows, form_year)
    differ = targets.kind[target_rows] != actuals.kind[actual_rows]
    target_second, actual_second = targets.other[target_rows], actuals.other[actual_rows]
    fits_target = differ & (actual_second >= 0)
    fits_target &= actuals.kind[actual_second] == targets.kind[target_rows]
    # 12 beside 11月 is December, not eleven of something.
    fits_target &= ~(_is_bare_date(targets, target_rows) & (actuals.kind[actual_rows] == "date"))
    fits_actual = differ & ~fits_target & (target_second >= 0)
    fits_actual &= targets.kind[target_second] == actuals.kind[actual_rows]
    target_rows = np.where(fits_actual, target_second, target_rows)
    return target_rows, np.where(fits_target, actual_second, actual_rows)


def _both_dates(
    targets: Columns, target_rows: Ints, actuals: Columns, actual_rows: Ints, form_year: Ints
) -> tuple[Ints, Ints]:
    """Rows in which two numbers that can only be months (202106 beside 202112) are dates, and in which two
    fractions that can be days are text.
    """
    target_second, actual_second = targets.other[target_rows], actuals.other[actual_rows]
    bare = _is_bare_date(targets, target_rows) & _is_bare_date(actuals, actual_rows)
    smaller = np.minimum(targets.number[target_rows], actuals.number[actual_rows])
    months = bare & (smaller >= _MONTH_OF_YEAR)
    for columns, second in ((targets, target_second), (actuals, actual_second)):
        year = columns.first[second, 0].astype(np.int64)
        months &= (form_year == NO_YEAR) | (np.abs(year - form_year) <= _FAR)
    return np.where(months, target_second, target_rows), np.where(months, actual_second, actual_rows)


def _is_bare_date(columns: Columns, rows: Ints) -> Bools:
    """Numbers without unit that are a date beside a date: 6, 6.30, 202106, 2021."""
    second = columns.other[rows]
    bare = (columns.kind[rows] == "number") & (columns.unit[rows] == "") & (second >= 0)
    dated: Bools = bare & (columns.kind[second] == "date")
    return dated


def _near_the_form(columns: Columns, rows: Ints, form_year: Ints) -> Ints:
    """Rows in which 2012.5 in a form of 2021 is a number and not May 2012."""
    second = columns.other[rows]
    year = columns.first[rows, 0].astype(np.int64)
    doubtful = (columns.kind[rows] == "date") & (second >= 0) & (year >= FIRST_YEAR)
    far = doubtful & (form_year != NO_YEAR) & (np.abs(year - form_year) > _FAR)
    return np.where(far, second, rows)


def _not_quite(actuals: Columns) -> Columns:
    """接近95% as <95%."""
    below = actuals.nearly & (actuals.kind == "number") & (actuals.operator == "")
    return actuals._replace(operator=np.where(below, "<", actuals.operator)) if below.any() else actuals


def _is_fraction_or_day(columns: Columns, rows: Ints) -> Bools:
    """6/28, which is a fraction or a day of June."""
    second = columns.other[rows]
    first, last = columns.first[second], columns.last[second]
    fraction = np.isclose(columns.number[rows] * first[:, 2], first[:, 1], rtol=1e-12, atol=0.0)
    one_day = (columns.kind[second] == "date") & (first == last).all(axis=1)
    found: Bools = (second >= 0) & (columns.kind[rows] == "number") & one_day & fraction
    return found


def _on_one_scale(targets: Columns, actuals: Columns, unclear: Bools) -> Columns:
    both = (targets.kind == "number") & (actuals.kind == "number")
    against = both & (targets.trend * actuals.trend < 0)
    minus_as_fall = both & (targets.trend < 0) & (actuals.trend == 0) & (actuals.number < 0)
    fall_as_minus = both & (targets.trend == 0) & (actuals.trend < 0) & (targets.number < 0)
    unclear = unclear | (both & (targets.trend == 0) & (actuals.trend < 0) & ~(targets.number < 0))
    turned = against | minus_as_fall | fall_as_minus
    if not (turned.any() or unclear.any()):
        return actuals
    return actuals._replace(
        kind=np.where(unclear, "text", actuals.kind),
        operator=np.where(unclear, "", np.where(turned, _flipped(actuals.operator), actuals.operator)),
        number=np.where(unclear, np.nan, np.where(turned, -actuals.number, actuals.number)),
        upper=np.where(unclear, np.nan, actuals.upper),
        unit=np.where(unclear, "", actuals.unit),
    )


def _flipped(operators: Any) -> Any:
    return np.array([_FLIPPED.get(operator, operator) for operator in operators], dtype=object)


def _years(targets: Columns, actuals: Columns, form_year: Ints) -> tuple[Ints, Ints]:
    """The years that undated sides take."""
    named_by_target, named_by_actual = written_year(targets), written_year(actuals)
    later: Bools = (form_year != NO_YEAR) & (named_by_actual > form_year)
    target_year = np.where((named_by_actual != NO_YEAR) & ~later, named_by_actual, form_year)
    actual_year = np.where(named_by_target != NO_YEAR, named_by_target, form_year)
    return target_year, actual_year
