"""A department's season, every figure stated: two projects forgotten, one sent twice, one target lowered,
one approved indicator dropped, one added.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pandas as pd
import pytest

import perfbatch
from perfbatch.batch import tasks
from perfbatch.options import Options
from perfbatch.reading import read_sources
from tests.drawn import draw
from tests.drawn_files import with_openpyxl
from tests.writing.office import SOFFICE, convert

FORM = """
| 项目支出绩效自评表 | < | < | < | < | < | < | < | < |
| （2021年度） | < | < | < | < | < | < | < | < |
| 项目名称 | < | {project} | < | < | < | < | < | < |
| 主管部门 | < | 市水利局 | < | < | 实施单位 | < | {unit} | < |
| 项目资金（万元） | < |  | 年初预算数 | < | 全年预算数（A） | 全年执行数（B） | < | 执行率（B/A） |
| ^ | < | 年度资金总额 | 90 | < | 90 | 90 | < | 100% |
| 年度总体目标 | 预期目标 | < | < | < | 实际完成情况 | < | < | < |
| ^ | 按计划完成年度工作。 | < | < | < | 已按计划完成年度工作。 | < | < | < |
| 绩效指标 | 一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施 |
| ^ | 预算执行 | 预算执行率 | 预算执行率 | 100% | 100% | 10 | 10 |  |
| ^ | 产出指标 | 数量指标 | {length} | {goal} | 8公里 | 50 | 50 |  |
| ^ | 效益指标 | 生态效益指标 | {second} | ≥90% | 93% | 30 | 30 |  |
| ^ | 满意度指标 | 满意度指标 | 群众满意度 | 90% | 96% | 10 | 10 |  |
| 总分 | < | < | < | < | < | 100 | 100 |  |
"""
APPROVED = """
| 项目支出绩效目标批复表 | < | < | < | < |
| （2021年度） | < | < | < | < |
| 项目名称 | 河道清淤 | < | 主管部门 | 市水利局 |
| 实施单位 | 河道管理所 | < | 项目负责人及电话 | 王强13700000000 |
| 资金情况（万元） | 年度资金总额 | 90 | 其中：财政拨款 | 90 |
| 总体目标 | 完成8公里河道清淤。 | < | < | < |
| 一级指标 | 二级指标 | 三级指标 | 指标值 | 分值 |
| 产出指标 | 数量指标 | 清淤长度 | ≥8公里 | 40 |
| 效益指标 | 生态效益指标 | 水质达标率 | ≥90% | 30 |
| 满意度指标 | 满意度指标 | 群众满意度 | ≥90% | 10 |
"""
LIST = """
| 2021年度批复绩效目标 | < | < | < | < |
| 主管部门 | 实施单位 | 项目名称 | 三级指标 | 指标值 |
| 市水利局 | 水库管理所 | 水库巡查 | 巡查里程 | ≥8公里 |
| | | | 水质达标率 | ≥90% |
| | | | 群众满意度 | ≥90% |
"""
ROSTER = """
| 2021年度绩效自评应报名单 | < | < | < | < | < |
| 主管部门 | 实施单位 | 项目名称 | 全年预算数（万元） | 联系人 | 应报日期 |
| 市水利局 | 河道管理所 | 河道清淤 | 90 | 王强 | 2022-03-15 |
| ^ | ^ | 河岸绿化 | 30 | 王强 | 2022-03-15 |
| ^ | 水库管理所 | 水库巡查 | 90 | 李红 | 2022-03-15 |
| 市水文局 | 水文站 | 雨量站维护 | 12.5 | 赵明 | 2022-03-31 |
"""
RIVER = {"project": "河道清淤", "unit": "河道管理所", "length": "清淤长度", "goal": "≥6公里",
         "second": "两岸整洁率"}  # fmt: skip
LAKE = {"project": "水库巡查", "unit": "水库管理所", "length": "巡查里程数", "goal": "8公里",
        "second": "水质达标率"}  # fmt: skip
DATA = Path(__file__).parents[1] / "data" / "season"
DAY = date(2022, 3, 20)
OURS = ["B501", "B502", "B503", "B504", "B511", "B512", "B513", "B514"]


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Options]:
    """The folder of what was sent, and the options of the run."""
    top = tmp_path_factory.mktemp("season")
    folder = top / "报送"
    folder.mkdir()
    sent = ((9, "河道清淤.xlsx", RIVER), (1, "河道清淤（再报）.xlsx", RIVER), (5, "水库.xlsx", LAKE))
    for age, name, said in sent:
        (folder / name).write_bytes(with_openpyxl([draw(FORM.format(**said), "自评表")]))
        os.utime(folder / name, (1_650_000_000 - age * 86_400,) * 2)
    for name, table in (("批复表.xlsx", APPROVED), ("清单.xlsx", LIST), ("名单.xlsx", ROSTER)):
        (top / name).write_bytes(with_openpyxl([draw(table)]))
    options = Options(
        roster=top / "名单.xlsx", targets=(top / "批复表.xlsx", top / "清单.xlsx"),
        as_of=DAY, notices=True, workers=0,
    )  # fmt: skip
    return folder, options


@pytest.fixture(scope="module")
def output(season: tuple[Path, Options], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the run wrote."""
    folder = tmp_path_factory.mktemp("out") / "结果"
    perfbatch.run([season[0]], folder, options=season[1])
    return folder


