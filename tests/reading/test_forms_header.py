"""Title, year and header fields, wherever a template puts them."""

# ruff: noqa: E501  (drawn tables are as wide as forms are)

from __future__ import annotations

import pytest

from tests.workbook.parts import HEADER, TITLE, form, table


def test_value_right_of_the_label():
    """The plain case: label, value, with the value's address."""
    found = form()
    assert found.texts["project"] == ("平台运维", "C3", "value")
    assert found.texts["department"] == ("市政协", "C4", "value")
    assert found.texts["unit"] == ("市政协机关", "G4", "value")
    assert found.texts["leader"] == ("赵峰", "C5", "value")
    assert found.texts["phone"] == ("66001234", "G5", "value")
    assert found.fallbacks == []


@pytest.mark.parametrize(("label", "name"), [
    ("主管单位", "department"), ("预算部门", "department"), ("主管预算部门：", "department"), ("主管部门及代码", "department"),
    ("项目单位", "unit"), ("实施单位（盖章）", "unit"), ("预算单位", "unit"), ("项 目 实 施 单 位", "unit"), ("承担单位", "unit"),
    ("项目（政策）名称", "project"), ("专项名称", "project"), ("*项目名称", "project"),
])  # fmt: skip
def test_other_labels_for_the_same_field(label, name):
    """Offices call the same field by other names."""
    found = form(
        header=f"| {label} | < | 某某 | < | < | < | < | < | < |\n| 联系电话 | < |  | < | < | < | < | < | < |"
    )
    if name == "project":
        assert found.texts["project"].value == "某某"
    else:
        assert found.texts[name] == ("某某", "C3", "value")


def test_blank_value_has_the_cell_where_it_belongs():
    """A finding can be put where the value is missing."""
    found = form(header=HEADER.replace("市政协机关", "").replace("平台运维", ""))
    assert found.texts["unit"] == ("", "G4", "blank")
    assert found.texts["project"] == ("", "C3", "blank")


def test_label_that_is_not_there():
    """No place for the field: absent, without a cell."""
    found = form(header="| 项目名称 | < | 平台运维 | < | < | < | < | < | < |")
    assert found.texts["unit"] == ("", "", "absent")


def test_label_and_value_in_one_cell():
    """项目名称：×× and the like, several to a row."""
    found = form(
        header="""
| 项目名称：平台运维 | < | < | < | < | < | < | < | < |
| 主管部门: 市政协 | < | < | < | 实施单位（盖章）：市政协机关 | < | < | < | < |"""
    )
    assert found.texts["project"] == ("平台运维", "A3", "value")
    assert found.texts["department"] == ("市政协", "A4", "value")
    assert found.texts["unit"] == ("市政协机关", "E4", "value")


def test_two_labels_with_their_values_in_one_cell():
    """项目负责人：赵峰    联系电话：66001234 in one cell."""
    found = form(
        header="""
| 项目名称 | < | 平台运维 | < | < | < | < | < | < |
| 项目负责人：赵峰      联系电话：66001234 | < | < | < | < | < | < | < | < |"""
    )
    assert found.texts["leader"] == ("赵峰", "A4", "value")
    assert found.texts["phone"] == ("66001234", "A4", "value")


def test_label_with_a_colon_and_its_value_in_the_next_cell():
    """项目名称： | ××"""
    found = form(header=HEADER.replace("| 项目名称 |", "| 项目名称： |"))
    assert found.texts["project"] == ("平台运维", "C3", "value")


def test_colon_with_blanks_behind_it_and_the_value_in_the_next_cell():
    """项目名称：(blanks) | ×× — the blanks are no value."""
    found = form(header=HEADER.replace("| 项目名称 |", "| 项目名称：\u3000\u3000 |"))
    assert found.texts["project"] == ("平台运维", "C3", "value")


