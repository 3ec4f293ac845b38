"""Where forms lie on a sheet, and what a sheet lacks to hold one."""

# ruff: noqa: E501  (drawn tables are as wide as forms are)

from __future__ import annotations

import pytest

from perfbatch.reading.form.find import is_almost
from perfbatch.reading.form.forms import read_forms
from perfbatch.reading.layouts import load_layouts
from tests.drawn import draw, drawn, rows_of
from tests.workbook.parts import (
    FUNDS,
    GOALS,
    HEADER,
    INDICATORS,
    LABELS,
    NOTES,
    TITLE,
    TOTAL,
    almost,
    form,
    forms,
    rows,
    table,
)

OTHER = HEADER.replace("平台运维", "机房改造").replace("市政协机关", "市政协信息中心")


def test_the_range_of_a_form():
    """From the first label to the last row of the notes, from the first to the last column of its tables."""
    assert form().region == "A1:I18"


def test_lines_above_the_title_and_below_the_notes():
    """附件2 above, a remark far below: no part of the form."""
    found = form("| 附件2 |\n|  |\n" + table() + "\n|  |\n|  |\n|  |\n|  |\n| 另附说明材料 |")
    assert found.region == "A3:I20"
    assert found.texts["title"].cell == "A3"


def test_two_forms_stacked_on_one_sheet():
    """Each with its own project, funds, indicators and total."""
    found = forms(table() + "\n|  |\n" + table(header=OTHER))
    assert [f.texts["project"] for f in found] == [("平台运维", "C3", "value"), ("机房改造", "C22", "value")]
    assert [len(f.indicators) for f in found] == [3, 3]
    assert [f.own_total.cell for f in found] == ["H17", "H36"]
    assert [f.funds[0].budget.cell for f in found] == ["E7", "E26"]
    assert [f.year.cell for f in found] == ["A2", "A21"]
    assert [f.region for f in found] == ["A1:I18", "A20:I37"]


def test_stacked_forms_without_titles():
    """项目名称 opens the second form; the year line above it belongs to it."""
    year = "| （2022年度） | < | < | < | < | < | < | < | < |"
    found = forms(table(notes="") + "\n" + table(title=year, header=OTHER))
    assert [f.texts["project"].value for f in found] == ["平台运维", "机房改造"]
    assert [f.year.value for f in found] == [2021, 2022]


def test_three_forms_of_which_one_lacks_its_title():
    """The funds open a form as well."""
    found = forms("\n".join([table(), table(title="", header=OTHER), table()]))
    assert [f.texts["project"].value for f in found] == ["平台运维", "机房改造", "平台运维"]


BROKEN = LABELS.replace("实际完成值", "干得怎样")


@pytest.mark.parametrize("broken", [
    table(labels=BROKEN, header=OTHER),
    table(labels=BROKEN.replace("分值", "占比"), header=OTHER),
    table(labels="", indicators="", total="", header=OTHER),
    table(labels=BROKEN, header=OTHER, title=""),
])  # fmt: skip
@pytest.mark.parametrize("order", ["above", "below", "between"])
def test_a_broken_form_beside_whole_ones_on_one_sheet(broken, order):
    """The whole ones are read as alone, and it is said what the broken one lacks."""
    parts = {"above": [broken, table()], "below": [table(), broken], "between": [table(), broken, table()]}[
        order
    ]
    found, lacking = read_forms(draw("\n".join(parts)), load_layouts())
    assert [f.texts["project"].value for f in found] == ["平台运维"] * (len(parts) - 1)
    assert [(f.own_total.value, len(f.funds), len(f.indicators)) for f in found] == [(98.95, 4, 3)] * (
        len(parts) - 1
    )
    assert len(lacking) == 1
    assert is_almost(lacking[0])
    assert "实际完成值" in lacking[0].missing


