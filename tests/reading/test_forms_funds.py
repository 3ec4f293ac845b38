"""项目资金: lines, columns, amounts, rates."""

# ruff: noqa: E501, RUF001  (drawn tables are as wide as forms are)

from __future__ import annotations

import math

import pytest

from tests.workbook.parts import FUNDS, form

NAN = pytest.approx(math.nan, nan_ok=True)
LABELS = "| 项目资金（万元） | < |  | 年初预算数 | 全年预算数（A） | 全年执行数（B） | 分值 | 执行率 | 得分 |"


def total(*cells: str, labels: str = LABELS, unit: str = "万元") -> object:
    """The total line of a form whose only fund line holds these six cells."""
    found = form(funds=f"{labels}\n| ^ | < | 年度资金总额 | {' | '.join(cells)} |")
    assert found.money_unit == unit
    return found.funds[0]


def test_lines_by_label():
    """Four lines, each with amounts, points, rate and score, in their cells."""
    lines = form().funds
    assert [(line.line, line.label, line.label_cell) for line in lines] == [
        ("total", "年度资金总额", "C7"), ("fiscal", "其中：当年财政拨款", "C8"), ("carryover", "上年结转资金", "C9"),
        ("other", "其他资金", "C10"),
    ]  # fmt: skip
    first = lines[0]
    assert (first.initial, first.budget) == ((200, "200", "D7", "value"), (170, "170", "E7", "value"))
    assert first.executed == (152.15, "152.15", "F7", "value")
    assert first.rate.number == (89.5, "89.5%", "H7", "value")
    assert first.rate.decimals == 1
    assert (first.points.value, first.own_score.cell) == (10, "I7")
    assert first.reason.state == "absent"


def test_signs_for_does_not_apply_and_blanks():
    """- and — are said to be that, a blank is a blank."""
    lines = form().funds
    assert [(line.initial.text, line.initial.state) for line in lines[2:]] == [
        ("-", "not_applicable"),
        ("", "blank"),
    ]
    assert (lines[1].points.state, lines[1].own_score.text) == ("not_applicable", "—")


@pytest.mark.parametrize(("written", "line"), [
    ("总额", "total"), ("资金总额", "total"), ("合计", "total"), ("年度资金总额：", "total"), ("其中:本年财政拨款", "fiscal"),
    ("财政资金", "fiscal"), ("其中：\\n财政拨款", "fiscal"), ("财政专户管理资金", "special_account"), ("单位资金", "unit_funds"),
    ("　　　上年结转资金", "carryover"), ("其它资金", "other"),
])  # fmt: skip
def test_other_labels_of_lines(written, line):
    """Lines are told by their labels, not by their order."""
    found = form(funds=f"{LABELS}\n| ^ | < | {written} | #1 | #1 | #1 | #10 | 100% | #10 |")
    assert [known.line for known in found.funds] == [line]


@pytest.mark.parametrize(("cell", "number", "decimals"), [
    ("89.50%", 89.5, 2), ("89.5%", 89.5, 1), ("#0.895{0.00%}", 89.5, 2), ("#0.895{0%}", 89.5, 0), ("#89.5", 89.5, 1),
    ("#0.895", 89.5, 1), ("0.895", 89.5, 1), ("89.5", 89.5, 1), ("#0.8949958823", 89.49958823, 2), ("８９．５０％", 89.5, 2),
    ("89.5％（注）", 89.5, 1), ("#0.9", 90, 0), ("#90", 90, 0), ("89.4996%", 89.4996, 2),
])  # fmt: skip
def test_rates_as_written(cell, number, decimals):
    """Percent text, percent cells, bare numbers: the one that lies nearer to B/A, with the decimals written."""
    line = total("#200", "#170", "#152.15", "#10", cell, "#8.95")
    assert line.rate.number.value == pytest.approx(number)
    assert line.rate.decimals == decimals


@pytest.mark.parametrize(("budget", "executed", "cell", "number"), [
    ("", "", "#0.9", 90), ("", "", "#90", 90), ("", "", "#1.5", 150), ("#100", "#1", "#1", 1), ("#100", "#100", "#1", 100),
    ("#100", "#0", "#0", 0), ("#10", "#13", "#1.3", 130), ("#10", "#0.05", "#0.5", 0.5),
])  # fmt: skip
def test_bare_rates_by_what_was_spent(budget, executed, cell, number):
    """1 is 100 % where all was spent and 1 % where a hundredth was; without amounts up to 1.5 is a fraction."""
    assert total("", budget, executed, "#10", cell, "#9").rate.number.value == pytest.approx(number)


