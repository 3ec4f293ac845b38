"""perfbatch verify: whatever is changed is found and named, and what an auditor may do holds."""

from __future__ import annotations

import json
import os
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from perfbatch import batch
from perfbatch.options import Options
from perfbatch.verifying import NothingToVerifyError, Report, verify
from tests.cli.command import SAMPLES, perfbatch
from tests.writing.office import SOFFICE, convert

ROSTER = "主管部门,实施单位,项目名称\n市卫生局,市急救中心,急救车辆购置\n"
BOOK = 'name = "本局"\ntitle = "本局绩效自评规则"\nextends = "beijing-2021"\n'
WORDS = '[print]\nheader = "{{ title }}"\n'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run as an office makes it: an archive among the files, a roster, a rule book and words of its own."""
    top = tmp_path_factory.mktemp("verified")
    inputs = top / "报送"
    files = sorted(SAMPLES.rglob("*.xlsx"))[:4]
    for file in files[:3]:
        (inputs / file.parent.name).mkdir(parents=True, exist_ok=True)
        shutil.copy(file, inputs / file.parent.name / file.name)
    with zipfile.ZipFile(inputs / "补报.zip", "w") as packed:
        packed.write(files[3], files[3].name)
    (top / "名单.csv").write_text(ROSTER, encoding="utf-8")
    (top / "本局.toml").write_text(BOOK, encoding="utf-8")
    (top / "字句").mkdir()
    (top / "字句" / "summary.toml").write_text(WORDS, encoding="utf-8")
    options = Options(
        roster=top / "名单.csv", rules=str(top / "本局.toml"), templates=top / "字句", notices=True
    )
    batch.run([inputs], top / "结果", options=options)
    return top


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Path:
    """The same run for one test to spoil; run.json names where it lies now."""
    place = tmp_path / "office"
    shutil.copytree(made, place)
    manifest = place / "结果" / "run.json"
    manifest.write_text(manifest.read_text("utf-8").replace(str(made), str(place)), encoding="utf-8")
    return place


def found(report: Report) -> set[tuple[str, str, str]]:
    """What is reported, by the last part of its name."""
    return {(item.what, item.state, Path(item.name).name) for item in report.items}


def edited(place: Path, change: Callable[[Any], None]) -> None:
    """汇总.xlsx changed and saved by another program, which works out no formula."""
    path = place / "结果" / "汇总.xlsx"
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)


def column(sheet: Any, heading: str) -> int:
    """The number of the column with that heading."""
    return next(cell.column for cell in sheet[1] if cell.value == heading)


def test_what_was_written_holds(place: Path) -> None:
    """Every input, judge and output is counted; another time of a file is no difference."""
    for path in (place / "结果").rglob("*"):
        if path.is_file():
            os.utime(path, (1_600_000_000, 1_600_000_000))
    report = verify(place / "结果")
    assert not report.items
    assert report.held == {"input": 4, "rules": 1, "office": 3, "program": 2, "output": len(outputs(place))}


def outputs(place: Path) -> dict[str, Any]:
    """The outputs that run.json lists."""
    return dict(json.loads((place / "结果" / "run.json").read_text("utf-8"))["outputs"])


def _append(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b" ")


def _first(place: Path, pattern: str) -> Path:
    return min(place.glob(pattern))


CHANGES: dict[str, tuple[Callable[[Path], object], tuple[str, str, str]]] = {
    "an input edited": (
        lambda p: _append(_first(p, "报送/*/*.xlsx")), ("input", "differs", "政协委员履职平台专项运维.xlsx")
    ),
    "an input gone": (
        lambda p: _first(p, "报送/*/*.xlsx").unlink(), ("input", "missing", "政协委员履职平台专项运维.xlsx")
    ),
    "an input more": (
        lambda p: (p / "报送" / "后来.xlsx").write_bytes(b"PK"), ("input", "additional", "后来.xlsx")
    ),
    "another archive": (
        lambda p: (p / "报送" / "补报.zip").write_bytes(b"PK\3\4 no archive"),
        ("input", "additional", "补报.zip"),
    ),
    "the rule book": (
        lambda p: (p / "本局.toml").write_text(BOOK + "[checks]\nR303 = 'off'\n", encoding="utf-8"),
        ("rules", "differs", "本局"),
    ),
    "the rule book's file": (lambda p: _append(p / "本局.toml"), ("office", "differs", "本局.toml")),
    "the roster": (lambda p: _append(p / "名单.csv"), ("office", "differs", "名单.csv")),
    "the roster gone": (lambda p: (p / "名单.csv").unlink(), ("office", "missing", "名单.csv")),
    "a word": (lambda p: _append(p / "字句" / "summary.toml"), ("office", "differs", "summary.toml")),
    "words more": (
        lambda p: (p / "字句" / "cli.toml").write_text("a = 1"), ("office", "additional", "cli.toml")
    ),
    "a copy": (
        lambda p: _append(_first(p, "结果/批注/*/*.xlsx")),
        ("output", "differs", "政协委员履职平台专项运维.xlsx"),
    ),
    "a copy gone": (
        lambda p: _first(p, "结果/批注/*/*.xlsx").unlink(),
        ("output", "missing", "政协委员履职平台专项运维.xlsx"),
    ),
    "a copy more": (
        lambda p: (p / "结果/批注/别的.xlsx").write_bytes(b"PK"), ("output", "additional", "别的.xlsx")
    ),
    "data": (lambda p: _append(p / "结果/数据/findings.csv"), ("output", "differs", "findings.csv")),
    "the report": (lambda p: _append(p / "结果/报告.html"), ("output", "differs", "报告.html")),
    "the summary, no workbook": (
        lambda p: (p / "结果/汇总.xlsx").write_bytes(b"nothing"), ("output", "differs", "汇总.xlsx")
    ),
    "the summary gone": (lambda p: (p / "结果/汇总.xlsx").unlink(), ("output", "missing", "汇总.xlsx")),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_found_and_named(place: Path, name: str) -> None:
    """Each kind of change, and the status of the command."""
    change, expected = CHANGES[name]
    change(place)
    result = perfbatch("verify", place / "结果", "--format", "json")
    said = json.loads(result.stdout)
    assert result.exit_code == 1
    assert not said["holds"]
    assert expected in {(one["what"], one["state"], Path(one["name"]).name) for one in said["items"]}
    assert perfbatch("verify", place / "结果").exit_code == 1


def test_a_letter_changed_is_found(place: Path) -> None:
    """通知/ is proven like the rest."""
    letter = next((place / "结果").glob("通知/*/*.docx"))
    _append(letter)
    assert ("output", "differs", letter.name) in found(verify(place / "结果"))


def test_inputs_that_moved_are_given(place: Path) -> None:
    """Where they are now is an argument; without it their place is named."""
    (place / "报送").rename(place / "搬走")
    report = verify(place / "结果")
    assert ("input", "missing", "报送") in found(report)
    assert not report.holds
    assert verify(place / "结果", [place / "搬走"]).holds


# ---- 汇总.xlsx ------------------------------------------------------------------------------------------


def test_what_an_auditor_writes_holds_and_is_listed(place: Path) -> None:
    """Opinions, rows sorted, columns moved, filtered and hidden: all holds, and what was written is shown."""

    def decide(book: Any) -> None:
        sheet = book["缺偏差原因"]
        sheet.cell(2, column(sheet, "审核意见"), "认可")
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)][::-1]
        for number, row in enumerate(rows, 2):
            for at, value in enumerate(row, 1):
                sheet.cell(number, at).value = value
        sheet = book["指标明细"]
        sheet.move_range(f"A1:A{sheet.max_row}", cols=sheet.max_column)
        sheet.row_dimensions[3].hidden = True
        book.move_sheet("规则说明", -5)

    edited(place, decide)
    report = verify(place / "结果")
    assert report.holds, report.items
    assert {item.state for item in report.items} == {"decided"}
    [written] = [item.sentence for item in report.items if item.what == "sheet"]
    assert "缺偏差原因" in written
    assert "认可" in written
    assert perfbatch("verify", place / "结果").exit_code == 0


def _set(sheet: str, heading: str, row: int, value: object) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        book[sheet].cell(row, column(book[sheet], heading), value)

    return change


def _rename(book: Any) -> None:
    book["问题清单"].title = "清单"


def _remove_row(book: Any) -> None:
    book["问题清单"].delete_rows(3)


def _add_row(book: Any) -> None:
    book["问题清单"].append(["1", "○ 提示"])


def _new_heading(book: Any) -> None:
    sheet = book["指标明细"]
    sheet.cell(1, column(sheet, "自评得分"), "得分")


def _add_sheet(book: Any) -> None:
    book.create_sheet("补充")["A1"] = "……"


SHEETS: dict[str, tuple[Callable[[Any], None], tuple[str, str], tuple[str, ...]]] = {
    "a score": (_set("指标明细", "自评得分", 3, 99), ("指标明细", "differs"), ("自评得分", "3")),
    "an expected score": (_set("问题清单", "应为", 2, "100"), ("问题清单", "differs"), ("应为", "2")),
    "a level": (_set("缺偏差原因", "级别", 2, "○ 提示"), ("缺偏差原因", "differs"), ("级别", "2")),
    "a formula's figure": (_set("项目汇总", "执行率", 2, 0.5), ("项目汇总", "differs"), ("执行率",)),
    "a department's figure": (
        _set("部门汇总", "自评表数", 2, 77), ("部门汇总", "differs"), ("自评表数", "2")
    ),
    "the conclusion": (lambda book: book["总览"].__setitem__("A2", "没有问题"), ("总览", "differs"), ("2",)),
    "a rule": (_set("规则说明", "取值", 9, "999"), ("规则说明", "differs"), ("取值", "9")),
    "a row gone": (_remove_row, ("问题清单", "differs"), ("不见了", "3")),
    "a row more": (_add_row, ("问题清单", "differs"), ("多出",)),
    "a heading": (_new_heading, ("指标明细", "missing"), ("自评得分",)),
    "a sheet renamed": (_rename, ("问题清单", "missing"), ()),
    "a sheet more": (_add_sheet, ("补充", "additional"), ()),
    "a column more": (
        lambda book: book["文件清单"].__setitem__("Z3", "批"), ("文件清单", "additional"), ("Z",)
    ),
}  # fmt: skip


BESIDE = {("清单", "additional"), ("指标明细", "additional")}
"""What goes under a name of its own is also one that was not there."""


@pytest.mark.parametrize("name", SHEETS)
def test_any_other_cell_is_found_and_named(place: Path, name: str) -> None:
    """Sheet, and cell, row or column."""
    change, expected, words = SHEETS[name]
    edited(place, change)
    report = verify(place / "结果")
    assert not report.holds
    said = {(item.name, item.state): item.sentence for item in report.items if item.what == "sheet"}
    assert set(said) - BESIDE == {expected}
    assert all(word in said[expected] for word in words), said
    assert ("output", "differs", "汇总.xlsx") in found(report)


def test_one_changed_cell_is_named_as_the_cell(place: Path) -> None:
    """Column and row together."""
    edited(place, _set("指标明细", "自评得分", 3, 99))
    [item] = [item for item in verify(place / "结果").items if item.what == "sheet"]
    assert "K3" in item.sentence


@pytest.mark.skipif(not SOFFICE, reason="LibreOffice is not installed")
def test_saved_by_libreoffice_every_cell_holds(place: Path, tmp_path: Path) -> None:
    """Everything calculated anew and saved as LibreOffice saves: the file is another, what it says is not."""
    summary = place / "结果" / "汇总.xlsx"
    before = summary.read_bytes()
    shutil.copy(convert(summary, "xlsx", tmp_path), summary)
    assert summary.read_bytes() != before
    report = verify(place / "结果")
    assert report.holds, report.items
    assert found(report) == {("output", "decided", "汇总.xlsx")}


@pytest.mark.skipif(not SOFFICE, reason="LibreOffice is not installed")
def test_counts_that_follow_a_decision_hold(place: Path, tmp_path: Path) -> None:
    """认可 is written, the counts of 项目汇总, 部门汇总 and 总览 follow it: none of them is a change."""
    summary = place / "结果" / "汇总.xlsx"
    edited(place, _set("问题清单", "审核意见", 2, "认可"))
    shutil.copy(convert(summary, "xlsx", tmp_path), summary)
    report = verify(place / "结果")
    assert report.holds, report.items
    assert found(report) == {("sheet", "decided", "问题清单"), ("output", "decided", "汇总.xlsx")}


@pytest.mark.skipif(not SOFFICE, reason="LibreOffice is not installed")
def test_a_change_beside_decisions_is_named_also_after_libreoffice(place: Path, tmp_path: Path) -> None:
    """A score, and a figure in the place of a formula: neither hides behind a decision that counts follow."""

    def change(book: Any) -> None:
        _set("问题清单", "审核意见", 2, "认可")(book)
        _set("指标明细", "自评得分", 3, 99)(book)
        _set("项目汇总", "● 必须整改", 2, 0)(book)

    summary = place / "结果" / "汇总.xlsx"
    edited(place, change)
    shutil.copy(convert(summary, "xlsx", tmp_path), summary)
    report = verify(place / "结果")
    assert {
        ("sheet", "decided", "问题清单"), ("sheet", "differs", "指标明细"), ("sheet", "differs", "项目汇总"),
        ("output", "differs", "汇总.xlsx"),
    } == found(report)  # fmt: skip
    assert perfbatch("verify", place / "结果").exit_code == 1


def test_a_formula_that_says_something_else_is_found(place: Path) -> None:
    """Its figure was written over in the file, and nobody decided anything."""
    path = place / "结果" / "汇总.xlsx"
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    name = next(name for name, data in parts.items() if b"<f>COUNTIFS(" in data)
    parts[name], count = re.subn(rb"(<f>COUNTIFS\([^<]*</f><v>)[0-9]+", rb"\g<1>777", parts[name], count=1)
    assert count == 1
    with zipfile.ZipFile(path, "w") as book:
        for part, data in parts.items():
            book.writestr(part, data)
    [item] = [item for item in verify(place / "结果").items if item.what == "sheet"]
    assert (item.name, item.state) == ("项目汇总", "differs")
    assert "公式" in item.sentence and "2" in item.sentence


@pytest.mark.skipif(not SOFFICE, reason="LibreOffice is not installed")
def test_another_kind_under_the_same_name_is_read(place: Path, tmp_path: Path) -> None:
    """An .ods that somebody named 汇总.xlsx is looked into like any other."""
    summary = place / "结果" / "汇总.xlsx"
    shutil.copy(convert(summary, "ods", tmp_path), summary)
    assert (report := verify(place / "结果")).holds, report.items


def test_the_fingerprint_of_what_is_written_is_that_of_what_is_read(tmp_path: Path) -> None:
    """All samples, whatever stands in their cells: each sheet read again has the fingerprint it was given."""
    batch.run([SAMPLES], tmp_path / "结果")
    edited(tmp_path, lambda _: None)
    assert {item.state for item in verify(tmp_path / "结果").items} == {"decided"}


# ---- older and hostile records ----------------------------------------------------------------------------


def _rewritten(place: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = place / "结果" / "run.json"
    manifest = json.loads(path.read_text("utf-8"))
    change(manifest)
    path.write_text(json.dumps(manifest), encoding="utf-8")


def _as_of_0_1_0(manifest: dict[str, Any]) -> None:
    """What 0.1.0 wrote: no hashes of outputs, nothing of options, office files and sheets."""
    manifest["version"] = "0.1.0"
    for key in (
        "shipped",
        "options",
        "office_files",
        "places",
        "sheets",
        "reused",
        "processor_seconds",
        "redacted",
        "deselected",
    ):
        del manifest[key]
    for row in manifest["rules"]:
        del row["forms"]
    for stamp in manifest["outputs"].values():
        del stamp["sha256"]
    del manifest["backups"]
    assert set(manifest) == KEYS_OF_0_1_0


KEYS_OF_0_1_0 = {
    "tool", "state", "version", "started", "finished", "rules", "layouts", "templates", "inputs", "counts",
    "seconds", "files", "outputs",
}  # fmt: skip
"""As they stand in a run.json that the first 0.1.0 itself wrote of sample_inputs."""


def test_outputs_of_0_1_0_are_verified_by_their_manifest(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Inputs by their hashes, outputs by size and time; what was not noted is said to be unproven."""
    monkeypatch.chdir(place)
    _rewritten(place, _as_of_0_1_0)
    report = verify(place / "结果")
    assert report.holds, report.items
    assert {(item.what, item.state) for item in report.items} == {
        ("program", "unproven"), ("office", "unproven"), ("rules", "unproven"),
    }  # fmt: skip
    assert report.held["input"] == 4
    said = perfbatch("verify", place / "结果")
    assert said.exit_code == 0
    assert "能核对的都是当时的；不能证明的有" in said.stdout
    os.utime(place / "结果" / "报告.html", (1, 1))
    assert ("output", "unproven", "报告.html") in found(verify(place / "结果"))
    _append(place / "结果" / "报告.html")
    _append(_first(place, "报送/*/*.xlsx"))
    assert {
        ("output", "differs", "报告.html"),
        ("input", "differs", "政协委员履职平台专项运维.xlsx"),
    } <= found(verify(place / "结果"))