def test_many_forms_on_one_sheet():
    """Two hundred stacked forms are two hundred forms, and take no more time than as many sheets."""
    found = forms("\n".join([table()] * 200))
    assert len(found) == 200
    assert found[-1].texts["project"].cell == f"C{199 * 18 + 3}"


@pytest.mark.parametrize("column", range(1, 9))
def test_an_extra_blank_column_anywhere(column):
    """A column inserted between two others changes no value."""
    plain = form()
    moved = form("\n".join(
        "| " + " | ".join([*cells[:column], "<" if cells[column] == "<" else "", *cells[column:]]) + " |"
        for cells in rows_of(table())
    ))  # fmt: skip
    assert rows(moved) == rows(plain)
    assert [i.target.value for i in moved.indicators] == [i.target.value for i in plain.indicators]
    assert [i.own_score.value for i in moved.indicators] == [50, 30, 10]
    assert [line.budget.value for line in moved.funds][:2] == [170, 170]
    assert {name: text.value for name, text in moved.texts.items()} == {
        name: text.value for name, text in plain.texts.items()
    }
    assert moved.own_total.value == 98.95
    assert moved.fallbacks == []


@pytest.mark.parametrize("row", range(1, 17))
def test_an_extra_blank_row_anywhere(row):
    """A blank row between any two rows changes no value."""
    lines = table().splitlines()
    below = rows_of(lines[row])[0]
    kept = [c if c == "^" or (c == "<" and below[n - 1] == "^") else "" for n, c in enumerate(below)]
    lines.insert(row, "| " + " | ".join(kept) + " |")
    found = form("\n".join(lines))
    assert rows(found) == rows(form())
    assert [line.line for line in found.funds] == ["total", "fiscal", "carryover", "other"]
    assert found.texts["project"].value == "平台运维"
    assert found.texts["goal"].value == "保障平台运行"
    assert (found.year.value, found.own_total.value, found.fallbacks) == (2021, 98.95, [])


def test_goals_right_of_their_labels():
    """预期目标 and 实际完成情况 below each other, their texts to the right."""
    found = form(
        goals="""
| 年度总体目标 | 预期目标 | < | 保障平台运行 | < | < | < | < | < |
| ^ | 实际完成情况 | < | 平台运行正常 | < | < | < | < | < |"""
    )
    assert found.texts["goal"] == ("保障平台运行", "D11", "value")
    assert found.texts["outcome"] == ("平台运行正常", "D12", "value")


def test_goals_over_several_rows():
    """A goal typed into several rows is one text."""
    found = form(
        goals="""
| 年度总体目标 | 预期目标 | < | < | < | 实际完成情况 | < | < | < |
| ^ | 1.保障平台运行 | < | < | < | 平台运行正常 | < | < | < |
| ^ | 2.保障数据安全 | < | < | < |  | < | < | < |"""
    )
    assert found.texts["goal"] == ("1.保障平台运行\n2.保障数据安全", "B12", "value")
    assert found.texts["outcome"].value == "平台运行正常"


def test_three_goals_side_by_side():
    """The goal as set, the goal as changed in the year, and what came of it."""
    found = form(
        goals="""
| 当年绩效目标 | 年初绩效目标 | < | < | 全年（调整）绩效目标 | < | 全年目标实际完成情况 | < | < |
| ^ | 保障平台运行 | < | < | 保障平台和数据 | < | 平台运行正常 | < | < |"""
    )
    assert found.texts["goal"] == ("保障平台运行", "B12", "value")
    assert found.texts["outcome"] == ("平台运行正常", "G12", "value")


def test_goals_left_blank():
    """A blank goal has its cell."""
    found = form(goals=GOALS.replace("保障平台运行", ""))
    assert found.texts["goal"] == ("", "B12", "blank")


def test_goals_above_the_funds():
    """Some templates put the goals first."""
    found = form("\n".join(part.strip() for part in (TITLE, HEADER, GOALS, FUNDS, LABELS, INDICATORS, TOTAL)))
    assert found.texts["goal"].value == "保障平台运行"
    assert found.texts["outcome"].value == "平台运行正常"
    assert [line.line for line in found.funds] == ["total", "fiscal", "carryover", "other"]


