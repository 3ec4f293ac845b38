"""Fifty runs broken off at any moment, with an auditor at work between them: no decision is lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.season.audit import MISSING, PROJECTS, decided, forms, nth, rows, run, write

KILLS = 50
LONGEST = 1.6
"""Seconds after which a run is killed at the latest; one takes about as long."""
EVERY = 10
"""Kills between two words of the auditor."""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a POSIX signal")
@pytest.mark.parametrize("fresh", [False, True], ids=["", "--fresh"])
def test_fifty_kills(fresh: bool, tmp_path: Path) -> None:
    """Half of them with the store cleared. What was written stays in force, word for word."""
    folder, out = forms(tmp_path / "in", 8, 2021), tmp_path / "out"
    run(folder, out)
    chance = random.Random(2022)
    marks = [row["识别码"] for row in rows(out / "汇总.xlsx", MISSING)]
    said: dict[str, str] = {}
    command = [
        sys.executable, "-m", "perfbatch", "run", str(folder), "-o", str(out), "-q", "--workers", "0",
        *(["--fresh"] if fresh else []),
    ]  # fmt: skip
    for number in range(KILLS // 2):
        if number % EVERY == 0:
            # The workbook in place is the one that an auditor sees, whole, whatever was killed.
            at = (number // EVERY) % len(marks)
            said[marks[at]] = f"第{number}次"
            write(out / "汇总.xlsx", MISSING, lambda row, at=at: row["识别码"] == marks[at],
                  审核意见=said[marks[at]])  # fmt: skip
            write(out / "汇总.xlsx", PROJECTS, nth(number % 8), 审核说明=f"说明{number}")
        running = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        # Loading takes most of the first third of a second: kills fall on all that comes after.
        time.sleep(chance.uniform(0.3, LONGEST))
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        assert (out / "汇总.xlsx").exists()
    run(folder, out)
    shown = {row["识别码"]: row["审核意见"] for row in rows(out / "汇总.xlsx", MISSING) if row["审核意见"]}
    assert shown == said
    assert sorted(decided(out)["decision"]) == sorted(said.values())
    notes = [row["审核说明"] for row in rows(out / "汇总.xlsx", PROJECTS) if row["审核说明"]]
    assert sorted(notes) == sorted(f"说明{number}" for number in range(0, KILLS // 2, EVERY))


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
