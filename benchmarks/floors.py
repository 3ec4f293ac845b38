"""Reading beside calamine alone, and an annotated copy beside a bare copy of its zip: ms of processor time a
workbook. ``python -m benchmarks.floors FOLDER [WORKBOOKS]``.

The ways alternate round by round, so that a busy machine hits all of them alike; the best round counts.
"""

from __future__ import annotations

import gc
import io
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, TypeVar

import python_calamine

from perfbatch.batch.books import load_books
from perfbatch.checking import check
from perfbatch.options import Options
from perfbatch.reading import read_sources
from perfbatch.reading.discover import discover
from perfbatch.scoring import score
from perfbatch.words import load_words
from perfbatch.workbook.open import load_grids
from perfbatch.writing.copies import tables_of, write_copies

if TYPE_CHECKING:
    from perfbatch.reading.discover import Source

ROUNDS = 5
T = TypeVar("T")


def calamine(data: bytes) -> None:
    """Values of all sheets."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python()


def bare_copy(data: bytes) -> None:
    """Every member unpacked and packed by zipfile, nothing else."""
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(io.BytesIO(), "w") as new:
        for info in old.infolist():
            new.writestr(info, old.read(info))


def measure(folder: Path, workbooks: int = 100) -> dict[str, float]:
    """ms a workbook of each way; each round has ``workbooks`` of its own, twice."""
    sources = [source for source in discover([folder]) if source.name.endswith((".xlsx", ".xlsm"))]
    best: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as output:
        for start in range(0, 2 * workbooks * ROUNDS, 2 * workbooks):
            ours, others = sources[start : start + workbooks], sources[start + workbooks :][:workbooks]
            if others:
                for name, ms in _round(ours, others, Path(output)):
                    best[name] = min(best.get(name, ms), ms)
    return best


def _round(ours: Sequence[Source], others: Sequence[Source], output: Path) -> Iterator[tuple[str, float]]:
    """ms a workbook of each way. No workbook is read twice: what is remembered would make that cheap."""
    contents, unread = [source.load() for source in ours], [source.load() for source in others]
    words, books = load_words(), load_books(Options())
    yield "calamine: values", _spent(lambda: list(map(calamine, contents)), ours)[0]
    yield "perfbatch: values, formats, states", _spent(lambda: list(map(load_grids, unread)), others)[0]
    ms, frames = _spent(lambda: read_sources(ours), ours)
    yield "perfbatch: all of reading", ms
    yield "zipfile: bare copy", _spent(lambda: list(map(bare_copy, contents)), ours)[0]
    checked = check(score(frames, books), books, batch=False)
    targets = [(source, source.name) for source in ours]
    ms, _ = _spent(
        lambda: write_copies(tables_of(checked), targets, output, rules=books.every(), words=words), ours
    )
    yield "perfbatch: annotated copy", ms


def _spent(way: Callable[[], T], of: Sequence[Source]) -> tuple[float, T]:
    """Processor time of ``way`` for each of these workbooks, ms, and what it gave."""
    gc.collect()
    start = process_time()
    result = way()
    return (process_time() - start) / len(of) * 1000, result


if __name__ == "__main__":
    for way, ms in measure(Path(sys.argv[1]), *map(int, sys.argv[2:])).items():
        print(f"{way:40}{ms:8.2f}")
