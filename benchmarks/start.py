"""What the start of a run is made of: ms of import by package, in the processes that a run starts.

Rule books, words and patterns are made when a module of perfbatch is loaded, and are its own.

``python -m benchmarks.start``. Each process is loaded anew ``ROUNDS`` times with ``-X importtime``, which
itself costs some microseconds a module; the least of the rounds counts.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROUNDS = 3
PROCESSES = {
    "main process, before the first file": "import perfbatch.cli, perfbatch.batch.passes",
    "main process, while the workers read": "import perfbatch.writing.documents",
    "server of the workers": "import perfbatch.batch.preload",
}
LIBRARY, REST = "standard library", "interpreter, and what is no import"
_BEFORE = {"main process, while the workers read": PROCESSES["main process, before the first file"]}
"""What a process has loaded before."""


def measure() -> dict[str, dict[str, float]]:
    """ms of wall by package for each process; the most expensive package first, ``REST`` last."""
    return {name: min((_once(name) for _ in range(ROUNDS)), key=_total) for name in PROCESSES}


def _total(spent: dict[str, float]) -> float:
    return sum(spent.values())


def _once(name: str) -> dict[str, float]:
    before = _BEFORE.get(name, "pass")
    mark = "import sys; print('import time: 0 | 0 | __begin__', file=sys.stderr, flush=True)"
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", f"{before}\n{mark}\n{PROCESSES[name]}"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    wall = (time.perf_counter() - start) * 1000
    lines = [line.removeprefix("import time:").split("|") for line in done.stderr.splitlines()]
    times = [
        (line[2].strip(), int(line[0])) for line in lines if len(line) == 3 and line[0].strip().isdigit()
    ]
    begin = next(at for at, (module, _) in enumerate(times) if module == "__begin__")
    spent: Counter[str] = Counter()
    for module, own in times[begin:] if before != "pass" else times:
        spent[_package(module)] += own
    found = {package: us / 1000 for package, us in spent.most_common()}
    if before == "pass":
        found[REST] = wall - sum(found.values())
    return found


def _package(module: str) -> str:
    top = module.partition(".")[0]
    return LIBRARY if top in sys.stdlib_module_names or top.startswith("_") else top


if __name__ == "__main__":
    for process, spent in measure().items():
        print(process)
        for package, ms in spent.items():
            if ms >= 5:
                print(f"{ms:8.1f}  {package}")
        print(f"{sum(spent.values()):8.1f}  in all")
