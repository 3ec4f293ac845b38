"""Forms as offices have published them, field by field: 青神县, 大英县, 池州, 天长, 历城区, 廊坊."""

# ruff: noqa: E501  (drawn tables are as wide as forms are)

from __future__ import annotations

import math

import pytest

from tests.drawn import drawn
from tests.workbook.parts import form, rows

INSTRUCTIONS = (
    "1.预算执行率=预算执行数/调整后预算数，预算执行率未达到90%的需说明原因(100字以内)；2.年中发生预算调整的（追加或调减），应单独说明理由；"
    "3.其他资金包括：社会投入资金、银行贷款."
)
NOTHING = pytest.approx(math.nan, nan_ok=True)


@pytest.fixture(scope="module")
def qingshen():
    """青神县 2023, as published with its indicators still unfilled."""
    return form(drawn("qingshen"))


def test_qingshen_header(qingshen):
    """The line 报表编号 above the title, the code before the project, 实施单位 (盖章), a blank 项目负责人 below."""
    assert (qingshen.layout, qingshen.money_unit, qingshen.project_code) == (
        "platform",
        "万元",
        "51000021R000000019951",
    )
    assert qingshen.year == (2023, "A2", "value")
    assert qingshen.texts["title"] == ("部门预算项目支出绩效自评表(2023年度)", "A2", "value")
    assert qingshen.texts["project"] == ("工资性支出", "C3", "value")
    assert qingshen.texts["department"] == ("青神县发展和改革局本级", "C4", "value")
    assert qingshen.texts["unit"] == ("青神县发展和改革局", "H4", "value")
    assert qingshen.texts["leader"] == ("", "A21", "blank")
    assert qingshen.texts["phone"] == ("", "", "absent")
    assert qingshen.texts["goal"].cell == "D6"
    assert qingshen.texts["goal"].value.startswith("严格执行相关政策")
    assert qingshen.texts["outcome"] == (
        "对照年度目标，说明相关任务目标的完成情况（100字以内）",
        "H6",
        "value",
    )


def test_qingshen_funds(qingshen):
    """Five lines; / is no number; the instructions in 原因 stay as text, for each line."""
    table = [
        (line.line, line.initial.value, line.budget.value, line.executed.value, line.rate.number.value,
         line.points.text, line.own_score.text, line.reason)
        for line in qingshen.funds
    ]  # fmt: skip
    reason = (INSTRUCTIONS, "K9", "value")
    assert table == [
        ("total", 238.93, 251.89, 251.89, 100, "10", "", reason),
        ("fiscal", 238.93, 251.89, 251.89, 100, "/", "/", reason),
        ("special_account", 0, 0, 0, 0, "/", "/", reason),
        ("unit_funds", 0, 0, 0, 0, "/", "/", reason),
        ("other", NOTHING, NOTHING, NOTHING, NOTHING, "/", "/", reason),
    ]
    assert (qingshen.funds[0].points.value, qingshen.funds[0].rate.decimals) == (10, 2)
    assert [line.points.state for line in qingshen.funds[1:]] == ["not_applicable"] * 4
    assert (qingshen.funds[0].own_score.cell, qingshen.funds[0].own_score.state) == ("J9", "blank")
    assert (qingshen.funds[4].budget.cell, qingshen.funds[4].budget.state) == ("E13", "blank")


def test_qingshen_indicators(qingshen):
    """＝ 100 % with weights of 60 and 30; 完成值 and 得分 blank, with their cells; 合计 100."""
    assert rows(qingshen) == [
        ("产出指标", "数量指标", "发放(缴纳)覆盖率"), ("效益指标", "社会效益指标", "足额保障率(参保率)"),
    ]  # fmt: skip
    assert [(i.nature, i.target, i.points.value) for i in qingshen.indicators] == [
        ("＝", ("＝100%", "F15", "value"), 60), ("＝", ("＝100%", "F16", "value"), 30),
    ]  # fmt: skip
    assert [i.actual for i in qingshen.indicators] == [("", "H15", "blank"), ("", "H16", "blank")]
    assert [(i.own_score.cell, i.own_score.state) for i in qingshen.indicators] == [
        ("J15", "blank"),
        ("J16", "blank"),
    ]
    assert [i.reason for i in qingshen.indicators] == [("", "K15", "blank"), ("", "K16", "blank")]
    assert (qingshen.points_total.value, qingshen.points_total.cell) == (100, "I17")
    assert (qingshen.own_total.state, qingshen.own_total.cell) == ("blank", "J17")
    assert qingshen.region == "A1:K21"


