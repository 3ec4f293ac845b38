"""``perfbatch inspect``: what the reader saw, for a person and for a program."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from perfbatch.batch import one_file
from perfbatch.batch.one_file import bounded
from perfbatch.batch.retry import GivenUp, reason_of
from perfbatch.cli import app
from perfbatch.options import Limits, Options
from tests.batch.dying import waiting
from tests.drawn import rows_of

ROOT = Path(__file__).parents[2]
SEED = next((ROOT / "sample_inputs").rglob("*履职平台*.xlsx"))
PROJECT = "政协委员履职平台专项运维"
LAYOUT = """
name = "school"
extends = "national"
[indicators.columns]
target = ["年初想做多少"]
actual = ["年底做了多少"]
"""


def perfbatch(*arguments: object) -> Any:
    """Run the command in this process; test_cli.py proves that it is the same in one of its own."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "240"})


def inspected(*arguments: object) -> list[dict[str, Any]]:
    """The JSON of ``perfbatch inspect``."""
    done = perfbatch("inspect", "--json", *arguments)
    assert done.stderr == "", done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def workbook(path: Path, *drawings: str, hidden: int = 0) -> Path:
    """A workbook with a sheet for each drawn table, the last ``hidden`` of them hidden."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for number, drawing in enumerate(drawings):
        page = book.create_sheet(f"表{number + 1}")
        for row in rows_of(drawing):
            page.append([text.replace("\\n", "\n") or None for text in row])
        if number >= len(drawings) - hidden:
            page.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    path.write_bytes(out.getvalue())
    return path


SMALL = """
| 项目支出绩效自评表（2021年度） | | | | | | | |
| 项目名称 | 平台运维 | 主管部门 | 市政协 | 实施单位 | 机关 | | |
| 一级指标 | 二级指标 | 三级指标 | 年初想做多少 | 年底做了多少 | 分值 | 得分 | 偏差原因分析及改进措施 |
| 产出指标 | 数量指标 | 巡检次数 | ≥12次 | 13次 | 50 | 50 | |
"""


def test_every_field_with_its_cell_and_what_was_made_of_it() -> None:
    """The seed: header, funds, indicators, raw and parsed."""
    (file,) = inspected(SEED)
    assert (file["status"], file["kind"], [sheet["almost"] for sheet in file["sheets"]]) == (
        "processed",
        "xlsx",
        [[]],
    )
    (form,) = file["forms"]
    assert (form["layout"], form["region"]) == ("national", "A2:I33")
    assert form["fields"]["project"] == {
        "cell": "C4", "raw": PROJECT, "value": PROJECT, "state": "value", "fallback": False,
    }  # fmt: skip
    assert (form["fields"]["phone"]["cell"], form["fields"]["phone"]["state"]) == ("G6", "blank")
    rate = form["funds"][0]["fields"]["rate"]
    assert (rate["cell"], rate["raw"], rate["value"]) == ("H8", "89.50%", 89.5)
    late = form["indicators"][8]["fields"]
    assert late["target"]["raw"] == "2021年6月前"
    assert late["target"]["parsed"] == {"kind": "date", "operator": "<=", "until": "2021-06-30"}
    assert late["actual"]["parsed"] == {"kind": "date", "from": "2021-12-01", "until": "2021-12-31"}


def test_the_tables_say_the_same() -> None:
    """Cells, texts and meanings stand in the tables that a person reads."""
    done = perfbatch("inspect", SEED)
    assert done.exit_code == 0, done.stderr
    for words in ("1 张自评表", "表式 national", "项目名称", "C4", PROJECT, "E23 2021年6月前",
                  "→ 日期 <= 2021-06-30", "产出指标（50分）", "I15 〔空〕"):  # fmt: skip
        assert words in done.stdout, words


def test_almost_a_form_says_what_is_missing_and_a_layout_file_mends_it(tmp_path: Path) -> None:
    """Foreign column labels are named; an office's own layout makes the sheet a form, without code."""
    path = workbook(tmp_path / "校.xlsx", SMALL)
    done = perfbatch("inspect", path)
    assert done.exit_code == 1
    for words in ("像自评表而不全", "三级指标", "年初想做多少", "年底做了多少"):
        assert words in done.stdout, words
    (almost,) = inspected(path)[0]["sheets"][0]["almost"]
    assert "年度指标值" in "".join(almost["missing"])
    layout = tmp_path / "school.toml"
    layout.write_text(LAYOUT, encoding="utf-8")
    (file,) = inspected(path, "--layouts", layout)
    (form,) = file["forms"]
    assert (file["status"], form["layout"]) == ("processed", "school")
    assert form["indicators"][0]["fields"]["actual"]["parsed"] == {
        "kind": "number",
        "number": 13.0,
        "unit": "次",
    }
    checked = perfbatch("check", path, "--layouts", layout, "--quiet")
    assert checked.exit_code == 0 and "巡检次数" not in checked.stderr


