"""What auditors do to a 汇总.xlsx, or to a copy of it, and what becomes of their decisions: case by case."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest

from tests.season.audit import FINDINGS, MISSING, REVIEW, decided, forms, nth, rows, run, write


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forms in ``in``, the outputs of a run in ``out``, with one word on record: not to be touched."""
    home = tmp_path_factory.mktemp("hands")
    run(forms(home / "in", 4, 2021), home / "out")
    write(home / "out" / "汇总.xlsx", FINDINGS, nth(0), 审核意见="退回")
    run(home / "in", home / "out")
    return home


@pytest.fixture
def home(settled: Path, tmp_path: Path) -> Path:
    """A copy of them."""
    shutil.copytree(settled, tmp_path / "home")
    return tmp_path / "home"


class Page:
    """A sheet as a hand sees it."""

    def __init__(self, sheet: Any, head: int = 1) -> None:
        self.sheet, self.head = sheet, head

    def at(self, heading: str) -> int:
        """The number of a column."""
        row = self.sheet[self.head]
        return next(cell.column for cell in row if cell.value == heading)

    def say(self, number: int, value: object, heading: str = "审核意见") -> None:
        """Write into the row of that number below the heading, counted from 1."""
        self.sheet.cell(self.head + number, self.at(heading)).value = value

    def copy(self, number: int, target: int, columns: int | None = None) -> None:
        """A row, or its first columns, over another."""
        for at in range(1, (columns or self.sheet.max_column) + 1):
            self.sheet.cell(self.head + target, at).value = self.sheet.cell(self.head + number, at).value


def _insert(page: Page) -> None:
    page.sheet.insert_cols(1, 2)
    page.sheet.insert_rows(1, 3)
    page.sheet["A1"] = "甲的审核"
    page.head = 4
    page.say(1, "认可 ")
    page.say(2, "\u3000不 认可\xa0")


def _merge(page: Page) -> None:
    page.say(1, "认可")
    at = page.at("审核意见")
    page.sheet.merge_cells(start_row=2, end_row=3, start_column=at, end_column=at)


def _without(heading: str) -> Callable[[Page], None]:
    def delete(page: Page) -> None:
        page.say(1, "认可")
        page.sheet.delete_cols(page.at(heading))

    return delete


def _doubled(*words: str | None) -> Callable[[Page], None]:
    def double(page: Page) -> None:
        last = page.sheet.max_row
        page.copy(1, last)
        for number, word in zip((1, last), words, strict=True):
            page.say(number, word)

    return double


def _over_another(page: Page) -> None:
    page.say(1, "认可")
    page.copy(1, 2)


def _hide(page: Page) -> None:
    page.say(2, "认可")
    page.sheet.row_dimensions[3].hidden = True
    page.sheet.auto_filter.ref = page.sheet.dimensions
    page.sheet.sheet_state = "hidden"


def _rename(page: Page) -> None:
    page.say(1, "认可")
    page.sheet.cell(1, page.at("审核意见")).value = "意见"


def _wrap(page: Page) -> None:
    page.say(1, "认可")
    page.sheet.cell(1, page.at("审核意见")).value = "审核\n意见"


def _exchange(page: Page) -> None:
    """Sort the rows of the first form backwards, and leave the hidden columns where they are."""
    number, seen = page.sheet.cell(2, 1).value, page.at("识别码") - 1
    of_form = [row for row in range(2, page.sheet.max_row + 1) if page.sheet.cell(row, 1).value == number]
    assert len(of_form) > 2
    texts = [[page.sheet.cell(row, at).value for at in range(1, seen + 1)] for row in of_form]
    for row, values in zip(of_form, reversed(texts), strict=True):
        for at, value in enumerate(values, 1):
            page.sheet.cell(row, at).value = value
    page.say(of_form[0] - 1, "认可")


def _correct(page: Page) -> None:
    page.say(2, "认可")
    page.say(2, "改过的名称", "指标或资金行")


class Case(NamedTuple):
    """``now``: decisions in force then; ``listed``: what 审核待办 says; ``said``: a word of the remarks."""

    sheet: str
    hand: Callable[[Page], None]
    now: list[str]
    listed: list[tuple[str, str]] = []  # noqa: RUF012
    said: str = ""


