"""What reaches the terminal and the files when things are odd: signals, names, logs, rights."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from perfbatch import Options, batch
from tests.cli.command import ROOT, SEED, in_own_process, perfbatch
from tests.drawn import draw, drawn
from tests.drawn_files import with_xlsxwriter
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


@contextmanager
def umask(mask: int) -> Iterator[None]:
    """This process with another umask."""
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@pytest.mark.skipif(sys.platform == "win32", reason="no umask there")
def test_nobody_gets_less_than_the_umask_gives(tmp_path: Path) -> None:
    """A file that began as a temporary one of its owner would be nobody else's: outputs of all kinds."""
    with umask(0o002):
        history = tmp_path / "out/历史.sqlite"
        batch.run([SEED], tmp_path / "out", options=replace(EVERYTHING, history=history, period="2022-03"))
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= KINDS
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o664}


EVERYTHING = Options(workers=0, notices=True, packages=True, data="csv,parquet,sqlite")
KINDS = {".xlsx", ".csv", ".parquet", ".sqlite", ".docx", ".html", ".zip", ".json"}
_writing: list[Path] | None = None


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    """What this process opens to write to, as the interpreter reports it; no hook can be taken away again."""
    if _writing is not None and event == "open":
        path, _, flags = arguments
        if (
            isinstance(path, str | os.PathLike)
            and isinstance(flags, int)
            and flags & (os.O_WRONLY | os.O_RDWR)
        ):
            _writing.append(Path(os.fspath(path)))


def test_all_that_is_written_waits_in_the_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in the folder of temporary files, which is others' too and may be another disk; what waits has
    the folder that the finished file is in."""
    global _writing
    renamed: list[tuple[Path, Path]] = []
    rename = os.replace

    def noted(source: str | Path, target: str | Path, **more: int) -> None:
        renamed.append((Path(source), Path(target)))
        rename(source, target, **more)

    monkeypatch.setattr(os, "replace", noted)
    sys.addaudithook(_hear)
    _writing = []
    try:
        batch.run([SEED], tmp_path / "out", options=EVERYTHING)
    finally:
        written, _writing = _writing, None
    assert len(renamed) > 10 and len(written) > 10
    assert [pair for pair in renamed if pair[0].parent != pair[1].parent] == []
    assert [path for path in written if not path.is_relative_to(tmp_path / "out")] == []


SECRET = "欧阳保密"


def test_nothing_of_a_cell_is_logged_above_debug(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Forms that are read, that are refused for their labels, that are none: what their cells hold is on no
    screen and in no log but that of --verbose."""
    form = drawn("seed")
    for name, text in {
        "表": form.replace("|  |", f"| {SECRET} |"),
        "不全": form.replace("实际完成值", SECRET),
        "别的": f"| {SECRET} | 13800001234 |",
    }.items():
        (tmp_path / f"{name}.xlsx").write_bytes(with_xlsxwriter([draw(text, "自评表")]))
    with caplog.at_level(logging.DEBUG):
        batch.run([tmp_path], tmp_path / "out", options=EVERYTHING)
    said = {(record.levelname, SECRET in logging.Formatter().format(record)) for record in caplog.records}
    assert not [level for level, told in said if told and level != "DEBUG"]
    assert ("DEBUG", True) in said, "or the test would not see it"
