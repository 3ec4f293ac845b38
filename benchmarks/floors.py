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
from collections.abc import Callable
from pathlib import Path
from time import process_time

import python_calamine

from perfbatch.batch.settings import Settings
from perfbatch.check import check
from perfbatch.read import read_sources
from perfbatch.read.discover import discover
from perfbatch.read.workbook import load_grids
from perfbatch.score import score
from perfbatch.words import load_words
from perfbatch.write.copies import write_copies

ROUNDS = 5


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


def measure(folder: Path, workbooks: int = 200) -> dict[str, float]:
    """ms a workbook of each way."""
    sources = [source for source in discover([folder]) if source.name.endswith((".xlsx", ".xlsm"))][
        :workbooks
    ]
    contents = [source.load() for source in sources]
    words, books = load_words(), Settings().rule_books()
    frames = check(score(read_sources(sources), books), books, batch=False)
    with tempfile.TemporaryDirectory() as output:
        targets = [(source, source.name) for source in sources]
        ways: dict[str, Callable[[], object]] = {
            "calamine: values": lambda: [calamine(data) for data in contents],
            "perfbatch: values, formats, states": lambda: [load_grids(data) for data in contents],
            "perfbatch: all of reading": lambda: read_sources(sources),
            "zipfile: bare copy": lambda: [bare_copy(data) for data in contents],
            "perfbatch: annotated copy": lambda: write_copies(
                frames, targets, Path(output), rules=books, words=words
            ),
        }
        best = dict.fromkeys(ways, float("inf"))
        for _ in range(ROUNDS):
            for name, way in ways.items():
                gc.collect()
                start = process_time()
                way()
                best[name] = min(best[name], process_time() - start)
    return {name: seconds / len(sources) * 1000 for name, seconds in best.items()}


if __name__ == "__main__":
    for way, ms in measure(Path(sys.argv[1]), *map(int, sys.argv[2:])).items():
        print(f"{way:40}{ms:8.2f}")
