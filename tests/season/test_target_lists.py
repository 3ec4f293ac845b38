"""Lists of approved targets as offices keep them, drawn in tests/data/season/target_lists.md with what must
be read from each; and what a doubtful one leads to."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from perfbatch.season.approved import Approved, read_approved
from perfbatch.season.targets import hold
from perfbatch.words import load_words
from tests.drawn import draw, rows_of
from tests.drawn_files import with_openpyxl
from tests.season.test_roster import tables

PAGE = (Path(__file__).parent.parent / "data" / "season" / "target_lists.md").read_text(encoding="utf-8")
SECTIONS = {part.split("\n", 1)[0].strip(): part.split("\n", 1)[1] for part in PAGE.split("\n## ")[1:]}


def read_from(drawings: list[str], folder: Path, hidden: str = "") -> Approved:
    """The approved targets on the drawn sheets."""
    grids = [draw(table, f"Sheet{at}") for at, table in enumerate(drawings, 1)]
    if hidden:
        grids.append(draw(hidden, "旧", hidden=True))
    (folder / "清单.xlsx").write_bytes(with_openpyxl(grids))
    return read_approved([folder / "清单.xlsx"], load_words())


@pytest.mark.parametrize("name", SECTIONS)
def test_every_indicator_is_read_and_what_is_doubtful_is_said(name: str, tmp_path: Path) -> None:
    """The rows and remarks that the section states, and no others."""
    text = SECTIONS[name]
    approved = read_from([tables(text)[0]], tmp_path)
    rows = approved.rows.assign(year=approved.rows["year"].astype("string").fillna(""))
    shown = rows[["year", "department", "project", "level2", "name", "target"]].to_numpy().tolist()
    assert shown == rows_of(tables(text)[1])
    said = re.findall(r"^- (.+)$", text, re.MULTILINE)
    assert len(approved.remarks) == len(said), approved.remarks
    assert all(any(part in remark for remark in approved.remarks) for part in said), approved.remarks
    assert all("请" in remark for remark in approved.remarks)


def test_a_hidden_list_is_said_and_not_used(tmp_path: Path) -> None:
    """A hidden sheet of something else is nothing to speak of."""
    head = "| 项目名称 | 三级指标 | 指标值 |\n"
    approved = read_from([head + "| 一 | 次数 | 1次 |"], tmp_path, head + "| 二 | 次数 | 2次 |")
    assert approved.rows["project"].tolist() == ["一"]
    (remark,) = approved.remarks
    assert "工作表“旧”是隐藏的" in remark
    assert read_from([head + "| 一 | 次数 | 1次 |"], tmp_path, "| 代码 | 名称 |\n| 1 | 是 |").remarks == ()


def test_of_two_with_one_name_the_one_with_the_same_target_is_it() -> None:
    """Whatever the order; the other one is left over."""
    stated = pd.DataFrame({"form_id": "f", "level2": "", "name": ["次数"], "target": ["200次"]})
    approved = pd.DataFrame(
        {
            "department": "甲局", "unit": "甲中心", "project": "一号", "level2": "", "name": "次数",
            "target": ["100次", "200次"], "project_number": 0,
        }
    )  # fmt: skip
    held = hold(stated, approved, {"f": 0})
    assert held.approved.tolist() == [1] and held.missing == [("f", 0)]
