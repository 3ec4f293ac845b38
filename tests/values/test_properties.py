"""What must hold for any text: nothing raises, and many spellings of one value read the same."""

from __future__ import annotations

import math
from datetime import date

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from perfbatch import schema
from perfbatch.values import Reading, parse, parse_one, parse_sides
from perfbatch.values import clean as cleaning
from perfbatch.values.lexicon import AFTER, BEFORE

KINDS = {"", "number", "date", "text", "tier"}
OPERATORS = {"", ">=", ">", "<=", "<", "="}
TIERS = {"", "achieved", "partly", "missed"}
UNITS = ["", "%", "％", "‰", "万元", "亿元", "元", "人次", "人", "次", "个", "台", "㎡", "个月", "元/人"]

# Pieces of the grammar in any order: most texts that tear a parser apart look nearly right.
PIECES = st.sampled_from([
    *"0123456789.,-~至到年月日号季度前内底末初中上下半旬第每约超≥≤＞＜=±%‰％（）()万亿千百十一二三零两个人次元成",
    "2021", "2021年", "6月", "30日", "以上", "以下", "不低于", "不超过", "百分之", "之前", "达成", "部分达成",
    "季度", "Q2", "上半年", "次年", "分之", "不含", " ", "\n", "　", "/", "*", "m2", "㎡",
    "台套", "完成", "率", "级",
])  # fmt: skip
almost = st.lists(PIECES, max_size=12).map("".join)
anything = st.one_of(almost, st.text(max_size=30), st.text(max_size=4000))


def check(reading: Reading) -> None:
    """A reading is one of the five kinds and holds only what that kind has."""
    assert reading.kind in KINDS
    assert reading.operator in OPERATORS
    assert reading.tier in TIERS
    assert (reading.tier != "") == (reading.kind == "tier")
    assert math.isnan(reading.number) == (reading.kind != "number")
    assert not math.isinf(reading.number)
    assert (reading.last is not None) == (reading.kind == "date")
    if not math.isnan(reading.upper):
        assert reading.number <= reading.upper
        assert reading.operator == ""
    if reading.kind != "number":
        assert reading.unit == ""
    if reading.other is not None:
        assert reading.other.kind != reading.kind
        assert reading.other.other is None
        check(reading.other)


@settings(deadline=None, max_examples=400)
@given(anything)
@example("2021年2月29日至")
@example("⁰²" * 40)
@example("9" * 400)
@example("1e400")
@example("((((")
@example("百分之分之")
@example("±±5")
@example("一千万亿亿")
def test_nothing_raises(text: str) -> None:
    """Any text has a reading, alone and in a column."""
    check(parse_one(text))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(anything, anything, st.one_of(st.none(), st.integers(1990, 2060))), max_size=4))
def test_columns_are_as_the_schema_states(rows: list[tuple[str, str, int | None]]) -> None:
    """Both sides of any rows give the 16 parsed columns in the stated dtypes."""
    targets, actuals = [row[0] for row in rows], [row[1] for row in rows]
    parsed = parse_sides(targets, actuals, pd.array([row[2] for row in rows], dtype="Int64"))
    stated = {c.name: c.dtype for c in schema.columns("indicators", "read")}
    assert len(parsed) == len(rows)
    assert len(parsed.columns) == 18
    for column in parsed.columns:
        assert parsed[column].dtype == stated[column], column
    for side in ("target", "actual"):
        dated = parsed[f"{side}_from"].notna()
        assert (parsed[f"{side}_from"] <= parsed[f"{side}_until"])[dated].all()


@settings(deadline=None)
@given(
    st.decimals(0, 10**6, places=2),
    st.sampled_from([("", ""), *BEFORE.items()]),
    st.sampled_from(UNITS),
    st.sampled_from(["", " ", "\n", "　"]),
    st.booleans(),
    st.sampled_from(["", "完成率", "培训人数", "满意度为"]),
)
def test_one_number_many_spellings(
    amount: object, operator: tuple[str, str], unit: str, blank: str, wide: bool, words: str
) -> None:
    """Operator, number and unit come back from every spelling, width and blank."""
    written = f"{amount:,.2f}" if wide else f"{amount}"
    text = f"{words}{operator[0]}{blank}{written}{blank}{unit}"
    reading = parse_one(text.translate({code: code + 0xFEE0 for code in range(0x30, 0x3A)}) if wide else text)
    plain = parse_one(f"{operator[1]}{amount}{unit}")
    assert reading.kind == "number"
    assert (reading.operator, reading.unit) == (operator[1], plain.unit)
    assert reading.number == plain.number == float(str(amount))


@settings(deadline=None)
@given(
    st.integers(0, 10**6), st.sampled_from(sorted(AFTER.items())), st.sampled_from(["%", "人", "万元", "天"])
)
def test_words_behind_a_number(amount: int, operator: tuple[str, str], unit: str) -> None:
    """90%以上, 90%及以上 and their like are the operator that they mean."""
    reading = parse_one(f"{amount}{unit}{operator[0]}")
    assert (reading.kind, reading.operator, reading.number, reading.unit) == (
        "number", operator[1], float(amount), unit,
    )  # fmt: skip


