"""Rounds of a run with --history: what findings.csv says of each, again and again, and what goes wrong."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import perfbatch
from perfbatch.batch.errors import RunError
from perfbatch.options import Options
from perfbatch.season.errors import HistoryError
from perfbatch.season.history import History
from tests.drawn import draw
from tests.drawn_files import with_openpyxl

FORM = """
| 项目支出绩效自评表 | < | < | < | < | < | < | < | < |
| （{year}年度） | < | < | < | < | < | < | < | < |
{blank}| 项目名称 | < | {project} | < | < | < | < | < | < |
| 主管部门 | < | 市水利局 | < | < | 实施单位 | < | 河道管理所 | < |
| 项目资金（万元） | < |  | 年初预算数 | < | 全年预算数（A） | 全年执行数（B） | < | 执行率（B/A） |
| ^ | < | 年度资金总额 | 90 | < | 90 | 90 | < | 100% |
| 年度总体目标 | 预期目标 | < | < | < | 实际完成情况 | < | < | < |
| ^ | 按计划完成年度工作。 | < | < | < | 已按计划完成年度工作。 | < | < | < |
| 绩效指标 | 一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施 |
| ^ | 预算执行 | 预算执行率 | 预算执行率 | 100% | 100% | 10 | 10 |  |
| ^ | 产出指标 | 数量指标 | 清淤长度 | {goal}公里 | {length}公里 | 50 | {score} | {reason} |
| ^ | 效益指标 | 生态效益指标 | 水质达标率 | 90% | 93% | 30 | 30 |  |
| ^ | 满意度指标 | 满意度指标 | 群众满意度 | 90% | 96% | 10 | 10 |  |
| 总分 | < | < | < | < | < | 100 | {total} |  |
"""
WHY = "汛期停工两个月，已增加机械，下年度三月底前补完剩余两公里。"


def put(
    folder: Path, name: str, project: str, *, length: int = 6, score: float = 37.5, reason: str = "",
    blank: str = "", goal: int = 8, year: int = 2021,
) -> None:  # fmt: skip
    """A form of one project: 6 of 8 km is 37.5 of 50 points, and wants a reason."""
    folder.mkdir(parents=True, exist_ok=True)
    text = FORM.format(
        project=project,
        length=length,
        score=score,
        total=score + 50,
        reason=reason,
        blank=blank,
        goal=goal,
        year=year,
    )
    (folder / name).write_bytes(with_openpyxl([draw(text, "自评表")]))


def run(sent: Path, out: Path, history: Path, period: str, **more: Any) -> perfbatch.batch.RunResult:
    """One round."""
    return perfbatch.run([sent], out, options=Options(history=history, period=period, workers=0, **more))


def told(out: Path) -> list[tuple[str, str, str, str, str]]:
    """Project's file, check, state, first_seen, times of each error and warning."""
    found = pd.read_csv(out / "数据" / "findings.csv", dtype=str, keep_default_na=False)
    found = found[found["level"] != "info"]
    return [tuple(row) for row in found[["file", "check", "state", "first_seen", "times"]].to_numpy()]  # type: ignore[misc]


@pytest.fixture
def rounds(tmp_path: Path) -> Path:
    """Three months. 河道清淤 never says why; 堤防加固 says why in February, 水闸维修 another score."""
    top = tmp_path
    for month in ("2022-01", "2022-02", "2022-03"):
        late = month != "2022-01"
        put(top / month, "河道.xlsx", "河道清淤")
        put(top / month, "堤防.xlsx", "堤防加固", reason=WHY if late else "")
        put(top / month, "水闸.xlsx", "水闸维修", reason=WHY, score=45 if late else 50)
    # in March the file has another name, the form stands two rows lower, and the project is spelled wider
    (top / "2022-03" / "河道.xlsx").unlink()
    put(top / "2022-03", "终稿.xlsx", "河道 清淤", blank="|  |\n|  |\n")
    for month in ("2022-01", "2022-02", "2022-03"):
        run(top / month, top / f"结果{month}", top / "history.sqlite", month)
    return top


