"""``perfbatch history``: what an office does with its rounds."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from perfbatch.cli import app
from tests.season.test_run_with_history import put, run

MONTHS = ("2022-01", "2022-02")


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Two rounds of one project that never says why."""
    for month in MONTHS:
        put(tmp_path / month, "河道.xlsx", "@河道清淤")
        run(tmp_path / month, tmp_path / f"结果{month}", tmp_path / "历史.sqlite", month)
    return tmp_path / "历史.sqlite"


def command(*arguments: object) -> Result:
    """``perfbatch history …`` in this process."""
    return CliRunner().invoke(app, ["history", *map(str, arguments)])


def test_list_and_show(history: Path) -> None:
    """The rounds; one of them by department."""
    listed = command("list", history)
    assert listed.exit_code == 0
    lines = listed.output.splitlines()
    assert [line.partition(" ")[0] for line in lines] == list(MONTHS)
    assert "自评表 1 张" in lines[0]
    shown = command("show", history, "2022-02")
    assert shown.exit_code == 0
    assert "必须整改 1，请核实 0" in shown.output
    assert (
        "市水利局：自评表 1，缺偏差原因 1；新增 0，未整改 1，已变化 0，已整改 0（整改率 0.00%）"
        in shown.output
    )


def test_remove(history: Path) -> None:
    """One goes, the other stays."""
    assert command("remove", history, "2022-01").exit_code == 0
    assert command("list", history).output.startswith("2022-02")
    again = command("remove", history, "2022-01")
    assert again.exit_code == 2 and "没有 2022-01 这一期" in again.output


def test_export(history: Path, tmp_path: Path) -> None:
    """In people's words, for a spreadsheet as for a program; never over a file."""
    table, book = tmp_path / "问题.csv", tmp_path / "问题.xlsx"
    assert command("export", history, "-o", table).exit_code == 0
    assert command("export", history, "-o", book, "--period", "2022-02").exit_code == 0
    rows = pd.read_csv(table, dtype=str, keep_default_na=False)
    rows = rows[rows["核验项"] == "R301"]
    shown = ["期次", "项目名称", "级别", "三级指标", "整改状态", "首次发现", "发现次数"]
    assert rows[shown].to_numpy().tolist() == [
        ["2022-01", "'@河道清淤", "必须整改", "清淤长度", "新增", "2022-01", "1"],
        ["2022-02", "'@河道清淤", "必须整改", "清淤长度", "未整改", "2022-01", "2"],
    ]
    opened = openpyxl.load_workbook(book)
    assert opened.sheetnames == ["各期", "各部门", "问题"]
    assert {row[0].value for row in opened["问题"].iter_rows(min_row=2)} == {"2022-02"}
    assert opened["问题"]["D2"].value == "@河道清淤" and opened["问题"]["D2"].data_type == "s"
    over = command("export", history, "-o", table)
    assert over.exit_code == 2 and "已" in over.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["list", "没有.sqlite"], "找不到历史记录"),
        (["remove", "没有.sqlite", "2022-01"], "找不到历史记录"),
        (["show", "{history}", "2022-05"], "没有 2022-05 这一期"),
        (["show", "{history}", "五月"], "年-月"),
        (["export", "{history}", "-o", "{folder}/a.json"], ".csv 或 .xlsx"),
        (["export", "{history}", "-o", "{folder}/无/a.csv"], "不能写入"),
    ],
)  # fmt: skip
def test_what_cannot_be_done(history: Path, tmp_path: Path, arguments: list[str], said: str) -> None:
    """A sentence, status 2, and nothing is made."""
    before = sorted(tmp_path.iterdir())
    done = command(*(one.format(history=history, folder=tmp_path) for one in arguments))
    assert done.exit_code == 2 and said in done.output, done.output
    assert sorted(tmp_path.iterdir()) == before
