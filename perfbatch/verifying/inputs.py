"""Inputs: found again as the run found them, and held against the hashes that it noted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from perfbatch.batch.plan import HASHED, digest_of
from perfbatch.batch.workers import Workers
from perfbatch.reading.discover import discover
from perfbatch.verifying.record import is_elsewhere
from perfbatch.workbook.refusal import Refused

if TYPE_CHECKING:
    from perfbatch.reading.discover import Source
    from perfbatch.verifying.record import InputRow, Record
    from perfbatch.verifying.report import Report


def verify_inputs(
    record: Record, given: Sequence[Path], folder: Path, workers: Workers, report: Report
) -> None:
    """Report every input that differs, is missing or is additional."""
    tops, lost = (list(given), 0) if given else _noted(record, report)
    sources = discover(tops, outputs=folder, look=workers.look) if tops else []
    left = dict(record.files)
    known: list[tuple[Source, InputRow]] = []
    for source in sources:
        row = left.pop(source.name, None)
        if row is not None:
            known.append((source, row))
        elif not source.skip:
            report.add("input", "additional", "additional", source.name)
    for (source, row), digest in zip(known, _digests([source for source, _ in known], workers), strict=True):
        if not row.sha256:  # the run could not read it, or left it out
            report.held["input"] += 1
        elif isinstance(digest, Refused):
            report.add("input", "differs", "unreadable", source.name, why=digest.sentence(report.words))
        elif digest != row.sha256:
            report.add("input", "differs", "differs", source.name)
        else:
            report.held["input"] += 1
    # What was left out, a lock file or an output of ours, comes and goes.
    missing = [path for path, row in left.items() if row.sha256 or row.status != "skipped"]
    if lost and missing:
        report.add("input", "missing", "not_looked_at", count=len(missing))
        return
    for path in missing:
        report.add("input", "missing", "missing", path)


def _noted(record: Record, report: Report) -> tuple[list[Path], int]:
    """Where run.json says that the inputs lie, as far as they do; how many do not."""
    places = record.places if record.places is not None else record.inputs
    tops, lost = [], 0
    for place in places:
        if "\0" in place or is_elsewhere(place):
            report.add("input", "missing", "elsewhere", place)
            lost += 1
        elif not Path(place).exists():
            report.add("input", "missing", "no_place", place)
            lost += 1
        else:
            tops.append(Path(place))
    if not places:
        report.add("input", "missing", "nowhere")
        lost = 1
    return tops, lost


def _digests(sources: Sequence[Source], workers: Workers) -> Iterator[str | Refused]:
    """SHA-256 of each source, in their order; members of archives are unpacked by ``workers``."""
    packed = [source for source in sources if source.member and not source.skip]
    unpacked = dict(zip((source.name for source in packed), workers.digests(packed), strict=True))

    def digest(source: Source) -> str | Refused:
        return unpacked[source.name] if source.name in unpacked else digest_of(source)

    pieces = [sources[start : start + HASHED] for start in range(0, len(sources), HASHED)]
    with ThreadPoolExecutor(max(1, workers.count)) as threads:
        for found in threads.map(lambda piece: list(map(digest, piece)), pieces):
            yield from found