OLD = "退回"
"""What is on record before."""
UNKNOWN, DIFFER = "认不出", "意见不一致"
CASES = {
    "columns and rows inserted, blanks around the words": Case(MISSING, _insert, ["认可", "不认可", OLD]),
    "cells merged: the upper row": Case(MISSING, _merge, ["认可", OLD]),
    "the marks deleted": Case(MISSING, _without("识别码"), [OLD], [(UNKNOWN, "审核意见：认可")]),
    "上次 deleted, the marks are there": Case(MISSING, _without("上次"), ["认可", OLD]),
    "another column deleted": Case(MISSING, _without("缺什么"), ["认可", OLD]),
    "a row copied, a word in the copy": Case(MISSING, _doubled(None, "认可"), ["认可", OLD]),
    "a row copied, the same word twice": Case(MISSING, _doubled("认可", "认可"), ["认可", OLD]),
    "a row copied, two words": Case(
        MISSING, _doubled("认可", "不认可"), [OLD],
        [(DIFFER, "审核意见：不认可"), (DIFFER, "审核意见：认可")],
    ),
    "a row pasted over another": Case(MISSING, _over_another, ["认可", OLD]),
    "row and sheet hidden, filtered": Case(MISSING, _hide, ["认可", OLD]),
    "a heading renamed": Case(MISSING, _rename, [OLD], [], "找不到“审核意见”"),
    "a heading wrapped": Case(MISSING, _wrap, ["认可", OLD]),
    "rows of one form exchanged": Case(
        FINDINGS, _exchange, [OLD], [(UNKNOWN, "审核意见：认可"), (UNKNOWN, f"审核意见：{OLD}")]
    ),
    "a name corrected by hand": Case(FINDINGS, _correct, ["认可", OLD]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("copied", [False, True], ids=["in place", "a reviewer's copy"])
def test_what_becomes_of_a_decision(name: str, copied: bool, home: Path, tmp_path: Path) -> None:
    """In force, or listed with what to do, or said: never lost, never on another finding."""
    case, summary = CASES[name], home / "out" / "汇总.xlsx"
    book = openpyxl.load_workbook(summary)
    case.hand(Page(book[case.sheet]))
    given = [tmp_path / "甲.xlsx"] if copied else []
    book.save(given[0] if copied else summary)
    result = run(home / "in", home / "out", *given)
    assert any(case.said in remark for remark in result.remarks) or not case.said
    for again in (False, True):
        if again:
            run(home / "in", home / "out")
        assert sorted(decided(home / "out")["decision"]) == sorted(case.now)
        listed = [(row["事项"], row["写的内容"]) for row in rows(summary, REVIEW)]
        assert sorted(listed) == sorted(case.listed)


def test_forms_that_were_moved_renamed_and_sent_again(home: Path) -> None:
    """A decision is about a project's finding, not about a file."""
    folder = home / "in"
    (folder / "补报").mkdir()
    for file in list(folder.glob("*.xlsx")):
        file.rename(folder / "补报" / f"新{file.name}")
    run(folder, home / "out")
    assert decided(home / "out")[["file", "decision"]].to_numpy().tolist() == [["补报/新00.xlsx", OLD]]
    shutil.rmtree(folder / "补报")
    forms(folder, 4, 2021)
    run(folder, home / "out", fresh=True)
    assert decided(home / "out")[["file", "decision"]].to_numpy().tolist() == [["00.xlsx", OLD]]


def test_another_output_folder(home: Path) -> None:
    """--review hands decisions on, once and for good; a mind changed in the old folder counts there too."""
    old, new = home / "out" / "汇总.xlsx", home / "new"
    run(home / "in", new, old)
    run(home / "in", new)
    assert decided(new)["decision"].tolist() == [OLD]
    write(old, FINDINGS, nth(0), 审核意见="认可")
    run(home / "in", new, old)
    assert decided(new)["decision"].tolist() == ["认可"]
    run(home / "in", new, old)
    write(new / "汇总.xlsx", FINDINGS, nth(0), 审核意见=None)
    run(home / "in", new, old)
    assert decided(new)["decision"].tolist() == []


def test_a_period_that_is_run_again(home: Path) -> None:
    """Whatever round it is of, a decision stays."""
    for period in ("2022-01", "2022-01", "2022-02", "2022-01"):
        run(home / "in", home / "out", history=home / "history.sqlite", period=period)
        assert decided(home / "out")["decision"].tolist() == [OLD], period


def test_a_conflict_that_is_settled_stays_settled(home: Path, tmp_path: Path) -> None:
    """The copies are given again every time, as a script does."""
    summary, copies = home / "out" / "汇总.xlsx", [tmp_path / "甲.xlsx", tmp_path / "乙.xlsx"]
    for copy, word in zip(copies, ("认可", "已电话核实"), strict=True):
        write(summary, FINDINGS, nth(0), copy, 审核意见=word)
    run(home / "in", home / "out", *copies)
    assert decided(home / "out")["decision"].tolist() == [OLD]
    assert len(rows(summary, REVIEW)) == 2
    write(summary, FINDINGS, nth(0), 审核意见="不认可")
    for _ in range(2):
        run(home / "in", home / "out", *copies)
        assert decided(home / "out")["decision"].tolist() == ["不认可"]
        assert rows(summary, REVIEW) == []
