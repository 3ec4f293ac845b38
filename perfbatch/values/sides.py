"""年度指标值 and 实际完成值 read together: what one side leaves open, the other decides.

* A text with two readings takes the one of the other side's kind: 6月 beside 6个月 is six months, beside
  2021年6月前 it is June. 2021.6 whose year is far from the form's is a number.
* A date without year takes the other side's year, then the form's; a target never takes a later year than
  the form's (12月底前 beside 2022年1月 in a form of 2021 is late, not early).
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
    targets, actuals = all_targets.take(target_rows), all_actuals.take(actual_rows)
    actuals = _on_one_scale(targets, actuals)
    target_year, actual_year = _years(targets, actuals, form_year)
    return {
        **to_columns(targets, target_year, "target_"),
        **to_columns(actuals, actual_year, "actual_"),
        "target_about": targets.about,
        "target_change": _CHANGES.take(np.where(targets.kind == "number", targets.trend, 0)),
    }


def _agree(
    targets: Columns, target_rows: Ints, actuals: Columns, actual_rows: Ints, form_year: Ints
) -> tuple[Ints, Ints]:
    """The rows of the readings that go together."""
    target_rows = _near_the_form(targets, target_rows, form_year)
    actual_rows = _near_the_form(actuals, actual_rows, form_year)
    differ = targets.kind[target_rows] != actuals.kind[actual_rows]
    target_second, actual_second = targets.other[target_rows], actuals.other[actual_rows]
    fits_target = differ & (actual_second >= 0)
    fits_target &= actuals.kind[actual_second] == targets.kind[target_rows]
    fits_actual = differ & ~fits_target & (target_second >= 0)
    fits_actual &= targets.kind[target_second] == actuals.kind[actual_rows]
    target_rows = np.where(fits_actual, target_second, target_rows)
    return target_rows, np.where(fits_target, actual_second, actual_rows)


def _near_the_form(columns: Columns, rows: Ints, form_year: Ints) -> Ints:
    """Rows in which 2012.5 in a form of 2021 is a number and not May 2012."""
    second = columns.other[rows]
    year = columns.first[rows, 0].astype(np.int64)
    doubtful = (columns.kind[rows] == "date") & (second >= 0) & (year >= FIRST_YEAR)
    far = doubtful & (form_year != NO_YEAR) & (np.abs(year - form_year) > _FAR)
    return np.where(far, second, rows)


def _on_one_scale(targets: Columns, actuals: Columns) -> Columns:
    both = (targets.kind == "number") & (actuals.kind == "number")
    against = both & (targets.trend * actuals.trend < 0)
    minus_as_fall = both & (targets.trend < 0) & (actuals.trend == 0) & (actuals.number < 0)
    fall_as_minus = both & (targets.trend == 0) & (actuals.trend < 0) & (targets.number < 0)
    unclear = both & (targets.trend == 0) & (actuals.trend < 0) & ~(targets.number < 0)
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
