"""Every line of the case tables in tests/data/values."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from perfbatch.values import parse, parse_one, parse_sides
from perfbatch.values.blank import state_of
from tests.reading.tables import number, read_table

NUMBERS = read_table("values/numbers.tsv")
DATES = read_table("values/dates.tsv")
TEXTS = read_table("values/texts.tsv")
TIERS = read_table("values/tiers.tsv")
BLANKS = read_table("values/blank.tsv")
SIDES = read_table("values/sides.tsv")


def same(expected: float, found: float) -> bool:
    """Equal, or both no number."""
    return (math.isnan(expected) and math.isnan(found)) or found == pytest.approx(expected, rel=1e-12)


def day(stamp: pd.Timestamp) -> str:
    """A day as the tables write it."""
    return "" if pd.isna(stamp) else f"{stamp:%Y-%m-%d}"


@pytest.mark.parametrize("case", NUMBERS, ids=lambda case: case["写法"])
def test_numbers(case: dict[str, str]) -> None:
    """The text reads as a number with the operator, bounds and unit of the table."""
    row = parse([case["写法"]]).iloc[0]
    assert (row["kind"], row["operator"], row["unit"]) == ("number", case["比较"], case["单位"])
    assert same(number(case["数值"]), row["number"])
    assert same(number(case["上限"]), row["upper"])
    assert pd.isna(row["from"])
    assert pd.isna(row["until"])


@pytest.mark.parametrize("case", DATES, ids=lambda case: f"{case['写法']}@{case['年度']}")
def test_dates(case: dict[str, str]) -> None:
    """The text reads as a date that begins and ends on the days of the table."""
    row = parse([case["写法"]], year=int(case["年度"]) if case["年度"] else None).iloc[0]
    assert (row["kind"], row["operator"]) == ("date", case["比较"])
    assert (day(row["from"]), day(row["until"])) == (case["起"], case["止"])
    assert math.isnan(row["number"])
    assert row["unit"] == ""


@pytest.mark.parametrize("case", TEXTS, ids=lambda case: case["写法"][:20])
def test_texts(case: dict[str, str]) -> None:
    """What is neither number, date nor tier is text, with nothing in the other columns."""
    row = parse([case["写法"]], year=2021).iloc[0]
    assert row["kind"] == "text"
    assert (row["operator"], row["unit"], row["tier"]) == ("", "", "")
    assert row[["number", "upper", "from", "until"]].isna().all()


@pytest.mark.parametrize("case", TIERS, ids=lambda case: case["写法"])
def test_tiers(case: dict[str, str]) -> None:
    """Only a text that is nothing but a tier's wording is a tier."""
    reading = parse_one(case["写法"])
    assert (reading.kind, reading.tier) == ("tier" if case["档次"] else "text", case["档次"])


@pytest.mark.parametrize("case", BLANKS, ids=lambda case: ascii(case["写法"]))
def test_blank(case: dict[str, str]) -> None:
    """Blank, 'does not apply' and value are told apart, and neither of the first two has a kind."""
    text, state = case["写法"], case["状态"]
    assert state_of(text) == state
    assert (parse_one(text).kind == "") == (state != "value")


@pytest.mark.parametrize("case", SIDES, ids=lambda case: f"{case['指标值']}|{case['完成值']}|{case['年度']}")
def test_sides(case: dict[str, str]) -> None:
    """What one side leaves open is taken from the other."""
    row = parse_sides([case["指标值"]], [case["完成值"]], int(case["年度"]) if case["年度"] else pd.NA).iloc[
        0
    ]
    for side, label in (("target", "指标值"), ("actual", "完成值")):
        kind = row[f"{side}_kind"]
        shown = {
            "number": f"{row[f'{side}_number']:g} {row[f'{side}_unit']}",
            "date": f"{day(row[f'{side}_from'])}~{day(row[f'{side}_until'])}",
        }.get(kind, "")
        assert (kind, shown) == (case[f"{label}类别"], case[f"{label}读作"])