@pytest.mark.parametrize(("cell", "state", "text"), [
    ("!#DIV/0!", "error", "#DIV/0!"), ("?", "uncached", ""), ("", "blank", ""), ("—", "not_applicable", "—"),
    ("九成", "nonsense", "九成"), ("TRUE", "nonsense", "TRUE"),
])  # fmt: skip
def test_rates_that_are_none(cell, state, text):
    """Errors, formulas without value, signs and words keep their state."""
    line = total("#200", "#170", "#152.15", "#10", cell, "#8.95")
    assert (line.rate.number.state, line.rate.number.text, line.rate.decimals) == (state, text, None)
    assert math.isnan(line.rate.number.value)


@pytest.mark.parametrize(("cell", "value", "state"), [
    ("170万元", 170, "value"), ("1,234.5", 1234.5, "value"), ("１７０", 170, "value"), ("170.00 ", 170, "value"),
    ("1700000元", 170, "value"), ("若干", math.nan, "nonsense"), ("?", math.nan, "uncached"), ("!#REF!", math.nan, "error"),
    ("#1234.5{#,##0.00}", 1234.5, "value"), ("/", math.nan, "not_applicable"),
])  # fmt: skip
def test_amounts_typed_as_text(cell, value, state):
    """An amount may be typed with its unit, with commas, in full-width figures."""
    line = total("#200", cell, "#152.15", "#10", "89.5%", "#8.95")
    assert (line.budget.value, line.budget.state) == (pytest.approx(value, nan_ok=True), state)


@pytest.mark.parametrize(("labels", "unit"), [
    (LABELS, "万元"),
    (LABELS.replace("万元", "元"), "元"),
    (LABELS.replace("万元", "单位：亿元"), "亿元"),
    (LABELS.replace("项目资金（万元）", "项目资金").replace("年初预算数", "年初预算数（元）"), "元"),
    (LABELS.replace("项目资金（万元）", "项目资金"), "万元"),
    ("| 单位：元 | < | < | < | < | < | < | < | < |\n" + LABELS.replace("（万元）", ""), "元"),
])  # fmt: skip
def test_the_unit_of_money(labels, unit):
    """From the part's label, a column's label or 单位：元 above; 万元 where nothing is printed."""
    line = total("#200", "#170", "#152.15", "#10", "89.5%", "#8.95", labels=labels, unit=unit)
    assert line.budget.value == 170


def test_amounts_in_yuan_beside_a_unit():
    """170万元 in a form in 元 is 1700000."""
    line = total(
        "#200", "170万元", "#152.15", "#10", "89.5%", "#8.95", labels=LABELS.replace("万元", "元"), unit="元"
    )
    assert line.budget.value == 1_700_000


def test_points_printed_in_the_label_only():
    """预算执行情况(10分) without a column for 分值."""
    found = form(
        funds="""
| 预算执行情况（10分） | < |  | 年初预算 | 调整后预算数 | 预算执行数 | < | 预算执行率 | 得分 |
| ^ | < | 总额 | #200 | #170 | #152.15 | < | 89.5% | #8.95 |"""
    )
    assert found.funds[0].points == (10, "预算执行情况（10分）", "A6", "value")
    assert found.funds[0].executed.cell == "F7"


def test_reason_over_several_lines():
    """The platform's 原因, merged over all lines, belongs to each of them; instructions stay as text."""
    found = form(
        funds="""
| 预算执行情况(10分) |  | 年初预算 | 调整后预算数 | 预算执行数 | 预算执行率 | 权重 | 得分 | 原因 |
| ^ | 总额 | 100 | 100 | 80 | 80.00% | 10 | 8 | 预算执行率未达到90%的需说明原因(100字以内) |
| ^ | 其中：财政资金 | 100 | 100 | 80 | 80.00% | / | / | ^ |"""
    )
    assert [line.reason for line in found.funds] == [
        ("预算执行率未达到90%的需说明原因(100字以内)", "I7", "value")
    ] * 2


