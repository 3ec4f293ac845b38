"""An auditor's hand on a 汇总.xlsx, and a small batch to decide on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd

from perfbatch import batch
from perfbatch.checking.identity import marked
from perfbatch.options import Options
from tests.generator.workbook import make

MISSING, FINDINGS, PROJECTS, REVIEW = "缺偏差原因", "问题清单", "项目汇总", "审核待办"
Row = dict[str, Any]


def forms(folder: Path, count: int = 3, seed: int = 9) -> Path:
    """A folder of ``count`` forms with mixed defects."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        data = make(seed, number, "national", "mixed", True).data
        (folder / f"{number:02}.xlsx").write_bytes(data)
    return folder


def run(folder: Path, out: Path, *review: Path, **options: Any) -> Any:
    """A run without workers."""
    return batch.run([folder], out, options=Options(workers=0, review=review, **options))


def rows(path: Path, sheet: str) -> list[Row]:
    """The rows of a sheet by heading, as a person sees them."""
    book = openpyxl.load_workbook(path, data_only=True)
    if sheet not in book.sheetnames:
        return []
    head, *below = book[sheet].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in below]


def write(
    path: Path, sheet: str, which: Callable[[Row], bool], target: Path | None = None, **values: Any
) -> Row:
    """Write into the first row of a sheet that ``which`` picks; what the row said before."""
    book = openpyxl.load_workbook(path)
    page = book[sheet]
    head = [cell.value for cell in page[1]]
    for number in range(2, page.max_row + 1):
        row = {name: page.cell(number, at).value for at, name in enumerate(head, 1)}
        if which(row):
            for name, value in values.items():
                page.cell(number, head.index(name) + 1).value = value
            book.save(target or path)
            return row
    raise LookupError(f"{sheet}: no such row")


def decided(out: Path) -> pd.DataFrame:
    """findings.csv of the run, those with a decision or a remark."""
    found = findings(out)
    return found[(found["decision"] != "") | (found["remark"] != "") | (found["decision_score"] != "")]


def findings(out: Path, name: str = "findings") -> pd.DataFrame:
    """A data file of the run, all as text."""
    return pd.read_csv(out / "数据" / f"{name}.csv", dtype=str, keep_default_na=False)


def standings(out: Path) -> dict[str, int]:
    """How many of each standing decisions.csv has."""
    path = out / "数据" / "decisions.csv"
    if not path.exists():
        return {}
    counts = findings(out, "decisions")["standing"].value_counts().to_dict()
    return {str(one): int(count) for one, count in counts.items() if one}


def nth(number: int, among: Callable[[Row], bool] = bool) -> Callable[[Row], bool]:
    """Picks the row of that place, counted from 0, ``among`` others."""
    seen = iter(range(10**6))
    return lambda row: among(row) and next(seen) == number


def with_mark(mark: str) -> Callable[[Row], bool]:
    """Picks the row about what the row with that 识别码 is about, on whatever sheet."""
    wanted = marked(mark)
    assert wanted is not None
    return lambda row: (found := marked(row["识别码"])) is not None and found[:3] == wanted[:3]


def columns_of(seen: Sequence[Row], *names: str) -> list[tuple[Any, ...]]:
    """Some columns of rows."""
    return [tuple(row[name] for name in names) for row in seen]
