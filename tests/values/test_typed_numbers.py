"""Numbers typed as text."""

# ruff: noqa: E501, RUF001  (drawn tables are as wide as forms are)

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfbatch.values.typed_numbers import as_money, as_score, written_number


@pytest.mark.parametrize(("written", "score"), [
    ("8.95分", 8.95), ("3.50 ", 3.5), ("１７０", 170), ("８．９５", 8.95), ("10%", 10), ("9", 9), ("9.", 9), (".5", 0.5),
    ("-1", -1), ("－1", -1), ("+3", 3), ("1,234.5", 1234.5), ("1，234.5", 1234.5), ("8. 95", 8.95), ("8.95（自评）", 8.95),
    ("得8分", 8), ("87.40分。", 87.4), ("(5.00)", -5), ("1e2", 100),
    ("满分", None), ("12.5.3", None), ("约8", None), ("8分9", None), ("", None), ("1,23", None), ("170万元", None),
    ("8/10", None), ("优", None), ("∞", None),
])  # fmt: skip
def test_scores(written, score):
    """A number with 分 or % behind it is a score; what is anything else is none."""
    assert as_score(written) == score


@pytest.mark.parametrize(("written", "unit", "amount"), [
    ("170万元", "万元", 170), ("170", "万元", 170), ("1700000元", "万元", 170), ("1.7亿元", "万元", 17000),
    ("170万", "元", 1_700_000), ("￥1,700,000.00", "元", 1_700_000), ("¥170万元", "万元", 170), ("8.95分", "万元", None),
    ("89%", "万元", None), ("170多", "万元", None),
])  # fmt: skip
def test_money_in_the_unit_of_the_form(written, unit, amount):
    """An amount with its own unit is brought to the form's."""
    assert as_money(written, unit) == (amount if amount is None else pytest.approx(amount))


@given(
    st.decimals(min_value=-10_000_000, max_value=10_000_000, places=4),
    st.sampled_from(["", "分", "%", "万元"]),
)
def test_what_is_written_plainly_is_read_back(number, unit):
    """Value, decimals and unit of any plainly written number come back."""
    found = written_number(f"{number:,}{unit}")
    assert found is not None
    assert (found.value, found.decimals, found.unit) == (pytest.approx(float(number)), 4, unit)


@given(st.text(max_size=40))
def test_no_text_raises(text):
    """Anything is a number or is none."""
    found = written_number(text)
    assert found is None or found.value == found.value
