"""Where the processor time of a worker goes, function by function.

``python -m benchmarks.stages FOLDER [WORKBOOKS]``. A sample a millisecond of processor time, given to the
innermost function of perfbatch that is at work; what C libraries (lxml, zlib, pandas) do for a function is
that function's. A sampler, since a profiler that counts calls makes small functions look dear.
"""

from __future__ import annotations

import gc
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import process_time
from types import FrameType

import perfbatch
from perfbatch.batch.plan import CHUNK, Item
from perfbatch.batch.tasks import CopyItem, copy, read_and_check
from perfbatch.options import Options
from perfbatch.reading.discover import discover
from perfbatch.writing.copies import names_of_copies

PACKAGE = str(Path(perfbatch.__file__).parent) + "/"
EVERY = 0.001


def measure(folder: Path, workbooks: int = CHUNK) -> dict[str, float]:
    """ms of processor time a workbook, by function, of a warm worker's two tasks; the dearest first."""
    options, sources = Options(), discover([folder])[:workbooks]
    items = [Item(number, source) for number, source in enumerate(sources)]
    gc.disable()
    with tempfile.TemporaryDirectory() as scratch:
        store, output = Path(scratch) / "store", Path(scratch) / "out"
        store.mkdir()
        copy(copies(items[:20], read_and_check(items[:20], options, "warm", store).folder), options, output)
        with _samples() as found:
            start = process_time()
            done = read_and_check(items, options, "measured", store)
            copy(copies(items, done.folder), options, output)
            spent = process_time() - start
    share = spent / max(1, found.total()) / len(sources) * 1000
    return {function: count * share for function, count in found.most_common()}


def _plain(name: str) -> str:
    """A function's name; comprehensions and lambdas are part of it."""
    return name.split(".<locals>.<")[0]


def copies(items: list[Item], folder: Path) -> list[CopyItem]:
    names = names_of_copies((item.source.name, item.source.path.suffix[1:]) for item in items)
    return [CopyItem(item.source, folder, names[item.source.name]) for item in items]


@contextmanager
def _samples() -> Iterator[Counter[str]]:
    """Samples by function while the block runs."""
    found: Counter[str] = Counter()

    def sample(_: int, frame: FrameType | None) -> None:
        while frame is not None and not frame.f_code.co_filename.startswith(PACKAGE):
            frame = frame.f_back
        code = frame.f_code if frame else None
        found[
            f"{code.co_filename.removeprefix(PACKAGE)} {_plain(code.co_qualname)}" if code else "elsewhere"
        ] += 1

    before = signal.signal(signal.SIGPROF, sample)
    signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
    try:
        yield found
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


if __name__ == "__main__":
    spent = measure(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else CHUNK)
    for function, ms in spent.items():
        if ms >= 0.005:
            print(f"{ms:7.3f}  {function}")
    print(f"{sum(spent.values()):7.3f}  in all")
