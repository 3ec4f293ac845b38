"""docs/benchmarks.md out of docs/benchmarks.json."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_HEAD = """# Benchmarks

Written by `make bench` (1, 100 and 1,000 workbooks) and `make bench-large` (10,000 and 100,000). Every figure
is of whole processes with everything they start, the best of the rounds, in which the ways alternate;
`processor` is the time on a processor added over the tree, `wall` the time on the clock, memory the
proportional set size of the tree at its peak. The usual script is benchmarks/usual_script.py: it does far
less (no targets compared, no score recomputed, no check but one). Above 1,000 workbooks its costs are
projected from runs over 1,000 and over one in the same hour. Outputs stay until all is measured: after
thousands of files were removed, every new one costs half a millisecond more for some minutes (ext4).

The workbooks come from tests.generator (seed 1): 1 to 3 forms a workbook, national and platform layout, one
defect in two forms, disguises of cell types and places.
"""
_RUNS = """ms are for one workbook; × is how many times faster than the usual script; `further` is the wall
time of each workbook after the first: what is left once the start is paid for.

| workbooks | way | wall, ms | further, ms | processor, ms | peak, MiB | × wall | × processor | date |
|--:|---|--:|--:|--:|--:|--:|--:|---|"""
_WAYS = {"usual": "usual script", "workers 1": "perfbatch, 1 worker", "workers 2": "perfbatch, 2 workers",
         "again": "perfbatch again, nothing changed"}  # fmt: skip
_STAGES = """
## By stage

Processor time in the worker, ms a workbook, of the runs on one worker.
"""
_FLOORS = """
## Against the floor

ms of processor time a workbook, one process, warm.

| way | ms |
|---|--:|"""
_PROFILE = """
## What is left

Processor time of a warm worker in its two tasks (read, score and check; copies), ms a workbook, by the module
at work (benchmarks/stages.py); what C libraries do for a module is that module's.

| module | ms |
|---|--:|"""
_SHOWN = 0.05


def render(known: dict[str, Any]) -> str:
    """The page."""
    runs = {int(count): run for count, run in sorted(known.get("runs", {}).items(), key=lambda r: int(r[0]))}
    lines = [_HEAD, f"Machine: {known['machine']}.", "", _RUNS, *_costs(runs), _STAGES, *_rooms(runs)]
    if "floors" in known:
        lines += [_FLOORS, *(f"| {way} | {ms:.2f} |" for way, ms in known["floors"].items())]
    if "profile" in known:
        spent = known["profile"]
        lines += [_PROFILE]
        lines += [f"| {module} | {ms:.2f} |" for module, ms in spent.items() if ms >= _SHOWN]
        lines += [f"| modules below {_SHOWN} | {sum(ms for ms in spent.values() if ms < _SHOWN):.2f} |"]
        lines += [f"| everything | {sum(spent.values()):.2f} |"]
    return "\n".join(lines) + "\n"


def _costs(runs: dict[int, dict[str, Any]]) -> Iterator[str]:
    for count, run in runs.items():
        usual = run["costs"]["usual"]
        for way, name in _WAYS.items():
            cost = run["costs"][way]
            further = ""
            if count > 1 and 1 in runs:
                further = f"{(cost['wall'] * count - runs[1]['costs'][way]['wall']) / (count - 1):.2f}"
            cells = [f"{count:,}", name, f"{cost['wall']:.2f}", further, f"{cost['cpu']:.2f}", cost["peak"]]
            cells += [f"{usual[key] / cost[key]:.1f}" for key in ("wall", "cpu")]
            yield "| " + " | ".join(map(str, [*cells, run["date"]])) + " |"


def _rooms(runs: dict[int, dict[str, Any]]) -> Iterator[str]:
    stages = list(dict.fromkeys(stage for run in runs.values() for stage in run["stages"]))
    yield f"| workbooks | {' | '.join(stages)} |"
    yield f"|--:|{'--:|' * len(stages)}"
    for count, run in runs.items():
        spent = " | ".join(f"{run['stages'].get(stage, 0):.2f}" for stage in stages)
        yield f"| {count:,} | {spent} |"
