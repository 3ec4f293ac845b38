"""汇总.xlsx: read again by openpyxl and LibreOffice, sheet by sheet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

import numpy as np
import openpyxl
import pytest
from lxml import etree
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from perfbatch import schema
from perfbatch.schema import Frames
from perfbatch.words import TemplateError, Words, load_words
from perfbatch.writing.form_order import form_places
from perfbatch.writing.running_totals import RunningTotals
from perfbatch.writing.summary import Summary, in_order, stream
from perfbatch.writing.summary.links import cell_link
from perfbatch.writing.text import CELL_LIMIT
from tests.writing.build import context, frames
from tests.writing.office import SOFFICE, convert

SHEETS = ["总览", "缺偏差原因", "项目汇总", "部门汇总", "问题清单", "指标明细", "文件清单", "规则说明",
          "核验底稿"]  # fmt: skip
HOSTILE = [
    "=HYPERLINK(\"http://x.example\",\"点我\")",
    "+1",
    "@SUM(A1)",
    "\t=1+1",
    "<script>alert(1)</script>&amp;",
    "../../etc/passwd",
    "项目" * 150,
    "正常\u202eslx.exe",
    "a\x00\x08\x1fb",
    "_x0041_x0042_",
    "*",
    "?*~",
    ">5",
    "'引号'和\"双引号\"",
    "[方括号]:冒号?",
    "%41#片段",
    "https://x.example/y",
    "001234567890123456789",
]  # fmt: skip
_BOGUS = b"<v>987654</v>"


def write(path: Path, *chunks: Frames, words: Words | None = None, **options: Any) -> Path:
    """A workbook of ``chunks``."""
    totals = RunningTotals()
    summary = Summary(path, words or load_words(), totals, **options)
    for chunk in chunks:
        summary.append(totals.take(chunk))
    summary.close(context())
    return path


def table(sheet: Worksheet) -> list[dict[str, Any]]:
    """Rows of a sheet by heading."""
    rows = sheet.iter_rows(values_only=True)
    headings = [str(heading) for heading in next(rows)]
    return [dict(zip(headings, row, strict=True)) for row in rows]


def test_overview_counts_the_forms_that_do_not_print_the_notes_of_their_book(tmp_path: Path) -> None:
    """By why that book judged them; where all print them it says so."""
    given = frames(4)
    forms = given.forms.assign(
        rules_source=["printed", "layout", "layout", "asked"], rules_printed=[True, False, False, True]
    )
    some = overview_lines(write(tmp_path / "some.xlsx", given.with_(forms=forms)))
    assert some["表内注意事项"].startswith(
        "2 张表印有所用手册的填报注意事项；2 张没有印（按版式默认的手册核验 2 张）"
    )
    assert some["规则手册"].endswith("：4 张表")
    whole = given.with_(forms=forms.assign(rules_printed=True))
    lines = overview_lines(write(tmp_path / "all.xlsx", whole))
    assert lines["表内注意事项"] == "4 张表都印有所用手册的填报注意事项。"


@pytest.mark.parametrize("live_forms", [6, 8], ids=["values", "formulas"])
def test_nothing_changes_where_it_is_known_how_many_forms_will_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, live_forms: int
) -> None:
    """项目汇总 is then written as forms come, block by block, and does not wait for the last."""
    monkeypatch.setattr("perfbatch.writing.summary.in_order.BLOCK", 3)
    chunks = frames(4), frames(4, start=4)
    waited, streamed = (
        write(tmp_path / f"{forms}.xlsx", *chunks, live_forms=live_forms, forms=forms) for forms in (None, 8)
    )
    with ZipFile(waited) as one, ZipFile(streamed) as other:
        assert one.namelist() == other.namelist()
        assert all(one.read(name) == other.read(name) for name in one.namelist())


def overview_lines(path: Path) -> dict[str, str]:
    """Labels and values of 总览."""
    rows = openpyxl.load_workbook(path)["总览"].iter_rows(max_col=2, values_only=True)
    return {str(label): str(value) for label, value in rows if label and value}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook of 30 forms in two chunks."""
    return write(tmp_path_factory.mktemp("summary") / "汇总.xlsx", frames(20), frames(10, start=20))


@pytest.fixture(scope="module")
def book(built: Path) -> Iterator[openpyxl.Workbook]:
    """Its values as a viewer without a calculator shows them."""
    opened = openpyxl.load_workbook(built, data_only=True)
    yield opened
    opened.close()