ODD = [None, True, -1, 1e308, "", "x", [], [[]], {}, {"": None}, [None, 1, "x", {}], {"a": {"size": "9"}}]


KEYS = ("version", "started", "rules", "files", "outputs", "inputs", "places", "options", "shipped",
        "office_files", "sheets")  # fmt: skip


@pytest.mark.parametrize("key", KEYS)
def test_an_odd_run_json_is_no_traceback(place: Path, key: str) -> None:
    """Whatever stands there, the command ends with a status."""
    for value in ODD:
        _rewritten(place, lambda manifest, value=value: manifest.__setitem__(key, value))  # type: ignore[misc]
        result = perfbatch("verify", place / "结果", "--workers", 0)
        assert result.exit_code in (0, 1), (key, value, result.output)
        assert result.exception is None or isinstance(result.exception, SystemExit)


def test_paths_outside_are_not_opened(place: Path, tmp_path: Path) -> None:
    """Names that lead out of the folder, links, addresses and shares are named and left alone."""
    secret = tmp_path / "secret"
    secret.write_text("x")
    stamp = {"size": 1, "mtime_ns": secret.stat().st_mtime_ns}

    def hostile(manifest: dict[str, Any]) -> None:
        manifest["outputs"] = {"../../secret": stamp, str(secret): stamp, "报告.html": stamp}
        manifest["places"] = ["s3://bucket/x", "\\\\other\\share", "//other/share", "a\0b", "\x1b[31m\n✓"]
        manifest["office_files"] = [
            {"option": "roster", "top": "\\\\other\\share", "name": "", "size": 1, "sha256": "0" * 64},
            {"option": "targets", "top": str(tmp_path), "name": "../x", "size": 1, "sha256": "0" * 64},
        ]

    _rewritten(place, hostile)
    (place / "结果" / "报告.html").unlink()
    (place / "结果" / "报告.html").symlink_to(secret)
    result = perfbatch("verify", place / "结果")
    assert result.exit_code == 1
    assert "\x1b" not in result.output
    report = verify(place / "结果")
    assert {("run", "differs", "run.json"), ("output", "differs", "报告.html")} <= found(report)
    assert [item.name for item in report.items if item.what == "office"] == ["\\\\other\\share"]
    assert len([item for item in report.items if item.what == "input" and item.state == "missing"]) == 6


