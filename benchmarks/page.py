"""docs/benchmarks.md out of docs/benchmarks.json."""

from __future__ import annotations

from typing import Any

_HEAD = """# Benchmarks

Written by `make bench` (100 and 1,000 workbooks) and `make bench-large` (10,000 and 100,000). Every figure
is of whole processes with everything they start, the best of the rounds, in which the ways alternate;
`processor` is the time on a processor added over the tree, `wall` the time on the clock, memory the
proportional set size of the tree at its peak. The usual script is benchmarks/usual_script.py: it does far
less (no targets compared, no score recomputed, no check but one), and is run up to 1,000 workbooks only.

The workbooks come from tests.generator (seed 1): 1 to 3 forms a workbook, national and platform layout, one
defect in two forms, disguises of cell types and places.
"""
_WAYS = {"usual": "usual script", "workers 1": "perfbatch, 1 worker", "workers 2": "perfbatch, 2 workers",
         "again": "perfbatch again, nothing changed"}  # fmt: skip


def render(known: dict[str, Any]) -> str:
    """The page."""
    lines = [_HEAD, f"Machine: {known['machine']}.", ""]
    lines += ["ms are for one workbook; × is how many times faster than the usual script.", ""]
    lines += ["| workbooks | way | wall, ms | processor, ms | peak, MiB | × wall | × processor | date |"]
    lines += ["|--:|---|--:|--:|--:|--:|--:|---|"]
    runs = {int(count): run for count, run in known.get("runs", {}).items()}
    usual: dict[str, float] | None = None
    for count in sorted(runs):
        costs = runs[count]["costs"]
        usual = costs.get("usual", usual)
        for way, name in _WAYS.items():
            if way in costs:
                cost = costs[way]
                ratios = [f"{usual[key] / cost[key]:.1f}" if usual else "" for key in ("wall", "cpu")]
                lines.append(
                    f"| {count:,} | {name} | {cost['wall']:.2f} | {cost['cpu']:.2f} | {cost['peak']} "
                    f"| {ratios[0]} | {ratios[1]} | {runs[count]['date']} |"
                )
    lines += [
        "",
        "## By room",
        "",
        "Processor time in the worker, ms a workbook, of the runs on one worker.",
        "",
    ]
    rooms = list(dict.fromkeys(room for run in runs.values() for room in run["rooms"]))
    lines += [f"| workbooks | {' | '.join(rooms)} |", f"|--:|{'--:|' * len(rooms)}"]
    for count in sorted(runs):
        spent = runs[count]["rooms"]
        lines.append(f"| {count:,} | {' | '.join(f'{spent.get(room, 0):.2f}' for room in rooms)} |")
    if "floors" in known:
        lines += ["", "## Against the floor", "", "ms of processor time a workbook, one process, warm.", ""]
        lines += ["| way | ms |", "|---|--:|"]
        lines += [f"| {way} | {ms:.2f} |" for way, ms in known["floors"].items()]
    return "\n".join(lines) + "\n"
