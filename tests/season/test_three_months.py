"""A season as an office plays it, month after month with monthly.sh, every figure stated.

市水利局 owes seven projects. Of what was flagged and not accepted it mends half, sends 堤防加固 twice in
February, and forgets 水闸维修 and 水库巡查 then. The auditor overrules one score (泵站改造), accepts one
finding (灌区节水), and changes their mind on another (水文监测): 认可 after January, 不认可 after February.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest

from perfbatch.verifying import verify
from tests.season.audit import FINDINGS, MISSING, REVIEW, Row, rows, standings, write
from tests.season.test_run_with_history import WHY, put
from tests.test_monthly import monthly

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a shell script")

MONTHS = ("2022-01", "2022-02", "2022-03")
PROJECTS = ("堤防加固", "水闸维修", "水库巡查", "水文监测", "河道清淤", "泵站改造", "灌区节水")
DAY = "2022-03-20"
ROSTER = "主管部门,实施单位,项目名称,应报日期\n" + "".join(
    f"市水利局,河道管理所,{name},2022-03-15\n" for name in PROJECTS
)


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The office's folder after the season."""
    top = tmp_path_factory.mktemp("season") / "某局"
    top.mkdir()
    play(top)
    return top


def play(top: Path) -> None:
    """The season in the folder ``top``: 报送 by month, results in out/.

    写出 has each 汇总.xlsx as it was written before the auditor's hand: openpyxl, which plays that, works out
    no formula.
    """
    (top / "monthly.sh").write_bytes((Path(__file__).parents[2] / "monthly.sh").read_bytes())
    (top / "monthly.sh").chmod(0o755)
    (top / "名单.csv").write_text(ROSTER, encoding="utf-8")
    january, february, march = (top / f"报送 {month}" for month in MONTHS)
    for folder in (january, february, march):
        for name in ("河道清淤", "水文监测", "灌区节水"):
            put(folder, f"{name}.xlsx", name)  # 6 of 8 km, and no reason
        put(folder, "泵站改造.xlsx", "泵站改造", score=45, reason=WHY)  # 37.5 of 50 points would be right
    for name in ("堤防加固", "水闸维修", "水库巡查"):
        put(january, f"{name}.xlsx", name)
    put(february, "堤防加固.xlsx", "堤防加固")
    put(february, "堤防加固（再报）.xlsx", "堤防加固", reason=WHY)
    os.utime(february / "堤防加固.xlsx", (1_650_000_000, 1_650_000_000))
    os.utime(february / "堤防加固（再报）.xlsx", (1_650_086_400, 1_650_086_400))
    put(march, "堤防加固.xlsx", "堤防加固", reason=WHY)
    put(march, "水库巡查.xlsx", "水库巡查", reason=WHY)

    played(top, MONTHS[0])
    summary = top / "out" / MONTHS[0] / "汇总.xlsx"
    write(summary, FINDINGS, about("泵站改造", "I202"), 审核得分=40, 审核意见="认可", 审核人="甲")
    write(summary, MISSING, about("灌区节水"), 审核意见="认可", 审核说明="已电话说明", 审核人="甲")
    write(summary, FINDINGS, about("水文监测", "R301"), 审核意见="认可", 审核人="甲")
    played(top, MONTHS[1])
    summary = top / "out" / MONTHS[1] / "汇总.xlsx"
    write(summary, FINDINGS, about("水文监测", "R301"), 审核意见="不认可", 审核人="乙")
    played(top, MONTHS[2])