def test_line_breaks_inside_a_goal_stay():
    """A long text keeps its paragraphs."""
    found = form(goals=GOALS.replace("保障平台运行", "1、保障平台运行；\\n2、保障数据安全。"))
    assert found.texts["goal"].value == "1、保障平台运行；\n2、保障数据安全。"


# ---- sheets without a form -----------------------------------------------------------------------------


@pytest.mark.parametrize("drawing", [
    "| 目录 | 页码 |\n| 一、项目支出绩效自评表 | 1 |",
    "| 填报说明 | < |\n| 1.一级指标按产出、效益、满意度填写 | 2.得分不超过分值 |",
    "| 收入支出决算总表 | < | < |\n| 项目 | 行次 | 金额 |\n| 一、财政拨款收入 | 1 | 5 |",
    "| 项目名称 | 年初预算数 | 全年预算数 | 全年执行数 | 执行率 |\n| 甲 | 1 | 1 | 1 | 100% |",
    "|  |",
])  # fmt: skip
def test_covers_lists_and_accounts_are_no_forms(drawing):
    """Other sheets of a workbook hold no form."""
    assert forms(drawing) == []


def test_a_table_without_any_project_is_no_form():
    """A library of indicators has the columns and neither title nor project nor funds."""
    lacking = almost(LABELS + INDICATORS)
    assert lacking is not None
    assert lacking.missing == ("项目支出绩效自评表", "项目名称")


@pytest.mark.parametrize(("labels", "missing", "unknown"), [
    (LABELS.replace("实际完成值", "干得怎样"), ("实际完成值",), ("干得怎样",)),
    (LABELS.replace("| 分值 ", "| 占比 "), ("分值",), ("占比",)),
    (LABELS.replace("年度指标值", "标的").replace("| 分值 ", "| 占比 "), ("年度指标值", "分值"), ("标的", "占比")),
])  # fmt: skip
def test_almost_a_form(labels, missing, unknown):
    """What was found and what is missing, so that a person can mend the file or the layout."""
    lacking = almost(table(labels=labels))
    assert lacking is not None
    assert is_almost(lacking)
    assert (lacking.missing, lacking.unknown) == (missing, unknown)
    assert {"项目支出绩效自评表", "项目名称", "三级指标", "得分"} <= set(lacking.found)


def test_a_form_without_its_table_of_indicators():
    """Header and funds are there, the indicators are not."""
    lacking = almost("\n".join(part.strip() for part in (TITLE, HEADER, FUNDS, GOALS, NOTES)))
    assert lacking is not None
    assert is_almost(lacking)
    assert lacking.missing == ("三级指标", "年度指标值", "实际完成值", "分值")


def test_a_blank_form_has_no_indicators():
    """The template itself: a form, and nothing in it."""
    found = form(
        indicators="""
| ^ | 产出指标 | 数量指标 | 指标1： |  |  |  |  |  |
| ^ | ^ | ^ | 指标2： |  |  |  |  |  |
| ^ | ^ | 质量指标 | …… |  |  |  |  |  |"""
    )
    assert found.indicators == []


def test_a_form_without_own_scores_is_read():
    """得分 missing altogether: read, and said."""
    found = form(labels=LABELS.replace("| 得分 ", "| 备注 "))
    assert [i.own_score.state for i in found.indicators] == ["absent"] * 3
    assert ("no_own_score", {}) in found.notes


@pytest.mark.parametrize(
    "name", ["qingshen", "daying", "chizhou", "tianchang", "licheng", "langfang", "seed"]
)
def test_published_forms_are_found(name):
    """Each of the forms that offices have published is one form, without anything taken by position."""
    found = form(drawn(name))
    assert [f for f in found.fallbacks if f != "funds.budget"] == []
    assert found.notes == []