RUNNING = '{"tool": "perfbatch", "state": "running"}'


@pytest.mark.parametrize(
    ("code", "spoil"),
    [
        ("no_folder", lambda out: shutil.rmtree(out)),
        ("no_manifest", lambda out: (out / "run.json").unlink()),
        ("not_ours", lambda out: (out / "run.json").write_text('{"tool": "other"}')),
        ("not_ours", lambda out: (out / "run.json").write_text("[" * 100_000)),
        ("unfinished", lambda out: (out / "run.json").write_text(RUNNING)),
    ],
)
def test_nothing_to_verify_is_status_2(place: Path, code: str, spoil: Callable[[Path], object]) -> None:
    """With the sentence."""
    spoil(place / "结果")
    with pytest.raises(NothingToVerifyError) as error:
        verify(place / "结果")
    assert error.value.code == code
    result = perfbatch("verify", place / "结果")
    assert result.exit_code == 2
    assert "没有可核对的" in result.output


def test_bad_arguments_are_status_2(place: Path) -> None:
    """An input that is not there, a format that there is not."""
    assert perfbatch("verify", place / "结果", place / "没有").exit_code == 2
    assert perfbatch("verify", place / "结果", "--format", "xml").exit_code == 2


def test_a_run_with_nothing_to_do_notes_the_same_proof(place: Path) -> None:
    """What is taken over is proven as well as what is made."""
    options = Options(
        roster=place / "名单.csv", rules=str(place / "本局.toml"), templates=place / "字句", notices=True
    )
    batch.run([place / "报送"], place / "结果", options=options)
    assert (report := verify(place / "结果")).holds, report.items
    before = outputs(place)
    batch.run([place / "报送"], place / "结果", options=options)
    assert outputs(place) == before
    assert (report := verify(place / "结果")).holds, report.items
