"""What an annotated copy costs beside a bare copy of its zip: python benchmarks/annotate.py [ROUNDS]

One filled form of the seed's size (some 45 rows, 8 columns, borders, number formats), ten marks on it, and a
核验结果 of 40 rows. The ways alternate round by round, so that a busy machine hits all of them alike; what is
shown is the processor's time, the best tenth of the rounds.
"""

from __future__ import annotations

import io
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

sys.path.insert(0, str(Path(__file__).parent.parent))

from perfbatch.workbook.archive import Archive
from perfbatch.workbook.xlsx.edit.added_sheet import AddedRow, AddedSheet
from perfbatch.workbook.xlsx.edit.marking import Mark
from perfbatch.writing.annotation import annotate_marks

SHEET = "自评表"
MESSAGE = "执行率应为 89.50%，表中填写 86.00%，请按“全年执行数÷全年预算数”改正。"
CELLS = ("G5", "H9", "D12", "H15", "H22", "J30", "G43", "A44", "D13", "H31")


def form() -> bytes:
    """A filled form."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet(SHEET)
    formats = [
        book.add_format({"border": 1, "text_wrap": True, "align": "center", "num_format": code})
        for code in ("General", "0.00", "0.00%")
    ]
    sheet.merge_range("A1:H1", "项目支出绩效自评表", book.add_format({"bold": True, "font_size": 18}))
    for row in range(1, 43):
        for column in range(8):
            if (row + column) % 3:
                sheet.write(row, column, f"三级指标 {row}-{column} 内容说明", formats[0])
            else:
                sheet.write(row, column, row * column / 7, formats[1 + (row + column) % 2])
    sheet.write_formula("G43", "SUM(G2:G42)", formats[1], 87.4)
    book.close()
    return stream.getvalue()


def result_sheet() -> AddedSheet:
    """A 核验结果 of 40 rows."""
    rows = [
        AddedRow(("title",), ("核验结果",), height=30),
        AddedRow(("header",) * 6, ("序号", "级别", "单元格", "问题", "应为", "依据")),
    ]
    looks = ("integer", "error", "link", "wrapped", "percent", "wrapped")
    for number in range(38):
        values = (number, "必须整改", "H9", MESSAGE, 89.5, "填报注意事项第 3 条")
        rows.append(AddedRow(looks, values, (3, SHEET, "H9")))
    return AddedSheet("核验结果", rows, (6, 10, 8, 60, 10, 30), ("A1:F1",), "A3", (1, 2), "A2:F40")


def bare_copy(data: bytes) -> None:
    """Every member read and written by zipfile, nothing else."""
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(io.BytesIO(), "w") as new:
        for info in old.infolist():
            new.writestr(info, old.read(info))


def with_openpyxl(data: bytes) -> None:
    """The usual script: load, note, fill, save."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for cell in CELLS:
        book[SHEET][cell].comment = Comment(MESSAGE, "核验")
        book[SHEET][cell].fill = PatternFill("solid", fgColor="FFFF7F7F")
    book.save(io.BytesIO())


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    data, added = form(), result_sheet()
    marks = [Mark(SHEET, cell, "error", MESSAGE) for cell in CELLS]
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "copy.xlsx"
        ways: dict[str, Callable[[], object]] = {
            "bare copy (zipfile)": lambda: bare_copy(data),
            "bare copy (members as they are)": lambda: Archive(data).write(),
            "annotated": lambda: annotate_marks(data, None, marks),
            "annotated, with 核验结果": lambda: annotate_marks(data, None, marks, added=added),
            "annotated, with 核验结果, to a file": lambda: annotate_marks(data, target, marks, added=added),
        }
        times: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(rounds):
            for name, way in ways.items():
                start = time.process_time()
                way()
                times[name].append(time.process_time() - start)
        times["openpyxl: load, note, fill, save"] = []
        for _ in range(max(5, rounds // 20)):
            start = time.process_time()
            with_openpyxl(data)
            times["openpyxl: load, note, fill, save"].append(time.process_time() - start)
    floor = sorted(times["bare copy (zipfile)"])[rounds // 10]
    print(f"{'way':40}{'ms a workbook':>14}{'x bare copy':>13}")
    for name, taken in times.items():
        best = sorted(taken)[len(taken) // 10]
        print(f"{name:40}{best * 1000:14.2f}{best / floor:13.1f}")


if __name__ == "__main__":
    main()
