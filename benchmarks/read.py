"""From bytes to grids: ms of processor time a workbook by kind of file, beside python-calamine and openpyxl.

``python -m benchmarks.read [FOLDER] [--repeat N]`` (sample_inputs unless told). python-calamine gives values
only: no number formats, no states, no errors; openpyxl gives all of it.
"""

from __future__ import annotations

import argparse
import io
import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import openpyxl
import python_calamine

from perfbatch.reading.discover import discover
from perfbatch.workbook.open import load_grids
from perfbatch.workbook.refusal import Refused

_HEAD = f"{'kind':8}{'files':>6}{'KB':>8}{'cells':>8}{'perfbatch':>12}{'calamine':>12}{'openpyxl':>12}"


def main() -> None:
    """Print a line a kind: files, mean size and cells, and ms a workbook of each reader (best round)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("sample_inputs"))
    parser.add_argument("--repeat", type=int, default=20)
    arguments = parser.parse_args()
    files: dict[str, list[bytes]] = defaultdict(list)
    cells: dict[str, int] = defaultdict(int)
    for source in discover([arguments.folder]):
        if source.skip:
            continue
        try:
            data = source.load()
            book = load_grids(data, name=source.name)
        except Refused:
            continue
        files[book.kind].append(data)
        cells[book.kind] += sum(len(grid.cells) for grid in book.grids)
    print(_HEAD)
    for kind, contents in sorted(files.items()):
        size = sum(map(len, contents)) / len(contents) / 1024
        ours = best(load_grids, contents, arguments.repeat)
        theirs = best(calamine, contents, arguments.repeat) if kind != "fods" else float("nan")
        usual = best(usual_way, contents, 2) if kind.startswith("xl") and kind != "xls" else float("nan")
        print(
            f"{kind:8}{len(contents):6}{size:8.1f}{cells[kind] / len(contents):8.0f}"
            f"{ours:12.2f}{theirs:12.2f}{usual:12.2f}"
        )


def best(read: Callable[[bytes], object], contents: Iterable[bytes], repeat: int) -> float:
    """ms a workbook of the fastest of ``repeat`` rounds."""
    contents = list(contents)
    rounds = []
    for _ in range(repeat):
        start = time.process_time()
        for data in contents:
            read(data)
        rounds.append(time.process_time() - start)
    return min(rounds) / len(contents) * 1000


def calamine(data: bytes) -> object:
    """Values of all sheets."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def usual_way(data: bytes) -> object:
    """What a script would do."""
    with warnings.catch_warnings(action="ignore"):
        return openpyxl.load_workbook(io.BytesIO(data), data_only=True)


if __name__ == "__main__":
    main()
