"""perfbatch beside the usual script, whole processes on the same folder, alternating.

``python -m benchmarks.run --forms 1 100 1000 [--rounds 3] [--write]``. Forms: tests.generator (seed 1,
mixed: 1 to 3 forms a workbook, five in six of the national layout, one in six of the platform, one defect in
two forms, every disguise of cell types and places); they are made once and kept in ``--folder``.

``--write`` puts the figures into docs/benchmarks.json and renders docs/benchmarks.md from all that it holds.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from benchmarks.floors import measure as measure_floors
from benchmarks.page import render
from benchmarks.stages import measure as measure_profile
from benchmarks.tree import Cost, measure

ROOT = Path(__file__).parents[1]
DATA = ROOT / "docs" / "benchmarks.json"
PAGE = ROOT / "docs" / "benchmarks.md"
USUAL_FORMS = 1_000
"""The usual script costs the same for every workbook: it is not run for hours to show it."""
OUTPUTS = "outputs"
SHORT = 1_000
"""Up to here memory is measured in a run of its own: to look often slows a run down."""


def main() -> None:
    """Measure, print, and write if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--forms", type=int, nargs="+", default=[1, 100, 1_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "perfbatch-bench")
    parser.add_argument("--no-floors", action="store_true")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    known = json.loads(DATA.read_text(encoding="utf-8")) if DATA.exists() else {}
    known["machine"] = machine()
    for count in given.forms:
        forms = made(given.folder, count)
        known.setdefault("runs", {})[str(count)] = {
            "date": datetime.now().astimezone().date().isoformat(),
            **side_by_side(forms, count, given.rounds, given.workers, given.folder),
        }
    if not given.no_floors:
        # The floors last: they remove what they wrote.
        known["profile"] = measure_profile(made(given.folder, max(given.forms)))
        known["floors"] = measure_floors(made(given.folder, max(given.forms)))
    shutil.rmtree(given.folder / OUTPUTS, ignore_errors=True)
    if given.write:
        DATA.write_text(json.dumps(known, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    page = render(known)
    print(page)
    if given.write:
        PAGE.write_text(page, encoding="utf-8")


def made(folder: Path, count: int) -> Path:
    """A folder of ``count`` workbooks; made if it is not there yet."""
    forms = folder / f"forms-{count}"
    if not forms.exists():
        waiting = folder / f"forms-{count}.part"
        shutil.rmtree(waiting, ignore_errors=True)
        generator = [sys.executable, "-m", "tests.generator", "--seed", "1", "--workers", str(os.cpu_count())]
        subprocess.run([*generator, "--count", str(count), "--output", str(waiting)], check=True, cwd=ROOT)
        waiting.rename(forms)
    return forms


def side_by_side(forms: Path, count: int, rounds: int, workers: list[int], folder: Path) -> dict[str, object]:
    """Costs of each way, the best of ``rounds``; memory of one round more; the time by stage of the last run
    on one worker.
    """
    costs: dict[str, list[Cost]] = {}
    stages: dict[str, float] = {}
    # In a long run a look now and then costs nothing and misses no peak; a short one is run again for it.
    looks = [0.0] * rounds + [0.1] if count <= SHORT else [5.0] * rounds
    for every in looks:
        costs.setdefault("usual", []).append(usual(count, folder, every))
        for number in workers:
            output = fresh(folder)
            command = [sys.executable, "-m", "perfbatch", "run", str(forms), "-o", str(output), "-q"]
            command += ["--workers", str(number)]
            costs.setdefault(f"workers {number}", []).append(measure(command, cwd=ROOT, every=every))
            if number == 1:
                stages = json.loads((output / "run.json").read_text(encoding="utf-8"))["processor_seconds"]
                costs.setdefault("again", []).append(measure(command, cwd=ROOT, every=min(every, 0.5)))
    return {
        "stages": {stage: seconds / count * 1000 for stage, seconds in stages.items()},
        "costs": {
            way: {
                "wall": min(cost.wall for cost in of[:rounds]) / count * 1000,
                "cpu": min(cost.cpu for cost in of[:rounds]) / count * 1000,
                "peak": max(cost.peak for cost in of) >> 20,
            }
            for way, of in costs.items()
        },
    }


def usual(count: int, folder: Path, every: float) -> Cost:
    """What the usual script costs for ``count`` workbooks: measured, or from ``USUAL_FORMS`` of them on
    projected from that many and from one, in the same hour as what it is compared with.
    """

    def run(number: int) -> Cost:
        forms = str(made(folder, number))
        command = [sys.executable, "-m", "benchmarks.usual_script", forms, str(fresh(folder))]
        return measure(command, cwd=ROOT, every=every)

    many = run(min(count, USUAL_FORMS))
    if count <= USUAL_FORMS:
        return many
    one, share = run(1), (count - 1) / (USUAL_FORMS - 1)
    wall, cpu = one.wall + share * (many.wall - one.wall), one.cpu + share * (many.cpu - one.cpu)
    return replace(many, wall=wall, cpu=cpu)


def fresh(folder: Path) -> Path:
    """A new folder for outputs, to be removed when all is measured.

    Not one that is emptied for every run: for minutes after thousands of files were removed, ext4 passes over
    the places that came free, and every new file costs half a millisecond more.
    """
    outputs = folder / OUTPUTS
    outputs.mkdir(parents=True, exist_ok=True)
    os.sync()
    return Path(tempfile.mkdtemp(dir=outputs))


def machine() -> str:
    """What it was measured on."""
    model = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 30
    except (OSError, StopIteration, ValueError):
        memory = 0
    cores = len(os.sched_getaffinity(0))
    return f"{model}, {cores} cores, {memory} GiB, {platform.system()}, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
