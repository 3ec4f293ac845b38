"""One form under the three shipped books: three different, right results, worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from perfbatch import check, read, score
from perfbatch.schema import Frames
from tests.drawn import draw
from tests.drawn_files import with_xlsxwriter
from tests.scoring.tables import rows

DATA = Path(__file__).parent.parent / "data" / "rules"
FOUND = {"beijing-2021": "北京应发现", "mof-2020": "财预10号应发现", "platform-2023": "一体化应发现"}
GRADES = {"beijing-2021": "良", "mof-2020": "优", "platform-2023": "优"}
TABLE = list(rows(DATA / "three_books.tsv"))


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Frames:
    """The form as read, before any rule."""
    path = tmp_path_factory.mktemp("form") / "自评表.xlsx"
    path.write_bytes(with_xlsxwriter([draw((DATA / "three_books_form.md").read_text("utf-8"))]))
    return read(path)


@pytest.mark.parametrize("book", FOUND)
def test_each_book_gives_the_scores_and_findings_worked_out_by_hand(form: Frames, book: str) -> None:
    """Switching the book takes its name and nothing else."""
    checked = check(score(form, book), book)
    total = checked.funds[checked.funds["line"] == "total"].iloc[0]
    head = checked.forms.iloc[0]
    got = {"预算执行": (total["own_score"], total["accepted_score"])}
    indicators = checked.indicators
    scores = zip(indicators["name"], indicators["own_score"], indicators["accepted_score"], strict=True)
    got |= {name: (own, accepted) for name, own, accepted in scores}
    got["总分"] = (head["own_total"], head["computed_total"])
    assert got == {row["项目"]: (float(row["自评"]), float(row[book])) for row in TABLE}
    assert (head["grade_own"], head["grade_computed"], head["rules"]) == ("优", GRADES[book], book)

    names_of = dict(zip(indicators["number"], indicators["name"], strict=True))
    found: dict[str, list[str]] = {}
    for finding in checked.findings.to_dict("records"):
        subject = names_of.get(finding["indicator"], "预算执行" if finding["line"] else "总分")
        found.setdefault(subject, []).append(finding["check"] + finding["level"][0])
    wanted = {row["项目"]: row[FOUND[book]].split() for row in TABLE if row[FOUND[book]] != "–"}
    assert {subject: sorted(checks) for subject, checks in found.items()} == wanted


def test_the_three_books_differ_on_this_form() -> None:
    """No two books say the same of it: mof-2020 asks where beijing-2021 docks and platform-2023 lets be."""
    said = {tuple((row[book], row[column]) for row in TABLE) for book, column in FOUND.items()}
    assert len(said) == 3