def test_sheets_stand_in_their_order(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == SHEETS


@pytest.mark.parametrize("name", SHEETS)
def test_every_sheet_prints_across_with_page_numbers(book: openpyxl.Workbook, name: str) -> None:
    sheet = book[name]
    assert sheet.page_setup.paperSize in (8, 9)
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"
    assert name in sheet.oddHeader.left.text
    assert "2022-03-01 09:30" in sheet.oddHeader.right.text


@pytest.mark.parametrize("name", SHEETS[1:])
def test_every_table_has_a_frozen_header_that_prints_again_and_a_filter(
    book: openpyxl.Workbook, name: str
) -> None:
    sheet = book[name]
    last = {
        "缺偏差原因": "三级指标", "项目汇总": "项目名称", "部门汇总": "主管部门", "问题清单": "指标或资金行",
        "指标明细": "三级指标", "文件清单": "文件", "核验底稿": "项目",
    }  # fmt: skip
    frozen = [cell.value for cell in sheet[1]].index(last[name]) + 1 if name in last else 0
    assert sheet.freeze_panes == f"{get_column_letter(frozen + 1)}2"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.auto_filter.ref.startswith("A1:")
    assert sheet["A1"].font.b


def test_what_is_printed_has_letters_of_eight_points(book: openpyxl.Workbook) -> None:
    """Columns of the print area on the sheet's paper, one page wide; letters have 10 points on screen."""
    sides = {8: 16.54, 9: 11.69}
    for name in SHEETS[1:]:
        sheet = book[name]
        last = range_boundaries(sheet.print_area.split("!")[-1])[2] if sheet.print_area else sheet.max_column
        widths = {}
        for group in sheet.column_dimensions.values():
            widths.update(dict.fromkeys(range(group.min, group.max + 1), group.width))
        # as LibreOffice draws them; the width that a file states has the margins of the cell in it
        inches = sum(widths[at] - 0.71 for at in range(1, last + 1)) * 0.096
        assert 10 * min(1, (sides[sheet.page_setup.paperSize] - 0.8) / inches) >= 8, name


def test_texts_like_numbers_have_no_green_corner(built: Path) -> None:
    with ZipFile(built) as package:
        for number in (2, 3, 5, 6, 7, 8):
            sheet = package.read(f"xl/worksheets/sheet{number}.xml").decode()
            rows, letters = sheet.count("<row "), re.findall(r'<c r="([A-Z]+)1"', sheet)[-1]
            assert f'<ignoredError sqref="A2:{letters}{rows}" numberStoredAsText="1"' in sheet


def test_amounts_of_a_column_have_one_number_of_decimals(tmp_path: Path) -> None:
    base = frames(3)
    funds = base.funds.assign(budget=[170.0, 12.5, 170.14925], executed=[152.0, 12.25, 100.0])
    opened = openpyxl.load_workbook(write(tmp_path / "汇总.xlsx", base.with_(funds=funds)))
    for name in ("项目汇总", "部门汇总"):
        sheet = opened[name]
        headings = [cell.value for cell in sheet[1]]
        for heading, shown in (("全年预算数（万元）", "#,##0.00000"), ("全年执行数（万元）", "#,##0.00")):
            at = headings.index(heading)
            assert {row[at].number_format for row in sheet.iter_rows(min_row=2)} == {shown}


def test_forms_stand_by_department_unit_and_project_whatever_their_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In any cut into chunks and blocks; numbers, counts and links go with their form."""
    monkeypatch.setattr(in_order, "BLOCK", 4)
    chunks = [frames(9), frames(6, start=9), frames(5, start=15)]
    whole = schema.concat(chunks, "batch")
    places = form_places(whole.forms)
    ends = np.cumsum([len(chunk.forms) for chunk in chunks])[:-1]
    totals = RunningTotals()
    summary = Summary(tmp_path / "汇总.xlsx", load_words(), totals)
    for chunk, mine in zip(chunks, np.split(places, ends), strict=True):
        summary.append(totals.take(chunk, mine))
    summary.close(context())
    opened = openpyxl.load_workbook(tmp_path / "汇总.xlsx", data_only=True)
    rows = table(opened["项目汇总"])
    assert [row["表号"] for row in rows] == list(range(1, 21))
    for keys in (("主管部门",), ("主管部门", "实施单位"), ("主管部门", "实施单位", "项目名称")):
        groups = [tuple(row[key] for key in keys) for row in rows]
        assert len(list(groupby(groups))) == len(set(groups)), keys  # each stands together
    assert list(dict.fromkeys(row["主管部门"] for row in rows)) == list(
        dict.fromkeys(whole.forms["department"])
    )
    files = {row["表号"]: row["文件"] for row in rows}
    findings = whole.findings.groupby("file").size()
    for name in ("缺偏差原因", "问题清单"):
        listed = table(opened[name])
        assert [row["表号"] for row in listed] == sorted(row["表号"] for row in listed)
        assert all(files[row["表号"]] == row["文件"] for row in listed)
    assert Counter(row["文件"] for row in table(opened["问题清单"])) == findings.to_dict()
    assert [(row["表号"], row["序号"]) for row in table(opened["指标明细"])] == [
        (form, number) for form in range(1, 21) for number in range(1, 16)
    ]
    counted = [row["● 必须整改"] + row["▲ 请核实"] + row["○ 提示"] for row in rows]
    assert counted == [findings.get(row["文件"], 0) for row in rows]


def test_every_heading_says_what_its_column_means_when_it_is_chosen(book: openpyxl.Workbook) -> None:
    """Each heading has a prompt, and stands with the same words in 规则说明."""
    explained = {
        (row["手册或工作表"], row["名称"]): row["说明"]
        for row in table(book["规则说明"])
        if row["类别"] == "列说明"
    }
    for name in SHEETS[1:]:
        prompts = {str(v.sqref): v.prompt for v in book[name].data_validations.dataValidation}
        for cell in book[name][1]:
            assert prompts[cell.coordinate] == explained[name, cell.value][:255]


def test_missing_reasons_come_form_by_form_errors_first_and_lead_to_the_cell(book: openpyxl.Workbook) -> None:
    both = schema.concat([frames(20), frames(10, start=20)], "batch")
    found = both.findings[both.findings["check"].isin(["R301", "R302"])]
    rows = table(book["缺偏差原因"])
    assert len(rows) == len(found)
    keys = [(row["表号"], ["● 必须整改", "▲ 请核实"].index(row["级别"])) for row in rows]
    assert keys == sorted(keys)
    assert {row["缺什么"] for row in rows} == {"空白", "无实质内容"}
    first = rows[0]
    assert (first["主管部门"], first["三级指标"], first["年度指标值（A）"]) == (
        "市教育委员会",
        "渗透测试次数1",
        "4",
    )
    assert (first["偏差类型"], first["偏差（B−A）÷A"], first["位置"]) == ("未达标", -0.5, "H12")
    assert first["单位补充说明"] is None
    assert first["审核意见"] is None
    link = book["缺偏差原因"]["P2"].hyperlink
    assert link.target == "批注/市教育委员会/00000%20项目自评表.xlsx"
    assert link.location == "'自评表'!H12"


def test_a_low_rate_without_a_reason_stands_among_the_missing_reasons_and_in_their_counts(
    tmp_path: Path,
) -> None:
    """F106 is about a line of the funds: its amounts stand where an indicator has target and actual."""
    base = frames(1)
    funds = base.funds.assign(
        budget=200.0, executed=122.4, budget_text="200.00", executed_text="122.40", computed_rate=61.2,
        own_score=6.12, reason="无",
    ).astype(dict.fromkeys(("budget_text", "executed_text", "reason"), "str"))  # fmt: skip
    low = schema.build("findings", {
        "form_id": [base.forms["form_id"][0]], "check": ["F106"], "level": ["error"], "line": ["total"],
        "field": ["reason"], "cell": ["K9"],
    }, "check")  # fmt: skip
    path = write(tmp_path / "汇总.xlsx", base.with_(funds=funds, findings=low))
    opened = openpyxl.load_workbook(path, data_only=True)
    row = table(opened["缺偏差原因"])[0]
    assert {key: row[key] for key in (
        "三级指标", "年度指标值（A）", "实际完成值（B）", "分值", "自评得分", "偏差类型", "偏差（B−A）÷A",
        "少得分", "缺什么", "偏差原因（原文）", "位置",
    )} == {
        "三级指标": "年度资金总额", "年度指标值（A）": "200.00", "实际完成值（B）": "122.40", "分值": 10,
        "自评得分": 6.12, "偏差类型": "执行率偏低", "偏差（B−A）÷A": -0.388, "少得分": 3.88,
        "缺什么": "无实质内容", "偏差原因（原文）": "无", "位置": "K9",
    }  # fmt: skip
    assert table(opened["项目汇总"])[0]["● 缺原因"] == 1
    assert table(opened["部门汇总"])[-1]["缺原因合计"] == 1


@pytest.mark.parametrize(
    ("kind", "size", "completion", "own", "shown"),
    [
        ("over", 642.86, 742.86, 7.0, (6.4286, 3.0)),  # not the 30 % that the rule docks
        ("docked", 30.0, 100.0, 7.0, (0.0, 3.0)),
        ("missed", -25.0, 75.0, 10.0, (-0.25, None)),
        ("late", float("nan"), float("nan"), 9.5, (None, 0.5)),
    ],
)
def test_deviation_and_points_lost_are_figures_of_their_own(
    tmp_path: Path, kind: str, size: float, completion: float, own: float, shown: tuple[Any, Any]
) -> None:
    base = frames(1, 1)
    indicators = base.indicators.assign(
        deviation_kind=kind, deviation_size=size, completion=completion, points=10.0, own_score=own
    ).astype({"deviation_kind": "str"})
    opened = openpyxl.load_workbook(
        write(tmp_path / "汇总.xlsx", base.with_(indicators=indicators)), data_only=True
    )
    row = table(opened["指标明细"])[0]
    assert (row["偏差（B−A）÷A"], row["少得分"]) == shown


def test_levels_have_a_sign_and_a_colour(book: openpyxl.Workbook) -> None:
    colours = {}
    for row in book["问题清单"].iter_rows(min_row=2, max_col=2):
        colours[row[1].value] = row[1].fill.start_color.rgb
    assert colours == {"● 必须整改": "FFF8CBAD", "▲ 请核实": "FFFFEB9C", "○ 提示": "FFDDEBF7"}


def test_findings_and_indicators_are_all_there(book: openpyxl.Workbook) -> None:
    both = schema.concat([frames(20), frames(10, start=20)], "batch")
    rows = table(book["问题清单"])
    assert len(rows) == len(both.findings)
    assert [row["表号"] for row in rows] == sorted(row["表号"] for row in rows)
    assert {row["核验项"] for row in rows} == set(both.findings["check"])
    assert {row["栏目"] for row in rows if row["核验项"] == "F101"} == {"执行率"}
    assert {row["指标或资金行"] for row in rows if row["核验项"] == "F101"} == {"年度资金总额"}
    details = table(book["指标明细"])
    assert [row["三级指标"] for row in details] == list(both.indicators["name"])
    assert [row["自评得分"] for row in details] == list(both.indicators["own_score"])
    assert (details[0]["计分规则"], details[4]["计分规则"]) == ("正向指标", "逾期（由人判断）")


def test_projects_carry_the_numbers_of_the_frames(book: openpyxl.Workbook) -> None:
    both = schema.concat([frames(20), frames(10, start=20)], "batch")
    rows = table(book["项目汇总"])
    assert [row["项目名称"] for row in rows] == list(both.forms["project"])
    assert [row["全年预算数（万元）"] for row in rows] == pytest.approx(list(both.funds["budget"]))
    errors = both.findings[both.findings["level"] == "error"].groupby("form_id").size()
    assert [row["● 必须整改"] for row in rows] == [errors.get(form, 0) for form in both.forms["form_id"]]
    assert rows[0]["自评总分"] is None
    assert rows[0]["等级变化"] in (None, "")
    assert {row["批注件"] for row in rows} == {"打开批注件"}


def test_money_in_yuan_is_counted_in_wan(tmp_path: Path) -> None:
    base = frames(1)
    yuan = base.with_(
        forms=base.forms.assign(money_unit="元").astype({"money_unit": "str"}),
        funds=base.funds.assign(budget=1_701_492.5),
    )
    opened = openpyxl.load_workbook(write(tmp_path / "汇总.xlsx", yuan), data_only=True)
    assert table(opened["项目汇总"])[0]["全年预算数（万元）"] == 170.14925


def test_money_without_a_budget_beside_it_makes_no_rate(tmp_path: Path) -> None:
    """A form whose budget is blank has no 执行率, and its spending swells no department's."""
    base = frames(14)
    budgets = base.funds["budget"].where(base.funds.index != 7, float("nan"))
    path = write(tmp_path / "汇总.xlsx", base.with_(funds=base.funds.assign(budget=budgets)))
    opened = openpyxl.load_workbook(path, data_only=True)
    first = table(opened["部门汇总"])[0]
    assert first["自评表数"] == 2
    assert first["执行率"] == pytest.approx(base.funds["executed"][0] / base.funds["budget"][0])
    assert table(opened["项目汇总"])[7]["执行率"] in (None, "")


def test_overview_counts_every_file(book: openpyxl.Workbook) -> None:
    """found = processed + refused + skipped, and where the numbers come from."""
    cells = [[cell.value for cell in row] for row in book["总览"].iter_rows()]
    files = next(row for row in cells if row[:2] == ["文件", "发现"])
    assert files[2:9:2] == [32, 30, 1, 1]
    text = "\n".join(str(value) for row in cells for value in row if value is not None)
    for wanted in ("2022-03-01 09:30", "perfbatch 0.1.0", "beijing-2021", "D:\\绩效\\2021年度自评表"):
        assert wanted in text


def test_overview_begins_with_the_conclusion_and_ends_with_paths(book: openpyxl.Workbook) -> None:
    """Ten seconds: one sentence, large figures, who must act, where to look."""
    both = schema.concat([frames(20), frames(10, start=20)], "batch")
    missing = both.findings[both.findings["check"].isin(schema.MISSING_REASON)]["level"].value_counts()
    levels = both.findings["level"].value_counts()
    sheet = book["总览"]
    sentence = sheet["A2"].value
    assert (
        f"缺偏差原因 {missing.sum()} 条（{missing['error']} 条必须整改，{missing['warning']} 条请核实）"
        in sentence
    )
    assert f"必须整改的问题共 {levels['error']} 条，7 个部门要退回改正；有 1 个文件没有处理。" in sentence
    figures = [cell.value for cell in sheet[4] if cell.value is not None]
    assert figures[:4] == [missing.sum(), levels["error"], levels["warning"], 30]
    assert {sheet["A4"].font.color.rgb, sheet["B4"].font.color.rgb} == {"FF9C0006"}  # as in 报告.html
    first = [row[0].value for row in sheet.iter_rows() if row[0].value]
    sections = [text for text in first if re.match("[一二三四五六]、", str(text))]
    assert [text[2:] for text in sections] == [
        "谁要处理", "到哪里看", "总体情况", "等级分布", "预算执行率最低的部门", "本次核验",
    ]  # fmt: skip
    assert first[-1] == "结果保存在"


def test_charts_leave_room_for_the_figure_at_the_longest_bar(built: Path) -> None:
    with ZipFile(built) as package:
        for name in (name for name in package.namelist() if name.startswith("xl/charts/chart")):
            root = etree.fromstring(package.read(name))
            series = [
                [float(value.text) for value in one.iterfind("{*}val//{*}v")] for one in root.iter("{*}ser")
            ]
            stacked = next(root.iter("{*}grouping")).get("val") == "stacked"
            ends = [sum(row) if stacked else max(row) for row in zip(*series, strict=True)]
            limits = [float(limit.get("val")) for limit in root.iter("{*}max")]
            assert limits == [pytest.approx(1.4 * max(ends))]


def test_overview_has_three_charts_with_their_values_in_them(built: Path) -> None:
    with ZipFile(built) as package:
        charts = [name for name in package.namelist() if name.startswith("xl/charts/")]
        assert len(charts) == 3
        for name in charts:
            assert b"<c:numCache>" in package.read(name)
            assert b"<c:strCache>" in package.read(name)


def test_files_without_a_copy_say_why(book: openpyxl.Workbook) -> None:
    rows = {row["文件"]: row for row in table(book["文件清单"])}
    assert rows["损坏.xlsx"]["处理结果"] == "未处理"
    assert "重新导出" in rows["损坏.xlsx"]["说明"]
    assert rows["损坏.xlsx"]["批注件"] is None
    assert rows["~$自评表.xlsx"]["处理结果"] == "跳过"


def test_rules_and_checks_are_explained(book: openpyxl.Workbook) -> None:
    rows = table(book["规则说明"])
    order = ["列说明", "核验项", "规则手册", "规则", "依据原文", "附录"]
    assert list(dict.fromkeys(row["类别"] for row in rows)) == order
    for row in rows:
        if row["类别"] != "附录":  # nothing there that only a programmer reads
            shown = " ".join(str(value) for value in row.values())
            assert not re.search(r"\(\?|[0-9a-f]{64}", shown), shown
            assert row["类别"] == "核验项" or not row["编号"]
    patterns = next(row for row in rows if row["编号"] == "reason.instructions")
    assert "(?" in patterns["取值"]
    bands = next(row for row in rows if row["编号"] == "positive.excess_bands")
    assert "200" in bands["取值"]
    assert "第2条" in bands["依据"]
    assert {row["编号"] for row in rows if row["类别"] == "核验项"} >= {"R301", "T404", "B501"}


def test_departments_are_formulas_with_cached_values(built: Path, book: openpyxl.Workbook) -> None:
    formulas = openpyxl.load_workbook(built)["部门汇总"]
    assert formulas["D2"].value == "=COUNTIFS('项目汇总'!$B$2:$B$31,$A2)"
    assert formulas["H2"].value.startswith("=IFERROR(AVERAGEIFS(")
    rows = table(book["部门汇总"])
    assert rows[-1]["主管部门"] == "合计"
    assert rows[-1]["自评表数"] == 30 == sum(row["自评表数"] for row in rows[:-1])


def test_two_spellings_of_a_department_are_one(tmp_path: Path) -> None:
    one = frames(2)
    names = ["市 教育委员会（本级）", "市教育委员会(本级)"]
    two = one.with_(forms=one.forms.assign(department=names).astype({"department": "str"}))
    opened = openpyxl.load_workbook(write(tmp_path / "汇总.xlsx", two), data_only=True)
    rows = table(opened["部门汇总"])
    assert [(row["主管部门"], row["自评表数"]) for row in rows] == [(names[0], 2), ("合计", 2)]


def hostile_frames() -> list[Frames]:
    """One form for each hostile text, which is its names, its file, its sheet and its findings."""
    return [frames(1, 8, start=number, hostile=text) for number, text in enumerate(HOSTILE)]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook of nothing but hostile names."""
    return write(tmp_path_factory.mktemp("hostile") / "汇总.xlsx", *hostile_frames(), frames(14, start=100))


def test_hostile_text_stays_text(hostile: Path) -> None:
    """No cell with a unit's words is a formula, an error or a number, whatever it begins with."""
    opened = openpyxl.load_workbook(hostile)
    for name in ("缺偏差原因", "问题清单", "指标明细", "文件清单"):
        for row in opened[name].iter_rows(min_row=2):
            for cell in row:
                assert cell.data_type in ("s", "n"), (name, cell.coordinate, cell.value)
                assert cell.data_type == "s" or isinstance(cell.value, int | float | None)
    # Excel reads _x005F_ as the sign _, and without it _x0041_ as the letter A; openpyxl does not.
    names = [row["主管部门"] for row in table(opened["项目汇总"])[: len(HOSTILE)]]
    shown = [name.replace("_x005F_", "_") for name in names]
    assert shown == [re.sub("[\x00-\x08\x0e-\x1f]", "", text) for text in HOSTILE]
    quoted = opened["项目汇总"]["D2"]
    assert quoted.quotePrefix


def test_hostile_names_leave_valid_parts_and_links(hostile: Path) -> None:
    """Every part is well-formed, elements of a sheet keep the schema's order, links stay relative."""
    order = ["sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "autoFilter",
             "mergeCells", "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup",
             "headerFooter", "rowBreaks", "ignoredErrors", "drawing"]  # fmt: skip
    with ZipFile(hostile) as package:
        assert package.testzip() is None
        for name in package.namelist():
            root = etree.fromstring(package.read(name))
            if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name):
                places = [order.index(etree.QName(child).localname) for child in root]
                assert places == sorted(places)
                rows = [int(row.get("r")) for row in root.iter("{*}row")]
                assert rows == sorted(set(rows))
            if name.endswith(".rels"):
                for link in root:
                    if link.get("TargetMode") == "External":
                        assert unquote(link.get("Target")).startswith("批注/")


