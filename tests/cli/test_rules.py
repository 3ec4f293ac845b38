"""``perfbatch rules`` and ``--rules``: an office's own book from the first line to the last finding."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from perfbatch import batch
from perfbatch.cli import app
from perfbatch.rules import PARAMETERS, RuleBookError, load, names, shown_rows
from tests.cli.command import SEED, perfbatch

OFFICE = """
title = "某区财政局"
extends = "beijing-2021"

[sources.local]
title = "《某区项目支出绩效自评实施细则》第五条"
short = "某区细则第五条"

[parameters.deviation.excess]
value = 120
clause = "local"
why = "本区规定超过 120% 才算偏离目标"
"""

BROKEN = {
    "a mistyped parameter": (
        '[parameters.deviation.exces]\nvalue = 20\n', 3, "parameters.deviation.exces", "是不是 excess",
    ),
    "a value out of its range": (
        '[parameters.budget.rate_floor]\nvalue = 900\n', 4, "parameters.budget.rate_floor.value", "0 到 100",
    ),
    "a number in quotes": (
        '[parameters.rounding.tolerance]\nvalue = "0.01"\n', 4, "parameters.rounding.tolerance.value",
        "不加引号",
    ),
    "a clause that nobody wrote down": (
        '[parameters.cap]\nclause = "note9"\n', 4, "parameters.cap.clause", "note1",
    ),
    "an unknown check": ('[checks]\nR399 = "off"\n', 4, "checks.R399", "R301"),
    "an unknown level": ('[checks]\nR303 = "serious"\n', 4, "checks.R303", "warning"),
    "no TOML": ("[checks\n", 3, "", "TOML"),
}  # fmt: skip


def run(*arguments: object) -> Result:
    """The command in this process; status and output."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def write(folder: Path, text: str, name: str = "某区.toml") -> Path:
    """A rule book file."""
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_list_names_every_book_and_the_default() -> None:
    """Name, title and scope."""
    shown = run("rules", "list").output
    for name in names():
        assert f"{name}  {load(name).title}" in shown and load(name).scope in shown
    assert "（默认）" in shown.splitlines()[0]


@pytest.mark.parametrize("name", names())
def test_show_has_every_parameter_with_value_clause_and_why(name: str) -> None:
    """As a person reads it."""
    shown = run("rules", "show", name).output
    for row in shown_rows(load(name)):
        assert f"  {row.key}  {row.meaning}\n      取值：{row.value}" in shown
        assert f"      依据：{row.clause}\n      说明：{row.why}" in shown
    assert "取值：90%\n" in shown and "取值：0.01 分\n" in shown


def test_show_takes_an_office_book_too(tmp_path: Path) -> None:
    """Levels and entries in words."""
    text = OFFICE + '[checks]\nR303 = "off"\n[[indicators]]\nlevel2 = "成本"\ndirection = "positive"\n'
    shown = run("rules", "show", write(tmp_path, text)).output
    assert "名称：某区（在 beijing-2021 上改动）" in shown
    assert "取值：120%\n      依据：某区细则第五条\n      说明：本区规定超过 120% 才算偏离目标" in shown
    assert "R303  改为停用" in shown
    assert "indicators[1]  二级指标含“成本”：正向" in shown


def test_check_says_what_differs(tmp_path: Path) -> None:
    """Old value, new value, clause."""
    done = run("rules", "check", write(tmp_path, OFFICE + '[checks]\nT404 = "error"\n'))
    assert done.exit_code == 0
    assert "可以使用：某区财政局（某区）" in done.output
    assert "有 2 处不同" in done.output
    assert "（B-A）/A 达到此值即为偏离目标：30% → 120%（依据：某区细则第五条）" in done.output
    assert "T404  改为必须整改" in done.output


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_book_is_refused_wherever_it_is_named(tmp_path: Path, how: str) -> None:
    """Four commands: file, line, key and what is allowed; status 2; nothing written."""
    text, line, key, allowed = BROKEN[how]
    path = write(tmp_path, 'title = "某区"\nextends = "beijing-2021"\n' + text)
    for arguments in (
        ("rules", "check", path),
        ("rules", "show", path),
        ("check", SEED, "--rules", path),
        ("run", SEED, "--rules", path, "--output", tmp_path / "结果"),
    ):
        done = run(*arguments)
        assert done.exit_code == 2, done.output
        assert done.stderr.startswith(f"错误：{path} 第 {line} 行：{key}"), done.stderr
        assert allowed in done.stderr
    assert not (tmp_path / "结果").exists()