def test_blank_column_between_label_and_value():
    """An extra column in between does not matter."""
    found = form(header="| 项目名称 |  | 平台运维 | < | 实施单位 |  | 市政协机关 | < | < |")
    assert found.texts["project"] == ("平台运维", "C3", "value")
    assert found.texts["unit"] == ("市政协机关", "G3", "value")


def test_values_below_their_labels_are_marked():
    """A row of labels over a row of values: found, and said to be found by position."""
    found = form(
        header="""
| 项目名称 | < | < | 主管部门 | < | < | 实施单位 | < | < |
| 平台运维 | < | < | 市政协 | < | < | 市政协机关 | < | < |"""
    )
    assert found.texts["project"] == ("平台运维", "A4", "value")
    assert found.texts["department"] == ("市政协", "D4", "value")
    assert found.texts["unit"] == ("市政协机关", "G4", "value")
    assert found.fallbacks == ["project", "department", "unit"]


def test_one_missing_value_below_its_label():
    """Where the others stand below their labels, the blank belongs below as well."""
    found = form(
        header="""
| 项目名称 | < | < | 主管部门 | < | < | 实施单位 | < | < |
| 平台运维 | < | < |  | < | < | 市政协机关 | < | < |"""
    )
    assert found.texts["department"] == ("", "D4", "blank")


def test_code_before_the_project():
    """A platform prints the project's code before its name: the name is the project, the code is kept."""
    found = form(header=HEADER.replace("平台运维", "51000021R000000019951-工资性支出"))
    assert found.texts["project"].value == "工资性支出"
    assert found.project_code == "51000021R000000019951"


@pytest.mark.parametrize(
    "name", ["2021-2022年度运维", "5G-基站", "平台运维-二期", "COVID-19防控", "2021年运维"]
)
def test_a_number_in_the_name_is_no_code(name):
    """Only a long run of figures and letters before a dash is a code."""
    found = form(header=HEADER.replace("平台运维", name))
    assert (found.texts["project"].value, found.project_code) == (name, "")


def test_code_in_a_field_of_its_own():
    """项目编码 as a label."""
    found = form(header=HEADER + "\n| 项目编码 | < | 11000021T000000412345 | < | < | < | < | < | < |")
    assert found.project_code == "11000021T000000412345"


def test_line_break_inside_a_name():
    """A name broken over two lines is one name."""
    found = form(header=HEADER.replace("市政协机关", "北京市政协\\n本级行政"))
    assert found.texts["unit"].value == "北京市政协本级行政"


def test_money_unit_is_no_unit_of_government():
    """主管部门（盖章）：      单位：万元 names no department; the table below does."""
    found = form(
        header="| 主管部门（盖章）：             单位：元 | < | < | < | < | < | < | < | < |" + HEADER
    )
    assert found.texts["department"].value == "市政协"


def test_leader_below_the_form():
    """The platform prints 项目负责人 below the form."""
    header = "\n".join(HEADER.strip().splitlines()[:2])
    found = form(header=header, notes="| 项目负责人：查小兵 | < | < | < | 财务负责人：唐勇 | < | < | < | < |")
    assert found.texts["leader"] == ("查小兵", "A17", "value")


def test_a_value_that_does_not_apply():
    """A dash where a name belongs is no name."""
    found = form(header=HEADER.replace("市政协机关", "/"))
    assert found.texts["unit"] == ("/", "G4", "not_applicable")


def test_formula_without_a_value_in_the_header():
    """Said, and never read as blank."""
    found = form(header=HEADER.replace("市政协机关", "?").replace("平台运维", "!#REF!"))
    assert found.texts["unit"] == ("", "G4", "uncached")
    assert found.texts["project"] == ("#REF!", "C3", "error")


# ---- the year ------------------------------------------------------------------------------------------


def _title(*cells: str) -> str:
    return "\n".join(f"| {cell} | < | < | < | < | < | < | < | < |" for cell in cells)


