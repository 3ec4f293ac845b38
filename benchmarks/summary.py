"""What the department-wide outputs cost: ms of processor time a form for data, summary and report.

``python -m benchmarks.summary [FORMS]`` (2,000 forms of 15 indicators unless told), in chunks of 100.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from pathlib import Path
from time import process_time

from perfbatch.words import load_words
from perfbatch.writing.data import DataFiles
from perfbatch.writing.report import Report
from perfbatch.writing.running_totals import RunningTotals
from perfbatch.writing.summary import Summary
from tests.writing.build import context, frames

CHUNK = 100


def main(forms: int = 2_000) -> None:
    """Print ms a form by output, the sizes, and the peak memory."""
    seconds = dict.fromkeys(("totals", "data", "summary", "report"), 0.0)
    with tempfile.TemporaryDirectory() as folder:
        output, words, totals = Path(folder), load_words(), RunningTotals()
        documents = {
            "data": DataFiles(output / "数据"),
            "summary": Summary(output / "汇总.xlsx", words, totals),
            "report": Report(output / "报告.html", words, totals),
        }
        for start in range(0, forms, CHUNK):
            new = frames(min(CHUNK, forms - start), start=start)
            begin = process_time()
            chunk = totals.take(new)
            seconds["totals"] += process_time() - begin
            for name, document in documents.items():
                begin = process_time()
                document.append(new if name == "data" else chunk)  # type: ignore[attr-defined]
                seconds[name] += process_time() - begin
        for name, document in documents.items():
            begin = process_time()
            document.close(*([] if name == "data" else [context()]))  # type: ignore[attr-defined]
            seconds[name] += process_time() - begin
        for name, taken in seconds.items():
            print(f"{name:8} {taken / forms * 1000:6.3f} ms a form")
        print(f"{'all':8} {sum(seconds.values()) / forms * 1000:6.3f} ms a form")
        for path in sorted(p for p in output.rglob("*") if p.is_file()):
            print(f"{path.relative_to(output)!s:20} {path.stat().st_size / 1e6:8.1f} MB")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