def table(output: Path, name: str) -> pd.DataFrame:
    """One of the data files."""
    return pd.read_csv(output / "数据" / f"{name}.csv", dtype=str, keep_default_na=False)


def findings(output: Path) -> list[list[str]]:
    """File, check, level and cell of what roster and targets have to say."""
    found = table(output, "findings")
    return found[found["check"].isin(OURS)][["file", "check", "level", "cell"]].to_numpy().tolist()


def rows_of(output: Path, sheet: str) -> list[dict[str, object]]:
    """Rows of a sheet of 汇总.xlsx by heading."""
    head, *rows = openpyxl.load_workbook(output / "汇总.xlsx", data_only=True)[sheet].iter_rows(
        values_only=True
    )
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_what_is_found(output: Path) -> None:
    """≥90% written as 90% is no finding; 巡查里程数 may be 巡查里程, and is offered."""
    river = [
        ["B501", "warning", "C3"], ["B511", "error", "E11"], ["B514", "warning", "G11"],
        ["B513", "warning", "D12"], ["B512", "error", ""],
    ]  # fmt: skip
    expected = [[name, *one] for name in ("河道清淤.xlsx", "河道清淤（再报）.xlsx") for one in river]
    expected += [["水库.xlsx", "B513", "warning", "D11"], ["水库.xlsx", "B512", "error", ""]]
    expected += [["", "B502", "error", ""]] * 2
    assert sorted(findings(output)) == sorted(expected)


def test_messages_name_both_values_both_cells_and_the_file(output: Path) -> None:
    """And so does the note at the cell."""
    found = table(output, "findings")
    said = found[(found["file"] == "河道清淤.xlsx") & found["check"].isin(["B511", "B512", "B514"])]
    assert dict(zip(said["check"], said["message"], strict=True)) == {
        "B511": "指标值填的是“≥6公里”（E11），批复的是“≥8公里”（批复表.xlsx 的 Sheet1!D8），"
        "比批复的容易完成。",
        "B514": "分值填的是 50.00 分（G11），批复的是 40.00 分（批复表.xlsx 的 Sheet1!E8）。",
        "B512": "批复的指标“水质达标率”（指标值“≥90%”，批复表.xlsx 的 Sheet1!D9）在表中没有填报。",
    }
    copy = openpyxl.load_workbook(output / "批注" / "河道清淤.xlsx")["自评表"]
    note = copy["E11"].comment
    assert note is not None and "批复的是“≥8公里”（批复表.xlsx 的 Sheet1!D8）" in note.text


def test_the_frames_say_what_was_approved(output: Path) -> None:
    """At the end of indicators.csv; an approved operator settles the direction."""
    frame = table(output, "indicators")
    river = frame[frame["form_id"] == "河道清淤.xlsx#自评表"].iloc[1:]
    columns = ["name", "approved_target", "approved_points", "approved_file", "approved_cell",
               "approved_points_cell"]  # fmt: skip
    assert river[columns].to_numpy().tolist() == [
        ["清淤长度", "≥8公里", "40", "批复表.xlsx", "Sheet1!D8", "Sheet1!E8"],
        ["两岸整洁率", "", "", "", "", ""],
        ["群众满意度", "≥90%", "10", "批复表.xlsx", "Sheet1!D10", "Sheet1!E10"],
    ]
    assert river["approved_direction"].tolist() == ["positive", "", "positive"]
    assert river["direction_source"].tolist()[2] == "approved"


