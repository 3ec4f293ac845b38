"""A run killed at random moments, again and again: ``python -m tests.soak --kills 200``.

What is killed: the main process, its whole group, a worker, the process itself just before or just after a
file gets its name. Between kills the inputs change. After every kill each file that can be seen is whole and
is the old one or the new one; nothing of ours is taken for somebody's edit; what an auditor wrote is never
lost; the history holds every round that was finished, as it was. Now and then a run may finish: it has to
come to what a fresh run comes to, with every decision in force and its round in the history. ``--seed`` gives
other moments: fifty kills with each of four seeds are two hundred.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from itertools import count
from pathlib import Path

import openpyxl
import pandas as pd

from perfbatch import Options, batch
from perfbatch.schema import FOLLOW_UP, FOLLOW_UP_FORMS
from perfbatch.season.history import History, Round
from perfbatch.whole_files import UNFINISHED
from tests.batch.test_killed import whole
from tests.batch.test_run import comparable
from tests.generator.workbook import Workbook, make
from tests.season.audit import FINDINGS, rows, write

ROOT = Path(__file__).parents[1]
KINDS = ("main", "group", "worker", "before", "after")
"""What is killed."""
LONGEST = 1.5
"""Seconds after which a run that holds its folder is killed at the latest; it takes about as long."""
_HANGS = 100.0
"""Seconds after which a run that is to kill itself says where it stands, and ends."""
_SELF_KILL = f"""
import faulthandler
faulthandler.dump_traceback_later({_HANGS}, exit=True)
import os, signal, sys
from pathlib import Path
import perfbatch.whole_files as whole_files
count, after = int(sys.argv[1]), sys.argv[2] == "after"
replace = Path.replace
def counted(self, target):
    global count
    count -= 1
    if count == 0 and not after:
        os.kill(os.getpid(), signal.SIGKILL)
    done = replace(self, target)
    if count == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return done
Path.replace = counted
sys.argv[1:] = sys.argv[3:]
from perfbatch.__main__ import main
main()
"""


class Soak:
    """One folder of inputs and one of outputs, through any number of kills."""

    def __init__(self, top: Path, seed: int, forms: int = 8) -> None:
        self.chance = random.Random(seed)
        self.inputs, self.out, self.top = top / "in", top / "out", top
        self.inputs.mkdir()
        self.versions = {
            f"{n:02}.xlsx": _versions(make(seed, n, "national", "mixed", True)) for n in range(forms)
        }
        self.now = dict.fromkeys(self.versions, 0)
        self.written: list[bytes] = []
        self.said: dict[str, str] = {}
        """What the auditor decided, by the finding's mark."""
        self.history, self.periods = top / "历史.sqlite", count(1)
        self.period = f"{next(self.periods):04}-01"
        self.rounds: dict[str, Round] = {}
        """The finished rounds, as they were recorded."""
        self.copies: dict[str, set[bytes]] = {}
        for version in range(2):
            for name, data in self.versions.items():
                (self.inputs / name).write_bytes(data[version])
            batch.run([self.inputs], top / f"quiet{version}", workers=0)
            for name in self.versions:
                self.copies.setdefault(name, set()).add((top / f"quiet{version}/批注" / name).read_bytes())
        self.put()

    def put(self) -> None:
        """Each input in one of its versions."""
        for name, data in self.versions.items():
            self.now[name] = self.chance.randrange(2)
            (self.inputs / name).write_bytes(data[self.now[name]])

    def kill(self) -> str:
        """Start a run and kill it, or a worker of it; what was killed."""
        what = self.chance.choice([*KINDS, "before", "after"])
        arguments = ["run", str(self.inputs), "-o", str(self.out), "-q"]
        arguments += ["--history", str(self.history), "--period", self.period]
        # Compiled once, wherever else bytecode may not be kept: most of a run would be that.
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PYTHONPYCACHEPREFIX": str(self.top / "compiled"),
        }
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": environment}
        if what in ("before", "after"):
            files = str(self.chance.randint(1, 5 * len(self.versions) + 5))
            command = [sys.executable, "-c", _SELF_KILL, files, what, *arguments, "--workers", "0"]
            quiet["stderr"] = subprocess.PIPE
            done = subprocess.run(command, check=False, **quiet)  # type: ignore[call-overload]
            assert done.returncode in (0, 1, -signal.SIGKILL), done.stderr.decode()
            assert b"Timeout" not in done.stderr, done.stderr.decode()
            return f"{what} file {files}"
        command = [sys.executable, "-m", "perfbatch", *arguments, "--workers", "1"]
        running = subprocess.Popen(command, start_new_session=True, **quiet)  # type: ignore[call-overload]
        until = time.monotonic() + 60
        while (
            not (self.out / ".perfbatch.lock").exists()
            and running.poll() is None
            and time.monotonic() < until
        ):
            time.sleep(0.01)
        time.sleep(self.chance.uniform(0, LONGEST))
        if what == "worker":
            for child in _descendants(running.pid):
                _kill(child)
            running.wait(timeout=120)
        elif running.poll() is None:
            left = _descendants(running.pid)
            (os.killpg if what == "group" else os.kill)(running.pid, signal.SIGKILL)
            running.wait()
            _wait_for(left)
        return what

    def look(self) -> None:
        """Everything that can be seen is whole, the old one or the new one; no edit is lost, none made up."""
        whole(self.out)
        for name, versions in self.copies.items():
            path = self.out / "批注" / name
            if path.exists():
                assert path.read_bytes() in versions, f"{name}: neither the old one nor the new one"
        saved = [path.read_bytes() for path in (self.out / "备份").rglob("*.xlsx")]
        assert all(data in self.written for data in saved), "a file of ours was taken for an edit"
        kept = [*saved, *(path.read_bytes() for path in [self.out / "汇总.xlsx"] if path.exists())]
        assert all(data in kept for data in self.written), "an edit is lost"
        if self.rounds:
            with History(self.history, create=False) as history:
                now = {one.period: one for one in history.rounds()}
            assert {period: now.get(period) for period in self.rounds} == self.rounds, (
                "a round is not as it was"
            )
            assert len({one.forms for one in now.values()}) == 1, "half a round"

    def edit(self) -> None:
        """An auditor writes into 汇总.xlsx: a word on one finding."""
        path = self.out / "汇总.xlsx"
        if not path.exists():
            return
        marks = [row["识别码"] for row in rows(path, FINDINGS)]
        if not marks:
            return  # forms without a finding
        mark = self.chance.choice(marks)
        self.said[mark] = f"第{len(self.written) + 1}次"
        write(path, FINDINGS, lambda row: row["识别码"] == mark, 审核意见="退回", 审核说明=self.said[mark])
        self.written.append(path.read_bytes())

    def finish(self) -> None:
        """A run that is left alone comes to what a fresh one comes to, and to all that people decided."""
        shutil.rmtree(self.top / "fresh", ignore_errors=True)
        fresh = batch.run([self.inputs], self.top / "fresh", workers=0)
        options = Options(history=self.history, period=self.period, workers=0)
        done = batch.run([self.inputs], self.out, options=options)
        assert done.tally == fresh.tally
        # What people wrote, and what was seen of it and of each finding, is this folder's own.
        assert _of_forms(self.out) == _of_forms(self.top / "fresh")
        left = [str(path) for path in self.out.rglob("*") if UNFINISHED.fullmatch(path.name)]
        assert not left, left
        shown = {row["识别码"]: row["审核说明"] for row in rows(self.out / "汇总.xlsx", FINDINGS)}
        # A finding of the other version of a form is not there now; what was decided on it is in the record.
        kept = (self.out / "数据/decisions.csv").read_text("utf-8-sig") if self.said else ""
        lost = {
            mark: said
            for mark, said in self.said.items()
            if (shown[mark] != said if mark in shown else said not in kept)
        }
        assert not lost, f"a decision is lost: {lost}"
        with History(self.history, create=False) as history:
            self.rounds[self.period] = history.round(self.period)
        self.look()
        self.period = f"{next(self.periods):04}-01"

    def run(self, kills: int, finish_every: int) -> list[str]:
        """Kill ``kills`` times; what was killed."""
        killed = []
        for number in range(kills):
            if number % 3 == 2:
                self.put()
            if number % finish_every == finish_every - 1:
                self.finish()
                self.edit()
                self.put()
            killed.append(self.kill())
            self.look()
        self.finish()
        return killed


