"""What roster and approved targets, or a history, add to a run: the same folder with and without.

``python -m benchmarks.season FOLDER [--rounds 3] [--workers 1] [--every 100] [--history]``. With and without
alternate. With ``--history`` three earlier rounds stand in it, which are not timed, and a fourth is recorded;
else the lists are made of the forms that a run found in the folder (one project in twenty left out, one
target in ``--every`` changed), as .csv, and not timed. Prints processor seconds of all processes of a run
together and wall seconds, the least of the rounds. On Linux: elsewhere the workers, which outlive their
parent, do not count.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd


def main() -> None:
    """Make the lists, run, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--every", type=int, default=100, help="one approved target in so many is changed")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--history", action="store_true")
    asked = parser.parse_args()
    _inherit_orphans()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        if asked.history:
            beside = history(asked.folder, work, asked.workers)
        else:
            run(asked.folder, work / "first", asked.workers, [])
            roster, targets, forms, indicators = lists(work / "first", work, asked.every)
            print(f"{forms} forms, {indicators} approved indicators")
            beside = ["--roster", str(roster), "--targets", str(targets)]
        rounds = []
        for number in range(asked.rounds):
            plain = run(asked.folder, work / f"plain{number}", asked.workers, [])
            season = run(asked.folder, work / f"season{number}", asked.workers, beside)
            rounds.append((plain, season))
    for at, unit in enumerate(("processor s of all processes", "wall s")):
        without, beside_it = (min(one[which][at] for one in rounds) for which in (0, 1))
        print(f"{unit}: {without:.2f} without, {beside_it:.2f} with: {beside_it / without - 1:+.1%}")


def history(folder: Path, work: Path, workers: int) -> list[str]:
    """Options that record the fourth round of a season."""
    for number in (1, 2, 3):
        options = ["--history", str(work / "history.sqlite"), "--period", f"2022-0{number}"]
        run(folder, work / "earlier", workers, options)
    size = (work / "history.sqlite").stat().st_size
    print(f"history of three rounds: {size / 2**20:.1f} MiB")
    return ["--history", str(work / "history.sqlite"), "--period", "2022-04"]


def lists(output: Path, work: Path, every: int) -> tuple[Path, Path, int, int]:
    """Roster and approved targets in ``work``, of the forms that the run into ``output`` found, and how many
    rows each has."""
    heads = {"department": "主管部门", "unit": "实施单位", "project": "项目名称"}
    forms = _frame(output, "forms", ["form_id", *heads]).set_index("form_id")
    indicators = _frame(output, "indicators", ["form_id", "name", "target", "points"])
    roster, targets = work / "应报名单.csv", work / "批复目标.csv"
    forms[list(heads)].rename(columns=heads).to_csv(roster, index=False, encoding="utf-8-sig")
    kept = indicators[indicators["form_id"].isin(forms.index[np.arange(len(forms)) % 20 > 0])]
    rows = kept.join(forms[list(heads)], on="form_id")
    with_number = rows["target"].str.contains("[0-9]").to_numpy()
    changed = (np.arange(len(rows)) % every == 0) & with_number
    rows.loc[changed, "target"] = "≥" + rows.loc[changed, "target"].str.lstrip("≥≤><") + "9"
    rows = rows[rows["target"] != ""]
    names = {**heads, "name": "三级指标", "target": "指标值", "points": "分值"}
    rows[list(names)].rename(columns=names).to_csv(targets, index=False, encoding="utf-8-sig")
    return roster, targets, len(forms), len(rows)


def _frame(output: Path, name: str, columns: list[str]) -> pd.DataFrame:
    frame = pd.read_csv(output / "数据" / f"{name}.csv", usecols=columns, keep_default_na=False)
    for column in frame.columns[frame.dtypes == "str"]:
        frame[column] = frame[column].str.removeprefix("'")  # that no spreadsheet takes it for a formula
    return frame


def run(folder: Path, output: Path, workers: int, more: list[str]) -> tuple[float, float]:
    """Processor and wall seconds of one run from nothing."""
    command = [sys.executable, "-m", "perfbatch", "run", str(folder), "--output", str(output), "--quiet",
               "--workers", str(workers), *more]  # fmt: skip
    before, started = _children(), time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "COLUMNS": "200"})
    wall = time.perf_counter() - started
    if done.returncode > 1:
        sys.exit(done.stderr)
    with suppress(ChildProcessError):  # its server of workers, which ends when it does
        while True:
            os.wait()
    return _children() - before, wall


def _inherit_orphans() -> None:
    """Be the parent of processes whose own has ended, so that their time is counted."""
    if sys.platform == "linux":
        set_child_subreaper = 36
        ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