@pytest.mark.parametrize(
    ("copy", "sheet", "cell", "target", "location"),
    [
        ("批注/a b/表.xlsx", "自评表", "D12", "批注/a%20b/表.xlsx", "'自评表'!D12"),
        ("批注/100%.xlsx", "O'Neil's", "A1", "批注/100%25.xlsx", "'O''Neil''s'!A1"),
        ("批注/#1[终].xlsx", "表", "", "批注/%231%5B终%5D.xlsx", "'表'!A1"),
        ("批注/a&b.xlsx", "", "", "批注/a&b.xlsx", ""),
        ("批注/表.xlsx", "一/二", "D12", "批注/表.xlsx", ""),  # the copy of an .ods: Excel has no such name
        ("批注/\u202exslx.xlsx", "表", "B2", "批注/\u202exslx.xlsx", "'表'!B2"),
        ("http:/a.xlsx", "表", "B2", "./http:/a.xlsx", "'表'!B2"),
    ],
)
def test_links_are_relative_addresses(copy: str, sheet: str, cell: str, target: str, location: str) -> None:
    link = cell_link(copy, sheet, cell)
    assert link is not None
    assert (link.target, link.location) == (target, location)


@pytest.mark.parametrize("copy", ["", "批注/" + "长" * 2_100 + ".xlsx"])
def test_no_link_where_there_is_no_copy_or_excel_could_not_hold_it(copy: str) -> None:
    assert cell_link(copy, "表", "A1") is None


