"""What published forms of other families and odd habits show: both sides of each rule of reading."""

# ruff: noqa: E501  (drawn tables are as wide as forms are)

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest

import perfbatch
from perfbatch.reading import approved_targets
from perfbatch.workbook.open import load_grids
from tests.drawn import draw
from tests.drawn_files import with_xlsxwriter
from tests.workbook.parts import FUNDS, HEADER, INDICATORS, LABELS, TOTAL, almost, form, forms, table

TARGETS = """
| 项目支出绩效目标申报表 | < | < | < |
| （2023年度） | < | < | < |
| 项目名称 | 河道清淤 | 主管部门 | 县水利局 |
| 实施单位 | 县河道管理所 | < | < |
| 一级指标 | 二级指标 | 三级指标 | 指标值 |
| 产出指标 | 数量指标 | 清淤长度 | ≥8公里 |
| 满意度指标 | 服务对象满意度指标 | 群众满意度 | ≥90% |
"""


def names(found):
    """The indicators of a form."""
    return [one.name.value for one in found.indicators]


# ---- where the table ends ------------------------------------------------------------------------------


@pytest.mark.parametrize("row", [
    "| ^ | 产出指标 | 数量指标 | 培训期数 | 5次 | 合计：5次 | #5 | #5 |  |",
    "| ^ | 产出指标 | 数量指标 | 考试成绩 | 总分：95 | 95 | #5 | #5 |  |",
    "| ^ | 产出指标 | 数量指标 | 合计 | 120人 | 120人 | #5 | #5 |  |",
    "| ^ |  |  | 合计 | 120人 | 120人 | #5 | #5 |  |",
    "| ^ |  | 合计 | 发放册数 | 120册 | 120册 | #5 | #5 |  |",
    "| ^ | 产出指标 | 数量指标 | 培训期数 | 合计 | 小计 | #5 | #5 | 总分 |",
])  # fmt: skip
def test_a_label_inside_a_row_is_an_answer(row):
    """合计 as a name, a level or a value ends nothing."""
    first, *others = INDICATORS.strip().splitlines()
    found = form(indicators="\n".join([first, row, *others]))
    assert len(found.indicators) == 4
    assert names(found)[-1] == "委员满意度"
    assert found.own_total.value == 98.95


def test_a_total_that_reaches_under_a_level_merged_too_far():
    """A total beside mere numbers is one, though a level reaches down to it."""
    total = "|  | ^ | ^ | 合计 |  |  | #100 | #98.95 |  |"
    found = form(total=total)
    assert (len(found.indicators), found.own_total.value) == (3, 98.95)


def test_a_total_of_a_part_of_the_table_is_passed_over_and_named():
    """合计 of the outputs, then more indicators and 总分: all are read, and the row is named."""
    first, *others = INDICATORS.strip().splitlines()
    found = form(indicators="\n".join([first, "| ^ | 合计 | < | < | < | < | #50 | #50 |  |", *others]))
    assert len(found.indicators) == 3
    assert ("passed", {"rows": "15", "first": "合计"}) in found.notes


def test_what_looks_like_an_indicator_below_the_end_is_named():
    """Never a silent cut."""
    found = form(notes="|  | 产出指标 | 数量指标 | 漏掉的 | 1次 | 1次 | #5 | #5 |  |")
    assert len(found.indicators) == 3
    assert [code for code, _ in found.notes] == ["unread"]


def test_a_title_in_an_answer_opens_no_form():
    """三级指标 and 完成值 may speak of the 自评表."""
    row = "| ^ | 产出指标 | 数量指标 | 报送绩效自评表 | 1份 | 已报送绩效自评表 | #5 | #5 |  |"
    first, *others = INDICATORS.strip().splitlines()
    assert len(form(indicators="\n".join([first, row, *others])).indicators) == 4


# ---- parts, points, reviewers --------------------------------------------------------------------------


