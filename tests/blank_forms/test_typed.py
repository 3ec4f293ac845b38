"""What units type into forms (tests/data/blank_forms), recalculated: the form and the run say the same."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.worksheet import Worksheet

import perfbatch
from perfbatch.blank_forms.kinds import records
from perfbatch.blank_forms.places import PLAIN, PLATFORM, WIDE, Places
from perfbatch.rules import RuleBook
from perfbatch.schema import Frames
from perfbatch.words import load_words
from tests.blank_forms.filling import (
    FIRST,
    MAIN,
    REASON,
    form,
    indicators,
    needs_office,
    office,
    type_in,
)
from tests.blank_forms.red_cells import add_conditions, red_cells
from tests.scoring.tables import NONE, book, number, rows

pytestmark = needs_office
LOOKS = {"national": PLAIN, "platform": PLATFORM}
FUND_LINES = load_words().table("blank_forms")["lines"]
RED_FUNDS = {
    "各行之和不等于总额": "budget", "执行数大于预算数": "executed", "执行率偏低，请写原因": "reason",
    "预算为0，请填得分": "own_score", "没有预算却有执行数": "budget",
}  # fmt: skip
TABLES = Path(__file__).parent.parent / "data" / "blank_forms"
NO_REASON = "缺偏差原因"
FREE_ROWS = 10
ELSEWHERE = frozenset({"I208", "T403"})
"""Names that stand twice, 一级指标 with other points than their book gives: of the tables put into one form,
not of their rows."""


def first_row(layout: str) -> int:
    """Row of the first indicator: a layout with more kinds of funds has it further down."""
    return FIRST + len(FUND_LINES[layout]) - len(FUND_LINES["national"])


@dataclass
class Typed:
    """Rows of a table in one form, and what came of it."""

    rows: list[dict[str, str]]
    rules: RuleBook
    layout: str
    free: bool = False
    """no targets are approved"""
    says: Mapping[str, Any] = field(default_factory=dict)
    red: set[str] = field(default_factory=set)
    indicators: list[dict[str, Any]] = field(default_factory=list)
    findings: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def places(self) -> Places:
        """Columns."""
        return WIDE if self.free and self.layout == "national" else LOOKS[self.layout]

    @property
    def first(self) -> int:
        """Row of the first indicator."""
        return first_row(self.layout)

    def cell(self, name: str, at: int) -> str:
        """Where a field of row ``at`` (from 0) stands."""
        return f"{self.places.indicators[name]}{self.first + at}"

    def found(self, at: int) -> pd.DataFrame:
        """Findings in a row."""
        mine = self.findings["cell"].str.fullmatch(rf"[A-Z]+{self.first + at}")
        return self.findings[mine & ~self.findings["check"].isin(ELSEWHERE)]


def _approved(folder: Path) -> Iterator[tuple[str, Typed]]:
    """One form for each book of typed.tsv and each layout."""
    by_book: dict[str, list[dict[str, str]]] = {}
    for row in rows(TABLES / "typed.tsv"):
        by_book.setdefault(row["手册"], []).append(row)
    for layout in LOOKS:
        for at, (name, mine) in enumerate(by_book.items()):
            rules = book(name)
            known = [(row["二级指标"], row["三级指标"], row["指标值"], number(row["分值"])) for row in mine]
            path = folder / f"typed-{layout}-{at}.xlsx"
            path.write_bytes(form(indicators(rules, known), rules, layout=layout))
            yield path.name, Typed(mine, rules, layout)


def _free(folder: Path) -> Iterator[tuple[str, Typed]]:
    """Forms without approved targets, ten rows each."""
    mine = list(rows(TABLES / "free_rows.tsv"))
    for layout in LOOKS:
        for start in range(0, len(mine), FREE_ROWS):
            path = folder / f"free-{layout}-{start}.xlsx"
            path.write_bytes(form([], book(""), layout=layout))
            yield path.name, Typed(mine[start : start + FREE_ROWS], book(""), layout, free=True)


def _value(text: str) -> Any:
    """What is typed: see the head of typed.tsv."""
    if text.startswith('"'):
        return text.strip('"')
    if text.endswith("%"):
        return round(float(text[:-1]) / 100, 9)
    if text.count("-") == 2:
        return datetime.date(*map(int, text.split("-")))
    return float(text) if "." in text else int(text)


def _type(path: Path, one: Typed) -> None:
    workbook = openpyxl.load_workbook(path)
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    for at, row in enumerate(one.rows):
        typed = {"actual": row["填写"].removeprefix("粘贴 "), "own_score": row["自评得分"]}
        if one.free:
            texts = {"name": row["三级指标"], "nature": row["性质"], "measure": row["度量单位"]}
            for name, text in texts.items():
                type_in(sheet, one.cell(name, at), text or None)
            typed |= {"target": row["指标值"], "points": row["分值"]}
        for name, text in typed.items():
            if text:
                type_in(sheet, one.cell(name, at), _value(text))
            if one.free and text.endswith("%"):  # as Excel and WPS do by themselves
                sheet[one.cell(name, at)].number_format = "0.00%"
        if row["填写"].startswith("粘贴"):
            sheet[one.cell("actual", at)].number_format = "General"
        type_in(sheet, one.cell("reason", at), None if row["提示"] == NO_REASON else REASON)
    type_in(sheet, f"{one.places.funds['budget']}{MAIN + 1}", 100)
    type_in(sheet, f"{one.places.funds['executed']}{MAIN + 1}", 89.5)
    workbook.save(path)


def _run(path: Path, rules: RuleBook) -> Frames:
    return perfbatch.check(perfbatch.score(perfbatch.read(path), rules), rules)


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> list[Typed]:
    folder = tmp_path_factory.mktemp("typed") / "forms"
    folder.mkdir()
    made = dict([*_approved(folder), *_free(folder)])
    for name, one in made.items():
        _type(folder / name, one)
        add_conditions(folder / name)
    saved = office(folder, "xlsx")
    for name, one in made.items():
        scored = _run(saved / name, one.rules)
        sheet = openpyxl.load_workbook(saved / name, data_only=True).worksheets[0]
        one.says = {cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row}
        one.red = red_cells(saved / name)
        one.indicators, one.findings = records(scored.indicators), scored.findings
        assert len(one.indicators) == len(one.rows)
    return list(made.values())


def each(typed: list[Typed], wrong: Callable[[Typed, int, dict[str, str]], Any]) -> None:
    """Ask about every row; what is wrong is told with the row."""
    asked = [(one, at, row) for one in typed for at, row in enumerate(one.rows)]
    told = [(row["所在"], row["说明"], what) for one, at, row in asked if (what := wrong(one, at, row))]
    assert not told, "\n".join(map(str, told))
    assert len(asked) > 280


def test_the_form_computes_what_the_table_and_perfbatch_have(typed: list[Typed]) -> None:
    def wrong(one: Typed, at: int, row: dict[str, str]) -> Any:
        shown, computed = one.says[one.cell("own_score", at)], one.indicators[at]["computed_score"]
        if row["得分"] == NONE:
            return (shown or "") != (number(row["自评得分"]) if row["自评得分"] else "") and (shown, computed)
        same = shown == pytest.approx(number(row["得分"])) and shown == pytest.approx(computed)
        return not same and (shown, computed)

    each(typed, wrong)


def test_the_form_says_what_is_open(typed: list[Typed]) -> None:
    def wrong(one: Typed, at: int, row: dict[str, str]) -> Any:
        said = one.says[f"{one.places.status}{one.first + at}"] or ""
        return said != row["提示"] and said

    each(typed, wrong)


@pytest.fixture(scope="module")
def whole(
    tmp_path_factory: pytest.TempPathFactory,
) -> list[tuple[dict[str, str], Worksheet, Frames, set[str]]]:
    """The forms of whole_forms.tsv: row, what the form says, what the run makes of it, red cells."""
    folder = tmp_path_factory.mktemp("whole") / "forms"
    folder.mkdir()
    mine = list(rows(TABLES / "whole_forms.tsv"))
    for at, row in enumerate(mine):
        places, path = LOOKS[row["表式"]], folder / f"{at}.xlsx"
        rules = book(row["手册"])
        points = [number(text) for text in row["分值"].split(";")]
        known = [("数量指标", f"第{n}项次数", "≥10次", each) for n, each in enumerate(points, 1)]
        budget = number(row["已知预算"]) if row["已知预算"] else None
        path.write_bytes(form(indicators(rules, known), rules, layout=row["表式"], budget=budget))
        workbook = openpyxl.load_workbook(path)
        sheet = workbook.worksheets[0]
        for name, text in (("budget", row["预算"]), ("executed", row["执行"])):
            type_in(sheet, f"{places.funds[name]}{MAIN + 1}", number(text) if text else None)
        if row["自评得分"]:
            type_in(sheet, f"{places.funds['own_score']}{MAIN}", number(row["自评得分"]))
        if row["原因"]:
            type_in(sheet, f"{places.funds['reason']}{MAIN}", row["原因"])
        for indicator in range(len(points)):
            type_in(sheet, f"{places.indicators['actual']}{first_row(row['表式']) + indicator}", 10)
        workbook.save(path)
        add_conditions(path)
    saved = office(folder, "xlsx")
    return [
        (
            row, openpyxl.load_workbook(saved / f"{at}.xlsx", data_only=True).worksheets[0],
            _run(saved / f"{at}.xlsx", book(row["手册"])),
            red_cells(saved / f"{at}.xlsx"),
        )
        for at, row in enumerate(mine)
    ]  # fmt: skip


def test_funds_and_totals_of_whole_forms(
    whole: list[tuple[dict[str, str], Worksheet, Frames, set[str]]],
) -> None:
    """Their scores, what the form says of them and shows red, and what the run finds."""
    wrong = []
    for row, sheet, frames, red in whole:
        places, count = LOOKS[row["表式"]], len(row["分值"].split(";"))
        total = first_row(row["表式"]) + count
        line = frames.funds[frames.funds["line"] == "total"].iloc[0]
        shown = sheet[f"{places.funds['own_score']}{MAIN}"].value
        expected = number(row["资金得分"])
        if math.isnan(expected):
            scored = not shown and math.isnan(line["computed_score"])
        else:
            computed = number(row["自评得分"]) if row["自评得分"] else line["computed_score"]
            scored = shown == pytest.approx(expected) and computed == pytest.approx(expected)
        said = [sheet[f"{places.status}{at}"].value or "" for at in (MAIN, total)]
        found = sorted(set(frames.findings[frames.findings["level"] == "error"]["check"]))
        marked = set(frames.findings[frames.findings["level"].isin(["error", "warning"])]["cell"])
        field = RED_FUNDS.get(row["资金提示"])
        in_row = {cell for cell in red if cell[1:] == str(MAIN)}
        is_red = in_row == ({f"{places.funds[field]}{MAIN}"} if field else set()) and in_row <= marked
        right = scored and said == [row["资金提示"], row["合计提示"]] and is_red
        if not right or found != [*filter(None, row["发现"].split(","))]:
            wrong.append((row["所在"], row["说明"], shown, line["computed_score"], said, found, red))
    assert not wrong, "\n".join(map(str, wrong))
    assert len(whole) > 14


STRICTER = frozenset({
    "完成值请填数字", "完成值请填日期", "请按指标值的个数逐个填数字，用；隔开", "请选 ≥ 或 ≤", "请填分值",
})  # fmt: skip
"""What a form asks for to compute a score, and the run may do without."""
RED = {
    NO_REASON: "reason", "请填得分": "own_score", "得分应在0和分值之间": "own_score",
    "得分不在该档区间": "own_score", "与指标值相同，应得满分": "own_score",
    "没有达到指标值，不应得满分": "own_score",
    "完成值请填数字": "actual", "完成值请填日期": "actual", "完成值与指标值差得太多，请核对单位": "actual",
    "请按指标值的个数逐个填数字，用；隔开": "actual",
}  # fmt: skip
"""Which cell of a row is red while it says so."""


def test_the_run_finds_something_where_and_only_where_the_form_does(typed: list[Typed]) -> None:
    def wrong(one: Typed, at: int, row: dict[str, str]) -> Any:
        found = one.found(at)
        errors = found[found["level"] == "error"]
        asked = found[found["level"].isin(["error", "warning"])]
        if not row["提示"]:
            return len(errors) and errors[["check", "cell", "message"]].values.tolist()
        return not len(asked) and row["提示"] not in STRICTER and "nothing found"

    each(typed, wrong)


def test_red_cells_are_those_that_the_run_marks(typed: list[Typed]) -> None:
    def wrong(one: Typed, at: int, row: dict[str, str]) -> Any:
        found = one.found(at)
        marked = set(found[found["level"].isin(["error", "warning"])]["cell"])
        red = {cell for cell in one.red if cell[1:] == str(one.first + at)}
        field = RED.get(row["提示"])
        wanted = {one.cell(field, at)} if field else set()
        same_place = field in (None, "actual") or red <= marked
        return (red != wanted or not same_place) and (red, marked, row["提示"])

    each(typed, wrong)
