"""One run at a time in an output folder; a dead one keeps nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

import perfbatch
from perfbatch import batch, folder_lock
from perfbatch.folder_lock import LOCK, NOTE, FolderInUseError, Holder, held
from perfbatch.whole_files import UNFINISHED
from tests.cli.command import SEED
from tests.cli.command import perfbatch as command


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits twenty seconds in a test."""
    monkeypatch.setattr(folder_lock, "BEAT", 0.02)
    monkeypatch.setattr(folder_lock, "WATCHED", 0.3)


def test_the_second_is_told_who_has_it(tmp_path: Path) -> None:
    """Machine, process, since when; afterwards nothing is left, and the folder is free."""
    with held(tmp_path) as lock:
        with pytest.raises(FolderInUseError) as error, held(tmp_path):
            raise AssertionError("two at once")
        assert error.value.holder is not None
        assert error.value.holder.process == os.getpid()
        assert error.value.holder.since == lock.holder.since
        lock.must_hold()
    assert list(tmp_path.iterdir()) == []
    with held(tmp_path):
        pass


def another_machine(folder: Path, beat: int) -> None:
    """The note of a run on a machine of another name."""
    note = {
        "machine": "审核二室",
        "process": 7,
        "since": "2021-12-31T12:00:00+08:00",
        "system": "2",
        "token": "t",
    }
    waiting = folder / "waiting"
    waiting.write_text(json.dumps({**note, "beat": beat}), encoding="utf-8")
    waiting.replace(folder / NOTE)


@pytest.fixture
def beating(tmp_path: Path) -> Iterator[Path]:
    """A folder that another machine holds, whose lock does not reach us."""
    ended = threading.Event()

    def beats() -> None:
        beat = 0
        while not ended.wait(0.02):
            another_machine(tmp_path, beat := beat + 1)

    another_machine(tmp_path, 0)
    thread = threading.Thread(target=beats)
    thread.start()
    yield tmp_path
    ended.set()
    thread.join()


def test_another_machine_that_lives_keeps_the_folder(beating: Path) -> None:
    """Although the share does not carry the system's lock."""
    with pytest.raises(FolderInUseError) as error, held(beating):
        raise AssertionError("two at once")
    assert error.value.holder is not None
    assert (error.value.holder.machine, error.value.holder.process) == ("审核二室", 7)


@pytest.mark.parametrize("time", [0, 4_000_000_000], ids=["old", "from the future"])
def test_another_machine_that_crashed_keeps_nothing(tmp_path: Path, time: int) -> None:
    """Its count stands still; what its clock said does not matter."""
    another_machine(tmp_path, 5)
    os.utime(tmp_path / NOTE, (time, time))
    with held(tmp_path) as lock:
        assert lock.holder.process == os.getpid()


@pytest.mark.parametrize("note", ["", "{", "[]", '{"machine": 1}', "[" * 100_000, '{"beat": 1e999}', "null"])
def test_a_note_that_says_nothing_keeps_nothing(tmp_path: Path, note: str) -> None:
    """Cut off, or written by somebody else."""
    (tmp_path / NOTE).write_text(note, encoding="utf-8")
    with held(tmp_path):
        pass


def test_without_locks_of_the_system_the_note_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A share that knows no locks at all."""
    monkeypatch.setattr(folder_lock, "_locked", lambda number: None)
    with held(tmp_path), pytest.raises(FolderInUseError), held(tmp_path):
        raise AssertionError("two at once")
    with held(tmp_path):
        pass


def test_a_run_that_was_taken_over_says_so(tmp_path: Path) -> None:
    """A machine that slept for an hour finds another's note, and must not go on."""
    with held(tmp_path) as lock:
        another_machine(tmp_path, 1)
        for _ in range(200):
            if lock.lost:
                break
            threading.Event().wait(0.02)
        with pytest.raises(FolderInUseError) as error:
            lock.must_hold()
        assert error.value.taken_over
    assert (tmp_path / NOTE).exists(), "it is the other's"


@pytest.mark.parametrize("note", [True, False], ids=["later", "at its first word"])
def test_what_a_dead_holder_was_writing_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, note: bool
) -> None:
    """Killed while it wrote, beside a history, where no run clears up; nobody else's file goes."""

    class Killed(BaseException):
        pass

    def killed(self: Path, target: Path) -> Path:
        raise Killed

    (tmp_path / ".fedcba9876543210.part").write_text("another's", encoding="utf-8")
    if note:
        (tmp_path / NOTE).write_text(json.dumps(asdict(Holder.this())), encoding="utf-8")
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(Path, "replace", killed)
        with held(tmp_path):
            raise AssertionError("held")
    assert len(list(tmp_path.glob(".*.part"))) == 2
    with held(tmp_path):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == [".fedcba9876543210.part"]


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a POSIX signal")
def test_a_killed_process_keeps_nothing(tmp_path: Path) -> None:
    """The very next run starts at once."""
    code = "import sys, time; from pathlib import Path; from perfbatch.folder_lock import held\n"
    code += "with held(Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)\n"
    running = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
    assert running.stdout is not None
    assert running.stdout.readline().strip() == b"held"
    with pytest.raises(FolderInUseError) as error, held(tmp_path):
        raise AssertionError("two at once")
    assert error.value.holder is not None and error.value.holder.process == running.pid
    running.send_signal(signal.SIGKILL)
    running.wait()
    running.stdout.close()
    assert (tmp_path / NOTE).exists()
    with held(tmp_path):
        pass


def test_a_link_in_the_place_of_the_lock_is_not_followed(tmp_path: Path) -> None:
    """What it leads to stays as it is."""
    if sys.platform == "win32":
        pytest.skip("links need a privilege on Windows")
    (tmp_path / "theirs").write_text("x", encoding="utf-8")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / LOCK).symlink_to(tmp_path / "theirs")
    with pytest.raises(OSError, match=r"lock"), held(tmp_path / "out"):
        raise AssertionError("followed")
    assert (tmp_path / "theirs").read_text(encoding="utf-8") == "x"


def test_the_command_and_the_library_say_it(tmp_path: Path) -> None:
    """Status 2 and a sentence in Chinese; OutputError; OSError from ``write``. Nothing is written."""
    with held(tmp_path) as lock:
        done = command("run", SEED, "-o", tmp_path, "--quiet", "--workers", "0")
        assert done.exit_code == 2
        assert done.stderr.startswith("错误：结果文件夹"), done.stderr
        assert str(os.getpid()) in done.stderr and lock.holder.machine in done.stderr
        assert lock.holder.since in done.stderr
        with pytest.raises(batch.OutputError) as error:
            batch.run([SEED], tmp_path, workers=0)
        assert error.value.code == "in_use"
        with pytest.raises(OSError, match="in use"):
            perfbatch.write(perfbatch.check(perfbatch.score(perfbatch.read(SEED))), SEED, tmp_path)
        # The holder writes its count anew every few seconds, beside the old one.
        names = {path.name for path in tmp_path.iterdir()}
        assert {name for name in names if not UNFINISHED.fullmatch(name)} == {LOCK, NOTE}
    assert batch.run([SEED], tmp_path, workers=0).tally.forms
    assert not list(tmp_path.glob(".perfbatch.lock*"))


def test_holders_are_told_apart_by_system_too() -> None:
    """Two machines may have one name."""
    one = Holder.this()
    assert one.same_machine(Holder.this())
    assert not one.same_machine(Holder(one.machine, 1, "", "another"))