def test_parts_of_an_indicator():
    """其中 without a score of its own is a part; with one it is an indicator."""
    first, *others = INDICATORS.strip().splitlines()
    part = "| ^ | ^ | ^ | 其中：夜间巡检 | 4次 | 4次 |  |  |  |"
    found = form(indicators="\n".join([first, part, *others]))
    assert names(found) == ["巡检次数", "投诉率", "委员满意度"]
    assert ("parts", {"rows": "15", "first": "其中：夜间巡检"}) in found.notes
    scored = form(indicators="\n".join([first, part.replace("4次 |  |  |", "4次 | #5 | #5 |"), *others]))
    assert "其中：夜间巡检" in names(scored)


@pytest.mark.parametrize("label", ["复评得分", "复核分", "财政审核得分", "主管部门评分", "核查分数"])
def test_a_reviewers_score_is_not_the_units(label):
    """It stands beside the unit's own, and alone is no own score."""
    wide = re.sub(r"\| (得分) \|", rf"| {label} | 得分 |", LABELS)
    rows = INDICATORS.replace("#50 | #50", "#50 | #41 | #50").replace("#30 | #30", "#30 | #25 | #30").replace(
        "#10 | #10", "#10 | #9 | #10"
    )  # fmt: skip
    found = form(labels=wide, indicators=rows, total="| 总分 | < | < | < | < | < | #100 | #75 | #98.95 |  |")
    assert [one.own_score.value for one in found.indicators] == [50, 30, 10]
    assert [one.reviewer_score.value for one in found.indicators] == [41, 25, 9]
    assert (found.own_total.value, found.reviewer_total.value) == (98.95, 75)


def test_points_printed_in_labels():
    """(50分) of a level that one indicator has to itself, else nobody knows how they are shared out."""
    labels = LABELS.replace(" 分值 |", "")
    rows = """
| ^ | 产出指标 | 数量指标（30分） | 巡检次数 | ≥12次 | 12次 | #30 |  |
| ^ | ^ | 质量指标（20分） | 合格率 | ≥95% | 96% | #10 |  |
| ^ | ^ | ^ | 优良率 | ≥80% | 81% | #10 |  |
| ^ | 效益指标（30分） | 社会效益指标 | 投诉率 | ≤5% | 3% | #30 |  |
| ^ | 满意度指标 | 服务对象满意度指标 | 委员满意度（10分） | ≥90% | 95% | #10 |  |"""
    found = form(labels=labels, indicators=rows, total="| 总分 | < | < | < | < | < | #98.95 |  |")
    assert found.points_place == "labels"
    assert [one.points.value if one.points.state == "value" else None for one in found.indicators] == [
        30,
        None,
        None,
        30,
        10,
    ]
    assert names(found)[-1] == "委员满意度"


def test_a_column_of_points_under_an_unknown_label_is_not_left_out():
    """Numbers under 占比 may be the 分值: then the form is not read as one without them."""
    lacking = almost(table(labels=LABELS.replace("分值", "占比").replace("得分", "打几分")))
    assert lacking is not None
    assert "分值" in lacking.missing


def test_a_form_without_points_is_not_asked_for_them():
    """What else is missing is said, 分值 and 得分 are not."""
    labels = LABELS.replace(" 分值 | 得分 |", "").replace("实际完成值", "干得怎样")
    rows = INDICATORS.replace("#50 | #50 |", "").replace("#30 | #30 |", "").replace("#10 | #10 |", "")
    funds = "\n".join(
        line.rsplit("|", 4)[0] + "| |"
        if "执行率" not in line
        else line.replace(" 分值 |", "").replace(" 得分 |", "")
        for line in FUNDS.strip().splitlines()
    )
    lacking = almost(table(labels=labels, indicators=rows, funds=funds, total=""))
    assert lacking is not None
    assert lacking.missing == ("实际完成值",)


# ---- budget, targets, header ---------------------------------------------------------------------------


@pytest.mark.parametrize(("label", "adjusted", "budget"), [
    ("预算调整数", "#-30", 170), ("年度预算调整", "", 200), ("调整后预算数", "#170", 170), ("调整后的预算", "#170", 170),
])  # fmt: skip
def test_the_budget_after_a_change(label, adjusted, budget):
    """A change is added to 年初预算数, an adjusted budget is the budget."""
    funds = FUNDS.replace("全年预算数（A）", label).replace("#170", adjusted)
    assert form(funds=funds).funds[0].budget.value == budget