def played(top: Path, month: str) -> None:
    """One month, as cron starts it."""
    done = monthly(
        top, "--as-of", DAY, "--workers", "1", "--issuer", "某市财政局", MONTH=month,
        INPUT=f"{top}/报送 {month}", ROSTER=f"{top}/名单.csv", DEADLINE="2022-04-10",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout
    (top / "写出").mkdir(exist_ok=True)
    shutil.copy(top / "out" / month / "汇总.xlsx", top / "写出" / f"{month}.xlsx")


def about(project: str, check: str = "") -> Callable[[Row], bool]:
    """Picks the row about a project, and a check."""
    return lambda row: row["项目名称"] == project and (not check or row["核验项"] == check)


def out(season: Path, month: str) -> Path:
    """The outputs of a month."""
    return season / "out" / month


def sheet(season: Path, month: str, name: str) -> list[Row]:
    """A sheet of the month as it was written."""
    return rows(season / "写出" / f"{month}.xlsx", name)


def letters(season: Path, month: str) -> list[str]:
    """What each letter of the month says."""
    texts = []
    for path in sorted((out(season, month) / "通知").rglob("*.docx")):
        document = docx.Document(str(path))
        cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
        texts.append("\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells]))
    return texts


AGAIN, ACCEPTED = "本期没有报送", "审核认可"
TRACKED = {
    "2022-01": [
        ("新增", "堤防加固", "R301", "2022-01", 1, None),
        ("新增", "水库巡查", "R301", "2022-01", 1, None),
        ("新增", "水文监测", "R301", "2022-01", 1, None),
        ("新增", "水闸维修", "R301", "2022-01", 1, None),
        ("新增", "河道清淤", "R301", "2022-01", 1, None),
        ("新增", "泵站改造", "T404", "2022-01", 1, None),
        ("新增", "泵站改造", "I202", "2022-01", 1, None),
        ("新增", "灌区节水", "R301", "2022-01", 1, None),
    ],
    "2022-02": [
        ("新增", "堤防加固", "B501", "2022-02", 1, None),
        ("已整改", "堤防加固", "R301", "2022-01", 1, None),
        ("未整改", "水库巡查", "R301", "2022-01", 1, AGAIN),
        ("新增", "水库巡查", "B502", "2022-02", 1, None),
        ("未整改", "水文监测", "R301", "2022-01", 2, ACCEPTED),
        ("未整改", "水闸维修", "R301", "2022-01", 1, AGAIN),
        ("新增", "水闸维修", "B502", "2022-02", 1, None),
        ("未整改", "河道清淤", "R301", "2022-01", 2, None),
        ("未整改", "泵站改造", "T404", "2022-01", 2, None),
        ("未整改", "泵站改造", "I202", "2022-01", 2, ACCEPTED),
        ("未整改", "灌区节水", "R301", "2022-01", 2, ACCEPTED),
    ],
    "2022-03": [
        ("已整改", "堤防加固", "B501", "2022-02", 1, None),
        ("已整改", "水库巡查", "B502", "2022-02", 1, None),
        ("已整改", "水库巡查", "R301", "2022-01", 1, None),
        ("未整改", "水文监测", "R301", "2022-01", 3, None),
        ("未整改", "水闸维修", "B502", "2022-02", 2, None),
        ("未整改", "水闸维修", "R301", "2022-01", 1, AGAIN),
        ("未整改", "河道清淤", "R301", "2022-01", 3, None),
        ("未整改", "泵站改造", "T404", "2022-01", 3, None),
        ("未整改", "泵站改造", "I202", "2022-01", 3, ACCEPTED),
        ("未整改", "灌区节水", "R301", "2022-01", 3, ACCEPTED),
    ],
}
"""整改跟踪: state, project, check, since when, how often, remark."""
DEPARTMENT = {
    "2022-01": {
        "自评表数": 7, "全年预算数（万元）": 630, "全年执行数（万元）": 630, "执行率": 1,
        "自评平均分": 620 / 7, "核验平均分": 87.5, "复核平均分": 87.5, "● 必须整改": 7, "▲ 请核实": 1,
        "○ 提示": 0, "● 缺原因": 6, "▲ 缺原因": 0, "缺原因合计": 6,
        "认可": 0, "应报数": 7, "已报数": 7, "报送率": 1,
    },
    "2022-02": {
        "自评表数": 6, "全年预算数（万元）": 450, "全年执行数（万元）": 450, "执行率": 1, "自评平均分": 89,
        "核验平均分": 87.5, "复核平均分": (4 * 87.5 + 90) / 5, "● 必须整改": 1, "▲ 请核实": 2, "○ 提示": 0,
        "● 缺原因": 1, "▲ 缺原因": 0, "缺原因合计": 1, "认可": 3, "应报数": 7, "已报数": 5, "报送率": 5 / 7,
        "其中旧表": 1,
    },
    "2022-03": {
        "自评表数": 6, "全年预算数（万元）": 540, "全年执行数（万元）": 540, "执行率": 1, "自评平均分": 88.75,
        "核验平均分": 87.5, "复核平均分": (5 * 87.5 + 90) / 6, "● 必须整改": 2, "▲ 请核实": 1, "○ 提示": 0,
        "● 缺原因": 2, "▲ 缺原因": 0, "缺原因合计": 2, "认可": 2, "应报数": 7, "已报数": 6, "报送率": 6 / 7,
    },
}  # fmt: skip
"""部门汇总. In February 堤防加固 was sent twice: of the older form nothing is in it but that it came, of the
newer one the remark on sending twice (B501); the three that the auditor accepted are not."""


@pytest.mark.parametrize("month", MONTHS)
def test_tracking(season: Path, month: str) -> None:
    """整改跟踪, row by row."""
    shown = ("整改状态", "项目名称", "核验项", "首次发现", "发现次数", "说明")
    assert [tuple(row[name] for name in shown) for row in sheet(season, month, "整改跟踪")] == TRACKED[month]


@pytest.mark.parametrize("month", MONTHS)
def test_the_department(season: Path, month: str) -> None:
    """部门汇总, of the department and of all."""
    found = sheet(season, month, "部门汇总")
    assert [row["主管部门"] for row in found] == ["市水利局", "合计"]
    for row in found:
        assert {name: row[name] for name in DEPARTMENT[month]} == pytest.approx(DEPARTMENT[month])


def test_months_side_by_side(season: Path) -> None:
    """逐月对比, each measure.

    What the auditor accepted is not asked of anybody. Of what was looked at again in February one of three
    was mended, in March three of seven: 堤防加固 once and 水库巡查 twice, of which its being owed.
    """
    book = openpyxl.load_workbook(season / "写出" / "2022-03.xlsx", data_only=True)
    lines = [[cell.value for cell in row[:4]] for row in book["逐月对比"].iter_rows()]
    blocks = {
        str(lines[at - 2][0]): lines[at + 1][1:] for at, row in enumerate(lines) if row[0] == "主管部门"
    }
    assert blocks == {
        "自评表数（张）": [7, 6, 6],
        "预算执行率": [1, 1, 1],
        "自评平均分": [pytest.approx(620 / 7), 89, 88.75],
        "核验平均分": [87.5, 87.5, 87.5],
        "缺偏差原因（条）": [6, 1, 2],
        "整改率": [None, pytest.approx(1 / 3), pytest.approx(3 / 7)],
    }
    assert len(book["逐月对比"]._charts) == 6


LETTERS = {
    "2022-01": [("共7张。经核验，其中7张有7处必须整改", "写明其中6处偏差的原因", "另有1处请核实")],
    "2022-02": [
        (
            "的整改通知（第二次提醒）", "共5张（另有旧表1张，已由新报的代替，不再核对）。",
            "经核验，其中1张有1处必须整改", "其中1处以前已经指出", "写明其中1处偏差的原因", "另有2处请核实",
            "【未整改（自 2022-01，第 2 次）】",
        ),
        ("的催报函", "共7张，尚有2张没有收到，其中2张已超过应报日期", "水闸维修", "水库巡查"),
    ],
    "2022-03": [
        (
            "的整改通知（第三次提醒）", "共6张。经核验，其中2张有2处必须整改", "其中2处以前已经指出",
            "写明其中2处偏差的原因", "另有1处请核实", "水文监测.xlsx", "【未整改（自 2022-01，第 3 次）】",
        ),
        ("的催报函（第二次提醒）", "共7张，尚有1张没有收到，其中1张已超过应报日期", "水闸维修"),
    ],
}  # fmt: skip
LEFT_OUT = {
    "2022-01": ("提醒", "以前已经指出"),
    "2022-02": ("灌区节水", "水文监测", "泵站改造", "堤防加固"),
    "2022-03": ("灌区节水", "泵站改造", "堤防加固", "水库巡查"),
}
"""What no letter of the month says: what was accepted, what was mended, what has come."""


@pytest.mark.parametrize("month", MONTHS)
def test_the_letters(season: Path, month: str) -> None:
    """Return letter and reminder: counts, which time, and nothing that the auditor accepted."""
    said = letters(season, month)
    assert len(said) == len(LETTERS[month])
    for wanted in LETTERS[month]:
        assert any(all(words in text for words in wanted) for text in said), (wanted, said)
    for words in LEFT_OUT[month]:
        assert not any(words in text for text in said), words
    assert all("2022年4月10日" in text and "某市财政局" in text for text in said)


def test_the_auditor_s_decisions(season: Path) -> None:
    """Carried from month to month, the changed mind too; nothing is left to be looked at again."""
    accepted = ("认可", None, "甲")
    kept = {"泵站改造": ("认可", 40, "甲"), "灌区节水": accepted}
    wanted = {
        "2022-02": {"水文监测": accepted, **kept},
        "2022-03": {"水文监测": ("不认可", None, "乙"), **kept},
    }
    for month, decisions in wanted.items():
        found = {
            row["项目名称"]: (row["审核意见"], row["审核得分"], row["审核人"])
            for row in sheet(season, month, "问题清单")
            if row["审核意见"]
        }
        assert found == decisions
        assert sheet(season, month, REVIEW) == []
        assert standings(out(season, month)) == {"in_force": 3}
        scores = {row["项目名称"]: row for row in sheet(season, month, "项目汇总")}
        pump = scores["泵站改造"]
        assert [pump[name] for name in ("自评总分", "核验总分", "复核后得分")] == [95, 87.5, 90]
        assert scores["河道清淤"]["复核后得分"] == scores["河道清淤"]["核验总分"] == 87.5
    assert not any(row["审核意见"] for row in sheet(season, "2022-01", "问题清单"))


def test_every_month_is_proven(season: Path) -> None:
    """perfbatch verify after the season: what the auditor wrote is listed, and all holds."""
    for month in MONTHS:
        assert (out(season, month) / "status").read_text() == "0\n"
        report = verify(out(season, month))
        assert report.holds, report.items
        assert {item.state for item in report.items} <= {"decided"}
