"""What a person sees in a cell: number formats as Chinese units use them."""
# ruff: noqa: DTZ001  a date cell has no time zone

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfbatch.workbook.number_text import (
    BUILTIN,
    general_text,
    number_text,
    parse_format,
    to_datetime,
    word_text,
)

ACCOUNTING = '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ '

SHOWN = [
    # value, format, what a person sees
    (4.0, "General", "4"),
    (152.1493, "General", "152.1493"),
    (0.1 + 0.2, "General", "0.3"),
    (-0.0, "General", "0"),
    (13812345678.0, "General", "13812345678"),
    (0.00002, "General", "0.00002"),
    (8.0, "G/通用格式", "8"),
    (8.0, 'G/通用格式"人"', "8人"),
    (8.95, "0.00", "8.95"),
    (8.945, "0.00", "8.95"),
    (3.5, "0.00_ ", "3.50"),
    (0.895, "0.00%", "89.50%"),
    (0.895, "0%", "90%"),
    (0.8949957, "0.00%", "89.50%"),
    (1.0, "0.00%;[Red]-0.00%", "100.00%"),
    (152.1493, "0.00_);[Red]\\(0.00\\)", "152.15"),
    (-3.2, "0.00_);[Red]\\(0.00\\)", "(3.20)"),
    (1234567.5, "#,##0.00", "1,234,567.50"),
    (999.0, "#,##0", "999"),
    (200.0, "#,##0.000000_ ", "200.000000"),
    (152.1493, ACCOUNTING, "152.15"),
    (0.0, ACCOUNTING, "-"),
    (-1234.5, ACCOUNTING, "-1,234.50"),
    (170.0, '"￥"#,##0.00', "￥170.00"),
    (170.0, "[$￥-804]#,##0.00", "￥170.00"),
    (170.0, '0.00"万元"', "170.00万元"),
    (152149.3, '0!.0,"万元"', "15.2万元"),
    (12345678.0, "0.00,,", "12.35"),
    (1500.0, '[>=1000]0.0,"千";0', "1.5千"),
    (15.0, '[>=1000]0.0,"千";0', "15"),
    (0.0, "0.00;-0.00;;@", ""),
    (0.0, ";;;", ""),
    (5.0, "000", "005"),
    (0.3, "#.##", ".3"),
    (3.0, "0.##", "3"),  # without the lone point that Excel leaves
    (1234.0, "0.00E+00", "1.23E+03"),
    (0.5, "# ?/?", "1/2"),
    (1.25, "# ?/?", "1 1/4"),
    (-0.001, "0.00", "0.00"),
    (3.0, "[DBNum1][$-804]General", "3"),
    # dates: 44377 is 2021-06-30
    (44377.0, BUILTIN[14], "2021-06-30"),
    (44377.0, "yyyy-mm-dd", "2021-06-30"),
    (44377.0, "yyyy.m.d", "2021-06-30"),
    (44377.0, "[$-409]d-mmm-yy;@", "2021-06-30"),
    (44377.0, "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "2021-06-30"),
    (44377.0, 'yyyy"年"m"月"d"日";@', "2021年6月30日"),
    (44377.0, '[$-804]yyyy"年"m"月";@', "2021年6月"),
    (44377.0, "yyyy年m月", "2021年6月"),
    (44377.0, BUILTIN[57], "2021年6月"),
    (44377.0, "[DBNum1][$-804]yyyy年m月d日", "2021年6月30日"),
    (44377.0, "mmm-yy", "2021年6月"),
    (44377.0, "yyyy/mm", "2021年6月"),
    (44377.0, 'm"月"d"日"', "6月30日"),
    (44377.0, "m/d", "6月30日"),
    (44377.0, "yyyy", "2021"),
    (44377.0, 'yyyy"年度"', "2021年度"),
    (44377.5, "yyyy/m/d h:mm", "2021-06-30 12:00"),
    (44377.0, "yyyy/m/d h:mm", "2021-06-30"),
    (44377.6, '[$-804]上午/下午h"时"mm"分"', "下午2时24分"),
    (44377.0, "aaaa", "星期三"),
    (0.5, "h:mm", "12:00"),
    (1.5, "[h]:mm", "36:00"),
    (0.0625, "[mm]:ss", "90:00"),
    # what no date can be is shown bare
    (-1.0, "yyyy-mm-dd", "-1"),
    (1e7, "yyyy-mm-dd", "10000000"),
]


@pytest.mark.parametrize(("value", "code", "shown"), SHOWN)
def test_a_number_is_shown_as_a_person_sees_it(value: float, code: str, shown: str) -> None:
    """The text of a cell follows its number format."""
    assert shown == number_text(value, code)


@pytest.mark.parametrize(
    ("code", "date"),
    [
        ("General", False), ("0.00", False), ("0.00E+00", False), ('0"日"', False), ('"date"0', False),
        ("[Red]0", False), ("h:mm", False), ("[h]:mm", False), ("mm:ss", False), ("@", False),
        ("yyyy-mm-dd", True), ("[$-804]yyyy年m月", True), ("m/d", True), ("mmm-yy", True), ("e年", True),
        ("yyyy;@", True),
    ],
)  # fmt: skip
def test_a_date_format_is_told_from_all_others(code: str, date: bool) -> None:
    """Only formats that show years, months or days make a number a date."""
    assert date is parse_format(code).date


@pytest.mark.parametrize(
    ("serial", "moment"),
    [
        (1.0, datetime(1900, 1, 1)), (59.0, datetime(1900, 2, 28)), (61.0, datetime(1900, 3, 1)),
        (44377.0, datetime(2021, 6, 30)), (44377.999999, datetime(2021, 7, 1)),
        (2958465.0, datetime(9999, 12, 31)), (2958465.9999999, datetime(9999, 12, 31, 23, 59, 59)),
        (0.5, None), (-3.0, None), (3e9, None),
    ],
)  # fmt: skip
def test_serial_numbers_become_dates(serial: float, moment: datetime | None) -> None:
    """Days count from 1900 with the leap day that never was; what lies outside is no date."""
    assert moment == to_datetime(serial)


@pytest.mark.parametrize(
    ("text", "code", "shown"),
    [("每天", "@", "每天"), ("每天", '@"！"', "每天！"), ("每天", ";;;", ""), ("8", '0"分"', "8"),
     ("8", ACCOUNTING, "8"), ("8", '0;-0;0;"约"@', "约8")],
)  # fmt: skip
def test_a_text_is_shown_by_the_text_section(text: str, code: str, shown: str) -> None:
    """Formats of numbers leave texts alone."""
    assert shown == word_text(text, code)


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(0, 10))
def test_fixed_decimals_round_half_up_on_the_decimal_value(value: float, decimals: int) -> None:
    """0.00 and its like show the decimal of at most 15 digits, rounded half up."""
    shown = number_text(value, "0." + "0" * decimals if decimals else "0")
    if abs(value) < 1e60:
        exact = Decimal(f"{value:.15g}")
        assert abs(Decimal(shown) - exact) <= Decimal(5).scaleb(-decimals - 1)


@given(
    st.floats(allow_nan=False, allow_infinity=False) | st.decimals(-10_000, 10_000, places=4).map(float),
    st.sampled_from(["0", "0.0", "0.00", "0.000000", "#,##0", "#,##0.00", "0%", "0.00%", "#,##0.0%"]),
)
def test_the_usual_formats_are_formats_like_any_other(value: float, code: str) -> None:
    """A blank as wide as a sign behind a format changes nothing that a person sees."""
    assert number_text(value, code) == number_text(value, f"{code}_ ")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_general_text_reads_back(value: float) -> None:
    """A number shown as General is the number itself, to 15 digits."""
    assert float(f"{value:.15g}") == float(general_text(value))


@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.text('0#?.,%;@"\\!_*[]$-hHmMsSyYdDeEaAgGbB年月日/: +<>=123RedGeneralDBNum', max_size=25),
)
def test_no_format_makes_the_reader_stumble(value: float, code: str) -> None:
    """Whatever a format code is, the result is a text."""
    assert isinstance(number_text(value, code), str)
    assert isinstance(word_text("甲", code), str)