def test_points_merged_over_lines_belong_to_the_first():
    """A 10 merged down all lines is counted once."""
    found = form(
        funds=f"""
{LABELS}
| ^ | < | 年度资金总额 | #200 | #170 | #152.15 | #10 | 89.5% | #8.95 |
| ^ | < | 其中：当年财政拨款 | #200 | #170 | #152.15 | ^ | 89.5% | ^ |"""
    )
    assert [line.points.value for line in found.funds] == [10, NAN]
    assert [line.own_score.state for line in found.funds] == ["value", "absent"]


def test_only_an_initial_budget():
    """年初预算数（A） alone is the A of B/A, and said to be taken so."""
    found = form(
        funds="""
| 项目预算执行情况 | < |  | 年初预算数（A） | 全年执行数（B） | < | 分值 | 执行率（B/A） | 得分 |
| ^ | < | 年度资金总额 | #45 | #45 | < | #10 | #1{0%} | #10 |"""
    )
    assert (found.funds[0].initial.cell, found.funds[0].budget.cell) == ("D7", "D7")
    assert found.fallbacks == ["funds.budget"]


def test_a_line_without_label_is_the_total():
    """One row of amounts and no name: the total, by position."""
    found = form(funds=f"{LABELS}\n| ^ | < |  | #200 | #170 | #152.15 | #10 | 89.5% | #8.95 |")
    assert [(line.line, line.label, line.budget.value) for line in found.funds] == [("total", "", 170)]
    assert found.fallbacks == ["funds.total"]


def test_a_line_that_nobody_knows():
    """It counts as other, keeps its name, and a note says so."""
    found = form(funds=FUNDS + "\n| ^ | < | 彩票公益金 | #5 | #5 | #5 | — | — | — |")
    assert [(line.line, line.label) for line in found.funds][-1] == ("other", "彩票公益金")
    assert found.notes == [("unknown_line", {"line": "彩票公益金"})]


def test_lines_within_a_line_are_not_counted_again():
    """一般公共预算 below 财政拨款 is part of it."""
    found = form(funds=FUNDS + "\n| ^ | < | 一般公共预算 | #5 | #5 | #5 | — | — | — |")
    assert len(found.funds) == 4
    assert found.notes == []


def test_blank_rows_between_lines():
    """An empty row does not end the funds."""
    lines = FUNDS.strip().splitlines()
    lines.insert(2, "| ^ | < |  |  |  |  |  |  |  |")
    assert [line.line for line in form(funds="\n".join(lines)).funds] == [
        "total",
        "fiscal",
        "carryover",
        "other",
    ]


def test_labels_over_two_rows():
    """预算数 over 年初预算数 and 全年预算数."""
    found = form(
        funds="""
| 项目资金（万元） | < |  | 预算情况 | < | 全年执行数 | 分值 | 执行率 | 得分 |
| ^ | < |  | 年初预算数 | 全年预算数 | ^ | ^ | ^ | ^ |
| ^ | < | 年度资金总额 | #200 | #170 | #152.15 | #10 | 89.5% | #8.95 |"""
    )
    assert (found.funds[0].initial.value, found.funds[0].budget.value, found.funds[0].executed.cell) == (
        200,
        170,
        "F8",
    )


def test_amounts_right_of_their_labels():
    """One row of labels with the amounts beside them is the total."""
    found = form(
        funds="| 项目资金（万元） | 全年预算数（A） | #100 | 全年执行数（B） | #90 | 执行率 | 90% | 得分 | #9 |"
    )
    (line,) = found.funds
    assert (line.line, line.budget, line.executed.cell) == ("total", (100, "100", "C6", "value"), "E6")
    assert (line.rate.number.value, line.own_score.value, line.points.state) == (90, 9, "absent")


def test_no_funds_at_all():
    """A form without funds is a form; a note says that none were found."""
    found = form(funds="")
    assert found.funds == []
    assert ("no_funds", {}) in found.notes


def test_zero_shown_as_a_dash_is_zero():
    """An accounting format shows - for 0; the cell holds 0."""
    line = total("#200", '#0{#,##0.00;-#,##0.00;"-"}', "#152.15", "#10", "89.5%", "#8.95")
    assert (line.budget.value, line.budget.text, line.budget.state) == (0, "-", "value")
