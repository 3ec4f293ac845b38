"""docs/benchmarks.md out of docs/benchmarks.json."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_HEAD = """# Benchmarks

Written by `make bench` (1 to 1,000 workbooks) and `make bench-large` (10,000 and 100,000). Every figure is of
whole processes with everything they start, the best of the rounds, in which the ways alternate; `processor`
is the time on a processor added over the tree, `main` that of the process which the command runs in, `wall`
the time on the clock, memory the proportional set size of the tree at its peak. Outputs stay until all is
measured: after thousands of files were removed, every new one costs half a millisecond more for some minutes
(ext4).

Two scripts stand beside it, both on one process, both doing far less (no targets compared, no score
recomputed, no check but one: points docked without a reason; a mark in a copy, a list):

- **usual** (benchmarks/usual_script.py): pandas reads, openpyxl loads, comments and saves, pandas lists;
- **expert's** (benchmarks/expert_script.py): python-calamine reads, excelize (Go) marks and saves, polars
  lists. `only marked` is the same script where it copies a workbook in which it found nothing byte for byte
  and unopened, which is nine in ten; perfbatch writes into every copy what it recomputed.

Above 1,000 workbooks the costs of both are projected from runs over 1,000 and over one in the same hour.

The workbooks come from tests.generator (seed 1): 1 to 3 forms a workbook, national and platform layout, one
defect in two forms, disguises of cell types and places.
"""
_RUNS = """ms are for one workbook; × is how many times faster than a script, by wall time if nothing else is
said; `further` is the wall time of each workbook after the first: what is left once the start is paid for.

| workbooks | way | wall, ms | further, ms | processor, ms | main, ms | peak, MiB | × usual | × usual, processor | × expert's | date |
|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|---|"""  # noqa: E501
_WAYS = {"usual": "usual script", "expert": "expert's script", "only marked": "expert's script, only marked",
         "workers 1": "perfbatch, 1 worker", "workers 2": "perfbatch, 2 workers",
         "season": "perfbatch, 2 workers, with roster, targets and history",
         "again": "perfbatch again, nothing changed"}  # fmt: skip
_WANTED = """
## What was wanted

| | wanted | measured | |
|---|--:|--:|---|"""
_IN_THE_WAY = """
## What stands in the way

Of a run's wall time on one worker: what one workbook takes, which is the start, as a share of the whole; and
how far ahead each further workbook is by itself, as if nothing had to be loaded. Where that is below what was
wanted, no start would be short enough; the profile at the end of this page says what a workbook takes,
function by function.

| workbooks | start, % | × usual, further alone | × expert's, further alone |
|--:|--:|--:|--:|"""
_STAGES = """
## By stage

Processor time in the worker, ms a workbook, of the runs on one worker.
"""
_FLOORS = """
## Against the floor

ms of processor time a workbook, one process, warm.

| way | ms |
|---|--:|"""
_START = """
## What the start is made of

ms of import by package (benchmarks/start.py), best of three; rule books, words and patterns are perfbatch's.

| process | package | ms |
|---|---|--:|"""
_PROFILE = """
## What is left

Processor time of a warm worker in its two tasks (read, score and check; copies), ms a workbook, by the
function at work (benchmarks/stages.py); what C libraries do for a function is that function's.

| module | function | ms |
|---|---|--:|"""
_INSTRUCTIONS = """
## In instructions

Millions a workbook of a warm worker, counted by callgrind (benchmarks/instructions.py): what other work on
the machine does not change, and so what one version is held against another by.

| stage | millions |
|---|--:|"""
_BLANK = """
## Blank forms

`perfbatch template` (`make bench-forms`): processor time and size of a form, roster and approved targets
read as well; one process, the best of the rounds.

