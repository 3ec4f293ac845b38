"""``python -m tests.generator``: forms by the thousand, or the samples of sample_inputs.

    python -m tests.generator --count 1000 --seed 1 --output DIR [--layout mixed] [--defects mixed] [--plain]
    python -m tests.generator samples --output sample_inputs

The same arguments give the same files, byte for byte (on the same zlib). Files lie in folders by department
and unit. ``--expected FILE`` writes a table of what perfbatch must find in them.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from tests.generator.defects import DEFECTS
from tests.generator.workbook import make

ROOT = Path(__file__).parents[2]
Row = tuple[str, str, str, str, str]


def main(arguments: list[str] | None = None) -> int:
    """Run the command. Exit status 2 for unusable arguments."""
    parser = argparse.ArgumentParser(prog="python -m tests.generator", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("what", nargs="?", choices=("forms", "samples"), default="forms")
    parser.add_argument("--output", type=Path, required=True, help="folder to write into")
    parser.add_argument("--count", type=int, default=100, help="number of workbooks")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--layout", choices=("mixed", "national", "platform"), default="mixed")
    parser.add_argument("--defects", default="mixed", help="mixed, none, or names such as R301,I202-low")
    parser.add_argument("--plain", action="store_true", help="plain look, cell types and places")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--expected", type=Path, help="write what must be found, as tab-separated text")
    given = parser.parse_args(arguments)
    if given.what == "samples":
        return _samples(given.output)
    defects = given.defects if given.defects in ("mixed", "none") else given.defects.split(",")
    unknown = set(defects) - set(DEFECTS) if isinstance(defects, list) else set()
    if unknown:
        parser.error(f"unknown defects {sorted(unknown)}; known: {', '.join(sorted(DEFECTS))}")
    one = partial(_one, given.output, given.seed, given.layout, defects, not given.plain)
    rows: list[Row] = []
    if given.workers > 1:
        with ProcessPoolExecutor(given.workers) as pool:
            for found in pool.map(one, range(given.count), chunksize=64):
                rows += found
    else:
        for index in range(given.count):
            rows += one(index)
    if given.expected:
        table = [("file", "sheet", "check", "level", "cell"), *sorted(rows)]
        given.expected.write_text("".join("\t".join(row) + "\n" for row in table), encoding="utf-8")
    return 0


def _one(
    output: Path, seed: int, layout: str, defects: str | list[str], disguised: bool, index: int
) -> list[Row]:
    workbook = make(seed, index, layout, defects, disguised)
    target = output / workbook.path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(workbook.data)
    return [(workbook.path, rendered.sheet, e.check, e.level, rendered.cell(e.place))
            for rendered in workbook.forms for e in rendered.expected]  # fmt: skip


def _samples(output: Path) -> int:
    """The samples, and beside them in the same checkout what is said and expected of them."""
    from tests.generator.samples import expected_table, files_table, page, write_samples

    made = write_samples(output)
    data = ROOT / "tests" / "data"
    (data / "samples_expected.tsv").write_text(expected_table(made), encoding="utf-8")
    (data / "samples_files.tsv").write_text(files_table(made), encoding="utf-8")
    (ROOT / "docs" / "samples.md").write_text(page(made), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