def test_three_rounds(rounds: Path) -> None:
    """Stated finding by finding."""
    assert told(rounds / "结果2022-01") == [
        ("堤防.xlsx", "R301", "new", "2022-01", "1"),
        ("水闸.xlsx", "I204", "new", "2022-01", "1"),
        ("水闸.xlsx", "T404", "new", "2022-01", "1"),
        ("河道.xlsx", "R301", "new", "2022-01", "1"),
    ]
    assert told(rounds / "结果2022-02") == [
        ("水闸.xlsx", "I202", "new", "2022-02", "1"),
        ("水闸.xlsx", "T404", "open", "2022-01", "2"),
        ("河道.xlsx", "R301", "open", "2022-01", "2"),
    ]
    assert told(rounds / "结果2022-03") == [
        ("水闸.xlsx", "I202", "open", "2022-02", "2"),
        ("水闸.xlsx", "T404", "open", "2022-01", "3"),
        ("终稿.xlsx", "R301", "open", "2022-01", "3"),
    ]


def test_a_round_again_says_the_same_and_reads_nothing(rounds: Path) -> None:
    """Also after later rounds; and where nothing changed nothing is written."""
    history, out = rounds / "history.sqlite", rounds / "结果2022-02"
    before, stamp = told(out), (out / "汇总.xlsx").stat().st_mtime_ns
    result = run(rounds / "2022-02", out, history, "2022-02")
    assert result.reused == 3 and told(out) == before
    assert (out / "汇总.xlsx").stat().st_mtime_ns == stamp
    with History(history) as book:
        assert [(r.period, r.forms) for r in book.rounds()] == [
            ("2022-01", 3), ("2022-02", 3), ("2022-03", 3)
        ]  # fmt: skip


def test_a_round_that_was_removed_is_recorded_anew(rounds: Path) -> None:
    """What lies after it is told otherwise, without any form being read again."""
    history = rounds / "history.sqlite"
    with History.alone(history) as book:
        book.remove("2022-01")
    out = rounds / "结果2022-02"
    assert run(rounds / "2022-02", out, history, "2022-02").reused == 3
    assert [row[2:] for row in told(out)] == [("new", "2022-02", "1")] * 3
    run(rounds / "2022-01", rounds / "结果2022-01", history, "2022-01")
    run(rounds / "2022-02", out, history, "2022-02")
    assert ("河道.xlsx", "R301", "open", "2022-01", "2") in told(out)


def test_without_a_history_the_columns_are_empty(rounds: Path) -> None:
    """What an earlier run with one left beside the kept results is not shown."""
    out = rounds / "结果2022-02"
    result = perfbatch.run([rounds / "2022-02"], out, options=Options(workers=0))
    assert result.reused == 3
    assert {row[2:] for row in told(out)} == {("", "", "")}


def test_the_period_is_that_of_the_day(rounds: Path) -> None:
    """--as-of without --period."""
    from datetime import date

    options = Options(history=rounds / "history.sqlite", as_of=date(2022, 4, 2), workers=0)
    perfbatch.run([rounds / "2022-03"], rounds / "结果4", options=options)
    assert ("终稿.xlsx", "R301", "open", "2022-01", "4") in told(rounds / "结果4")


def test_a_period_wants_a_history(tmp_path: Path) -> None:
    """Refused before anything is read or written."""
    put(tmp_path / "in", "a.xlsx", "甲")
    with pytest.raises(RunError) as raised:
        perfbatch.run([tmp_path / "in"], tmp_path / "out", options=Options(period="2022-01", workers=0))
    assert raised.value.code == "period_alone"
    with pytest.raises(HistoryError, match="年-月"):
        run(tmp_path / "in", tmp_path / "out", tmp_path / "history.sqlite", "2022-1")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in"]