def test_forms_on_hidden_sheets_are_shown_and_said_to_be_hidden(tmp_path: Path) -> None:
    """A person sees why a form was not counted."""
    shown = SMALL.replace("年初想做多少", "年度指标值").replace("年底做了多少", "实际完成值")
    (file,) = inspected(workbook(tmp_path / "两张.xlsx", shown, shown, hidden=1))
    assert [(sheet["hidden"], len(sheet["forms"])) for sheet in file["sheets"]] == [(False, 1), (True, 1)]
    assert "隐藏" in file["notes"]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04 broken", "<html>表</html>".encode()])
def test_what_cannot_be_read_is_told(tmp_path: Path, content: bytes) -> None:
    """The reason, status 1, and no stack."""
    path = tmp_path / "坏.xls"
    path.write_bytes(content)
    done = perfbatch("inspect", path)
    assert (done.exit_code, done.stderr) == (1, "")
    assert "没有读取：" in done.stdout


def test_a_file_that_is_not_there() -> None:
    """One sentence, status 2."""
    done = perfbatch("inspect", "没有.xlsx")
    assert done.exit_code == 2 and done.stderr.startswith("错误：")


def test_markup_in_a_cell_is_text(tmp_path: Path) -> None:
    """Square brackets of a unit do not colour the terminal, nor break it."""
    drawing = SMALL.replace("年初想做多少", "年度指标值").replace("年底做了多少", "实际完成值")
    path = workbook(tmp_path / "括号.xlsx", drawing.replace("平台运维", "[bold]平台[/x]运维"))
    done = perfbatch("inspect", path)
    assert done.exit_code == 0, done.stderr
    assert "[bold]平台[/x]运维" in done.stdout


def test_a_file_that_hangs_is_given_up() -> None:
    """A file is looked at in a process of its own, for as long as a run would."""
    options = Options(limits=Limits(seconds=1.0))
    found = bounded(waiting, "a.xlsx", options)
    assert found == GivenUp("a.xlsx", "timeout")
    assert "1 秒" in reason_of(found.cause, options)


def test_a_cell_is_explained_in_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What it says comes back, why it cannot comes back, and a file that hangs ends the command alone."""
    told = perfbatch("explain", f"{SEED}#G15")
    assert told.exit_code == 0, told.stderr
    assert "G15" in told.stdout
    (tmp_path / "坏.xlsx").write_bytes(b"PK\x03\x04 no zip")
    refused = perfbatch("explain", f"{tmp_path / '坏.xlsx'}#A1")
    assert refused.exit_code == 2 and "坏.xlsx" in refused.stderr
    monkeypatch.setattr(one_file, "bounded", lambda *_: GivenUp("a.xlsx", "timeout"))
    hangs = perfbatch("explain", f"{SEED}#G15")
    assert hangs.exit_code == 2 and "60 秒" in hangs.stderr


def test_an_archive_is_looked_into_by_a_process_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of a file is parsed by the command itself, the list of an archive's members neither."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(SEED, "甲.xlsx")

    def never(*_: object, **__: object) -> None:
        raise AssertionError("parsed in the main process")

    monkeypatch.setattr("perfbatch.reading.discover.look_into", never)
    assert perfbatch("inspect", str(tmp_path / "a.zip")).exit_code == 0
