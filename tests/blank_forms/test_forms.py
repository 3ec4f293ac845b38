"""What a form carries before and after another program has saved it: values, funds, grades, identity."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

import perfbatch
from perfbatch.blank_forms.sheet import looks
from perfbatch.form_identity import find_identity
from perfbatch.rules import load, names
from perfbatch.words import load_words
from tests.blank_forms.filling import (
    FIRST,
    KNOWN,
    MAIN,
    form,
    indicators,
    office,
    sheet_of,
    type_in,
)
from tests.scoring.tables import DATA, book, number, rows


def blank_forms(folder: Path) -> Iterator[Path]:
    """A form of every book and look, with known indicators and without."""
    folder.mkdir()
    for name in names():
        for layout in looks(load_words()):
            for of in (KNOWN, []):
                path = folder / f"{name}-{layout}-{len(of)}.xlsx"
                path.write_bytes(form(indicators(load(name), of), load(name), layout=layout))
                yield path


def test_values_of_a_blank_form_are_what_an_office_program_computes(tmp_path: Path) -> None:
    """What stands beside each formula before anybody recalculates."""
    made = list(blank_forms(tmp_path / "blank"))
    saved = office(tmp_path / "blank", "xlsx")
    wrong = []
    for path in made:
        ours, theirs = sheet_of(path, values=True), sheet_of(saved / path.name, values=True)
        formulas = [
            cell.coordinate for row in sheet_of(path).iter_rows() for cell in row if cell.data_type == "f"
        ]
        pairs = [(at, ours[at].value or "", theirs[at].value or "") for at in formulas]
        wrong += [(path.name, *pair) for pair in pairs if pair[1] != pair[2]]
    assert len(made) == 4 * len(names())
    assert not wrong, "\n".join(map(str, wrong))


def test_every_form_prints_on_one_page(tmp_path: Path) -> None:
    many = [(f"{kind}指标", f"第{at}项指标的名称写得比较长", "≥5次", 3.0) for kind in ("数量", "质量", "时效")
            for at in range(10)]  # fmt: skip
    made = [*blank_forms(tmp_path / "blank"), tmp_path / "blank" / "long.xlsx"]
    made[-1].write_bytes(form(indicators(book(""), many), book("")))
    saved = office(tmp_path / "blank", "pdf")
    for path in made:
        pdf = (saved / f"{path.stem}.pdf").read_bytes()
        assert pdf.count(b"/Type/Page/") + pdf.count(b"/Type/Page\n") + pdf.count(b"/Type/Page>") == 1, (
            path.name
        )


def test_the_budget_and_the_grade_are_perfbatchs(tmp_path: Path) -> None:
    """The tables of funds and grades, typed into forms: 执行率, 得分 and 自评等级."""
    folder = tmp_path / "filled"
    folder.mkdir()
    funds = [row for row in rows(DATA / "budget" / "lines.tsv") if row["分值"]]
    totals = [row for row in rows(DATA / "grades" / "totals.tsv") if 0 <= number(row["总分"]) <= 100]
    for at, row in enumerate(funds):
        rules = book(row["手册"])
        path = folder / f"f{at}.xlsx"
        path.write_bytes(form(indicators(rules), rules, budget=None))
        workbook = openpyxl.load_workbook(path)
        sheet = workbook.active
        assert isinstance(sheet, Worksheet)
        for column, heading in (("D", "全年预算数"), ("E", "全年执行数")):
            if not math.isnan(number(row[heading])):
                type_in(sheet, f"{column}{MAIN + 1}", number(row[heading]))
        workbook.save(path)
    for at, row in enumerate(totals):
        path = folder / f"t{at}.xlsx"
        one = indicators(book(""), [("社会效益指标", "成效", "效果明显", 100.0)])
        path.write_bytes(form(one, book(""), budget=100.0))
        workbook = openpyxl.load_workbook(path)
        sheet = workbook.active
        assert isinstance(sheet, Worksheet)
        type_in(sheet, f"E{MAIN + 1}", 0)
        type_in(sheet, f"G{FIRST}", number(row["总分"]))
        workbook.save(path)
    saved = office(folder, "xlsx")
    for at, row in enumerate(funds):
        frames = perfbatch.score(perfbatch.read(saved / f"f{at}.xlsx"), book(row["手册"]))
        line = frames.funds[frames.funds["line"] == "total"].iloc[0]
        assert line["own_score"] == pytest.approx(line["computed_score"], nan_ok=True), row
        assert not math.isnan(number(row["重算得分"])) or math.isnan(line["own_score"]), row
    for at, row in enumerate(totals):
        said = sheet_of(saved / f"t{at}.xlsx", values=True)[f"H{FIRST + 1}"].value
        assert said == f"自评等级：{row['等级']}", row
    assert len(funds) > 10 and len(totals) > 10


ANSWERS = {
    "E15": 48, "E16": 5, "E17": 0.96, "E18": 0.06, "E19": 25, "E20": 96, "E21": datetime.date(2021, 5, 20),
    "E22": "效果明显", "G22": 10, "D23": "≥80%", "E23": 0.75, "E24": 0, "D9": 100, "E9": 89.5,
}  # fmt: skip
"""One for each of KNOWN, and the funds."""


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_identity_and_scores_survive_another_program(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "forms"
    folder.mkdir()
    for name in names():
        path = folder / f"{name}.xlsx"
        path.write_bytes(form(indicators(load(name)), load(name), code="110000-1"))
        workbook = openpyxl.load_workbook(path)
        for at, answer in ANSWERS.items():
            type_in(workbook.worksheets[0], at, answer)
        workbook.save(path)
    saved = office(folder, kind)
    for name in names():
        frames = perfbatch.score(perfbatch.read(saved / f"{name}.{kind}"), load(name))
        scored = frames.indicators.loc[frames.indicators["computed_score"].notna()]
        assert scored["own_score"].tolist() == pytest.approx(scored["computed_score"].tolist()), name
        assert len(scored) >= 8
        line = frames.funds[frames.funds["line"] == "total"].iloc[0]
        assert line["own_score"] == pytest.approx(line["computed_score"])
        assert line["own_score"] == pytest.approx(0.895 * load(name).value("total.budget_points"))
        found = find_identity(frames.forms["printed_notes"].iloc[0])
        assert found is not None and found.code == "110000-1"
        assert (found.rules, found.rules_hash) == (name, load(name).hash[:8])
