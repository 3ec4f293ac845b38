"""Units of measure: every line of the case tables, and what must hold for any units."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perfbatch.values.units import (
    bring_together,
    canonical,
    comparable,
    dimensions,
    factor_to,
    is_percent,
    unit_names,
)
from tests.reading.tables import number, read_table

UNITS = read_table("values/units.tsv")
TOGETHER = read_table("values/together.tsv")

any_unit = st.one_of(
    st.sampled_from(sorted(unit_names())),
    st.builds(
        lambda scale, name: scale + name, st.sampled_from(["万", "亿", "千"]), st.sampled_from(["元", "人"])
    ),
    st.text(max_size=4),
)


@pytest.mark.parametrize("case", UNITS, ids=lambda case: f"{case['单位']}→{case['换成']}")
def test_factors(case: dict[str, str]) -> None:
    """A number in one unit times the factor is the number in the other."""
    found = factor_to([case["单位"]], [case["换成"]])[0]
    assert math.isnan(found) if not case["倍数"] else found == pytest.approx(float(case["倍数"]), rel=1e-12)
    assert comparable([case["单位"]], [case["换成"]])[0] == bool(case["倍数"])


@pytest.mark.parametrize(
    "case", TOGETHER, ids=lambda c: f"{c['指标值']}{c['指标值单位']}|{c['完成值']}{c['完成值单位']}"
)
def test_bring_together(case: dict[str, str]) -> None:
    """The actual number is brought to the target's unit, and marked where a unit was inferred."""
    found = bring_together(
        [number(case["指标值"])], [case["指标值单位"]], [number(case["完成值"])], [case["完成值单位"]]
    )
    assert found.comparable[0] == bool(case["换算后"])
    assert found.inferred[0] == (case["推定"] == "是")
    if case["换算后"]:
        assert found.actual[0] == pytest.approx(float(case["换算后"]), rel=1e-12)
    else:
        assert math.isnan(found.actual[0])


def test_whole_table_at_once_is_the_same() -> None:
    """A column of many units gives what each row gives alone."""
    columns = [[case[head] for case in TOGETHER] for head in ("指标值单位", "完成值单位")]
    numbers = [[number(case[head]) for case in TOGETHER] for head in ("指标值", "完成值")]
    together = bring_together(numbers[0], pd.Series(columns[0], dtype="str"), numbers[1], columns[1])
    alone = [
        bring_together([numbers[0][i]], [columns[0][i]], [numbers[1][i]], [columns[1][i]]).actual[0]
        for i in range(len(TOGETHER))
    ]
    np.testing.assert_array_equal(alone, together.actual)


def test_a_missing_number_stays_missing() -> None:
    """NaN in gives NaN out; the units are comparable all the same."""
    found = bring_together([95.0, math.nan], ["%", "%"], [math.nan, 0.96], ["", ""])
    assert np.isnan(found.actual[0])
    assert found.comparable.all()


def test_no_rows() -> None:
    """Empty columns are no special case."""
    found = bring_together([], [], [], [])
    assert found.actual.shape == found.inferred.shape == found.comparable.shape == (0,)
    assert factor_to([], []).shape == (0,)


@pytest.mark.parametrize("unit", ["％", "%", "百分比", "百分点", "个百分点", " 百分 点 ", "pct"])
def test_one_percent_sign(unit: str) -> None:
    """Every spelling of per cent is %."""
    assert canonical(unit) == "%"


def test_percentages() -> None:
    """%, ‰ and 倍 are percentages, 次 and a bare number are not."""
    assert is_percent(["%", "‰", "倍", "次", "", "万"]).tolist() == [True, True, True, False, False, False]


def test_every_dimension_has_units_and_a_chinese_title() -> None:
    """The table of units is complete, and no unit is written so that it could never be found."""
    for dimension in dimensions():
        assert dimension.units
        assert dimension.title
        for unit in dimension.units:
            assert factor_to([unit], [unit])[0] == 1.0
            base = next(iter(dimension.units))
            assert not math.isnan(factor_to([unit], [base])[0]), f"{dimension.name}: {unit}"


@settings(deadline=None)
@given(any_unit, any_unit)
def test_factors_are_symmetric(a: str, b: str) -> None:
    """There and back is where one started, and both ways are comparable or neither."""
    there, back = factor_to([a], [b])[0], factor_to([b], [a])[0]
    assert math.isnan(there) == math.isnan(back)
    assert math.isnan(there) or there * back == pytest.approx(1.0)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0.01, 1e6), any_unit, st.floats(0.01, 1e6), any_unit), min_size=1, max_size=5
    )
)
def test_bring_together_never_raises(rows: list[tuple[float, str, float, str]]) -> None:
    """Any units: a number where they can be compared, NaN where not, nothing inferred from the latter."""
    target, target_unit, actual, actual_unit = (list(column) for column in zip(*rows, strict=True))
    found = bring_together(target, target_unit, actual, actual_unit)
    assert (np.isnan(found.actual) == ~found.comparable).all()
    assert not (found.inferred & ~found.comparable).any()


@settings(deadline=None)
@given(st.floats(0.1, 100), st.floats(0.5, 2))
def test_a_fraction_beside_a_percentage(target: float, ratio: float) -> None:
    """n/100 within half and twice the target is read as n%, and so is n itself."""
    percent = target * ratio
    found = bring_together([target, target], ["%", "%"], [percent, percent / 100], ["", ""])
    assert found.actual == pytest.approx([percent, percent])