@settings(deadline=None)
@given(
    st.integers(0, 9999),
    st.integers(1, 9999),
    st.sampled_from("-–—~～至到"),
    st.sampled_from(["次", "%", "万元"]),
)
def test_ranges(low: int, width: int, sign: str, unit: str) -> None:
    """Two numbers with a sign between them are a range, whichever sign it is."""
    high = low + width
    for text in (f"{low}{sign}{high}{unit}", f"{low}{unit}{sign}{high}{unit}"):
        reading = parse_one(text)
        assert (reading.number, reading.upper, reading.unit) == (low, high, unit)


def chinese(number: int) -> str:
    """``number`` below 100 million as people say it."""
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        gap = "零" if 0 < low < 1000 else ""
        return f"{chinese(high)}万{gap}{chinese(low) if low else ''}"
    said, zero = "", False
    for size, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // size % 10
        if digit:
            said += ("零" if zero and said else "") + "零一二三四五六七八九"[digit] + sign
            zero = False
        else:
            zero = True
    said = said.removeprefix("一") if said.startswith("一十") else said
    return said or "零"


@settings(deadline=None)
@given(st.integers(1, 99_999_999).filter(lambda n: n % 10_000 != 0))
def test_chinese_numerals(number: int) -> None:
    """A number said in Chinese is that number."""
    reading = parse_one(f"{chinese(number)}次")
    assert (reading.kind, reading.number, reading.unit) == ("number", number, "次")


@settings(deadline=None)
@given(
    st.dates(date(2000, 1, 1), date(2035, 12, 31)),
    st.sampled_from([
        "{0}年{1}月{2}日", "{0}-{1:02}-{2:02}", "{0}.{1}.{2}", "{0}/{1}/{2}", "{0}-{1:02}-{2:02} 00:00:00",
        "于{0}年{1}月{2}日完成", "{0} 年 {1} 月 {2} 日", "{0}{1:02}{2:02}",
    ]),
    st.booleans(),
)  # fmt: skip
def test_one_day_many_spellings(when: date, form: str, deadline: bool) -> None:
    """A day is that day however it is written; with 前 it is a deadline that includes it."""
    text = form.format(when.year, when.month, when.day)
    text = (
        text.replace("完成", "前完成") if deadline and "完成" in text else f"{text}前" if deadline else text
    )
    row = parse([text]).iloc[0]
    stamp = pd.Timestamp(when)
    if " 00:00:00前" in text:
        return
    assert (row["kind"], row["until"]) == ("date", stamp)
    assert pd.isna(row["from"]) if deadline else row["from"] == stamp


@settings(deadline=None)
@given(
    st.integers(2000, 2035),
    st.integers(1, 12),
    st.sampled_from(["前", "底前", "末前", "之前", "份以前", "底以前完成"]),
)
def test_a_month_named_with_qian_includes_that_month(year: int, month: int, ending: str) -> None:
    """2021年6月前 runs to 30 June, with and without year."""
    until = pd.Timestamp(year, month, 1) + pd.offsets.MonthEnd(0)
    rows = parse([f"{year}年{month}月{ending}", f"{month}月{ending}"], year=year)
    assert rows["operator"].tolist() == ["<=", "<="]
    assert rows["until"].tolist() == [until, until]
    assert rows["from"].isna().all()


@pytest.mark.parametrize("year", [2021, pd.NA, None, float("nan"), "column"])
def test_year_may_be_one_or_a_column(year: object) -> None:
    """The year is one for all or one a row, and may be missing."""
    years = pd.array([2021, None, 2020], dtype="Int64") if isinstance(year, str) else year
    until = parse(["6月前", "6月前", "2019年6月前"], year=years)["until"]
    known = (
        [True, False, True] if isinstance(year, str) else [year is not pd.NA and year == 2021] * 2 + [True]
    )
    assert until.notna().tolist() == known
    assert until[2] == pd.Timestamp(2019, 6, 30)


def test_missing_texts_are_blank_and_other_types_are_read_as_shown() -> None:
    """None and NaN are blank; a number that comes as a number is read all the same."""
    parsed = parse(pd.Series([None, float("nan"), "", 4, 4.5], dtype=object))
    assert parsed["kind"].tolist() == ["", "", "", "number", "number"]
    assert parsed["number"].tolist()[3:] == [4.0, 4.5]


def test_no_texts() -> None:
    """Empty columns are no special case."""
    assert parse([]).dtypes.astype(str).to_dict() == {
        "kind": "str", "operator": "str", "number": "float64", "upper": "float64", "unit": "str",
        "from": "datetime64[s]", "until": "datetime64[s]", "tier": "str",
    }  # fmt: skip
    assert parse_sides([], []).empty


def test_sides_of_different_length_are_refused() -> None:
    """Targets and actuals belong together row by row."""
    with pytest.raises(ValueError, match="2 targets and 1 actuals"):
        parse_sides(["1", "2"], ["1"])


def test_a_column_gives_what_each_text_gives_alone() -> None:
    """Caching over distinct texts changes nothing, nor does the order."""
    texts = ["≥95%", "6月前", "三级", "", "≥95%", "2021年3月", "达成预期指标", "20-30次", "6月前"]
    together = parse(texts, year=2021)
    alone = pd.concat([parse([text], year=2021) for text in texts], ignore_index=True)
    pd.testing.assert_frame_equal(alone, together)


@settings(deadline=None, max_examples=400)
@given(anything)
@example("95.5%")
@example("完成.5")
@example("5.")
def test_what_looks_clean_is_clean(text: str) -> None:
    """The look that saves most texts their cleaning lets none pass that would be changed by it."""
    assert cleaning.clean_value(text) == cleaning._clean(text)
