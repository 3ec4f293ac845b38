"""Ten kills at random moments (``make soak`` does two hundred), and disks and folders that fail."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest

from perfbatch import batch
from perfbatch.whole_files import UNFINISHED
from tests.batch.test_killed import whole
from tests.batch.test_run import comparable
from tests.generator.workbook import make
from tests.soak import KINDS, Soak


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a POSIX signal")
def test_ten_kills(tmp_path: Path) -> None:
    """Main process, group, worker, between two renames: outputs old or new, results right, edits kept."""
    killed = Soak(tmp_path, 22, forms=4).run(10, 5)
    assert {kind.split()[0] for kind in killed} == set(KINDS)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three forms and a run over them; then one of them changes."""
    top = tmp_path_factory.mktemp("first")
    (top / "in").mkdir()
    for number in range(3):
        (top / f"in/{number}.xlsx").write_bytes(make(9, number, "national", "mixed", True).data)
    batch.run([top / "in"], top / "out", workers=0)
    (top / "in/1.xlsx").write_bytes(make(9, 11, "national", "mixed", True).data)
    return top


@pytest.fixture
def before(first: Path, tmp_path: Path) -> Path:
    """A copy of ``first``."""
    shutil.copytree(first, tmp_path, dirs_exist_ok=True)
    return tmp_path


def settles(top: Path) -> None:
    """The next run, with room again, comes to what a fresh one comes to; nothing is left lying about."""
    done = batch.run([top / "in"], top / "out", workers=0)
    fresh = batch.run([top / "in"], top / "fresh", workers=0)
    assert done.tally == fresh.tally
    assert done.backups == ()
    assert comparable(top / "out") == comparable(top / "fresh")
    assert not [path for path in (top / "out").rglob("*") if UNFINISHED.fullmatch(path.name)]


def test_what_was_left_beside_a_finished_run_goes(before: Path) -> None:
    """Killed before its first run.json: the manifest is still that of the finished run."""
    (before / "out/.0123456789abcdef.part").write_bytes(b"{")
    settles(before)
    # and where there is nothing to do
    (before / "out/.0123456789abcdef.part").write_bytes(b"{")
    settles(before)


@pytest.mark.parametrize("call", range(1, 28, 2))
def test_the_disk_is_full_at_any_file(before: Path, monkeypatch: pytest.MonkeyPatch, call: int) -> None:
    """Whichever file there is no room for: a sentence, and what was there is whole."""
    left, opened = call, Path.open

    def full(self: Path, mode: str = "r", *arguments: object, **options: object) -> object:
        nonlocal left
        if "x" in mode or "a" in mode:
            left -= 1
            if left <= 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self))
        return opened(self, mode, *arguments, **options)  # type: ignore[call-overload]

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", full)
        try:
            batch.run([before / "in"], before / "out", workers=0)
        except batch.OutputError as error:
            assert error.code == "not_writable"
            assert error.values["error"] == "磁盘满了，请清理磁盘或换一个位置"
    whole(before / "out")
    settles(before)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one MiB, where this machine lets us have one."""
    place = tmp_path / "small"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("no right to mount a disk here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.skipif(shutil.which("mount") is None, reason="no mount on this system")
def test_a_small_disk(before: Path, small_disk: Path) -> None:
    """A real one: a sentence, whole files only, and with room it goes on."""
    for number in range(3, 40):
        (before / f"in/{number}.xlsx").write_bytes(make(9, number, "national", "mixed", True).data)
    with pytest.raises(batch.OutputError):
        batch.run([before / "in"], small_disk / "out", workers=1)
    whole(small_disk / "out")
    assert not list((small_disk / "out").glob(".perfbatch.lock.json"))


def test_the_folder_vanishes(before: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A share that goes away in the middle: a sentence, no traceback."""

    def gone(stage: str, done: int, total: int) -> None:
        if stage == "write":
            shutil.rmtree(before / "out", ignore_errors=True)

    with pytest.raises(batch.OutputError) as error:
        batch.run([before / "in"], before / "out", workers=0, progress=gone)
    assert error.value.code == "not_writable"
    settles(before)


@pytest.mark.parametrize("what", ["vanishes", "changes"])
def test_an_input_that_does_not_stay(before: Path, what: str) -> None:
    """Between its reading and its copy: no marks on other cells, a remark, and the next run is right."""
    path = before / "in/1.xlsx"

    def meanwhile(stage: str, done: int, total: int) -> None:
        if stage == "compare":
            path.unlink(missing_ok=True)
            if what == "changes":
                path.write_bytes(make(9, 12, "national", "mixed", True).data)

    batch.run([before / "in"], before / "out", workers=0, progress=meanwhile)
    files = pd.read_csv(before / "out/数据/files.csv", keep_default_na=False).set_index("path")
    assert files.loc["1.xlsx", "copy"] == "" and "没有" in files.loc["1.xlsx", "notes"]
    assert not (before / "out/批注/1.xlsx").exists()
    settles(before)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="nothing is read-only to this user")
def test_a_read_only_folder(before: Path) -> None:
    """Said before anything is read."""
    (before / "out").chmod(0o555)
    try:
        with pytest.raises(batch.OutputError) as error:
            batch.run([before / "in"], before / "out", workers=0)
        assert error.value.code == "not_writable"
    finally:
        (before / "out").chmod(0o755)


def test_a_clock_that_goes_back(before: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts, backups and stamps of a later time are no obstacle: content decides."""
    from datetime import datetime

    class Past(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime.fromisoformat("1999-01-01T00:00:00+08:00")

    with monkeypatch.context() as patch:
        patch.setattr(import_module("perfbatch.batch.job"), "datetime", Past)
        batch.run([before / "in"], before / "out", workers=0)
    assert batch.run([before / "in"], before / "out", workers=0).reused == 3
    (before / "in/1.xlsx").write_bytes(make(9, 1, "national", "mixed", True).data)
    settles(before)
