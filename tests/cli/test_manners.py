"""How the command speaks: help that is never cut, mistakes in Chinese, completion, the system's refusals."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from perfbatch.cli import app
from perfbatch.cli.help_page import written
from perfbatch.cli.office_command import OfficeCommand, OfficeGroup
from perfbatch.system_errors import system_error
from perfbatch.words import load_words
from tests.cli.command import ROOT, SEED, in_own_process, perfbatch


def every(command: Any, *path: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command and group, with the words that it is called by."""
    yield path, command
    for name, child in getattr(command, "commands", {}).items():
        yield from every(child, *path, name)


COMMANDS = dict(every(get_command(app)))


def columns(line: str) -> int:
    """What it takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(one) in "WFA" else 1 for one in line)


@pytest.mark.parametrize("path", COMMANDS, ids=[" ".join(("perfbatch", *path)) for path in COMMANDS])
@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_help_is_never_cut(path: tuple[str, ...], width: int) -> None:
    """Every word of every sentence, within the width, in Chinese."""
    done = CliRunner().invoke(app, [*path, "--help"], env={"COLUMNS": str(width)})
    assert done.exit_code == 0
    whole = "".join(done.stdout.split())
    command = COMMANDS[path]
    for parameter in command.params:
        for said in (written(parameter), parameter.help):
            assert "".join(said.split()) in whole, said
    for child in getattr(command, "commands", {}).values():
        assert child.name in whole and "".join(child.help.split()) in whole
    lines = done.stdout.splitlines()
    assert max(map(columns, lines)) <= min(width, 100), max(lines, key=columns)
    assert not [line for line in lines if line.strip()[:1] in tuple("，。；：、）”")]
    assert not {"Usage", "Options", "Show this message"} & set(done.stdout.split())


def test_every_command_speaks_alike() -> None:
    """A new one of Typer's own kind would speak English."""
    assert {path: type(one) for path, one in COMMANDS.items()
            if not isinstance(one, OfficeCommand | OfficeGroup)} == {}  # fmt: skip


def test_help_names_no_page_that_is_not_installed() -> None:
    """docs/ stays behind; so do the sentences of the command that would send one there."""
    assert "docs/" not in (ROOT / "templates" / "cli.toml").read_text("utf-8")


MISTAKES = [
    (["rn"], "没有命令“rn”。是不是 run？"),
    (["config", "shw"], "没有命令“shw”。是不是 show？"),
    (["run", "x", "--nope"], "没有选项 --nope"),
    (["run", "x", "-o", "y", "--roter", "z"], "没有选项 --roter。是不是 --roster"),
    (["run"], "缺少 INPUT…。"),
    (["run", "x"], "缺少选项 --output, -o DIR。"),
    (["run", "x", "-o"], "选项 -o 后面要写值。"),
    (["run", "x", "-o", "y", "--fresh=1"], "选项 --fresh 后面不写值。"),
    (["run", "x", "-o", "y", "--workers", "几个"], "--workers N 不能是“几个”，应为整数。"),
    (["run", "x", "-o", "y", "--workers", "-1"], "--workers 应为 0 或更大的整数，现在是 -1。"),
    (["watch", "x", "-o", "y", "--settle", "久"], "--settle SECONDS 不能是“久”，应为数。"),
    (["template", "-o", "x", "--year", "1800"], "应不小于 1990"),
    (["explain", "a", "b c"], "多出了“b c”"),
    (["--install-completion", "tcsh"], "不认识“tcsh”。可以写：bash、zsh、fish"),
]


@pytest.mark.parametrize(("arguments", "said"), MISTAKES)
def test_a_mistake_is_said_in_chinese(arguments: list[str], said: str, tmp_path: Path) -> None:
    """On standard error, status 2, with where to read more."""
    done = perfbatch(*arguments, cwd=tmp_path)
    assert done.exit_code == 2 and done.stdout == ""
    assert done.stderr.startswith("错误：") and said in done.stderr, done.stderr
    english = {"Error", "Usage", "Missing", "No", "such", "Invalid", "Try", "Got", "requires"}
    assert not english & set(done.stderr.replace("：", " ").split()), done.stderr