| look | forms | indicators each | ms a form | kB a form | date |
|---|--:|--:|--:|--:|---|"""
_SHOWN = 0.03
_SHOWN_OF_START = 5.0
_MILLION = 1_000_000
Runs = dict[int, dict[str, Any]]


def render(known: dict[str, Any]) -> str:
    """The page."""
    runs = {int(count): run for count, run in sorted(known.get("runs", {}).items(), key=lambda r: int(r[0]))}
    lines = [_HEAD, f"Machine: {known['machine']}.", "", _RUNS, *_costs(runs), *_notes(runs), *_million(runs)]
    lines += [_WANTED, *_wanted(runs), _IN_THE_WAY, *_in_the_way(runs), _STAGES, *_rooms(runs)]
    if "floors" in known:
        lines += [_FLOORS, *(f"| {way} | {ms:.2f} |" for way, ms in known["floors"].items())]
    if "start" in known:
        lines += [_START, *_start(known["start"])]
    if "instructions" in known:
        counted = known["instructions"]
        lines += [_INSTRUCTIONS, *(f"| {stage} | {count:.1f} |" for stage, count in counted.items())]
        lines += [f"| everything | {sum(counted.values()):.1f} |"]
    if "profile" in known:
        spent = known["profile"]
        lines += [_PROFILE]
        for function, ms in spent.items():
            if ms >= _SHOWN:
                lines += [f"| {' | '.join(function.split(' ', 1))} | {ms:.2f} |"]
        small = [ms for ms in spent.values() if ms < _SHOWN]
        lines += [f"| {len(small)} functions below {_SHOWN} | | {sum(small):.2f} |"]
        lines += [f"| everything | | {sum(spent.values()):.2f} |"]
    if "blank_forms" in known:
        lines += [_BLANK]
        for look, cost in known["blank_forms"].items():
            cells = [
                look,
                cost["forms"],
                cost["indicators"],
                f"{cost['ms']:.1f}",
                f"{cost['kb']:.1f}",
                cost["date"],
            ]
            lines += [f"| {' | '.join(map(str, cells))} |"]
    return "\n".join(lines) + "\n"


def _costs(runs: Runs) -> Iterator[str]:
    for count, run in runs.items():
        costs = run["costs"]
        usual, expert = costs["usual"], costs.get("expert")
        for way, name in _WAYS.items():
            if way not in costs:
                continue
            cost = costs[way]
            further = ""
            if count > 1 and way in runs.get(1, {}).get("costs", {}):
                further = f"{(cost['wall'] * count - runs[1]['costs'][way]['wall']) / (count - 1):.2f}"
            own = (
                f"{cost['own']:.2f}"
                if "own" in cost and way not in ("usual", "expert", "only marked")
                else ""
            )
            cells = [
                f"{count:,}",
                name,
                f"{cost['wall']:.2f}",
                further,
                f"{cost['cpu']:.2f}",
                own,
                cost["peak"] or "",
            ]
            cells += [f"{usual[key] / cost[key]:.1f}" for key in ("wall", "cpu")]
            cells += [f"{expert['wall'] / cost['wall']:.2f}" if expert else ""]
            yield "| " + " | ".join(map(str, [*cells, run["date"]])) + " |"


def _notes(runs: Runs) -> Iterator[str]:
    """How a count was measured where it says so itself (``note``), for counts that say the same together."""
    counts: dict[str, list[str]] = {}
    for count, run in runs.items():
        if "note" in run:
            counts.setdefault(run["note"], []).append(f"{count:,}")
    yield from (f"\n{'; '.join(said)}: {note}" for note, said in counts.items())


def _million(runs: Runs) -> Iterator[str]:
    """What a million would take, by the largest two counts; not run."""
    if len(runs) < 2 or max(runs) < 10_000:
        return
    few, many = sorted(runs)[-2:]
    said = []
    for way in ("workers 1", "workers 2", "season"):
        a, b = (runs[count]["costs"].get(way) for count in (few, many))
        if a is None or b is None:
            continue
        hours, peak = (
            (b[key] * many_of + (b[key] * many_of - a[key] * few_of) / (many - few) * (_MILLION - many))
            / unit
            for key, many_of, few_of, unit in (("wall", many, few, 3_600_000), ("peak", 1, 1, 1024))
        )
        said.append(f"{_WAYS[way]}: {hours:.1f} h, {peak:.1f} GiB")
    yield f"\nA million workbooks, projected from {few:,} and {many:,} and not run: {'; '.join(said)}."


def _wanted(runs: Runs) -> Iterator[str]:
    """Each aim beside what was measured, where it was."""

    def wall(count: int, way: str) -> float:
        return float(runs[count]["costs"][way]["wall"])

    def row(what: str, aim: str, figure: float, met: bool, form: str = ".2f") -> str:
        return f"| {what} | {aim} | {figure:{form}} | {'met' if met else '**missed**'} |"

    for count in runs:
        costs = runs[count]["costs"]
        one = "workers 1" in costs
        if count == 20:  # 1.1 before, and 0.4 of that time was wanted
            ratio = wall(count, "usual") / wall(count, "workers 1")
            yield row(f"{count:,}: × usual, one worker", "≥ 2.7", ratio, ratio >= 2.7, ".1f")
        if one and count >= 300:
            aim = 10 if count < 1_000 else 14
            ratio = wall(count, "usual") / wall(count, "workers 1")
            yield row(f"{count:,}: × usual, one worker", f"≥ {aim}", ratio, ratio >= aim, ".1f")
        if one and "expert" in costs and count >= 100:
            least = 1.6 if count >= 1_000 else 1.0
            ratio = wall(count, "expert") / wall(count, "workers 1")
            yield row(f"{count:,}: × expert's, one worker", f"≥ {least}", ratio, ratio >= least)
        if one and count >= 10_000 and "workers 2" in costs:
            ratio = wall(count, "workers 1") / wall(count, "workers 2")
            yield row(f"{count:,}: two workers against one", "≥ 1.85", ratio, ratio >= 1.85)
        if count == 10_000 and 1 in runs:
            further = (wall(count, "workers 1") * count - wall(1, "workers 1")) / (count - 1)
            yield row(f"{count:,}: each further workbook, one worker, ms", "≤ 2.5", further, further <= 2.5)
        if count >= 10_000 and "own" in costs.get("workers 2", {}) and 1 in runs:
            start = runs[1]["costs"]["workers 2"]
            own, cpu = (costs["workers 2"][key] * count - start.get(key, 0) for key in ("own", "cpu"))
            share = own / cpu * 100
            yield row(
                f"{count:,}: main process, % of the work after the start", "< 7", share, share < 7, ".1f"
            )
        if count == 100_000 and "workers 2" in costs:
            peak = costs["workers 2"]["peak"]
            yield row(f"{count:,}: memory of two workers, MiB", "< 700", peak, peak < 700, "d")


def _in_the_way(runs: Runs) -> Iterator[str]:
    """Start and further workbooks apart, by the run over one workbook."""
    if 1 not in runs:
        return
    start = runs[1]["costs"]
    for count, run in runs.items():
        costs = run["costs"]
        if count == 1 or not {"expert", "workers 1"} <= costs.keys():
            continue

        def further(way: str, costs: dict[str, Any] = costs, count: int = count) -> float:
            return float(costs[way]["wall"] * count - start[way]["wall"]) / (count - 1)

        own = further("workers 1")
        share = start["workers 1"]["wall"] / (costs["workers 1"]["wall"] * count) * 100
        ahead = (f"{further(way) / own:.{digits}f}" for way, digits in (("usual", 1), ("expert", 2)))
        yield f"| {count:,} | {share:.0f} | {' | '.join(ahead)} |"


def _rooms(runs: Runs) -> Iterator[str]:
    stages = list(dict.fromkeys(stage for run in runs.values() for stage in run["stages"]))
    yield f"| workbooks | {' | '.join(stages)} |"
    yield f"|--:|{'--:|' * len(stages)}"
    for count, run in runs.items():
        spent = " | ".join(f"{run['stages'].get(stage, 0):.2f}" for stage in stages)
        yield f"| {count:,} | {spent} |"


def _start(processes: dict[str, dict[str, float]]) -> Iterator[str]:
    for process, spent in processes.items():
        for package, ms in spent.items():
            if ms >= _SHOWN_OF_START:
                yield f"| {process} | {package} | {ms:.0f} |"
        yield f"| {process} | everything | {sum(spent.values()):.0f} |"