def test_who_owes(output: Path) -> None:
    """未报送, every figure; 数据/roster.csv; and a letter for each unit that owes."""
    heads = ("名单行号", "主管部门", "实施单位", "项目名称", "项目代码", "名单预算数", "金额单位", "联系人",
             "应报日期", "逾期天数")  # fmt: skip
    owed = [
        (4, "市水利局", "河道管理所", "河岸绿化", None, 30, "万元", "王强", "2022-03-15", 5),
        (6, "市水文局", "水文站", "雨量站维护", None, 12.5, "万元", "赵明", "2022-03-31", -11),
    ]
    assert rows_of(output, "未报送") == [dict(zip(heads, row, strict=True)) for row in owed]
    roster = table(output, "roster")
    assert roster[["project", "forms", "form_id", "handed_in"]].to_numpy().tolist() == [
        ["河道清淤", "2", "河道清淤（再报）.xlsx#自评表", "true"], ["河岸绿化", "0", "", "false"],
        ["水库巡查", "1", "水库.xlsx#自评表", "true"], ["雨量站维护", "0", "", "false"],
    ]  # fmt: skip
    letters = sorted(path.name for path in (output / "通知").rglob("*催报函*"))
    assert letters == ["水文站（催报函）.docx", "河道管理所（催报函）.docx"]


def no_form(sources: Iterable[object], **_: object) -> object:
    """In place of the read stage: there is nothing to read."""
    assert not list(sources), "read again"
    return read_sources(())


