"""``check`` for programs: --format, --statistics, --select, --ignore."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from openpyxl import load_workbook

from perfbatch.checking import catalogue
from perfbatch.checking.selection import SelectionError, deselected
from perfbatch.cli.findings_output import SCHEMA
from perfbatch.schema import SCHEMAS
from tests.cli.command import SAMPLES, SEED, perfbatch

DAMAGED = next(SAMPLES.rglob("*损坏*.xlsx"))
COLUMNS = [column.name for column in SCHEMAS["findings"]]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    """findings.csv of a run over the seed and a damaged file."""
    output = tmp_path_factory.mktemp("结果")
    perfbatch("run", SEED, DAMAGED, "-o", output, "-q", "--workers", 0)
    with (output / "数据/findings.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def said(form: str, *more: object) -> str:
    """Standard output of a check over the same."""
    done = perfbatch("check", SEED, DAMAGED, "--workers", 0, "--format", form, *more)
    assert done.exit_code == 1
    assert "核验完成" in done.stderr and "核验完成" not in done.stdout  # all else is on standard error
    return done.stdout


def test_json_is_a_list_with_the_columns_of_findings_csv(written: list[dict[str, str]]) -> None:
    """Null for what is not there, numbers as numbers."""
    found = json.loads(said("json"))
    assert [list(one) for one in found] == [COLUMNS] * len(written)
    for one, row in zip(found, written, strict=True):
        for name, value in row.items():
            plain = "" if one[name] is None else str(one[name])
            assert plain == value.removeprefix("'") or plain == value, name


def test_csv_is_findings_csv(written: list[dict[str, str]]) -> None:
    """Head and rows."""
    rows = list(csv.DictReader(io.StringIO(said("csv"))))
    assert rows == written


def test_sarif_holds_what_the_schema_wants(written: list[dict[str, str]]) -> None:
    """SARIF 2.1.0: each result's rule, level, sentence and place; refused files as notifications."""
    log: dict[str, Any] = json.loads(said("sarif"))
    assert (log["$schema"], log["version"], len(log["runs"])) == (SCHEMA, "2.1.0", 1)
    run = log["runs"][0]
    assert run.keys() == {"tool", "columnKind", "results", "invocations"}
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [check.id for check in catalogue()]
    assert len(run["results"]) == len(written)
    levels = {"error": "error", "warning": "warning", "info": "note"}
    for result, row in zip(run["results"], written, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == row["check"]
        assert (result["level"], result["message"]["text"]) == (levels[row["level"]], row["message"])
        assert result["partialFingerprints"] == {"perfbatchFinding/v1": row["finding_id"]}
        place = result["locations"][0]
        uri = place["physicalLocation"]["artifactLocation"]["uri"]
        assert uri.isascii() and " " not in uri and unquote(uri) == row["file"]
        assert place["logicalLocations"][0]["fullyQualifiedName"].startswith(f"{row['file']}#{row['sheet']}")
    (ended,) = run["invocations"]
    assert ended["executionSuccessful"] is True
    (refused,) = ended["toolExecutionNotifications"]
    assert "损坏" in refused["message"]["text"] and refused["level"] == "error"


@pytest.mark.parametrize(("form", "empty"), [("json", []), ("csv", []), ("sarif", [])])
def test_nothing_found_is_a_whole_answer(form: str, empty: list[Any], tmp_path: Path) -> None:
    """An empty list, a head alone, a log without results."""
    (tmp_path / "说明.txt").write_text("没有表", "utf-8")
    out = perfbatch("check", tmp_path, "-q", "--workers", 0, "--format", form).stdout
    if form == "csv":
        found: Any = list(csv.DictReader(io.StringIO(out)))
        assert out.splitlines()[0].replace('"', "").split(",") == COLUMNS
    else:
        found = json.loads(out)
    assert (found["runs"][0]["results"] if form == "sarif" else found) == empty


def test_an_unknown_format_is_refused() -> None:
    """With those that there are."""
    done = perfbatch("check", SEED, "--format", "xml")
    assert done.exit_code == 2 and "--format 只能写 text 或 json 或 csv 或 sarif" in done.stderr


def test_statistics_count_each_check(written: list[dict[str, str]]) -> None:
    """By check and level, the most frequent first; beside a format on standard error."""
    done = perfbatch("check", SEED, "--workers", 0, "-q", "--statistics")
    lines = [line.split("│") for line in done.stdout.splitlines() if line.startswith("│")]
    table = [[cell.strip() for cell in line[1:-1]] for line in lines if len(line) == 6]
    signs = {"error": "● 必须整改", "warning": "▲ 请核实", "info": "○ 提示"}
    counts = Counter((row["check"], signs[row["level"]]) for row in written)
    assert {(row[0], row[2]): int(row[3]) for row in table} == counts
    numbers = [int(row[3]) for row in table]
    assert numbers == sorted(numbers, reverse=True)
    done = perfbatch("check", SEED, "--workers", 0, "-q", "--statistics", "--format", "json")
    assert "各核验项" in done.stderr and json.loads(done.stdout)


@pytest.mark.parametrize(
    ("select", "ignore", "made"),
    [
        ((), (), None),
        (("R301",), (), {"R301"}),
        (("r3",), (), {"R301", "R302", "R303", "R304"}),
        (("R3, I204",), (), {"R301", "R302", "R303", "R304", "I204"}),
        (("R3",), ("R303", "R304"), {"R301", "R302"}),
        (("B5",), ("B51", "B52"), {"B501", "B502", "B503", "B504"}),
    ],
)
def test_checks_are_chosen_by_id_or_its_beginning(
    select: tuple[str, ...], ignore: tuple[str, ...], made: set[str] | None
) -> None:
    """--ignore takes away from what is selected."""
    ids = {check.id for check in catalogue()}
    assert ids - set(deselected(select, ignore)) == (ids if made is None else made)


def test_a_check_that_there_is_not_is_refused_with_the_nearest() -> None:
    """For run and check, before anything is read."""
    with pytest.raises(SelectionError) as caught:
        deselected((), ("R310",))
    assert "R304" in caught.value.close
    for arguments in (["check", SEED], ["run", SEED, "-o", "没有写"]):
        done = perfbatch(*arguments, "--ignore", "R310")
        assert done.exit_code == 2 and "没有核验项“R310”，是不是 R30" in done.stderr
    assert not Path("没有写").exists()


def test_a_run_says_what_it_did_not_check(written: list[dict[str, str]], tmp_path: Path) -> None:
    """In 总览, 报告.html and run.json; the others find what they found; without it all are back."""
    output = tmp_path / "结果"
    for more, gone in ((["--ignore", "R3"], {"R301", "R302", "R303", "R304"}), ([], set())):
        perfbatch("run", SEED, DAMAGED, "-o", output, "-q", "--workers", 0, *more)
        with (output / "数据/findings.csv").open(encoding="utf-8-sig", newline="") as file:
            found = [row["check"] for row in csv.DictReader(file)]
        assert found == [row["check"] for row in written if row["check"] not in gone]
        assert set(json.loads((output / "run.json").read_text("utf-8"))["deselected"]) == gone
        sheet = load_workbook(output / "汇总.xlsx")["总览"]
        texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert any("没有核验的项目（4 项）：R301、R302" in text for text in texts) == bool(gone)
        assert ("没有列出问题，不等于没有问题" in (output / "报告.html").read_text("utf-8")) == bool(gone)