@pytest.mark.parametrize(("adjusted", "target"), [
    ("≥15次", "≥15次"), ("", "≥12次"), ("/", "≥12次"), ("无", "≥12次"), ("未调整", "≥12次"), ("0", "0"),
])  # fmt: skip
def test_an_adjusted_target_counts_where_it_is_filled(adjusted, target):
    """年初指标值 beside 调整后指标值."""
    labels = LABELS.replace("年度指标值", "年初指标值 | 调整后指标值")
    rows = (
        INDICATORS.replace("≥12次 |", f"≥12次 | {adjusted} |")
        .replace("≤5% |", "≤5% |  |")
        .replace("≥90% |", "≥90% |  |")
    )
    found = form(labels=labels, indicators=rows, total=TOTAL.replace("#100", " | #100"))
    assert found.indicators[0].target.value == target
    assert found.indicators[1].target.value == "≤5%"


@pytest.mark.parametrize(("written", "leader", "phone"), [
    ("张三13900000000", "张三", "13900000000"),
    ("张三 010-88886666", "张三", "010-88886666"),
    ("张三（13900000000）", "张三", "13900000000"),
    ("张三、李四", "张三、李四", ""),
    ("88886666", "", "88886666"),
])  # fmt: skip
def test_name_and_telephone_in_one_cell(written, leader, phone):
    """项目负责人及电话: both fields."""
    header = HEADER.replace(
        "| 项目负责人 | < | 赵峰 | < | 联系电话 | < | 66001234 | < | < |",
        f"| 项目负责人及电话 | < | {written} | < | < | < | < | < | < |",
    )
    found = form(header=header)
    assert (found.texts["leader"].value, found.texts["phone"].value) == (leader, phone)


def test_a_layout_without_a_unit_lacks_none():
    """No 实施单位 printed: absent, and no S001."""
    found = form(header=HEADER.replace("| 实施单位 | < | 市政协机关 | < | < |", "| < | < | < | < | < |"))
    assert found.texts["unit"].state == "absent"


# ---- one place for reasons -----------------------------------------------------------------------------

NO_REASON = LABELS.replace(" 偏差原因分析及改进措施 |", "  |")


@pytest.mark.parametrize(("notes", "place", "value"), [
    ("| 未完成原因分析 | < | 设备到货晚 | < | < | < | < | < | < |", "form", "设备到货晚"),
    ("| 未完成原因分析：设备到货晚 | < | < | < | < | < | < | < | < |", "form", "设备到货晚"),
    ("| 偏差原因分析 | < |  | < | < | < | < | < | < |", "form", ""),
    ("| 备注 | < | 设备到货晚 | < | < | < | < | < | < |", "none", ""),
])  # fmt: skip
def test_one_place_for_all_reasons_or_none(notes, place, value):
    """What it says counts for every row; 备注 is no such place."""
    found = form(labels=NO_REASON, notes=notes)
    assert found.reasons.place == place
    assert {one.reason.value for one in found.indicators} == {value}
    assert form().reasons == ("row", "")


# ---- sheets --------------------------------------------------------------------------------------------


def test_hidden_rows_and_columns_are_read_and_said(tmp_path: Path):
    """A hidden row is judged like another, and its finding says that it is hidden."""
    rows = INDICATORS.replace("12次 | #50", "6次 | #50")
    book = openpyxl.load_workbook(io.BytesIO(with_xlsxwriter([draw(table(indicators=rows))])))
    book.worksheets[0].row_dimensions[14].hidden = True
    book.worksheets[0].column_dimensions["C"].hidden = True
    book.save(tmp_path / "甲.xlsx")
    (grid,) = load_grids((tmp_path / "甲.xlsx").read_bytes()).grids
    assert (grid.hidden_rows, grid.hidden_columns) == ({13}, {2})
    frames = perfbatch.check(perfbatch.score(perfbatch.read(tmp_path)))
    assert frames.forms["hidden"].tolist() == ["14,C"]
    ours = frames.findings[frames.findings["cell"].str.fullmatch(r"[A-Z]+14")]
    assert len(ours)
    assert ours["message"].str.endswith("（所在的行已隐藏）").all()
    others = frames.findings[~frames.findings["cell"].str.fullmatch(r"[A-Z]+14|C\d+")]
    assert not others["message"].str.contains("隐藏").any()


