"""Which book judges a form: the one asked for, the one whose notes it prints, its layout's."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import perfbatch
from perfbatch import check, read, score
from perfbatch.batch.books import load_books
from perfbatch.caching import forget_all
from perfbatch.options import Options
from perfbatch.rules import Books, among, books_of, load, names, shipped_path
from perfbatch.schema import Frames
from tests.drawn import draw
from tests.drawn_files import with_xlsxwriter
from tests.scoring.tables import rows

DATA = Path(__file__).parent.parent / "data" / "rules"
NOTES = list(rows(DATA / "printed_notes.tsv"))
FORM = (DATA / "three_books_form.md").read_text("utf-8")


def printing(*notes: str) -> str:
    """The form of three_books.tsv with rows of notes below it."""
    width = FORM.strip().splitlines()[0].count("|") - 2
    return FORM.strip() + "".join(f"\n| {note} |" + " < |" * width for note in notes)


def judged(folder: Path, forms: dict[str, str], rules: str | None = None) -> Frames:
    """The drawn forms after the check stage, each in a file of its own."""
    folder.mkdir()
    for name, form in forms.items():
        (folder / f"{name}.xlsx").write_bytes(with_xlsxwriter([draw(form)]))
    books = load_books(Options(rules=rules))
    return check(score(read(folder), books), books)


@pytest.mark.parametrize("row", NOTES, ids=[row["说明"] for row in NOTES])
def test_the_table_of_printed_notes(row: dict[str, str]) -> None:
    """Each line of tests/data/rules/printed_notes.tsv."""
    judge = load_books(Options(rules=row["选用"] or None)).judge(row["版式"], row["注意事项"].strip())
    assert (judge.book.name, judge.source, judge.printed) == (row["手册"], row["依据"], row["印了"] == "是")


def test_each_form_of_a_mixed_batch_is_judged_by_the_notes_that_it_prints(tmp_path: Path) -> None:
    """The same form with four kinds of notes, and none: 250 % of the target under four rules."""
    notes = {row["说明"]: row["注意事项"] for row in NOTES}
    forms = {
        "a": printing(notes["北京市四条"]),
        "b": printing("填报注意事项：", notes["湖北的三档区间"].removeprefix("备注：")),
        "c": printing("评价结论：良", notes["没有指标值偏低那一条：不能按北京市的档次扣"], "填表人：某某"),
        "d": printing(notes["写明依据财预〔2020〕10号"]),
        "e": FORM,
    }
    found = judged(tmp_path / "in", forms)
    columns = found.forms[["rules", "rules_source", "rules_printed"]].to_numpy().tolist()
    assert columns == [
        ["beijing-2021", "printed", True],
        ["hubei", "printed", True],
        ["ratio-notes", "printed", True],
        ["mof-2020", "printed", True],
        ["beijing-2021", "layout", False],
    ]
    one = found.indicators[found.indicators["name"] == "培训场次"]
    assert one["computed_score"].tolist() == [18, 20, 20, 20, 18]
    assert one["clause"].tolist() == [
        load(book).clause(key) for book, key in zip(found.forms["rules"], one["parameter"], strict=True)
    ]
    low = found.findings[(found.findings["check"] == "I203") & (found.findings["indicator"] == 1)]
    levels = dict(zip(low["file"], low["level"], strict=True))
    assert levels == {"a.xlsx": "error", "b.xlsx": "warning", "d.xlsx": "warning", "e.xlsx": "error"}
    assert "北京市2021年度" in low.iloc[-1]["clause"] and "要先分析原因" in low.iloc[1]["message"]


def test_a_form_comes_out_the_same_alone_and_beside_others(tmp_path: Path) -> None:
    """Its book depends on nothing but itself."""
    form = printing(NOTES[7]["注意事项"])
    alone = judged(tmp_path / "one", {"b": form})
    beside = judged(tmp_path / "two", {"a": FORM, "b": form, "c": printing(NOTES[0]["注意事项"])})
    columns = ["check", "level", "cell", "message", "clause"]
    there = beside.findings[(beside.findings["file"] == "b.xlsx") & (beside.findings["check"] != "B501")]
    assert there[columns].to_numpy().tolist() == alone.findings[columns].to_numpy().tolist() != []


def test_the_book_asked_for_judges_whatever_is_printed(tmp_path: Path) -> None:
    """--rules wins, and says so."""
    found = judged(tmp_path / "in", {"a": printing(NOTES[0]["注意事项"]), "b": FORM}, "mof-2020")
    assert found.forms["rules"].tolist() == ["mof-2020"] * 2
    assert found.forms["rules_source"].tolist() == ["asked"] * 2
    assert found.forms["rules_printed"].tolist() == [False, False]


def test_what_a_unit_wrote_below_its_form_is_no_note_of_the_form(tmp_path: Path) -> None:
    """A conclusion that names the national rules does not choose the book."""
    found = judged(tmp_path / "in", {"a": printing("存在问题：", "1.未按财预〔2020〕10号分析原因")})
    assert found.forms.iloc[0]["printed_notes"] == ""
    assert (found.forms.iloc[0]["rules"], found.forms.iloc[0]["rules_source"]) == ("beijing-2021", "layout")


def test_a_new_book_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A TOML file beside the shipped ones is listed, and chosen by the notes that it names."""
    for name in names():
        (tmp_path / f"{name}.toml").write_bytes(shipped_path(name).read_bytes())
    (tmp_path / "某省.toml").write_text(
        'extends = "mof-2020"\nprinted_notes = ["某省自评说明第.条"]\n'
        '[sources.own]\ntitle = "某省自评说明"\n[parameters.budget.rate_floor]\nvalue = 80\nclause = "own"\n',
        "utf-8",
    )
    monkeypatch.setattr(sys.modules["perfbatch.rules.load"], "_BOOKS", tmp_path)
    forget_all()
    try:
        assert "某省" in names()
        judge = books_of(None).judge("national", "备注：某省自评说明第三条：……")
    finally:
        monkeypatch.undo()
        forget_all()
    assert (judge.book.name, judge.source) == ("某省", "printed")
    assert judge.book.clause("budget.rate_floor") == "某省自评说明"


def test_no_line_of_code_knows_a_book_but_the_default() -> None:
    """Names of books stand in data: book files and layout files."""
    others = set(names()[1:])
    for path in Path(perfbatch.__file__).parent.rglob("*.py"):
        known = {node.value for node in ast.walk(ast.parse(path.read_text("utf-8")))
                 if isinstance(node, ast.Constant) and isinstance(node.value, str)}  # fmt: skip
        assert not known & others, path


def test_shipped_books_print_different_notes() -> None:
    """No two share their marks, so that a form is never two books' at once by accident of inheritance."""
    marks = [load(name).printed_notes for name in names() if load(name).printed_notes]
    assert len(set(marks)) == len(marks) >= 4


def test_a_layout_may_bring_a_book_of_a_shipped_name(tmp_path: Path) -> None:
    """The office's own book stands in the place of the shipped one of that name."""
    path = tmp_path / "mof-2020.toml"
    path.write_text('extends = "beijing-2021"\nname = "mof-2020"\nprinted_notes = ["本市说明"]\n', "utf-8")
    books: Books = among({"own": load(path)})
    assert books.judge("own", "").book is books.named("mof-2020")
    assert books.judge("national", "本市说明").source == "printed"
    assert books.judge("national", "财预〔2020〕10号").book.name == "beijing-2021"