def test_daying():
    """A filled export: 定性 with 文字描述, a level merged over rows, names below the form."""
    found = form(drawn("daying"))
    assert found.project_code == "51092324T000010263357"
    assert found.texts["leader"] == ("查小兵", "A21", "value")
    assert [i.target.value for i in found.indicators] == ["=100%", "12月前", "≤30万元"]
    assert [i.actual.value for i in found.indicators] == ["100", "12月前", "完成"]
    assert [i.level1 for i in found.indicators] == ["产出指标", "产出指标", "效益指标"]
    assert (found.points_total.value, found.own_total.value) == (100, 100)
    assert found.funds[0].initial.value == 0


def test_chizhou():
    """Numbers as text throughout, a total line of zeros, a 二级指标 with nothing beside it."""
    found = form(drawn("chizhou"))
    assert (found.year.value, found.texts["department"].value) == (2022, "219-池州市贵池区棠溪镇人民政府")
    total, fiscal = found.funds[:2]
    assert (total.budget.value, total.rate.number.value, total.own_score.value) == (0, 0, 0)
    assert (fiscal.budget.value, fiscal.executed.value, fiscal.rate.number.state) == (89.974, 89.974, "blank")
    assert len(found.indicators) == 10
    assert "经济效益指标" not in [i.level2 for i in found.indicators]
    assert {(i.level1, i.level1_weight) for i in found.indicators} == {
        ("产出指标", 50), ("效益指标", 30), ("满意度指标", 10),
    }  # fmt: skip
    assert sum(i.points.value for i in found.indicators) + total.points.value == 100


def test_tianchang():
    """指标1： before each name, template rows between, 指标1：/ with / / beside it."""
    found = form(drawn("tianchang"))
    assert [i.name.value for i in found.indicators] == [
        "完成中型灌区节水改造项目数量", "完成农业综合水价改革项目", "工程质量合格", "年度资金支付完成率100%",
        "资金执行在预算范围内", "全市安全度汛", "保护全市人口财产不受损失", "已建工程良性运行", "服务对象满意度",
    ]  # fmt: skip
    assert found.texts["department"] == ("", "C4", "blank")
    assert [line.points.text for line in found.funds] == ["10", "-", "-", "-"]
    assert found.funds[0].rate.number[2:] == ("H6", "blank")
    assert (found.own_total.value, found.region) == (100, "A1:I30")


def test_licheng():
    """The goals above the funds, 年初预算数（A） alone, a column 得分计算方法, - in template rows."""
    found = form(drawn("licheng"))
    assert (found.layout, found.year.value, found.money_unit) == ("national", 2019, "万元")
    assert found.texts["department"] == ("济南市历城区文化和旅游局", "G4", "value")
    assert (found.texts["unit"].value, found.texts["leader"].value, found.texts["phone"].value) == (
        "济南市历城区文化馆", "田延青", "88894492",
    )  # fmt: skip
    assert found.texts["goal"].value == "历城区文化馆免费开放"
    assert [(line.line, line.budget.cell) for line in found.funds] == [
        ("total", "E9"),
        ("fiscal", "E10"),
        ("other", "E11"),
    ]
    assert found.fallbacks == ["funds.budget"]
    assert (found.funds[0].rate.number.value, found.funds[0].reason.state) == (100, "absent")
    assert [i.name.value for i in found.indicators][:2] == [
        "全年免费开放",
        "免费开放管理制度健全、执行有效性",
    ]
    assert len(found.indicators) == 7
    assert [i.target.value for i in found.indicators][-1] == "≥95%"
    assert {i.reason.state for i in found.indicators} == {"blank"}


def test_langfang():
    """Levels in the first row only, 指标1 without a colon, goals that are figures, reasons of 0."""
    found = form(drawn("langfang"))
    assert rows(found)[:3] == [
        ("产出指标", "数量指标", "工程资金金额"), ("产出指标", "质量指标", "工程完工率"), ("产出指标", "质量指标", "工程验收合格率"),
    ]  # fmt: skip
    assert rows(found)[-2:] == [
        ("效益指标", "可持续影响指标", "长期使用性"), ("满意度指标", "服务对象满意度指标", "学生满意度"),
    ]  # fmt: skip
    assert (found.texts["goal"].value, found.texts["outcome"].value) == ("43.2", "37.24")
    assert (
        found.funds[0].rate.number.value,
        found.funds[0].rate.decimals,
        found.funds[0].own_score.value,
    ) == (86, 0, 9)
    assert found.indicators[-1].reason == ("0", "I25", "value")
    assert found.own_total.value == 98