def test_forms_side_by_side_keep_their_addresses():
    """Each in its own columns; one form with a column named twice stays one."""
    left, right = table().splitlines(), table(header=HEADER.replace("平台运维", "机房改造")).splitlines()
    both = forms("\n".join(f"{a}  {b}" for a, b in zip(left, right, strict=True)))
    assert [(one.texts["project"].value, one.texts["project"].cell) for one in both] == [
        ("平台运维", "C3"),
        ("机房改造", "M3"),
    ]
    assert [len(one.indicators) for one in both] == [3, 3]
    assert both[1].own_total.cell == "R17"


def test_a_target_sheet_is_skipped_and_beside_a_form_left_out(tmp_path: Path):
    """In INPUT it is said what it is; a broken self-evaluation beside it is still refused."""
    (tmp_path / "目标.xlsx").write_bytes(with_xlsxwriter([draw(TARGETS)]))
    (tmp_path / "两样.xlsx").write_bytes(with_xlsxwriter([draw(table(), "自评"), draw(TARGETS, "目标")]))
    broken = table(labels=LABELS.replace("实际完成值", "干得怎样"))
    (tmp_path / "坏.xlsx").write_bytes(with_xlsxwriter([draw(broken, "自评"), draw(TARGETS, "目标")]))
    files = perfbatch.read(tmp_path).files.set_index("path")
    assert files["status"].to_dict() == {
        "两样.xlsx": "processed",
        "坏.xlsx": "refused",
        "目标.xlsx": "skipped",
    }
    assert files.loc["目标.xlsx", "reason_code"] == "approved_targets"
    assert "“目标”是《项目支出绩效目标申报表》" in files.loc["两样.xlsx", "notes"]
    assert "实际完成值" in files.loc["坏.xlsx", "reason"]
    targets = approved_targets(tmp_path)
    assert sorted(set(targets["file"])) == ["两样.xlsx", "目标.xlsx"]
    assert targets[targets["file"] == "目标.xlsx"]["target"].tolist() == ["≥8公里", "≥90%"]
    assert targets["target_number"].tolist() == [8, 90, 8, 90]
    assert set(targets["project"]) == {"河道清淤"}


def test_a_department_form_needs_its_title():
    """The title says what it is of; with another one the same table is a project's."""
    header = "| 部门名称 | < | 市统计局 | < | < | < | < | < | < |"
    titled = "| 部门整体支出绩效自评表 | < | < | < | < | < | < | < | < |"
    assert form(title=titled, header=header).kind == "department"
    assert form(header=header).kind == "project"


def test_of_two_periods_the_years_targets_are_approved(tmp_path: Path):
    """中期目标 and 年度目标 side by side under one 一级指标."""
    sheet = """
| 项目支出绩效目标申报表 | < | < | < | < | < | < |
| （2022年度） | < | < | < | < | < | < |
| 项目名称 | < | 河道清淤 | < | 主管部门 | < | 水利局 |
| 总体目标 | 中期目标（2022—2024年） | < | < | 年度目标 | < | < |
| 一级指标 | 二级指标 | 三级指标 | 指标值 | 二级指标 | 三级指标 | 指标值 |
| 产出指标 | 数量指标 | 清淤总长 | 24公里 | 数量指标 | 清淤长度 | 8公里 |
| 满意度指标 | 满意度指标 | 群众满意度 | ≥95% | 满意度指标 | 群众满意度 | ≥90% |
"""
    (tmp_path / "目标.xlsx").write_bytes(with_xlsxwriter([draw(sheet)]))
    targets = approved_targets(tmp_path)
    assert targets[["level1", "name", "target", "target_cell"]].values.tolist() == [
        ["产出指标", "清淤长度", "8公里", "G6"], ["满意度指标", "群众满意度", "≥90%", "G7"],
    ]  # fmt: skip
