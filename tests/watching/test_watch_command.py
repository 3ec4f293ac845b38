"""``perfbatch watch`` as an office runs it: a process of its own, real files, real runs, a real end."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from perfbatch.watching.bell import Bell
from perfbatch.watching.status import LOG, PAGE
from tests.cli.command import ROOT, SEED, in_own_process

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="ends by signals")
WAIT = 120.0
"""Seconds until a test gives up: it is no measure of speed."""


def until(holds: Callable[[], Any], what: str) -> None:
    """Wait for it."""
    end = time.monotonic() + WAIT
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.1)


class Watcher:
    """One process that watches."""

    def __init__(self, inbox: Path, output: Path, *more: str) -> None:
        self.output, self.mark = output, uuid4().hex
        command = [
            sys.executable,
            "-m",
            "perfbatch",
            "watch",
            str(inbox),
            "-o",
            str(output),
            "--settle",
            "0.3",
        ]
        environment = {**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT), "PERFBATCH_MARK": self.mark}
        self.process = subprocess.Popen(
            [*command, "--workers", "1", *more],
            env=environment,
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def says(self, text: str) -> bool:
        """Whether the page says it."""
        try:
            return text in (self.output / PAGE).read_text(encoding="utf-8")
        except OSError:
            return False

    def end(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end; the exit status."""
        self.process.send_signal(number)
        return self.process.wait(WAIT)

    def left(self) -> list[str]:
        """Processes that it started and that still run."""
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            try:
                if self.mark.encode() in (path / "environ").read_bytes():
                    found.append((path / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                continue
        return [one for one in found if one]


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Callable[..., Watcher]]:
    """Starts watchers over tmp_path/收件; ends those that are left."""
    (tmp_path / "收件").mkdir()
    started: list[Watcher] = []

    def start(*more: str) -> Watcher:
        started.append(Watcher(tmp_path / "收件", tmp_path / "结果", *more))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()
        assert one.process.stderr is not None
        assert one.process.stdout is not None
        one.process.stderr.close()
        one.process.stdout.close()


def files_of(output: Path) -> dict[str, str]:
    """Status of each file of the last finished run."""
    try:
        said = json.loads((output / "run.json").read_text(encoding="utf-8"))
    except OSError:
        return {}
    return {row["path"]: row["status"] for row in said.get("files", ())} if said["state"] == "done" else {}


def test_files_arrive_one_is_damaged_and_the_watcher_goes_on(
    watched: Callable[..., Watcher], tmp_path: Path
) -> None:
    """A round for what came, a restart that catches up, one watcher a folder, a clean end."""
    inbox, output = tmp_path / "收件", tmp_path / "结果"
    one = watched()
    until(lambda: one.says("现在没有文件"), "it did not begin")
    assert not (output / "run.json").exists()
    shutil.copy(SEED, inbox / "甲.xlsx")
    until(lambda: files_of(output) == {"甲.xlsx": "processed"}, "the first file was not read")
    until(lambda: one.says("等着新文件"), "it does not wait")
    second = in_own_process("watch", inbox, "--output", output)
    assert second.returncode == 2
    assert "已经有一个 perfbatch watch 在用" in second.stderr
    (inbox / "坏.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000))
    wanted = {"甲.xlsx": "processed", "坏.xls": "refused"}
    until(lambda: files_of(output) == wanted, "the damaged file was not listed")
    until(lambda: one.says("坏.xls"), "the page does not name it")
    assert one.end() == 0
    assert "已停止" in (output / PAGE).read_text(encoding="utf-8")
    until(lambda: one.left() == [], "something is left")
    assert not list(output.glob(".perfbatch.watch.lock*"))
    shutil.copy(SEED, inbox / "乙.xlsx")
    again = watched("--poll")
    until(lambda: "乙.xlsx" in files_of(output), "a restart did not catch up")
    ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    assert again.end(signal.SIGTERM if ignored else signal.SIGINT) == 0
    log = (output / LOG).read_text(encoding="utf-8")
    assert "核验完成" in log
    assert log.count("已停止") == 2


def test_an_end_during_a_round_leaves_no_process(watched: Callable[..., Watcher], tmp_path: Path) -> None:
    """The run and its workers end with the watcher."""
    for number in range(60):
        shutil.copy(SEED, tmp_path / "收件" / f"{number}.xlsx")
    one = watched()
    until(lambda: one.says("正在核验"), "no round began")
    until(lambda: len(one.left()) > 1, "no process of the round")
    assert one.end() == 0
    until(lambda: one.left() == [], "something is left")


def test_bad_words_on_the_command_line(tmp_path: Path) -> None:
    """Each is said before anything is written."""
    output = tmp_path / "结果"
    gone = in_own_process("watch", tmp_path / "没有", "--output", output)
    assert (gone.returncode, "不存在" in gone.stderr) == (2, True)
    hasty = in_own_process("watch", tmp_path, "--output", output, "--settle", "0")
    assert (hasty.returncode, "--settle" in hasty.stderr) == (2, True)
    book = in_own_process("watch", tmp_path, "--output", output, "--rules", "没有这本")
    assert (book.returncode, "没有这本" in book.stderr) == (2, True)
    assert not output.exists()
    (output / "批注").mkdir(parents=True)
    (output / "run.json").write_text(
        '{"tool": "perfbatch", "state": "done", "outputs": {}}', encoding="utf-8"
    )
    own = in_own_process("watch", output / "批注", "--output", output)
    assert own.returncode == 2


def test_events_come_where_the_system_has_them(tmp_path: Path) -> None:
    """And where it has none the bell says so at the start; the trial leaves nothing."""
    with Bell(tmp_path) as bell:
        assert list(tmp_path.iterdir()) == []
        if not bell.events:
            pytest.skip("no events on this file system")
        (tmp_path / "下级").mkdir()
        (tmp_path / "下级" / "甲.xlsx").write_bytes(b"x")
        assert bell.wait(WAIT)
        bell.renew()
        assert bell.events
        assert bell.alive()
    assert not bell.alive()
    with Bell(tmp_path, poll=True) as silent:
        assert not silent.events
        assert not silent.wait(0.01)