def test_links_beyond_the_limit_of_a_sheet_stay_plain_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "LINK_LIMIT", 5)
    opened = openpyxl.load_workbook(write(tmp_path / "汇总.xlsx", frames(10)), data_only=True)
    links = [cell.hyperlink for cell in opened["项目汇总"]["W"][1:]]
    assert [link is not None for link in links] == [True] * 5 + [False] * 5
    assert {cell.value for cell in opened["项目汇总"]["W"][1:]} == {"打开批注件"}
    assert any("65,530" in str(cell.value) for row in opened["总览"].iter_rows() for cell in row)


def test_a_full_sheet_goes_on_in_a_second_one(tmp_path: Path) -> None:
    """Rows past the last one of a sheet stand in 指标明细 2, 指标明细 3 …, each with its header."""
    opened = openpyxl.load_workbook(
        write(tmp_path / "汇总.xlsx", frames(4, 15), row_limit=41), data_only=True
    )
    names = [name for name in opened.sheetnames if name.startswith("指标明细")]
    assert names == ["指标明细", "指标明细 2"]
    rows = [row for name in names for row in table(opened[name])]
    assert [row["三级指标"] for row in rows] == list(frames(4, 15).indicators["name"])
    assert opened[names[1]].auto_filter.ref == "A1:X21"


