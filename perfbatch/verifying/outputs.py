"""Outputs: each as it was written; of 汇总.xlsx what a person may write is told from everything else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from perfbatch.batch.proof import digest_of_file
from perfbatch.batch.retry import GivenUp
from perfbatch.own_outputs import Stamp
from perfbatch.reading.discover import skip_code
from perfbatch.verifying.sheets import Change, compare
from perfbatch.whole_files import UNFINISHED, first_link
from perfbatch.writing.names import COPIES, DATA, NOTICES, REPORT, SUMMARY

if TYPE_CHECKING:
    from perfbatch.batch.workers import Workers
    from perfbatch.verifying.record import OutputRow, Record
    from perfbatch.verifying.report import Report

_LISTED = 20
"""Rows of a sheet that one sentence names."""


def verify_outputs(record: Record, folder: Path, workers: Workers, report: Report) -> None:
    """Report every output that differs, is missing or is additional."""
    for name, row in record.outputs.items():
        _output(name, row, record, folder, workers, report)
    for name in _written_below(folder, record):
        if name not in record.outputs:
            report.add("output", "additional", "additional", name)


def _output(
    name: str, row: OutputRow, record: Record, folder: Path, workers: Workers, report: Report
) -> None:
    path = folder / name
    try:
        if first_link(folder, path) is not None:
            report.add("output", "differs", "link", name)
            return
        if not path.is_file():
            report.add("output", "missing", "missing", name)
            return
        stamp = Stamp.of(path.stat())
        if row.sha256:
            same = stamp.size == row.size and digest_of_file(path) == row.sha256
        else:
            same = stamp.size == row.size
    except OSError as error:
        report.add("output", "differs", "unreadable", name, why=error.strerror or str(error))
        return
    if same and (row.sha256 or stamp.agrees(Stamp(row.size, row.mtime_ns))):
        report.held["output"] += 1
    elif same:
        report.add("output", "unproven", "no_hash", name)
    elif name == SUMMARY and record.sheets:
        _summary(path, record, workers, report)
    else:
        report.add("output", "differs", "differs", name)


def _summary(path: Path, record: Record, workers: Workers, report: Report) -> None:
    """A 汇总.xlsx that somebody saved: looked into sheet by sheet, in a process of its own."""
    [(found, _)] = workers.each(compare, [[path]], tuple(record.sheets or ()))
    if isinstance(found, GivenUp):
        report.add("output", "differs", "given_up", SUMMARY)
        return
    changes: list[Change] = found
    for change in changes:
        values = dict(change.values)
        for key in ("rows", "cells", "removed"):
            if key in values:
                values[f"{key}_more"] = max(0, len(values[key]) - _LISTED)
                values[key] = values[key][:_LISTED]
        report.add("sheet", change.state, change.code, change.sheet, **values)
    if all(change.state == "decided" for change in changes):
        report.held["output"] += 1
        report.add("output", "decided", "decided" if changes else "saved", SUMMARY)
    else:
        report.add("output", "differs", "summary_differs", SUMMARY)


def _written_below(folder: Path, record: Record) -> Iterator[str]:
    """What lies where a run writes, by its path below ``folder``; programs' own files left out."""
    tops = {COPIES, DATA, NOTICES, *(name.partition("/")[0] for name in record.outputs if "/" in name)}
    for name in (SUMMARY, REPORT):
        if (folder / name).exists():
            yield name
    for top in sorted(tops):
        for at, folders, files in os.walk(folder / top):
            folders.sort()
            for name in sorted(files):
                if not skip_code(name) and not UNFINISHED.fullmatch(name):
                    yield (Path(at) / name).relative_to(folder).as_posix()
