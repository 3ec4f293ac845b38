"""What roster and approved targets, or a history, add to a run: the same folder with and without.

``python -m benchmarks.season FOLDER [--rounds 3] [--workers 1] [--every 100] [--history [FILE]]``. With and
without alternate. With ``--history`` three earlier rounds stand in it, which are not timed, and a fourth is
recorded (FILE keeps the three for the next time); else the lists are made of the forms that a run found in
the folder (one project in twenty left out, one target in ``--every`` changed), as .csv, and not timed. Prints
processor seconds and peak memory of all processes of a run together and wall seconds: the least of all
rounds. On Linux.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.tree import Cost, measure

LOOK = 1.0
"""Seconds between two looks at the memory: a run of minutes is not slowed down, and no peak is missed."""

PART = 100_000
"""Approved indicators a list."""


def main() -> None:
    """Make the lists, run, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--every", type=int, default=100, help="one approved target in so many is changed")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--history", type=Path, nargs="?", const=Path())
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        if asked.history is not None:
            kept = asked.history if asked.history.name else work / "kept.sqlite"
            if not kept.exists():
                earlier_rounds(asked.folder, work, asked.workers, kept)
            print(f"history of three rounds: {kept.stat().st_size / 2**20:.1f} MiB")
            beside = ["--history", str(work / "history.sqlite"), "--period", "2022-04"]
        else:
            run(asked.folder, work / "first", asked.workers, [])
            roster, targets, forms, indicators = lists(work / "first", work, asked.every)
            print(f"{forms} forms, {indicators} approved indicators")
            beside = ["--roster", str(roster), "--targets", str(targets)]
        rounds = []
        for number in range(asked.rounds):
            plain = run(asked.folder, work / f"plain{number}", asked.workers, [])
            if asked.history is not None:
                shutil.copy(kept, work / "history.sqlite")
            season = run(asked.folder, work / f"season{number}", asked.workers, beside)
            rounds.append((plain, season))
    for unit, of in FIGURES.items():
        without, beside_it = (min(of(one[which]) for one in rounds) for which in (0, 1))
        print(f"{unit}: {without:.2f} without, {beside_it:.2f} with: {beside_it / without - 1:+.1%}")


FIGURES: dict[str, Callable[[Cost], float]] = {
    "processor s of all processes": lambda cost: cost.cpu,
    "wall s": lambda cost: cost.wall,
    "peak MiB of all processes": lambda cost: cost.peak / 2**20,
}


def earlier_rounds(folder: Path, work: Path, workers: int, path: Path) -> None:
    """Record three rounds in ``path``."""
    for number in (1, 2, 3):
        options = ["--history", str(path), "--period", f"2022-0{number}"]
        run(folder, work / "earlier", workers, options)


def lists(output: Path, work: Path, every: int) -> tuple[Path, Path, int, int]:
    """Roster and approved targets in ``work``, of the forms that the run into ``output`` found, and how many
    rows each has."""
    heads = {"department": "主管部门", "unit": "实施单位", "project": "项目名称"}
    forms = _frame(output, "forms", ["form_id", *heads]).set_index("form_id")
    indicators = _frame(output, "indicators", ["form_id", "name", "target", "points"])
    roster, targets = work / "应报名单.csv", work / "批复目标"
    forms[list(heads)].rename(columns=heads).to_csv(roster, index=False, encoding="utf-8-sig")
    kept = indicators[indicators["form_id"].isin(forms.index[np.arange(len(forms)) % 20 > 0])]
    rows = kept.join(forms[list(heads)], on="form_id")
    with_number = rows["target"].str.contains("[0-9]").to_numpy()
    changed = (np.arange(len(rows)) % every == 0) & with_number
    rows.loc[changed, "target"] = "≥" + rows.loc[changed, "target"].str.lstrip("≥≤><") + "9"
    rows = rows[rows["target"] != ""]
    names = {**heads, "name": "三级指标", "target": "指标值", "points": "分值"}
    targets.mkdir()
    for start in range(0, len(rows), PART):  # one list of a province would be refused as too large
        some = rows[list(names)].iloc[start : start + PART].rename(columns=names)
        some.to_csv(targets / f"{start:08d}.csv", index=False, encoding="utf-8-sig")
    return roster, targets, len(forms), len(rows)


def _frame(output: Path, name: str, columns: list[str]) -> pd.DataFrame:
    frame = pd.read_csv(output / "数据" / f"{name}.csv", usecols=columns, keep_default_na=False)
    for column in frame.columns[frame.dtypes == "str"]:
        frame[column] = frame[column].str.removeprefix("'")  # that no spreadsheet takes it for a formula
    return frame


def run(folder: Path, output: Path, workers: int, more: list[str]) -> Cost:
    """One run from nothing."""
    command = [sys.executable, "-m", "perfbatch", "run", str(folder), "--output", str(output), "--quiet",
               "--workers", str(workers), *more]  # fmt: skip
    return measure(command, every=LOOK)


if __name__ == "__main__":
    main()