@pytest.mark.parametrize("kind", ["damaged", "foreign", "newer", "cut", "folder", "locked"])
def test_a_history_that_cannot_be_used(kind: str, rounds: Path) -> None:
    """A sentence, status 2, and nothing is written: neither the history nor the results."""
    history, out = rounds / "history.sqlite", rounds / "另一处"
    data = history.read_bytes()
    other = None
    if kind == "damaged":
        history.write_bytes(data[:100] + b"\xff" * 400 + data[500:])
    elif kind == "foreign":
        history.write_text("一份说明" * 200, encoding="utf-8")
    elif kind == "cut":
        history.write_bytes(data[: len(data) // 2])
    elif kind == "folder":
        history.unlink()
        history.mkdir()
    elif kind == "newer":
        other = sqlite3.connect(history)
        other.execute("PRAGMA user_version = 99")
        other.close()
    before = history.read_bytes() if history.is_file() else b""
    if kind == "locked":
        other = sqlite3.connect(history, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
    try:
        command = [sys.executable, "-m", "perfbatch", "run", str(rounds / "2022-03"), "-o", str(out),
                   "--history", str(history), "--period", "2022-04", "--workers", "0", "-q"]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    finally:
        if other is not None:
            other.close()
    assert done.returncode == 2, done.stderr
    assert "history.sqlite" in done.stderr and "请" in done.stderr and "Traceback" not in done.stderr
    assert (history.read_bytes() if history.is_file() else b"") == before
    assert not out.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a POSIX signal")
def test_kills_leave_the_history_whole(rounds: Path) -> None:
    """At whatever moment a run ends: earlier rounds stay, and the round is there whole or not at all."""
    history, out = rounds / "history.sqlite", rounds / "四月"
    command = [sys.executable, "-m", "perfbatch", "run", str(rounds / "2022-03"), "-o", str(out), "-q",
               "--history", str(history), "--period", "2022-04", "--workers", "0"]  # fmt: skip
    started = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    whole = time.monotonic() - started
    with History.alone(history) as book:
        book.remove("2022-04")
    for step in range(8):
        shutil.rmtree(out)
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(whole * (0.3 + 0.08 * step))
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
        with History(history) as book:
            found = [(r.period, r.findings > 0) for r in book.rounds()]
        assert found[:3] == [(f"2022-0{n}", True) for n in (1, 2, 3)]
        assert found[3:] in ([], [("2022-04", True)])
        out.mkdir(exist_ok=True)
    run(rounds / "2022-03", out, history, "2022-04")
    assert ("终稿.xlsx", "R301", "open", "2022-01", "4") in told(out)


def test_last_years_form(tmp_path: Path) -> None:
    """Found in the history by its project, whatever the month; only a hint, and no other year's business."""
    for year, goal in ((2020, 10), (2021, 8)):
        folder = tmp_path / str(year)
        put(folder, "河道.xlsx", "河道清淤", reason=WHY, goal=goal, year=year)
        run(folder, tmp_path / f"结果{year}", tmp_path / "history.sqlite", f"{year + 1}-03")
    found = pd.read_csv(tmp_path / "结果2021" / "数据" / "findings.csv", dtype=str, keep_default_na=False)
    ours = found[found["check"].isin(["B521", "B522"])]
    assert ours[["check", "level", "cell", "message", "state"]].to_numpy().tolist() == [
        ["B521", "info", "E11", "指标值填的是“8公里”，上年（2020年度）的是“10公里”，比上年容易完成。", "new"],
        ["B522", "info", "I11", f"偏差原因与上年（2020年度）写的一字不差：“{WHY}”。", "new"],
    ]
    first = pd.read_csv(tmp_path / "结果2020" / "数据" / "findings.csv", dtype=str)
    assert not first["check"].isin(["B521", "B522"]).any()


def test_a_history_among_the_forms_is_refused(tmp_path: Path) -> None:
    """It would be taken for something that was sent, and change with every run."""
    sent = tmp_path / "报送"
    put(sent, "河道.xlsx", "河道清淤")
    for inside in (sent / "历史.sqlite", sent / "下" / "历史.sqlite"):
        with pytest.raises(HistoryError, match="请放到它和结果文件夹以外"):
            run(sent, tmp_path / "out", inside, "2022-01")
    assert [path.name for path in sent.iterdir()] == ["河道.xlsx"]
    assert not (tmp_path / "out").exists()
