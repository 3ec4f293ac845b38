"""整改跟踪, 逐月对比 and the columns of states: a season of three months, every figure stated.

Half of what was flagged is mended; 堤防加固 is sent twice in February, the newer one counts; 水闸维修 is
forgotten in February and March.
"""

from __future__ import annotations

import os
from pathlib import Path

import openpyxl
import pytest
from docx import Document

from tests.season.test_a_departments_season import rows_of
from tests.season.test_run_with_history import WHY, put, run

MONTHS = ("2022-01", "2022-02", "2022-03")


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders 结果2022-01 …"""
    top = tmp_path_factory.mktemp("season")
    january, february, march = (top / month for month in MONTHS)
    for name in ("河道清淤", "堤防加固", "水闸维修"):
        put(january, f"{name}.xlsx", name)
    put(january, "水库巡查.xlsx", "水库巡查", score=45, reason=WHY)
    put(february, "河道清淤.xlsx", "河道清淤")
    put(february, "堤防加固.xlsx", "堤防加固")
    put(february, "堤防加固（再报）.xlsx", "堤防加固", reason=WHY)
    put(february, "水库巡查.xlsx", "水库巡查", score=44, reason=WHY)
    os.utime(february / "堤防加固.xlsx", (1_650_000_000, 1_650_000_000))
    os.utime(february / "堤防加固（再报）.xlsx", (1_650_086_400, 1_650_086_400))
    put(march, "河道清淤.xlsx", "河道清淤", reason=WHY)
    put(march, "堤防加固.xlsx", "堤防加固")
    put(march, "水库巡查.xlsx", "水库巡查", score=44, reason=WHY)
    for month in MONTHS:
        run(top / month, top / f"结果{month}", top / "history.sqlite", month, notices=True)
    return top


def tracked(season: Path, month: str) -> list[list[object]]:
    """The columns of 整改跟踪 that matter."""
    shown = ("整改状态", "项目名称", "指标或资金行", "核验项", "首次发现", "发现次数", "说明")
    return [[row[name] for name in shown] for row in rows_of(season / f"结果{month}", "整改跟踪")]


def test_tracking(season: Path) -> None:
    """Row by row."""
    assert tracked(season, "2022-01") == [
        ["新增", "堤防加固", "清淤长度", "R301", "2022-01", 1, None],
        ["新增", "水库巡查", None, "T404", "2022-01", 1, None],
        ["新增", "水库巡查", "清淤长度", "I202", "2022-01", 1, None],
        ["新增", "水闸维修", "清淤长度", "R301", "2022-01", 1, None],
        ["新增", "河道清淤", "清淤长度", "R301", "2022-01", 1, None],
    ]
    twice = ["新增", "堤防加固", None, "B501", "2022-02", 1, None]
    assert tracked(season, "2022-02") == [
        twice,
        ["已整改", "堤防加固", "清淤长度", "R301", "2022-01", 1, None],
        ["未整改", "水库巡查", None, "T404", "2022-01", 2, None],
        ["已变化", "水库巡查", "清淤长度", "I202", "2022-01", 2, None],
        ["未整改", "水闸维修", "清淤长度", "R301", "2022-01", 1, "本期没有报送"],
        ["未整改", "河道清淤", "清淤长度", "R301", "2022-01", 2, None],
    ]
    assert tracked(season, "2022-03") == [
        ["新增", "堤防加固", "清淤长度", "R301", "2022-01", 2, "整改过，又出现"],
        ["已整改", "堤防加固", None, "B501", "2022-02", 1, None],
        ["未整改", "水库巡查", None, "T404", "2022-01", 3, None],
        ["未整改", "水库巡查", "清淤长度", "I202", "2022-01", 3, None],
        ["未整改", "水闸维修", "清淤长度", "R301", "2022-01", 1, "本期没有报送"],
        ["已整改", "河道清淤", "清淤长度", "R301", "2022-01", 2, None],
    ]


def test_months_side_by_side(season: Path) -> None:
    """Each measure, of the one department and of all."""
    sheet = openpyxl.load_workbook(season / "结果2022-03" / "汇总.xlsx", data_only=True)["逐月对比"]
    rows = [[cell.value for cell in row[:4]] for row in sheet.iter_rows()]
    blocks = {str(rows[at - 2][0]): rows[at : at + 3] for at, row in enumerate(rows) if row[0] == "主管部门"}
    assert all(block[0] == ["主管部门", *MONTHS] for block in blocks.values())
    assert {name: block[1][1:] for name, block in blocks.items()} == {
        "自评表数（张）": [4, 4, 3],
        "预算执行率": [1, 1, 1],
        "自评平均分": [89.375, pytest.approx(269 / 3), pytest.approx(269 / 3)],
        "核验平均分": [87.5, 87.5, 87.5],
        "缺偏差原因（条）": [3, 1, 1],
        "整改率": [None, 0.25, 0.5],
    }
    assert all(block[2][1:] == block[1][1:] and block[2][0] == "合计" for block in blocks.values())
    assert len(sheet._charts) == 6


def test_states_beside_the_findings(season: Path) -> None:
    """At the end of 问题清单 and 缺偏差原因; a form that does not count for its project has none."""
    wanted = {
        "缺偏差原因": [
            ["堤防加固.xlsx", None, None, None],
            ["河道清淤.xlsx", "未整改", "2022-01", 2],
        ],
        "问题清单": [
            ["堤防加固.xlsx", None, None, None],
            ["水库巡查.xlsx", "已变化", "2022-01", 2],
            ["河道清淤.xlsx", "未整改", "2022-01", 2],
        ],
    }
    shown = ("文件", "整改状态", "首次发现", "发现次数")
    for sheet, rows in wanted.items():
        found = [row for row in rows_of(season / "结果2022-02", sheet) if "●" in str(row["级别"])]
        heads = list(found[0])
        at = heads.index("整改状态")
        assert heads[at : at + 3] == ["整改状态", "首次发现", "发现次数"]
        assert [[row[name] for name in shown] for row in found] == rows


def test_the_overview_counts_them(season: Path) -> None:
    """And says where to look."""
    sheet = openpyxl.load_workbook(season / "结果2022-03" / "汇总.xlsx", data_only=True)["总览"]
    cells = [cell.value for line in sheet for cell in line]
    at = cells.index("对照上次报送")
    assert cells[at : at + 9] == ["对照上次报送", "新增", 1, "未整改", 2, "已变化", 0, "已整改", 2]
    assert "整改跟踪" in cells and "逐月对比" in cells


def test_without_a_history_there_is_none_of_it(season: Path, tmp_path: Path) -> None:
    """Neither sheets nor columns."""
    import perfbatch

    perfbatch.run([season / "2022-01"], tmp_path / "out", workers=0)
    book = openpyxl.load_workbook(tmp_path / "out" / "汇总.xlsx")
    assert not {"整改跟踪", "逐月对比"} & set(book.sheetnames)
    assert "整改状态" not in [cell.value for cell in book["问题清单"][1]]


def test_letters_remind(season: Path) -> None:
    """Nothing of it in the first; then how often, how many, and since when beside each."""
    letters = [
        Document(str(season / f"结果{month}" / "通知" / "市水利局" / "河道管理所.docx")) for month in MONTHS
    ]
    titles = [letter.paragraphs[0].text.replace("\n", "") for letter in letters]
    plain = "关于退回2021年度项目支出绩效自评表的整改通知"
    assert titles == [plain, f"{plain}（第二次提醒）", f"{plain}（第三次提醒）"]
    said = [letter.paragraphs[3].text for letter in letters]
    assert "以前已经指出" not in said[0]
    assert "2处必须整改，现予退回。其中2处以前已经指出，至今没有改好。" in said[1]
    assert "2处必须整改，现予退回。其中1处以前已经指出，至今没有改好。" in said[2]
    marks = [
        [row.cells[5].text.partition("【")[2] for row in letter.tables[0].rows[1:]] for letter in letters
    ]
    assert marks == [
        ["", "", "", ""],
        ["已变化（自 2022-01，第 2 次）】", "未整改（自 2022-01，第 2 次）】"],
        ["", "未整改（自 2022-01，第 3 次）】"],
    ]


def test_the_report_tells_it(season: Path) -> None:
    """Figures of the round, and the months side by side."""
    first, _, third = ((season / f"结果{month}" / "报告.html").read_text("utf-8") for month in MONTHS)
    assert "历史记录从这一期开始" in first and "逐月对比" not in first
    assert "（上一期为 2022-02）：已整改 2 个，未整改 2 个，已变化 0 个，新增 1 个；整改率 50.00%" in third
    assert "柱形图：各期缺偏差原因的条数，2022-01 3 条；2022-02 1 条；2022-03 1 条" in third
    assert "未整改（自 2022-01，第 3 次）" in third


def test_who_owes_is_reminded(season: Path, tmp_path: Path) -> None:
    """催报函: the second time it says so; what was sent meanwhile is 已整改."""
    roster = tmp_path / "名单.csv"
    names = ("河道清淤", "堤防加固", "水闸维修", "水库巡查")
    lines = ["主管部门,实施单位,项目名称", *(f"市水利局,河道管理所,{name}" for name in names)]
    roster.write_text("\n".join(lines), encoding="utf-8")
    history = tmp_path / "history.sqlite"
    for month, sent in (("2022-02", MONTHS[1]), ("2022-03", MONTHS[2]), ("2022-04", MONTHS[0])):
        run(season / sent, tmp_path / month, history, month, roster=roster, notices=True)
    titles = [
        Document(str(tmp_path / month / "通知" / "市水利局" / "河道管理所（催报函）.docx")).paragraphs[0].text
        for month in ("2022-02", "2022-03")
    ]
    assert ["第二次提醒" in title for title in titles] == [False, True]
    assert not list((tmp_path / "2022-04").rglob("*催报函*"))
    rows = [row for row in rows_of(tmp_path / "2022-04", "整改跟踪") if row["核验项"] == "B502"]
    shown = ("整改状态", "项目名称", "首次发现", "发现次数")
    assert [[row[name] for name in shown] for row in rows] == [["已整改", "水闸维修", "2022-02", 2]]
