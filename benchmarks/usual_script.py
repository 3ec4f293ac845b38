"""What an office would write today: pandas reads, openpyxl loads, comments and saves, pandas sums up.

``python -m benchmarks.usual_script INPUT OUTPUT``. It does far less than perfbatch: it knows the
columns by words in the header row, compares no targets, recomputes no score, and looks only for points that
were docked without a reason. It is the yardstick of benchmarks/run.py.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import pandas as pd
from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

RED = PatternFill("solid", fgColor="FFFF9999")
HEADINGS = {
    "name": "三级指标",
    "target": "指标值",
    "actual": "完成值",
    "points": "分值",
    "score": "得分",
    "reason": "偏差",
}


def columns_of(frame: pd.DataFrame) -> tuple[int, dict[str, int]] | None:
    """The header row of the indicators and the place of each column."""
    for row, values in enumerate(frame.itertuples(index=False)):
        texts = ["" if pd.isna(value) else str(value) for value in values]
        found = {key: at for key, word in HEADINGS.items() for at, text in enumerate(texts) if word in text}
        if len(found) == len(HEADINGS):
            return row, found
    return None


def main(source: Path, output: Path) -> None:
    """Mark every workbook of ``source`` into ``output`` and write a summary of what was found."""
    rows: list[dict[str, object]] = []
    for path in sorted(source.rglob("*.xls[xm]")):
        sheets = pd.read_excel(path, sheet_name=None, header=None)
        book = load_workbook(path)
        for name, frame in sheets.items():
            header = columns_of(frame)
            if header is None:
                continue
            start, at = header
            points = pd.to_numeric(frame[at["points"]], errors="coerce")
            scores = pd.to_numeric(frame[at["score"]], errors="coerce")
            blank = frame[at["reason"]].isna()
            wanted = (frame.index > start) & frame[at["name"]].notna() & (scores < points) & blank
            for row in frame.index[wanted]:
                cell = book[name].cell(row + 1, at["reason"] + 1)
                if not isinstance(cell, MergedCell):
                    cell.comment = Comment("得分低于分值，没有写明偏差原因。", "核验")
                    cell.fill = RED
                rows.append({
                    "文件": path.relative_to(source).as_posix(), "工作表": name, "单元格": cell.coordinate,
                    "三级指标": frame.at[row, at["name"]], "年度指标值": frame.at[row, at["target"]],
                    "实际完成值": frame.at[row, at["actual"]], "分值": points[row], "得分": scores[row],
                })  # fmt: skip
        target = output / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        book.save(target)
    pd.DataFrame(rows).to_excel(output / "汇总.xlsx", index=False)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