def test_beyond_a_number_of_forms_numbers_stand_without_formulas(tmp_path: Path) -> None:
    """项目汇总 counts through all findings: past the limit its cells hold the same values, not formulas."""
    live = openpyxl.load_workbook(write(tmp_path / "a.xlsx", frames(4), frames(4, start=4)), data_only=True)
    path = write(tmp_path / "b.xlsx", frames(4), frames(4, start=4), live_forms=6)
    still = openpyxl.load_workbook(path)
    assert not any(cell.data_type == "f" for row in still["项目汇总"].iter_rows() for cell in row)
    blank = {"": None}
    expected = [{k: blank.get(v, v) for k, v in row.items()} for row in table(live["项目汇总"])]
    assert table(still["项目汇总"]) == expected


def test_long_text_is_cut_with_a_note(tmp_path: Path) -> None:
    base = frames(1)
    long = base.findings.assign(message="𠮷很长" * 20_000).astype({"message": "str"})
    opened = openpyxl.load_workbook(write(tmp_path / "汇总.xlsx", base.with_(findings=long)), data_only=True)
    message = table(opened["问题清单"])[0]["问题"]
    assert message.endswith("全文见原表）")
    assert CELL_LIMIT - 2 < len(message.encode("utf-16-le")) // 2 <= CELL_LIMIT


