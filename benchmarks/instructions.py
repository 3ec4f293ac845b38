"""Instructions that a worker spends on a workbook, stage by stage: a figure that neighbours do not change.

``python -m benchmarks.instructions FOLDER [--workbooks 60]``. Times of one program differ by a third from
minute to minute on a machine that others use too; what callgrind counts differs by a thousandth, so that a
change of one per cent can be seen. It counts neither the time that memory takes nor system calls. Needs
valgrind (Debian: valgrind); a minute for 60 workbooks.
"""

from __future__ import annotations

import argparse
import gc
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest.mock import patch

WARM = 40
"""Workbooks before the count begins."""
NOTHING = "nothing"
"""What a mark itself takes."""


def main() -> None:
    """Run this module once more below valgrind, and print what it counted."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--workbooks", type=int, default=60)
    parser.add_argument("--counted", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.counted:
        counted(given.folder, given.workbooks)
        return
    if not can_count():
        sys.exit("valgrind is not installed")
    spent = measure(given.folder, given.workbooks)
    for stage, millions in spent.items():
        print(f"{millions:8.2f}  {stage}")
    print(f"{sum(spent.values()):8.2f}  in all, millions a workbook")


def can_count() -> bool:
    """Whether there is a valgrind."""
    return shutil.which("valgrind") is not None


def measure(folder: Path, workbooks: int = 60) -> dict[str, float]:
    """Millions of instructions a workbook, by stage."""
    with tempfile.TemporaryDirectory() as name:
        out = Path(name) / "counts"
        subprocess.run(
            ["valgrind", "--quiet", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={out}",
             sys.executable, "-m", "benchmarks.instructions", str(folder),
             "--workbooks", str(workbooks), "--counted"],
            env={**os.environ, "PYTHONHASHSEED": "0"}, check=True,
        )  # fmt: skip
        dumps = sorted(Path(name).glob("counts.*"), key=lambda path: int(path.suffix[1:]))
        found = dict(map(_of_dump, dumps))
    mark = found.pop(NOTHING)
    return {stage: (count - mark) / workbooks / 1e6 for stage, count in found.items()}


def _of_dump(path: Path) -> tuple[str, int]:
    text = path.read_text(encoding="utf-8", errors="replace")
    [stage] = re.findall(r"^desc: Trigger: dump (\S+)", text, re.MULTILINE)
    [count] = re.findall(r"^totals: (\d+)", text, re.MULTILINE)
    return stage, int(count)


def counted(folder: Path, workbooks: int) -> None:
    """Read, check and mark ``workbooks`` of ``folder`` in a warm process; a dump a stage."""
    from benchmarks.stages import copies
    from perfbatch.batch import tasks
    from perfbatch.batch.plan import Item
    from perfbatch.options import Options
    from perfbatch.reading.discover import discover

    options = Options()
    items = [Item(number, source) for number, source in enumerate(discover([folder])[: WARM + workbooks])]
    warm, measured = items[:WARM], items[WARM:]
    stop = tasks._ProcessorTime.stop

    def stopped(clock: tasks._ProcessorTime, stage: str) -> None:
        control("--dump=" + stage)
        stop(clock, stage)

    with tempfile.TemporaryDirectory() as scratch:
        store, output = Path(scratch) / "store", Path(scratch) / "out"
        store.mkdir()
        done = tasks.read_and_check(warm, options, "warm", store)
        tasks.copy(copies(warm, done.folder), options, output)
        gc.disable()
        with patch.object(tasks._ProcessorTime, "stop", stopped):
            control("--instr=on")
            control("--zero")
            control("--dump=" + NOTHING)
            done = tasks.read_and_check(measured, options, "measured", store)
            wanted = copies(measured, done.folder)
            tasks.copy(wanted, options, output)
            control("--instr=off")


def control(order: str) -> None:
    """Tell callgrind."""
    subprocess.run(["callgrind_control", order, str(os.getpid())], check=True, capture_output=True)


if __name__ == "__main__":
    main()
