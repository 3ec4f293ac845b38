"""A round for what was dropped: the names reach the run, and only a new summary is opened."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from perfbatch.desktop.check import CRASHED, FINISHED, _run

SAMPLES = Path(__file__).parents[2] / "sample_inputs"
HOSTILE = [
    "甲 & 乙",
    "甲&乙",
    "100%",
    "%PATH%",
    "急!急!",
    "a^b",
    "(1) 甲",
    "-o",
    "it's",
    "$HOME `x`",
    "a;b,c=d",
]


@pytest.fixture
def opened(tmp_path: Path) -> Path:
    """What ``xdg-open`` was asked to open, a line each."""
    programs = tmp_path / "programs"
    programs.mkdir()
    opener = programs / "xdg-open"
    opener.write_text(f'#!/bin/sh\nprintf "%s\\n" "$1" >> "{tmp_path}/opened"\n')
    opener.chmod(0o755)
    return tmp_path / "opened"


def drop(
    opened: Path, *names: str | Path, cwd: Path | None = None, home: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """As 核验.sh calls it."""
    environment = os.environ | {"PATH": f"{opened.parent / 'programs'}:{os.environ['PATH']}"}
    if home:
        environment["PERFBATCH_HOME"] = str(home)
    return subprocess.run(
        [sys.executable, "-I", "-X", "utf8", "-m", "perfbatch.desktop", *map(str, names)],
        capture_output=True, text=True, check=False, env=environment, cwd=cwd or opened.parent, timeout=300,
    )  # fmt: skip


def test_every_name_reaches_the_run_and_the_new_summary_is_opened(tmp_path: Path, opened: Path) -> None:
    """Several folders at once; the result lies beside the first."""
    form = next(path for path in sorted(SAMPLES.rglob("*.xlsx")) if path.stat().st_size > 2_000)
    for number, name in enumerate(HOSTILE):
        (tmp_path / name).mkdir()
        shutil.copy(form, tmp_path / name / f"{number}.xlsx")
    done = drop(opened, *HOSTILE)
    assert done.returncode == 0, done.stderr
    result = tmp_path / "核验结果"
    assert opened.read_text("utf-8").splitlines() == [str(result / "汇总.xlsx")]
    files = (result / "数据/files.csv").read_text("utf-8-sig")
    assert all(f"{number}.xlsx" in files for number in range(len(HOSTILE)))


def test_after_a_failed_run_no_old_summary_is_opened(tmp_path: Path, opened: Path) -> None:
    """It would be taken for what the folder just dropped came to."""
    old = tmp_path / "核验结果" / "汇总.xlsx"
    old.parent.mkdir()
    old.write_bytes(b"old")
    done = drop(opened, tmp_path / "没有的文件夹")
    assert done.returncode == 2 and "没有的文件夹" in done.stderr
    assert not opened.exists() and old.read_bytes() == b"old"


def test_a_crash_opens_nothing(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """Python's own status for it is 1, which a run that refused a file has as well."""

    def crash() -> None:
        raise RuntimeError("out of the blue")

    monkeypatch.setattr("perfbatch.__main__.main", crash)
    assert _run([]) == CRASHED and CRASHED not in FINISHED
    assert "out of the blue" in capfd.readouterr().err


def test_nothing_dropped_is_said(opened: Path) -> None:
    """A double click."""
    done = drop(opened)
    assert done.returncode == 2 and "拖到" in done.stderr and not opened.exists()


def test_a_module_in_the_dropped_folder_is_not_imported(tmp_path: Path, opened: Path) -> None:
    """Where cmd makes the folder the current one, Python would look there first."""
    for name in ("pandas.py", "perfbatch.py", "xlrd.py"):
        (tmp_path / name).write_text("raise SystemExit('taken')\n")
    assert "taken" not in drop(opened, tmp_path / "没有", cwd=tmp_path).stderr


def test_the_settings_beside_it_count(tmp_path: Path, opened: Path) -> None:
    """perfbatch.toml in the folder of 核验.bat, and none of the folder that was dropped or worked in."""
    home, sent = tmp_path / "核验工具", tmp_path / "sent"
    for folder in (home, sent):
        folder.mkdir()
    form = next(path for path in sorted(SAMPLES.rglob("*.xlsx")) if path.stat().st_size > 2_000)
    shutil.copy(form, sent / "form.xlsx")
    (home / "perfbatch.toml").write_text(f'output = "{tmp_path}/果"\nheaders = "中文"\n', encoding="utf-8")
    (sent / "perfbatch.toml").write_text('headers = "nonsense"\n', encoding="utf-8")
    done = drop(opened, sent, cwd=sent, home=home)
    assert done.returncode == 1, done.stderr  # perfbatch.toml of the folder is no form
    assert opened.read_text("utf-8").strip() == f"{tmp_path}/果/汇总.xlsx"
    assert (tmp_path / "果/数据/forms.csv").read_text("utf-8-sig").startswith('"表的标识"')
    (home / "perfbatch.toml").write_text("rooster = 1\n", encoding="utf-8")
    refused = drop(opened, sent, cwd=sent, home=home)
    assert refused.returncode == 2 and "rooster" in refused.stderr
