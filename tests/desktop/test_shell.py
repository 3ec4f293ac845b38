"""核验.sh in a real shell, with a stand-in for the installed Python."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "bundle/linux/核验.sh"
STAND_IN = Path(__file__).with_name("stand_in.py")
NAMES = ["甲 & 乙", "a&b", "100%", "急!", "it's", "$HOME `id`", '双"引号', "-n", "a\\b", "*", "换\n行"]


@pytest.fixture(params=["dash", "bash", "sh"])
def shell(request: pytest.FixtureRequest) -> str:
    """The shells that /bin/sh may be."""
    found = shutil.which(request.param)
    if found is None:
        pytest.skip(f"{request.param} is not on this machine")
    return found


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a hostile name, 核验.sh and a stand-in in it."""
    home = tmp_path / "核验 & (1) $HOME 'x'"
    (home / "app/bin").mkdir(parents=True)
    shutil.copy(SCRIPT, home)
    shutil.copy(STAND_IN, home / "app/bin/python")
    python = home / "app/bin/python"
    python.write_text(f"#!{sys.executable}\n" + STAND_IN.read_text("utf-8"), encoding="utf-8")
    python.chmod(0o755)
    return home


def run(shell: str, home: Path, *names: str) -> subprocess.CompletedProcess[str]:
    """Without a terminal, so without waiting for a key."""
    return subprocess.run(
        [shell, home / SCRIPT.name, *names], capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL, cwd="/", env=os.environ | {"CDPATH": "/tmp"}, timeout=60,
    )  # fmt: skip


def test_names_arrive_as_they_are(shell: str, home: Path) -> None:
    """And the folder of 核验.sh, where perfbatch.toml may lie."""
    assert run(shell, home, *NAMES).returncode == 0
    started = json.loads((home / "app/bin/started.json").read_text("utf-8"))
    assert started["arguments"] == ["-I", "-X", "utf8", "-m", "perfbatch.desktop", *NAMES]
    assert started["environment"]["PERFBATCH_HOME"] == str(home)


@pytest.mark.parametrize(("status", "failed"), [(0, False), (1, False), (3, False), (2, True), (70, True)])
def test_the_status_is_handed_on_and_a_failure_said(
    shell: str, home: Path, status: int, failed: bool
) -> None:
    """0, 1 and 3 are runs that came to their end."""
    (home / "app/bin/status").write_text(str(status))
    done = run(shell, home, "甲")
    assert done.returncode == status
    assert (f"没有完成：结束状态 {status}" in done.stderr) == failed


def test_a_missing_installation_is_said(shell: str, home: Path) -> None:
    """The file was copied away from its folder."""
    shutil.rmtree(home / "app")
    done = run(shell, home, "甲")
    assert done.returncode == 2 and "没有找到核验程序" in done.stderr


def test_it_is_executable() -> None:
    """As the desktop entry calls it."""
    assert os.access(SCRIPT, os.X_OK)