def test_a_near_indicator_that_a_person_confirms_is_held(
    season: tuple[Path, Options], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """是 in 待确认: the next run holds it against its approved target, and reads no form for it."""
    out = tmp_path / "结果"
    perfbatch.run([season[0]], out, options=season[1])
    (row,) = rows_of(out, "待确认")
    assert [row[name] for name in ("核对什么", "表上名称", "名单名称", "是否同一个")] == [
        "指标", "巡查里程数", "巡查里程", None,
    ]  # fmt: skip
    book = openpyxl.load_workbook(out / "汇总.xlsx")
    sheet = book["待确认"]
    place = [cell.value for cell in sheet[1]].index("是否同一个") + 1
    sheet.cell(2, place).value = "是"
    book.save(out / "汇总.xlsx")
    with monkeypatch.context() as patch:
        patch.setattr(tasks, "read_sources", no_form)
        perfbatch.run([season[0]], out, options=season[1])
    assert [row for row in findings(out) if row[0] == "水库.xlsx"] == []
    (again,) = rows_of(out, "待确认")
    shown = ("是否同一个", "表上单位", "表上名称", "名单单位", "名单名称")
    assert [again[name] for name in shown] == ["是", "水库管理所", "巡查里程数", "水库管理所", "巡查里程"]
    result = perfbatch.run([season[0]], out, options=season[1])
    assert result.reused == 3


def test_changed_lists_read_no_form(
    season: tuple[Path, Options], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another roster takes every outcome over; other targets judge anew what was read."""
    out = tmp_path / "结果"
    perfbatch.run([season[0]], out, options=season[1])
    monkeypatch.setattr(tasks, "read_sources", no_form)
    roster, approved = tmp_path / "名单.xlsx", tmp_path / "批复表.xlsx"
    roster.write_bytes(with_openpyxl([draw(ROSTER.replace("河岸绿化", "河岸护坡"))]))
    approved.write_bytes(with_openpyxl([draw(APPROVED.replace("≥8公里", "≥5公里"))]))
    result = perfbatch.run([season[0]], out, options=replace(season[1], roster=roster))
    assert result.reused == 3
    assert [row["项目名称"] for row in rows_of(out, "未报送")] == ["河岸护坡", "雨量站维护"]
    assert ["河道清淤.xlsx", "B511", "error", "E11"] in findings(out)
    targets = (approved, season[1].targets[1])
    result = perfbatch.run([season[0]], out, options=replace(season[1], roster=roster, targets=targets))
    assert result.reused == 0
    assert ["河道清淤.xlsx", "B511", "warning", "E11"] in findings(out)  # harder now


def letter(path: Path) -> list[str]:
    """A letter line by line but for its day, the cells of its table between bars."""
    document = docx.Document(str(path))
    texts = [paragraph.text.replace("\n", "") for paragraph in document.paragraphs]
    rows = [" | ".join(cell.text for cell in row.cells) for table in document.tables for row in table.rows]
    return [text for text in [*texts, *rows] if text and not re.fullmatch(r"\d+年\d+月\d+日", text)]


def test_letters_figure_by_figure(output: Path) -> None:
    """催报函: one of two projects owed and overdue, one of one owed and not due yet. 退回整改通知: the form
    that was sent twice has a target lowered and an indicator dropped each time: the newer one counts."""
    stated = (DATA / "letters.txt").read_text("utf-8").strip("\n").split("\n\n")
    letters = sorted((output / "通知").rglob("*.docx"))
    assert [path.relative_to(output / "通知").as_posix() for path in letters] == sorted(
        one.splitlines()[0] for one in stated
    )
    for one in stated:
        name, *lines = one.splitlines()
        assert letter(output / "通知" / name) == lines


def test_departments_figure_by_figure(output: Path) -> None:
    """部门汇总: of three forms of 90 万元 each, all spent and all worth 100, one is superseded; a department
    that sent nothing."""
    rows = [
        {head: "" if value is None else str(value) for head, value in row.items()}
        for row in rows_of(output, "部门汇总")
    ]
    stated = [line.split("\t") for line in (DATA / "departments.tsv").read_text("utf-8").splitlines()]
    assert [[head, *(row[head] for row in rows)] for head in rows[0]] == stated


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice works out the formulas")
def test_the_formulas_leave_out_the_superseded_form_too(output: Path, tmp_path: Path) -> None:
    """部门汇总 as a spreadsheet program works it out says what was written."""
    worked_out = convert(output / "汇总.xlsx", "xlsx", tmp_path)
    head, *rows = openpyxl.load_workbook(worked_out, data_only=True)["部门汇总"].iter_rows(values_only=True)
    written = rows_of(output, "部门汇总")
    for row, stated in zip(rows, written, strict=True):
        found = dict(zip(head, row, strict=True))
        numbers = {name: value for name, value in stated.items() if isinstance(value, (int, float))}
        assert {name: found[name] for name in numbers} == pytest.approx(numbers)


def test_the_newer_form_counts(output: Path) -> None:
    """Both stand in the frames, in 项目汇总 and 问题清单, which say which one counts; 总览, the tally and the
    letters count the newer."""
    forms = table(output, "forms")
    assert dict(zip(forms["file"], forms["superseded_by"], strict=True)) == {
        "河道清淤.xlsx": "河道清淤（再报）.xlsx#自评表", "河道清淤（再报）.xlsx": "", "水库.xlsx": "",
    }  # fmt: skip
    found = table(output, "findings")
    said = found[found["check"] == "B501"]
    assert dict(zip(said["file"], said["message"], strict=True)) == {
        "河道清淤.xlsx": "项目“河道清淤”（河道管理所，2021年度）重复报送，"
        "另见 河道清淤（再报）.xlsx（自评表）；以更新的 河道清淤（再报）.xlsx（自评表） 为准，"
        "本表不计入部门汇总和通知。",
        "河道清淤（再报）.xlsx": "项目“河道清淤”（河道管理所，2021年度）重复报送，"
        "另见 河道清淤.xlsx（自评表）；本表最新，以本表为准。",
    }
    kinds = {row["文件"]: row["表的种类"] for row in rows_of(output, "项目汇总")}
    assert kinds == {
        "河道清淤.xlsx": "旧表", "河道清淤（再报）.xlsx": "项目支出", "水库.xlsx": "项目支出",
    }  # fmt: skip
    stated = json.loads((output / "run.json").read_text("utf-8"))["counts"]
    # two projects owed, and 2 + 1 on the forms that count
    assert stated["findings"] == {"error": 5, "warning": 5, "info": 0} and stated["superseded"] == 1


def test_the_other_form_counts_once_its_file_is_newer(season: tuple[Path, Options], tmp_path: Path) -> None:
    """No content has changed and no form is read, but the documents say otherwise."""
    folder, out = tmp_path / "报送", tmp_path / "结果"
    shutil.copytree(season[0], folder)
    options = replace(season[1], notices=False)
    first, other = "河道清淤（再报）.xlsx", "河道清淤.xlsx"
    for day, newer in enumerate((first, other)):
        os.utime(folder / newer, (1_660_000_000 + day * 86_400,) * 2)
        result = perfbatch.run([folder], out, options=options)
        forms = table(out, "forms").set_index("file")["superseded_by"]
        older = first if newer == other else other
        assert forms[forms != ""].to_dict() == {older: f"{newer}#自评表"}
    assert result.reused == 3


def test_rates_by_department(output: Path) -> None:
    """部门汇总, 总览 and 报告.html: four expected, two sent, one of these twice; one department owes all."""
    names = ["主管部门", "自评表数", "应报数", "已报数", "报送率"]
    rows = [[row[name] for name in names] for row in rows_of(output, "部门汇总")]
    assert [[*row[:4], round(float(str(row[4])), 4)] for row in rows] == [
        ["市水利局", 3, 3, 2, 0.6667], ["市水文局", 0, 1, 0, 0], ["合计", 3, 4, 2, 0.5],
    ]  # fmt: skip
    cells = [
        cell.value
        for line in openpyxl.load_workbook(output / "汇总.xlsx", data_only=True)["总览"]
        for cell in line
    ]
    at = cells.index("应报项目")
    assert cells[at : at + 6] == ["应报项目", 4, "已报项目", 2, "报送率", 0.5]
    page = (output / "报告.html").read_text("utf-8")
    assert "应报名单上有 4 个项目，已报 2 个，报送率 50.00%；还有 2 个没有报送" in page