def test_findings_about_no_form_are_counted_and_listed(tmp_path: Path) -> None:
    """A project that was not handed in has no form; its finding is neither lost nor any department's."""
    base = frames(2)
    lone = schema.build(
        "findings", {"form_id": [""], "check": ["B502"], "level": ["error"], "message": ["没有交来"]}, "check"
    )
    opened = openpyxl.load_workbook(
        write(tmp_path / "汇总.xlsx", base.with_(findings=schema.concat([base, base.with_(findings=lone)],
              "batch").findings)),
        data_only=True,
    )  # fmt: skip
    assert table(opened["问题清单"])[-1]["问题"] == "没有交来"
    cells = [[cell.value for cell in row] for row in opened["总览"].iter_rows()]
    errors = next(row for row in cells if row[0] == "问题")[2]
    assert errors == (base.findings["level"] == "error").sum() + 1
    assert any("另有 1 个问题" in str(value) for row in cells for value in row)


def test_a_run_without_forms_still_opens(tmp_path: Path) -> None:
    opened = openpyxl.load_workbook(write(tmp_path / "汇总.xlsx", schema.empty("batch")), data_only=True)
    assert opened.sheetnames == SHEETS
    assert table(opened["部门汇总"])[0]["自评表数"] == 0


def test_the_same_frames_and_context_give_the_same_bytes(tmp_path: Path) -> None:
    one, two = (write(tmp_path / name, frames(6)) for name in ("a.xlsx", "b.xlsx"))
    assert one.read_bytes() == two.read_bytes()