@pytest.mark.parametrize(("title", "year", "cell"), [
    (_title("项目支出绩效自评表", "（2021年度）"), 2021, "A2"),
    (_title("项目支出绩效自评表", "( 2021 年度 )"), 2021, "A2"),
    (_title("项目支出绩效自评表", "（２０２１年度）"), 2021, "A2"),
    (_title("项目支出绩效自评表", "2021年"), 2021, "A2"),
    (_title("项目支出绩效自评表", "（二〇二一年度）"), 2021, "A2"),
    (_title("项目支出绩效自评表", "年度：2021"), 2021, "A2"),
    (_title("项目支出绩效自评表", "自评年度：2021年"), 2021, "A2"),
    (_title("项目支出绩效自评表（2021年度）"), 2021, "A1"),
    (_title("2021年度项目支出绩效自评表"), 2021, "A1"),
    (_title("北京市2021年度项目支出绩效自评表"), 2021, "A1"),
    (_title("项目支出绩效自评表\\n（2021年度）"), 2021, "A1"),
    (_title("附件2", "项目支出绩效自评表", "（2021年度）"), 2021, "A3"),
    ("| 项目支出绩效自评表 | < | < | < | < | < | < | （2021年度） | < |", 2021, "H1"),
    ("| 项目支出绩效自评表 | < | < | < | < | < | 年度 | #2021 | < |", 2021, "H1"),
    ("| 项目支出绩效自评表 | < | < | < | < | < | 预算年度 | 2021年度 | < |", 2021, "H1"),
    (_title("项目支出绩效自评表") + "\n|  | （ |  | #2021 | 年度） |  |  |  |  |", 2021, "D2"),
])  # fmt: skip
def test_where_the_year_stands(title, year, cell):
    """In a row of its own, in the title, in a cell beside a label, split over cells."""
    assert form(title=title).year == (year, cell, "value")


@pytest.mark.parametrize(("title", "cell"), [
    (_title("项目支出绩效自评表", "（    年度）"), "A2"),
    (_title("项目支出绩效自评表", "（____年度）"), "A2"),
    (_title("项目支出绩效自评表（  年度）"), "A1"),
    (_title("项目支出绩效自评表"), "A1"),
    ("| 项目支出绩效自评表 | < | < | < | < | < | 年度 |  | < |", "H1"),
])  # fmt: skip
def test_year_not_filled_in(title, cell):
    """A blank year has the cell where it belongs."""
    assert form(title=title).year == (None, cell, "blank")


def test_a_year_in_the_header_is_not_the_budget_year():
    """项目起止时间: 2019年 says nothing about the budget year."""
    found = form(
        title=_title("项目支出绩效自评表"),
        header=HEADER + "\n| 项目起止时间 | < | 2019年 | < | < | < | < | < | < |",
    )
    assert found.year == (None, "A1", "blank")


@pytest.mark.parametrize("printed", [
    "北京市政协办公厅所属各单位2021年度部门预算项目支出绩效自评表", "××市××区教育委员会2021年度市级财政专项资金项目支出绩效自评表（本级）",
    "附件3：2021年度项目支出绩效自评表", "2021年项目支出绩效自评情况表", "项目支出绩效目标自评表（2021年度）",
])  # fmt: skip
def test_titles_of_other_offices(printed):
    """Long titles, with a number of the annex, with the office's name; the year stands in them."""
    found = form(title=_title(printed))
    assert (found.texts["title"].value, found.year) == (printed, (2021, "A1", "value"))


def test_title_is_optional():
    """A form is found by its tables; without a title it has no year either."""
    found = form(table(title=""))
    assert found.texts["title"] == ("", "", "absent")
    assert found.year == (None, "", "absent")
    assert found.texts["project"].value == "平台运维"


def test_title_as_printed():
    """The title on one line, with what the office adds to it."""
    assert (
        form(title=TITLE.replace("项目支出", "部门预算\\n项目支出")).texts["title"].value
        == "部门预算项目支出绩效自评表"
    )