def test_without_arguments_the_help_is_shown() -> None:
    """Status 2, as before."""
    done = perfbatch()
    assert done.exit_code == 2 and "命令（各有说明" in done.stderr


@pytest.mark.parametrize(
    ("shell", "place"),
    [
        ("bash", ".bash_completions/perfbatch.sh"),
        ("zsh", ".zfunc/_perfbatch"),
        ("fish", ".config/fish/completions/perfbatch.fish"),
    ],
)
def test_completion_is_installed(shell: str, place: str, tmp_path: Path) -> None:
    """Where the shell looks; the script asks the command itself."""
    done = in_own_process("--install-completion", shell, HOME=str(tmp_path))
    assert done.returncode == 0 and place in done.stdout and shell in done.stdout, done.stderr
    script = (tmp_path / place).read_text("utf-8")
    assert script.strip() == in_own_process("--show-completion", shell).stdout.strip()
    assert "_PERFBATCH_COMPLETE" in script
    line = "perfbatch run --ros"
    asked = {"_PERFBATCH_COMPLETE": f"complete_{shell}", "COMP_WORDS": line, "COMP_CWORD": "2",
             "_TYPER_COMPLETE_ARGS": line, "_TYPER_COMPLETE_FISH_ACTION": "get-args"}  # fmt: skip
    assert "--roster" in in_own_process(**asked).stdout


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not here")
def test_bash_completes(tmp_path: Path) -> None:
    """The installed script in bash itself."""
    program = tmp_path / "perfbatch"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m perfbatch "$@"\n', "utf-8")
    program.chmod(0o755)
    in_own_process("--install-completion", "bash", HOME=str(tmp_path))
    script = (
        f'source "{tmp_path}/.bash_completions/perfbatch.sh"; COMP_WORDS=(perfbatch ex); COMP_CWORD=1; '
        '_perfbatch_completion perfbatch; echo "${COMPREPLY[@]}"'
    )
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "explain", done.stderr


def test_the_home_folder_is_meant_by_its_sign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the shell leaves it alone: --output=~/…, cmd.exe."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    shutil.copy(SEED, tmp_path / "表.xlsx")
    done = perfbatch("run", "~/表.xlsx", "--output=~/结果", "--workers", 0, "-q", cwd=tmp_path)
    assert done.exit_code == 0 and (tmp_path / "结果" / "汇总.xlsx").exists()
    assert perfbatch("check", "~没有这个人/表.xlsx", cwd=tmp_path).exit_code == 2


def test_what_the_system_refuses_is_said_in_chinese_with_what_to_do() -> None:
    """By its number; what is not known in the system's own words."""
    assert (
        system_error(OSError(errno.ENOSPC, "No space left on device")) == "磁盘满了，请清理磁盘或换一个位置"
    )
    assert "Excel" in system_error(PermissionError(errno.EACCES, "Permission denied"))
    assert system_error(OSError(99999, "something new")) == "something new"
    for name, said in load_words().table("system")["error"].items():
        assert hasattr(errno, name) and not said.endswith("。")


def test_a_full_disk_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While outputs are written, and where nobody thought of it."""
    from perfbatch.batch import outputs

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(tmp_path / "结果"))

    monkeypatch.setattr(outputs.OutputFolder, "make", full)
    done = perfbatch("run", SEED, "-o", tmp_path / "结果", "-q", "--workers", 0)
    assert done.exit_code == 2 and "磁盘满了" in done.stderr and "No space" not in done.stderr


def test_a_clause_is_said_once() -> None:
    """In the story of a score, by its whole title."""
    done = perfbatch("explain", f"{SEED}#H15")
    line = next(line for line in done.stdout.splitlines() if "依据" in line)
    assert line.count("第2条") == 1 and "自评表填报注意事项第2条：定量指标" in line
