"""What a blank form costs: `perfbatch template` for many projects, and into an office's own workbook.

``python -m benchmarks.blank_forms [--projects 200] [--indicators 15]``. The lists are made here and their
reading is timed with the forms, as an office has it. Prints processor milliseconds and kilobytes a form.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import openpyxl
from openpyxl.workbook.defined_name import DefinedName

from perfbatch.blank_forms import TemplateOptions, make

KINDS = (
    ("数量指标", "培训次数", "≥{}次"), ("质量指标", "合格率", "≥95%"), ("成本指标", "单位成本", "≤{}万元"),
    ("时效指标", "完成时间", "2021年6月前"), ("社会效益指标", "成效", "效果明显"),
)  # fmt: skip


def main() -> None:
    """Make the lists, make the forms, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--projects", type=int, default=200)
    parser.add_argument("--indicators", type=int, default=15)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        places = [(f"第{at % 9}局", f"单位{at % 40}", f"项目{at:05}") for at in range(asked.projects)]
        roster = _list(work / "名单.csv", ("主管部门", "实施单位", "项目名称"), places)
        rows = (
            (*place, "产出指标", level2, f"{called}{number}", target.format(number + 1), "6")
            for place in places
            for number in range(asked.indicators)
            for level2, called, target in [KINDS[number % len(KINDS)]]
        )
        columns = "主管部门 实施单位 项目名称 一级指标 二级指标 三级指标 指标值 分值"
        targets = _list(work / "目标.csv", columns.split(), rows)
        own = _own(work / "本单位.xlsx", asked.indicators)
        for label, form in (("our own look", None), ("an office's workbook", own)):
            start = time.process_time()
            options = TemplateOptions(roster=roster, targets=(targets,), year=2021, form=form)
            made = make(work / label, options)
            seconds = time.process_time() - start
            size = sum(path.stat().st_size for path in made.paths) / len(made.paths) / 1000
            each = seconds / len(made.paths) * 1000
            print(f"{label}: {len(made.paths)} forms, {each:.0f} ms, {size:.1f} kB each")


def _list(path: Path, heading: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([heading, *rows])
    return path


def _own(path: Path, indicators: int) -> Path:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    names = {"项目名称": "$B$2", "主管部门": "$B$3", "实施单位": "$D$3"}
    columns = zip(("三级指标", "年度指标值", "实际完成值", "分值", "得分"), "CDEFG", strict=True)
    names |= {name: f"${letter}$10:${letter}${10 + indicators}" for name, letter in columns}
    for name, place in names.items():
        workbook.defined_names[name] = DefinedName(name, attr_text=f"{sheet.title}!{place}")
    workbook.save(path)
    return path


if __name__ == "__main__":
    main()
