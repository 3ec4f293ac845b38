"""What a blank form costs: `perfbatch template` for many projects, and into an office's own workbook.

``python -m benchmarks.blank_forms [--projects 200] [--indicators 15] [--rounds 3] [--write]``. The lists are
made here and their reading is timed with the forms, as an office has it. Prints processor milliseconds and
kilobytes a form; ``--write`` puts them into docs/benchmarks.json and docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.workbook.defined_name import DefinedName

from benchmarks.page import render
from benchmarks.run import DATA, PAGE
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
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    costs: dict[str, dict[str, Any]] = {}
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
        looks = (("our own, national", "", None), ("our own, platform", "platform", None),
                 ("an office's workbook", "", own))  # fmt: skip
        for turn in range(asked.rounds):
            for label, layout, form in looks:
                start = time.process_time()
                options = TemplateOptions(
                    roster=roster, targets=(targets,), year=2021, layout=layout, form=form
                )
                made = make(work / f"{label} {turn}", options)
                seconds = time.process_time() - start
                size = sum(path.stat().st_size for path in made.paths) / len(made.paths) / 1000
                each = seconds / len(made.paths) * 1000
                if label not in costs or each < costs[label]["ms"]:
                    costs[label] = {
                        "forms": len(made.paths), "indicators": asked.indicators, "ms": round(each, 2),
                        "kb": round(size, 2), "date": datetime.now().astimezone().date().isoformat(),
                    }  # fmt: skip
    for label, cost in costs.items():
        print(f"{label}: {cost['forms']} forms, {cost['ms']:.1f} ms, {cost['kb']:.1f} kB each")
    if asked.write:
        known = json.loads(DATA.read_text(encoding="utf-8")) | {"blank_forms": costs}
        DATA.write_text(json.dumps(known, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        PAGE.write_text(render(known), encoding="utf-8")


def _list(path: Path, heading: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([heading, *rows])
    return path


def _own(path: Path, indicators: int) -> Path:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    names = {"项目名称": "$B$2", "主管部门": "$B$3", "实施单位": "$D$3"}
    columns = zip(("三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因"), "CDEFGH", strict=True)
    names |= {name: f"${letter}$10:${letter}${10 + indicators}" for name, letter in columns}
    for name, place in names.items():
        workbook.defined_names[name] = DefinedName(name, attr_text=f"{sheet.title}!{place}")
    workbook.save(path)
    return path


if __name__ == "__main__":
    main()
