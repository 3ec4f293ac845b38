"""The one rounding function against decimal arithmetic."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfbatch.scoring import round_half_up


def by_decimal(text: str, decimals: int) -> float:
    return float(Decimal(text).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [
        (8.945, 2, 8.95),  # kept as 8.9449999999999994
        (1.005, 2, 1.01),
        (2.675, 2, 2.68),
        (0.285, 2, 0.29),
        (1.255, 2, 1.26),
        (0.125, 2, 0.13),
        (0.135, 2, 0.14),
        (8.9449, 2, 8.94),
        (8.94499, 2, 8.94),
        (8.9449999, 2, 8.94),
        (-8.945, 2, -8.95),
        (0.5, 0, 1.0),
        (2.5, 0, 3.0),
        (89.995, 2, 90.0),
        (89.994, 2, 89.99),
        (0.0, 2, 0.0),
        (-0.001, 2, 0.0),
    ],
)
def test_ties_go_up_as_a_person_sees_them(value: float, decimals: int, rounded: float) -> None:
    """Half away from zero, on the number as written."""
    found = round_half_up([value], decimals)[0]
    assert found == rounded
    assert not np.signbit(found) or rounded < 0


def test_a_hundred_thousand_decimals_round_as_decimal_does() -> None:
    """Random numbers with up to six decimals, half of them ties at the third."""
    rng = np.random.default_rng(20)
    whole = rng.integers(0, 100_000, 100_000)
    ties = [
        f"{n}.{cents:02d}5" for n, cents in zip(whole[:50_000], rng.integers(0, 100, 50_000), strict=True)
    ]
    others = [f"{n}.{d:06d}" for n, d in zip(whole[50_000:], rng.integers(0, 10**6, 50_000), strict=True)]
    texts = ties + others
    found = round_half_up([float(text) for text in texts], 2)
    wanted = np.array([by_decimal(text, 2) for text in texts])
    wrong = np.flatnonzero(found != wanted)
    assert [(texts[i], found[i]) for i in wrong[:5]] == []


@given(st.decimals(-9999, 9999, places=5, allow_nan=False), st.integers(0, 4))
def test_rounding_follows_decimal(number: Decimal, decimals: int) -> None:
    """Any number of five decimals to any number of fewer."""
    assert round_half_up([float(number)], decimals)[0] == by_decimal(str(number), decimals)


@given(st.integers(1, 1000), st.integers(0, 2000), st.integers(1, 200))
def test_a_ratio_times_points_rounds_as_the_exact_fraction_does(a: int, b: int, halves: int) -> None:
    """B/A × 分值 in floats against exact arithmetic; points come in halves."""
    points = halves / 2
    exact = Decimal(b * halves) / Decimal(a * 2)
    assert round_half_up([b / a * points], 2)[0] == by_decimal(str(exact), 2)


def test_missing_numbers_stay_missing() -> None:
    """NaN in, NaN out, and the shape stays."""
    assert np.isnan(round_half_up([np.nan], 2)).all()
    assert round_half_up([], 2).shape == (0,)
