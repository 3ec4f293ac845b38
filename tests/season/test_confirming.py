"""未报送 and 待确认 in 汇总.xlsx, and what a person writes there taken up again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from perfbatch.batch.deciding import headings_of, put_away_at
from perfbatch.season.confirming import to_confirm
from perfbatch.season.expected import expect
from perfbatch.season.matching import Pair
from perfbatch.season.targets import Wanted
from perfbatch.season.written import read_written
from perfbatch.words import load_words
from perfbatch.workbook.refusal import Refused
from perfbatch.writing.running_totals import RunningTotals
from perfbatch.writing.season_frames import SeasonFrames
from perfbatch.writing.summary import Summary
from tests.generator.encrypt import encrypted
from tests.season.test_expected import FORMS, MODIFIED, ROSTER
from tests.writing.build import context, frames

CONFIRM, KEY = "是否同一个", "识别码"
DAY = date(2022, 3, 20)


def confirmed(path: Path, passwords: Sequence[str] = ()) -> dict[Pair | Wanted, bool]:
    """What the next run finds in it."""
    found = read_written(path.read_bytes(), headings_of(load_words()), "汇总.xlsx", passwords=passwords)
    assert found.confirmed is not None
    return found.confirmed


def written(path: Path, decisions: dict | None = None) -> None:
    """A 汇总.xlsx with the sheets of the roster."""
    beside = expect(ROSTER, FORMS, MODIFIED, DAY, decisions)
    season = SeasonFrames(DAY, beside.roster, (), to_confirm(beside, decisions or {}))
    totals = RunningTotals()
    with Summary(path, load_words(), totals, season=season) as summary:
        summary.append(totals.take(frames(3)))
        summary.close(context())


def sheet_rows(path: Path, name: str) -> list[dict[str, object]]:
    """Rows of a sheet by heading."""
    head, *rows = openpyxl.load_workbook(path)[name].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_owed_projects_and_near_misses_are_shown(tmp_path: Path) -> None:
    """Three owed; one near miss, undecided."""
    written(tmp_path / "汇总.xlsx")
    owed = sheet_rows(tmp_path / "汇总.xlsx", "未报送")
    assert [(row["名单行号"], row["项目名称"], row["逾期天数"]) for row in owed] == [
        (3, "学科竞赛", 5), (5, "命题经费", -11), (6, "急救车辆及设备更新", 5),
    ]  # fmt: skip
    (offer,) = sheet_rows(tmp_path / "汇总.xlsx", "待确认")
    assert (offer["表上名称"], offer["名单名称"], offer[CONFIRM]) == (
        "急救车辆及设备更新项目", "急救车辆及设备更新", None,
    )  # fmt: skip
    assert 80 <= float(str(offer["相似度"])) < 100


@pytest.mark.parametrize(("word", "owed"), [("是", 2), (" 否 ", 3), ("不知道", 3), (None, 3)])
def test_a_persons_word_counts_next_time_and_stays(word: str | None, owed: int, tmp_path: Path) -> None:
    """Rows and columns moved by hand do no harm; a word that decides nothing is asked again."""
    path = tmp_path / "汇总.xlsx"
    written(path)
    book = openpyxl.load_workbook(path)
    sheet = book["待确认"]
    place = [cell.value for cell in sheet[1]].index(CONFIRM) + 1
    sheet.cell(2, place).value = word
    sheet.insert_cols(1)
    sheet.insert_rows(2)
    sheet.title = "核对"
    book.save(path)
    decisions = confirmed(path)
    written(path, decisions)
    assert len(sheet_rows(path, "未报送")) == owed
    (row,) = sheet_rows(path, "待确认")
    assert row[CONFIRM] == (word.strip() if word in ("是", " 否 ") else None)
    assert confirmed(path) == decisions


def test_a_word_on_a_pair_that_is_not_in_this_batch_is_kept(tmp_path: Path) -> None:
    """The form may come again next month."""
    path = tmp_path / "汇总.xlsx"
    written(path)
    (offer,) = sheet_rows(path, "待确认")
    book = openpyxl.load_workbook(path)
    sheet = book["待确认"]
    sheet.cell(2, list(offer).index(CONFIRM) + 1).value = "否"
    book.save(path)
    decisions = confirmed(path)
    few = expect(ROSTER, FORMS.iloc[:2], MODIFIED, DAY, decisions)
    kept = to_confirm(few, decisions)
    assert kept[["confirm", "key"]].to_numpy().tolist() == [["否", offer[KEY]]]


def test_without_a_roster_there_are_no_such_sheets(tmp_path: Path) -> None:
    """The workbook of an office that gives no roster is what it was."""
    totals = RunningTotals()
    with Summary(tmp_path / "汇总.xlsx", load_words(), totals) as summary:
        summary.append(totals.take(frames(3)))
        summary.close(context())
    names = openpyxl.load_workbook(tmp_path / "汇总.xlsx").sheetnames
    assert not {"未报送", "待确认"} & set(names)


def test_a_summary_with_a_password_is_opened_with_it(tmp_path: Path) -> None:
    """As the forms are; without it the run stops."""
    path = tmp_path / "汇总.xlsx"
    written(path)
    book = openpyxl.load_workbook(path)
    place = [cell.value for cell in book["待确认"][1]].index(CONFIRM) + 1
    book["待确认"].cell(2, place).value = "是"
    book.save(path)
    path.write_bytes(encrypted(path.read_bytes(), "审核"))
    assert list(confirmed(path, ["审核"]).values()) == [True]
    with pytest.raises(Refused):
        confirmed(path, ["别的"])


def test_of_several_put_away_the_last_one_counts(tmp_path: Path) -> None:
    """The tenth of a second comes after the second one."""
    for name in ("20220320-090000", "20220320-090000-2", "20220320-090000-10", "20220319-230000-11"):
        (tmp_path / "备份" / name).mkdir(parents=True)
        (tmp_path / "备份" / name / "汇总.xlsx").touch()
    found = sorted((tmp_path / "备份").glob("*/汇总.xlsx"), key=put_away_at)
    assert [path.parent.name for path in found] == [
        "20220319-230000-11", "20220320-090000", "20220320-090000-2", "20220320-090000-10",
    ]  # fmt: skip
