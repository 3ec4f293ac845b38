"""催报函: one for each unit that owes forms, none for the others."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import docx
import pandas as pd

from perfbatch.words import load_words
from perfbatch.writing.reminders import Reminders

ROSTER = pd.DataFrame(
    [
        ("001", "市教育局", "市教师发展中心", "骨干教师培训", 120.5, "2022-03-15", True, 0),
        ("002", "市教育局", "市教师发展中心", "学科竞赛", 30.0, "2022-03-15", False, 5),
        ("", "市教育局", "市 教师发展中心", "课题研究", float("nan"), None, False, None),
        ("004", "市教育局", "市教育考试院", "考务专项", 88.0, "2022-03-15", True, 0),
        ("005", "市卫健委", "市急救中心", "急救车辆", 100.0, "2022-03-31", False, -11),
    ],
    columns=["code", "department", "unit", "project", "budget", "due", "handed_in", "days_overdue"],
).assign(contact="", money_unit="万元")
ROSTER["due"] = pd.to_datetime(ROSTER["due"]).astype("datetime64[s]")
ROSTER["days_overdue"] = ROSTER["days_overdue"].astype("Int64")


def letters(tmp_path: Path, deadline: date | None = None) -> dict[str, docx.document.Document]:
    """The letters by their path."""
    made = Reminders(tmp_path, load_words(), date(2022, 3, 20), deadline).write(ROSTER, [2021])
    return {name: docx.Document(io.BytesIO((tmp_path / name).read_bytes())) for name in made}


def test_only_units_that_owe_get_one(tmp_path: Path) -> None:
    """Two spellings of a unit are one addressee."""
    assert list(letters(tmp_path)) == [
        "通知/市教育局/市教师发展中心（催报函）.docx", "通知/市卫健委/市急救中心（催报函）.docx",
    ]  # fmt: skip


def test_it_counts_what_is_owed_and_overdue(tmp_path: Path) -> None:
    """Every figure of the letter."""
    letter = letters(tmp_path, date(2022, 3, 25))["通知/市教育局/市教师发展中心（催报函）.docx"]
    text = "\n".join(paragraph.text for paragraph in letter.paragraphs)
    assert (
        "截至2022年3月20日，你单位应报送的项目支出绩效自评表共3张，尚有2张没有收到，其中1张已超过应报日期"
        in text
    )
    assert "请于2022年3月25日前" in text and "2021年度" in text
    rows = [[cell.text for cell in row.cells] for row in letter.tables[0].rows]
    assert rows[1:] == [
        ["1", "002", "学科竞赛", "30.00 万元", "", "2022-03-15", "5"],
        ["2", "", "课题研究", "", "", "", ""],
    ]


def test_what_is_not_due_yet_is_not_overdue(tmp_path: Path) -> None:
    """Owed, but in time."""
    letter = letters(tmp_path)["通知/市卫健委/市急救中心（催报函）.docx"]
    text = "\n".join(paragraph.text for paragraph in letter.paragraphs)
    assert "尚有1张没有收到。请尽快" in text
    assert [cell.text for cell in letter.tables[0].rows[1].cells][-2:] == ["2022-03-31", ""]
