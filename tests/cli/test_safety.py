"""What reaches the terminal and the files when things are odd: signals, names, logs, rights."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.command import ROOT, SEED, in_own_process, perfbatch
from tests.generator.workbook import make

DAMAGED = next((ROOT / "sample_inputs").rglob("*损坏*.xlsx"))


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX signal")
@pytest.mark.parametrize("names", ["SIGTERM", "SIGHUP", "SIGINT SIGINT SIGTERM"])
def test_a_run_that_is_asked_to_end_says_so(tmp_path: Path, names: str) -> None:
    """One sentence, the status of the first signal, no traceback, no worker left, nothing half written; also
    where a terminal sends it to all processes, and again while they are ending."""
    number, *more = (getattr(signal, name) for name in names.split())
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for form in range(30):
        (folder / f"{form:02}.xlsx").write_bytes(make(9, form, "national", "mixed", True).data)
    command = [sys.executable, "-m", "perfbatch", "run", str(folder), "-o", str(out), "-q", "--workers", "1"]
    running = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", start_new_session=True,
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    until = time.monotonic() + 60
    while not (out / "run.json").exists() and running.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    for one in (number, *more):
        (os.killpg if more else os.kill)(running.pid, one)
        time.sleep(0.02)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 128 + number, said
    assert said.strip() == "已中断。已写好的文件都是完整的；再次运行会从中断处继续。"
    assert not list(out.rglob("*.part"))
    assert not list(out.glob(".perfbatch.lock*"))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows allows no such names")
def test_names_that_a_terminal_would_obey(tmp_path: Path) -> None:
    """Neither the terminal nor a data file gets an escape or a line of its own; nor does an error."""
    odd = tmp_path / "in\x1b[2J"
    odd.mkdir()
    shutil.copy(DAMAGED, odd / "a\x1b]0;x\x07\nb.xlsx")
    shutil.copy(SEED, odd / "c\x9b31m\r.xlsx")
    done = perfbatch("run", odd, "-o", tmp_path / "out\x1b[1m", "--workers", "0")
    assert done.exit_code == 1
    missing = perfbatch("run", tmp_path / "no\x1b[2J\nbody", "-o", tmp_path / "x")
    assert missing.exit_code == 2
    data = (tmp_path / "out\x1b[1m/数据/files.csv").read_text(encoding="utf-8-sig")
    for text in (done.stdout, done.stderr, missing.stderr, data):
        assert not set(text) & {"\x1b", "\x07", "\x9b", "\r"}, repr(text)
    assert len(data.splitlines()) == 3
    assert len(missing.stderr.splitlines()) == 1
    assert "␛" in done.stdout


def test_verbose_tells_what_workers_met(tmp_path: Path) -> None:
    """The reason why a file was refused is in the log, whoever read it."""
    for workers in ("0", "1"):
        done = in_own_process("check", DAMAGED, "--quiet", "--verbose", "--workers", workers)
        assert "refused" in done.stderr and "DEBUG perfbatch" in done.stderr, (workers, done.stderr)
        quiet = perfbatch("check", DAMAGED, "--quiet", "--workers", workers)
        assert quiet.stderr == ""


@pytest.mark.skipif(sys.platform == "win32", reason="no umask there")
@pytest.mark.parametrize("mask", [0o022, 0o007])
def test_files_have_the_rights_of_the_umask(tmp_path: Path, mask: int) -> None:
    """A colleague of the same group can open what a run wrote, and nobody gets more than is meant."""
    code = f"import os, sys; os.umask({mask}); from perfbatch.__main__ import main; main()"
    subprocess.run(
        [sys.executable, "-c", code, "run", str(SEED), "-o", str(tmp_path / "out"), "-q", "--workers", "1",
         "--notices"],
        check=True, capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert len(files) > 10
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o666 & ~mask}