def _of_forms(folder: Path) -> dict[str, object]:
    """The outputs, as far as they rest on the inputs alone."""
    own = ("备份/", "数据/decisions.csv")
    found = {name: data for name, data in comparable(folder).items() if not name.startswith(own)}
    for name, columns in (("findings", FOLLOW_UP), ("forms", FOLLOW_UP_FORMS)):
        frame = pd.read_csv(folder / f"数据/{name}.csv", dtype=str, keep_default_na=False)
        found[f"数据/{name}.csv"] = frame.drop(columns=[one for one in columns if one in frame]).to_csv()
    return found


def _versions(made: Workbook) -> list[bytes]:
    """A form as it is, and with another goal: of the same project, or B501 would come and go."""
    book = openpyxl.load_workbook(io.BytesIO(made.data))
    form = made.forms[0]
    row, column = next(cell for place, cell in form.places.items() if place.field == "goal")
    book[form.sheet].cell(row + 1, column + 1).value = "改过的目标"
    changed = io.BytesIO()
    book.save(changed)
    return [made.data, changed.getvalue()]


def _descendants(pid: int) -> list[int]:
    """Child processes of child processes: what works, and not the server that starts them."""
    try:
        listed = subprocess.run(
            ["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
        ).stdout.split()
    except OSError:
        return []
    parents = dict(zip(map(int, listed[::2]), map(int, listed[1::2]), strict=True))
    servers = {child for child, parent in parents.items() if parent == pid}
    return [child for child, parent in parents.items() if parent in servers]


def _wait_for(left: list[int]) -> None:
    """Workers that were left behind finish a file and end by themselves; what they write is whole."""
    until = time.monotonic() + 60
    while any(map(_lives, left)) and time.monotonic() < until:
        time.sleep(0.05)


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=2021)
    parser.add_argument("--forms", type=int, default=4)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        started = time.monotonic()
        killed = Soak(Path(folder), options.seed, options.forms).run(options.kills, 10)
        kinds = {kind: sum(one.split()[0] == kind for one in killed) for kind in KINDS}
        print(f"{len(killed)} kills in {time.monotonic() - started:.0f} s, nothing lost: {dict(kinds)}")


if __name__ == "__main__":
    main()
