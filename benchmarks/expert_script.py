"""The usual script by an engineer who takes the fastest parts: python-calamine, excelize, polars.

``python -m benchmarks.expert_script INPUT OUTPUT [--only-marked]``. The same small job as
benchmarks/usual_script.py with the same rows in 汇总.xlsx (tests/test_benchmarks.py holds them to it):
calamine gives the values, excelize (Go) puts fill and note on the cells in question and says on a sheet of
each copy how many there are, polars writes the list (through XlsxWriter). One process. With ``--only-marked``
a workbook in which nothing was found is copied byte for byte, unopened: nine in ten of ours, whose copies
then say nothing. A patch of the zip instead of excelize would be faster, and is what perfbatch does.

What it does not do: any layout whose headings do not have these words, a heading over two rows, units and
signs in figures, scores worked out anew, targets compared, 执行率, any check but one, .xls, broken or hostile
files (one of them ends it), what was found said in each copy, 项目汇总, 部门汇总, a report, data files, going
on where it was broken off. excelize writes the workbook anew: of parts that it does not know some are lost.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import excelize
import polars as pl
from python_calamine import CalamineWorkbook

HEADINGS = {
    "name": "三级指标",
    "target": "指标值",
    "actual": "完成值",
    "points": "分值",
    "score": "得分",
    "reason": "偏差",
}
RED = excelize.Fill(type="pattern", pattern=1, color=["FF9999"])
NOTE = "得分低于分值，没有写明偏差原因。"
RESULT = "核验"
TEXTS = ("文件", "工作表", "单元格", "三级指标", "年度指标值", "实际完成值")
LIST = {**dict.fromkeys(TEXTS, pl.String), "分值": pl.Float64, "得分": pl.Float64}


def columns_of(rows: list[list[Any]]) -> tuple[int, dict[str, int]] | None:
    """The header row of the indicators and the place of each column."""
    for row, values in enumerate(rows):
        if not any("三级指标" in value for value in values if type(value) is str):
            continue
        found = {
            key: at for key, word in HEADINGS.items() for at, text in enumerate(values) if word in str(text)
        }
        if len(found) == len(HEADINGS):
            return row, found
    return None


def number(value: Any) -> float | None:
    """A score as the usual script reads it: a number, or a text that is nothing but one."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def text(value: Any) -> str:
    """A value as the sheet shows it: calamine has no whole numbers."""
    return str(int(value)) if type(value) is float and value.is_integer() else str(value)


def without_reason(path: Path) -> Iterator[dict[str, Any]]:
    """Indicators of one workbook whose points were docked without a reason."""
    book = CalamineWorkbook.from_path(path)
    for sheet in book.sheet_names:
        rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        header = columns_of(rows)
        if header is None:
            continue
        start, at = header
        for line, values in enumerate(rows[start + 1 :], start + 2):
            if values[at["name"]] == "" or values[at["reason"]] != "":
                continue
            points, score = number(values[at["points"]]), number(values[at["score"]])
            if points is None or score is None or score >= points:
                continue
            yield {
                "工作表": sheet, "单元格": excelize.coordinates_to_cell_name(at["reason"] + 1, line),
                "三级指标": text(values[at["name"]]), "年度指标值": text(values[at["target"]]),
                "实际完成值": text(values[at["actual"]]), "分值": points, "得分": score,
            }  # fmt: skip


def mark(path: Path, target: Path, found: list[dict[str, Any]]) -> None:
    """A copy with fill and note on each cell, and a sheet that says how many there are."""
    book = excelize.open_file(str(path))
    filled: dict[int, int] = {}
    for row in found:
        sheet, cell = row["工作表"], row["单元格"]
        own = book.get_cell_style(sheet, cell)
        if own not in filled:
            style = book.get_style(own)
            style.fill = RED
            filled[own] = book.new_style(style)
        book.set_cell_style(sheet, cell, cell, filled[own])
        note = [excelize.RichTextRun(text=NOTE)]
        book.add_comment(sheet, excelize.Comment(cell=cell, author=RESULT, paragraph=note))
    book.new_sheet(RESULT)
    book.set_cell_value(RESULT, "A1", f"没有写明偏差原因的指标：{len(found)} 个")
    book.save_as(str(target))
    book.close()


def main(source: Path, output: Path, only_marked: bool = False) -> None:
    """Mark every workbook of ``source`` into ``output`` and write a summary of what was found."""
    rows: list[dict[str, Any]] = []
    for path in sorted(source.rglob("*.xls[xm]")):
        name = path.relative_to(source)
        found = list(without_reason(path))
        target = output / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if found or not only_marked:
            mark(path, target, found)
        else:
            shutil.copyfile(path, target)
        rows += [{"文件": name.as_posix(), **row} for row in found]
    pl.DataFrame(rows, LIST).write_excel(output / "汇总.xlsx")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), "--only-marked" in sys.argv[3:])