def test_chunks_make_no_difference(tmp_path: Path) -> None:
    """The same forms in one chunk or three give the same cells; only column widths may follow the first."""
    whole = schema.concat([frames(3), frames(3, start=3), frames(2, start=6)], "batch")
    one = openpyxl.load_workbook(write(tmp_path / "a.xlsx", whole))
    three = openpyxl.load_workbook(
        write(tmp_path / "b.xlsx", frames(3), frames(3, start=3), frames(2, start=6))
    )
    for name in SHEETS:
        assert list(one[name].values) == list(three[name].values)


def test_nothing_is_left_of_a_run_that_breaks_off(tmp_path: Path) -> None:
    with (
        pytest.raises(RuntimeError, match="broken off"),
        Summary(tmp_path / "汇总.xlsx", load_words(), totals := RunningTotals()) as summary,
    ):
        summary.append(totals.take(frames(2)))
        raise RuntimeError("broken off")
    assert list(tmp_path.iterdir()) == []


def test_an_office_changes_a_heading_in_its_own_templates(tmp_path: Path) -> None:
    (tmp_path / "summary.toml").write_text('[columns.unit]\nheading = "预算单位"\n', encoding="utf-8")
    path = write(tmp_path / "out" / "汇总.xlsx", frames(1), words=Words(tmp_path))
    assert "预算单位" in table(openpyxl.load_workbook(path)["项目汇总"])[0]


