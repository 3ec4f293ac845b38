"""Fifty runs broken off at any moment, with an auditor at work between them: no decision is lost."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from select import select

import pytest

from tests.season.audit import MISSING, PROJECTS, decided, forms, nth, rows, run, write

KILLS = 50
EVERY = 10
"""Kills between two words of the auditor."""
FORMS = 4
_RUNS = """
import os, sys
from pathlib import Path
from perfbatch import batch
from perfbatch.batch import follow_up, last_year, passes, season
from perfbatch.options import Options
from perfbatch.season import applying, shown, written
from perfbatch.writing import documents
folder, out, fresh = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] == "fresh"
for _ in sys.stdin:
    child = os.fork()
    if not child:
        os.setsid()
        batch.run([folder], out, options=Options(workers=0, fresh=fresh))
        os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
    print(flush=True)
"""
"""A process that has loaded everything and, for each line that it reads, runs in a child of its own: the run
alone is killed, at whatever it is doing, and not the loading."""


class Runs:
    """That process."""

    def __init__(self, folder: Path, out: Path, fresh: bool) -> None:
        command = [sys.executable, "-c", _RUNS, str(folder), str(out), "fresh" if fresh else ""]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def one(self, after: float | None = None) -> float:
        """A run, killed after so many seconds if it has not ended before; how long it took."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        child, began = int(self.process.stdout.readline()), time.monotonic()
        if after is not None and not select([self.process.stdout], [], [], after)[0]:
            os.kill(child, signal.SIGKILL)
        self.process.stdout.readline()
        return time.monotonic() - began

    def close(self) -> None:
        """End it."""
        self.process.communicate()


@pytest.fixture(params=[False, True], ids=["", "--fresh"])
def runs(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Runs]:
    """Of a folder of forms into the folder out; half of them with the store cleared."""
    run(forms(tmp_path / "in", FORMS, 2021), tmp_path / "out")
    made = Runs(tmp_path / "in", tmp_path / "out", request.param)
    yield made
    made.close()


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a POSIX signal")
def test_fifty_kills(runs: Runs, tmp_path: Path) -> None:
    """In two halves. What was written stays in force, word for word."""
    out = tmp_path / "out"
    chance = random.Random(2022)
    marks = [row["识别码"] for row in rows(out / "汇总.xlsx", MISSING)]
    said: dict[str, str] = {}
    longest = 0.0
    for number in range(KILLS // 2):
        if number % EVERY == 0:
            # The workbook in place is the one that an auditor sees, whole, whatever was killed.
            at = (number // EVERY) % len(marks)
            said[marks[at]] = f"第{number}次"
            write(out / "汇总.xlsx", MISSING, lambda row, at=at: row["识别码"] == marks[at],
                  审核意见=said[marks[at]])  # fmt: skip
            write(out / "汇总.xlsx", PROJECTS, nth((number // EVERY) % FORMS), 审核说明=f"说明{number}")
        if not longest:
            longest = _longest(runs, out)
        runs.one(chance.uniform(0, longest))
        assert (out / "汇总.xlsx").exists()
    runs.one()
    shown = {row["识别码"]: row["审核意见"] for row in rows(out / "汇总.xlsx", MISSING) if row["审核意见"]}
    assert shown == said
    assert sorted(decided(out)["decision"]) == sorted(said.values())
    notes = [row["审核说明"] for row in rows(out / "汇总.xlsx", PROJECTS) if row["审核说明"]]
    assert sorted(notes) == sorted(f"说明{number}" for number in range(0, KILLS // 2, EVERY))


def _longest(runs: Runs, out: Path) -> float:
    """How long a run takes that has a word to take up: into a copy, so that it is still to be done."""
    beside = Path(f"{out}.beside")
    shutil.copytree(out, beside)
    seconds = runs.one()
    shutil.rmtree(out)
    beside.rename(out)
    return seconds


class Killed(BaseException):
    """Ends a run where it stands."""


POINTS = [
    ("perfbatch.batch.outputs.OutputFolder.begin", False),
    ("perfbatch.batch.outputs.OutputFolder.begin", True),
    ("perfbatch.batch.job._Job.keep_decisions", True),
    ("perfbatch.batch.passes.read_pass", True),
    ("perfbatch.writing.data.DataFiles.close", True),
    ("perfbatch.writing.summary.Summary.close", False),
    ("perfbatch.writing.summary.Summary.close", True),
    ("perfbatch.batch.kept_results.Store.keep", False),
    ("perfbatch.batch.kept_results.Store.keep", True),
    ("perfbatch.batch.outputs.OutputFolder.remove_stale", True),
    ("perfbatch.batch.outputs.OutputFolder.finish", False),
]


@pytest.mark.parametrize(("place", "after"), POINTS, ids=lambda one: str(one).rpartition(".")[2])
def test_broken_off_between_any_two_steps(
    place: str, after: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three times at the same step, then a quiet run: the word is there, and so is one written meanwhile."""
    folder, out = forms(tmp_path / "in"), tmp_path / "out"
    run(folder, out)
    write(out / "汇总.xlsx", MISSING, nth(0), 审核意见="认可", 单位补充说明="疫情")
    home, _, name = place.rpartition(".")
    owner = _owner(home)
    real = getattr(owner, name)

    def broken(*given: object, **named: object) -> object:
        if after:
            real(*given, **named)
        raise Killed

    for number in range(3):
        # Once all is written and noted, a run has nothing to do and comes to its end.
        with monkeypatch.context() as patch, suppress(Killed):
            patch.setattr(owner, name, broken)
            run(folder, out)
            assert number > 0
        if number == 1:
            write(out / "汇总.xlsx", PROJECTS, nth(1), 审核得分=60)
    run(folder, out)
    assert decided(out)[["decision", "remark"]].to_numpy().tolist() == [["认可", "疫情"]]
    assert rows(out / "汇总.xlsx", PROJECTS)[1]["复核后得分"] == 60


def test_what_is_saved_while_a_run_goes_on_counts_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run replaces a file that it has not read: it is put aside first, and read by the next one."""
    from perfbatch.batch import passes

    folder, out = forms(tmp_path / "in"), tmp_path / "out"
    run(folder, out)
    (folder / "new.xlsx").write_bytes((folder / "00.xlsx").read_bytes())
    real = passes.read_pass

    def meanwhile(*given: object, **named: object) -> object:
        write(out / "汇总.xlsx", MISSING, nth(0), 审核意见="退回")
        return real(*given, **named)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(passes, "read_pass", meanwhile)
        assert len(run(folder, out).backups) == 1
    run(folder, out)
    assert decided(out)["decision"].tolist() == ["退回"]


def _owner(dotted: str) -> object:
    """A module, or a class in one."""
    from importlib import import_module

    home, _, name = dotted.rpartition(".")
    try:
        return import_module(dotted)
    except ModuleNotFoundError:
        return getattr(import_module(home), name)
