"""perfbatch beside the usual script and the expert's, whole processes on the same folder, alternating.

``python -m benchmarks.run --forms 1 100 1000 [--rounds 3] [--season] [--write]``. Forms: tests.generator
(seed 1, mixed: 1 to 3 forms a workbook, five in six of the national layout, one in six of the platform, one
defect in two forms, every disguise of cell types and places); they are made once and kept in ``--folder``.

``--season`` runs the last number of workers once more with roster, approved targets and a history of one
earlier round (benchmarks/season.py). ``--write`` puts the figures into docs/benchmarks.json and renders
docs/benchmarks.md from all that it holds.
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
from benchmarks.instructions import can_count
from benchmarks.instructions import measure as measure_instructions
from benchmarks.page import render
from benchmarks.season import lists
from benchmarks.stages import measure as measure_profile
from benchmarks.start import measure as measure_start
from benchmarks.tree import Cost, measure

ROOT = Path(__file__).parents[1]
DATA = ROOT / "docs" / "benchmarks.json"
PAGE = ROOT / "docs" / "benchmarks.md"
SCRIPTS = {
    "usual": ["benchmarks.usual_script"],
    "expert": ["benchmarks.expert_script"],
    "only marked": ["benchmarks.expert_script", "--only-marked"],
}
SCRIPT_FORMS = 1_000
"""A script costs the same for every workbook: it is not run for hours to show it."""
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
    parser.add_argument("--season", action="store_true")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    known = json.loads(DATA.read_text(encoding="utf-8")) if DATA.exists() else {}
    known["machine"] = machine()
    for count in given.forms:
        forms = made(given.folder, count)
        known.setdefault("runs", {})[str(count)] = {
            "date": datetime.now().astimezone().date().isoformat(),
            **side_by_side(forms, count, given.rounds, given.workers, given.folder, given.season),
        }
    if not given.no_floors:
        # The floors last: they remove what they wrote.
        known["start"] = measure_start()
        if can_count():
            known["instructions"] = measure_instructions(made(given.folder, max(given.forms)))
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


def side_by_side(
    forms: Path, count: int, rounds: int, workers: list[int], folder: Path, season: bool
) -> dict[str, object]:
    """Costs of each way, the best of ``rounds``; memory of one round more; the time by stage of the last run
    on one worker.
    """
    costs: dict[str, list[Cost]] = {}
    stages: dict[str, float] = {}
    beside = season_of(forms, folder / f"season-{count}", workers[-1]) if season else []
    # In a long run a look now and then costs nothing and misses no peak; a short one is run again for it.
    looks = [0.0] * rounds + [0.1] if count <= SHORT else [5.0] * rounds
    for every in looks:
        for name in SCRIPTS:
            costs.setdefault(name, []).append(script(name, count, folder, every))
        for number in workers:
            output = fresh(folder)
            command = run_command(forms, output, number)
            costs.setdefault(f"workers {number}", []).append(measure(command, cwd=ROOT, every=every))
            if number == 1:
                stages = json.loads((output / "run.json").read_text(encoding="utf-8"))["processor_seconds"]
                costs.setdefault("again", []).append(measure(command, cwd=ROOT, every=min(every, 0.5)))
        if season:
            output = fresh(folder)
            history = shutil.copy(folder / f"season-{count}" / "history.sqlite", output)
            command = run_command(forms, output / "out", workers[-1])
            command += [*beside, "--history", history, "--period", "2022-02"]
            costs.setdefault("season", []).append(measure(command, cwd=ROOT, every=every))
    return {
        "stages": {stage: seconds / count * 1000 for stage, seconds in stages.items()},
        "costs": {
            way: {
                "wall": min(cost.wall for cost in of[:rounds]) / count * 1000,
                "cpu": min(cost.cpu for cost in of[:rounds]) / count * 1000,
                "own": min(cost.own for cost in of[:rounds]) / count * 1000,
                "peak": max(cost.peak for cost in of) >> 20,
            }
            for way, of in costs.items()
        },
    }


def run_command(forms: Path, output: Path, workers: int) -> list[str]:
    """perfbatch over ``forms``."""
    command = [sys.executable, "-m", "perfbatch", "run", str(forms), "-o", str(output), "-q"]
    return [*command, "--workers", str(workers)]


def season_of(forms: Path, folder: Path, workers: int) -> list[str]:
    """Options for roster and approved targets of ``forms``; ``folder`` then holds a history of one round too.

    Made once, untimed.
    """
    if not folder.exists():
        waiting = folder.with_suffix(".part")
        shutil.rmtree(waiting, ignore_errors=True)
        waiting.mkdir(parents=True)
        history = ["--history", str(waiting / "history.sqlite"), "--period", "2022-01"]
        with tempfile.TemporaryDirectory(dir=waiting) as output:
            measure([*run_command(forms, Path(output), workers), *history], cwd=ROOT)
            lists(Path(output), waiting, every=100)
        waiting.rename(folder)
    return ["--roster", str(folder / "应报名单.csv"), "--targets", str(folder / "批复目标")]


def script(name: str, count: int, folder: Path, every: float) -> Cost:
    """What a script costs for ``count`` workbooks: measured, or from ``SCRIPT_FORMS`` of them on projected
    from that many and from one, in the same hour as what it is compared with.
    """
    module, *flags = SCRIPTS[name]

    def run(number: int) -> Cost:
        forms = str(made(folder, number))
        command = [sys.executable, "-m", module, forms, str(fresh(folder)), *flags]
        return measure(command, cwd=ROOT, every=every)

    many = run(min(count, SCRIPT_FORMS))
    if count <= SCRIPT_FORMS:
        return many
    one, share = run(1), (count - 1) / (SCRIPT_FORMS - 1)
    wall, cpu = one.wall + share * (many.wall - one.wall), one.cpu + share * (many.cpu - one.cpu)
    return replace(many, wall=wall, cpu=cpu, own=cpu)


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