@pytest.mark.parametrize("name", ["", "a/b", "长" * 40, "问题清单"])
def test_a_name_that_no_sheet_can_have_is_refused_by_key(tmp_path: Path, name: str) -> None:
    (tmp_path / "summary.toml").write_text(f'[sheets]\nprojects = "{name}"\n', encoding="utf-8")
    with pytest.raises(TemplateError, match=r"summary\.toml：sheets\."):
        Summary(tmp_path / "out" / "汇总.xlsx", Words(tmp_path), RunningTotals())


@pytest.mark.parametrize("name", ["", "有 空格", "A1", "R1C1", "1月", "a-b"])
def test_a_name_that_no_range_can_have_is_refused_by_key(tmp_path: Path, name: str) -> None:
    (tmp_path / "summary.toml").write_text(f'[names]\nmissing_form = "{name}"\n', encoding="utf-8")
    with pytest.raises(TemplateError, match=r"summary\.toml：names\.missing_form"):
        Summary(tmp_path / "out" / "汇总.xlsx", Words(tmp_path), RunningTotals())


def test_times_come_from_the_context_alone(tmp_path: Path) -> None:
    totals = RunningTotals()
    summary = Summary(tmp_path / "汇总.xlsx", load_words(), totals)
    summary.append(totals.take(frames(1)))
    summary.close(context(datetime(2030, 1, 2, 3, 4, tzinfo=UTC)))
    with ZipFile(tmp_path / "汇总.xlsx") as package:
        assert b"2030-01-02T03:04:00Z" in package.read("docProps/core.xml")
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.office
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")
def test_formulas_recalculated_by_libreoffice_equal_their_cached_values(
    hostile: Path, tmp_path: Path
) -> None:
    """Every cached value is first replaced by nonsense, so that only a real calculation can agree."""
    spoilt = tmp_path / "spoilt.xlsx"
    with ZipFile(hostile) as source, ZipFile(spoilt, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name.startswith("xl/worksheets/sheet"):
                data = re.sub(rb' t="str"><f>(.*?)</f><v></v>|</f><v>[^<]*</v>', _spoil, data)
            target.writestr(name, data)
    again = openpyxl.load_workbook(convert(spoilt, "xlsx", tmp_path), data_only=True)
    cached, formulas = openpyxl.load_workbook(hostile, data_only=True), openpyxl.load_workbook(hostile)
    compared = 0
    for name in ("总览", "项目汇总", "部门汇总"):
        for row in formulas[name].iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                ours, theirs = cached[name][cell.coordinate].value, again[name][cell.coordinate].value
                compared += 1
                if isinstance(ours, int | float):
                    assert theirs == pytest.approx(ours, abs=1e-9), (name, cell.coordinate, cell.value)
                else:
                    assert (theirs or "") == (ours or ""), (name, cell.coordinate, cell.value)
    assert compared > 500


def _spoil(match: re.Match[bytes]) -> bytes:
    if match[1] is not None:
        return b"><f>" + match[1] + b"</f>" + _BOGUS
    return b"</f>" + _BOGUS