def test_python_refuses_an_unknown_check_as_the_command_does(tmp_path: Path) -> None:
    """perfbatch.run and perfbatch.batch.check, before any file is read."""
    path = write(tmp_path, 'extends = "beijing-2021"\n[checks]\nR399 = "off"\n')
    with pytest.raises(RuleBookError, match="R399"):
        batch.run([SEED], tmp_path / "结果", rules=str(path), workers=0)


def test_a_missing_book_is_said_so() -> None:
    """A name that is near a shipped one is suggested."""
    done = run("rules", "show", "beijing2021")
    assert done.exit_code == 2 and "是不是 beijing-2021" in done.stderr
    assert run("rules", "check", "没有.toml").exit_code == 2


@pytest.mark.parametrize("above", names())
def test_new_writes_a_commented_book_that_changes_nothing(tmp_path: Path, above: str) -> None:
    """It names every parameter, can be used as it stands, and is never written over a file."""
    path = tmp_path / "本单位.toml"
    done = run("rules", "new", path, "--extends", above)
    assert done.exit_code == 0, done.output
    text = path.read_text("utf-8")
    assert all(f"# [parameters.{key}]" in text for key in PARAMETERS)
    assert "没有不同" in run("rules", "check", path).output
    assert load(path).extends[0] == above
    again = run("rules", "new", path)
    assert again.exit_code == 2 and "没有覆盖" in again.stderr
    assert path.read_text("utf-8") == text


def test_new_in_the_present_folder_on_an_office_book(tmp_path: Path) -> None:
    """A name alone becomes a file; a book of one's own is named as it lies."""
    write(tmp_path, OFFICE)
    done = perfbatch("rules", "new", "手册街道", "--extends", "某区.toml", cwd=tmp_path)
    assert done.exit_code == 0, done.stderr
    (tmp_path / "下级").mkdir()
    done = perfbatch("rules", "new", "下级/社区.toml", "--extends", "某区.toml", cwd=tmp_path)
    assert done.exit_code == 0, done.stderr
    for file in ("手册街道.toml", "下级/社区.toml"):
        assert load(tmp_path / file).value("deviation.excess") == 120


def test_an_office_book_with_one_changed_threshold_works_end_to_end(tmp_path: Path) -> None:
    """漏洞扫描次数 (100 % over) deviates at 30 % and not at 120 %: one R301 fewer, nothing else changes."""
    outcome = {}
    for name, options in {"自带": (), "本区": ("--rules", write(tmp_path, OFFICE))}.items():
        done = perfbatch("run", SEED, "--output", tmp_path / name, *options)
        assert done.exit_code == 0, done.stderr
        data = tmp_path / name / "数据"
        outcome[name] = [
            pd.read_csv(data / f"{frame}.csv", dtype=str, keep_default_na=False)
            for frame in ("findings", "indicators", "forms")
        ]
    (before, scores, _), (after, office_scores, forms) = outcome["自带"], outcome["本区"]
    assert forms["rules"].tolist() == ["某区"]
    gone = before.merge(after, how="outer", on=["check", "cell"], indicator=True)
    assert gone.loc[gone["_merge"] != "both", ["check", "cell"]].values.tolist() == [["R301", "I16"]]
    differs = (scores != office_scores).any()
    assert sorted(differs.index[differs]) == ["deviation", "deviation_kind", "deviation_size"]
    assert office_scores["computed_score"].tolist() == scores["computed_score"].tolist()
