"""Rosters as offices keep them, drawn in tests/data/season/rosters.md with what must be read from each."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from perfbatch.season.errors import ListError
from perfbatch.season.roster import Roster, read_roster
from perfbatch.workbook.grid import Grid
from tests.drawn import draw, rows_of
from tests.drawn_files import with_openpyxl

PAGE = (Path(__file__).parent.parent / "data" / "season" / "rosters.md").read_text(encoding="utf-8")
SECTIONS = {part.split("\n", 1)[0].strip(): part.split("\n", 1)[1] for part in PAGE.split("\n## ")[1:]}
COLUMNS = ["row", "code", "department", "unit", "project", "budget", "due"]


def tables(text: str) -> list[str]:
    """The drawn tables of a section."""
    return re.findall(r"(?:^\|.*\|\n?)+", text, re.MULTILINE)


def read_from(grids: list[Grid], folder: Path) -> Roster:
    """What is read from the grids as a workbook."""
    path = folder / "应报名单.xlsx"
    path.write_bytes(with_openpyxl(grids))
    return read_roster(path)


def shown(frame: pd.DataFrame) -> list[list[str]]:
    """A roster as the tables state it."""
    budgets = [f"{budget:.2f}".rstrip("0").rstrip(".").replace("nan", "") for budget in frame["budget"]]
    due = frame["due"].dt.strftime("%Y-%m-%d").fillna("")
    return frame.assign(budget=budgets, due=due, row=frame["row"].astype(str))[COLUMNS].to_numpy().tolist()


@pytest.mark.parametrize("name", SECTIONS)
def test_every_project_is_read_and_what_is_doubtful_is_said(name: str, tmp_path: Path) -> None:
    """The rows and remarks that the section states, and no others."""
    text = SECTIONS[name]
    roster = read_from([draw(tables(text)[0])], tmp_path)
    assert shown(roster.projects) == rows_of(tables(text)[1])
    said = re.findall(r"^- (.+)$", text, re.MULTILINE)
    assert len(roster.remarks) == len(said), roster.remarks
    assert all(any(part in remark for remark in roster.remarks) for part in said), roster.remarks


def test_every_visible_sheet_with_the_labels_counts(tmp_path: Path) -> None:
    """Cover sheets are passed over; a hidden list is said and not used."""
    head = "| 主管部门 | 实施单位 | 项目名称 |\n"
    grids = [
        draw("| 填表说明 |\n| 请勿修改 |", "说明"),
        draw(head + "| 甲局 | 甲中心 | 一号项目 |", "甲局"),
        draw(head + "| 乙局 | 乙中心 | 二号项目 |", "乙局"),
        draw(head + "| 丙局 | 丙中心 | 三号项目 |", "旧", hidden=True),
    ]
    roster = read_from(grids, tmp_path)
    assert roster.projects["project"].tolist() == ["一号项目", "二号项目"]
    assert roster.projects["sheet"].tolist() == ["甲局", "乙局"]
    assert len(roster.remarks) == 1 and "旧" in roster.remarks[0]


def test_each_sheet_has_its_own_unit(tmp_path: Path) -> None:
    """One department keeps its sheet in 元, another in 万元; a third does not say."""
    head = "| 主管部门 | 实施单位 | 项目名称 | 预算{} |\n"
    grids = [
        draw(head.format("（元）") + "| 甲局 | 甲中心 | 一号项目 | #10000 |", "甲局"),
        draw(head.format("（万元）") + "| 乙局 | 乙中心 | 二号项目 | #1 |", "乙局"),
        draw(head.format("") + "| 丙局 | 丙中心 | 三号项目 | #1 |", "丙局"),
    ]
    roster = read_from(grids, tmp_path)
    assert roster.projects["money_unit"].tolist() == ["元", "万元", ""]
    (said,) = roster.remarks
    assert "工作表“丙局”：名单没有写金额单位" in said


def test_many_of_one_kind_are_counted(tmp_path: Path) -> None:
    """A column filled in wrongly in fifty thousand rows is said in a few sentences."""
    rows = [f"局{at % 50},单位{at % 500},项目{at},待定" for at in range(50_000)]
    path = tmp_path / "名单.csv"
    path.write_text("\n".join(["主管部门,实施单位,项目名称,预算数", *rows]), encoding="gb18030")
    roster = read_roster(path)
    assert len(roster.projects) == 50_000
    assert len(roster.remarks) == 6 and "另有 49995 处" in roster.remarks[-1]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        pytest.param(b"", "文件是空的", id="empty"),
        pytest.param("主管部门,实施单位,项目名称\n".encode("gb18030"), "没有一行项目", id="only headings"),
        pytest.param(
            '主管部门,实施单位,项目名称\n甲,乙,"丙\n甲,乙,丁\n'.encode(), "引号没有成对", id="quote"
        ),
        pytest.param(b"\xff\xff\xff\x00\x81", "文字编码认不出来", id="no text"),
    ],
)
def test_a_csv_that_is_none(data: bytes, says: str, tmp_path: Path) -> None:
    """What, in which file, and what to do."""
    (tmp_path / "名单.csv").write_bytes(data)
    with pytest.raises(ListError, match=says) as raised:
        read_roster(tmp_path / "名单.csv")
    assert "名单.csv" in str(raised.value) and "请" in str(raised.value)


def test_a_title_above_a_csv_with_tabs(tmp_path: Path) -> None:
    """What stands between fields is told by the lines that have some; a code kept as text is digits."""
    path = tmp_path / "名单.csv"
    lines = ["2021年度应报名单", "主管部门\t实施单位\t项目名称\t项目代码", '甲局\t甲中心\t一号\t"=""00123"""']
    path.write_text("\n".join(lines), encoding="utf-8")
    frame = read_roster(path).projects
    assert frame[["project", "code"]].to_numpy().tolist() == [["一号", "00123"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_in_any_usual_encoding(encoding: str, delimiter: str, tmp_path: Path) -> None:
    """Excel and WPS write GB 18030, others UTF-8."""
    rows = [["主管部门", "实施单位", "项目名称"], ["甲局", "甲中心", "一号项目"]]
    path = tmp_path / "名单.csv"
    path.write_bytes("\r\n".join(delimiter.join(row) for row in rows).encode(encoding))
    frame = read_roster(path).projects
    assert frame[["department", "unit", "project"]].to_numpy().tolist() == [rows[1]]


@pytest.mark.parametrize(
    ("drawing", "code", "says"),
    [
        ("| 主管部门 | 项目名称 |\n| 甲局 | 一号 |", "labels", ["实施单位", "主管部门、项目名称"]),
        ("| 甲 | 乙 |\n| 1 | 2 |", "labels", ["没有看到"]),
        ("| 主管部门 | 实施单位 | 项目名称 |", "empty", ["没有一行项目"]),
        (
            "| 主管部门 | 实施单位 | 项目名称 | 项目名称 |\n| 甲局 | 甲中心 | 一号 | 二号 |",
            "twice_labelled",
            ["C1", "D1"],
        ),
    ],
)
def test_an_unusable_list_says_what_and_what_to_do(
    drawing: str, code: str, says: list[str], tmp_path: Path
) -> None:
    """The run ends before anything is written."""
    with pytest.raises(ListError) as raised:
        read_from([draw(drawing)], tmp_path)
    assert raised.value.code == code
    assert all(part in str(raised.value) for part in [*says, "请"])


def test_files_that_are_no_list(tmp_path: Path) -> None:
    """A path that leads nowhere, and a picture."""
    with pytest.raises(ListError, match="找不到清单"):
        read_roster(tmp_path / "没有.xlsx")
    (tmp_path / "图.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    with pytest.raises(ListError, match="读不了"):
        read_roster(tmp_path / "图.xlsx")
