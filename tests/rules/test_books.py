"""The shipped rule books, inheritance, and how a book is shown."""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from perfbatch.rules import PARAMETERS, RuleBook, draft, load, names, shipped_path, shown_rows

OFFICE = """
title = "某区"
extends = "beijing-2021"
[sources.local]
title = "《某区实施细则》第五条"
short = "某区细则第五条"
[parameters.deviation.excess]
value = 20
clause = "local"
why = "本区规定超过 20% 就要说明"
[parameters.budget.rate_floor]
value = 85
[checks]
R303 = "off"
[[indicators]]
level2 = "成本"
direction = "positive"
clause = "local"
"""


def office(tmp_path: Path, text: str = OFFICE) -> RuleBook:
    """The book in ``text``."""
    path = tmp_path / "某区.toml"
    path.write_text(text, "utf-8")
    return load(path)


def test_the_default_comes_first() -> None:
    """Without a name it is Beijing 2021."""
    assert names()[0] == "beijing-2021" and {"mof-2020", "platform-2023"} < set(names())
    assert load() == load(None) == load("beijing-2021") == load(shipped_path("beijing-2021"))


@pytest.mark.parametrize("name", names())
def test_a_shipped_book_is_complete_and_cited(name: str) -> None:
    """Every parameter of the catalogue has a value, an existing clause and a sentence why."""
    book = load(name)
    assert list(book.parameters) == list(PARAMETERS)
    assert (book.name, bool(book.title), bool(book.scope)) == (name, True, True)
    for parameter in book.parameters.values():
        assert parameter.why
        assert parameter.clause in book.sources
        assert not parameter.amended, f"{parameter.key}: value changed without a clause of its own"
        assert parameter.unit == PARAMETERS[parameter.key].unit


@pytest.mark.parametrize("name", names()[1:])
def test_other_books_do_not_rest_on_the_notes_of_beijing(name: str) -> None:
    """What the other books inherit rests on the national rules or on the tool's own ones."""
    clauses = {parameter.clause for parameter in load(name).parameters.values()}
    assert clauses & {"note1", "note2", "note3", "note4", "form"} == set()
    assert set(load(name).sources) == clauses


def test_the_three_books_differ_where_their_sources_do() -> None:
    """Docking, weights and the limit of over-completion."""
    beijing, mof, platform = (load(name) for name in ("beijing-2021", "mof-2020", "platform-2023"))
    assert [band["from"] for band in beijing.value("positive.excess_bands")] == [200, 300, 500]
    assert mof.value("total.level1_points") == ()
    assert [book.value("positive.excess_decided_by") for book in (beijing, mof)] == ["rule", "person"]
    assert {source.id for source in mof.sources.values() if not source.confirmed} >= {"mof10_quantity"}
    assert platform.value("positive.excess_bands") == ()
    assert (platform.value("total.budget_points"), platform.value("total.points")) == (10, 100)
    assert (platform.value("budget.rate_floor"), platform.clause("budget.rate_floor")) == (
        90,
        "一体化自评表表式",
    )
    assert (platform.value("deviation.excess"), platform.value("deviation.excess_inclusive")) == (30, False)
    assert beijing.clause("positive.excess_bands") == "北京市2021年度自评表填报注意事项第2条"
    assert mof.value("tier.partly") == beijing.value("tier.partly") == (60, 80)


def test_an_office_writes_only_what_differs(tmp_path: Path) -> None:
    """One threshold, one level, one entry; all else is inherited."""
    book, parent = office(tmp_path), load()
    assert (book.name, book.title, book.scope, book.extends) == (
        "某区",
        "某区",
        parent.scope,
        ("beijing-2021",),
    )
    changed = [key for key in PARAMETERS if book.value(key) != parent.value(key)]
    assert changed == ["budget.rate_floor", "deviation.excess"]
    assert book.clause("deviation.excess") == "某区细则第五条"
    assert book.parameters["deviation.excess"].book == "某区"
    assert book.levels == {"R303": "off"}
    assert (book.indicators[0].level2, book.indicators[0].direction) == ("成本", "positive")


def test_a_changed_value_without_a_clause_does_not_quote_the_old_one_as_its_own(tmp_path: Path) -> None:
    """The printed clause says who changed it and what it rested on."""
    assert office(tmp_path).clause("budget.rate_floor") == "某区改定（原依据：perfbatch 约定）"


def test_entries_of_the_nearer_book_come_first(tmp_path: Path) -> None:
    """A child's entries are asked before its parent's."""
    office(tmp_path)
    child = tmp_path / "街道.toml"
    child.write_text('extends = "某区.toml"\n[[indicators]]\nname = "成本"\njudged = true\n', "utf-8")
    book = load(child)
    assert [(entry.name, entry.book) for entry in book.indicators] == [("成本", "街道"), ("", "某区")]
    assert book.extends == ("某区", "beijing-2021")


def test_the_hash_follows_the_content_and_nothing_else(tmp_path: Path) -> None:
    """Comments, order and spelling of numbers do not count; every value does."""
    book = office(tmp_path)
    same = office(tmp_path, "# 说明\r\n" + OFFICE.replace("value = 20\n", "value = 20.0 # %\n"))
    other = office(tmp_path, OFFICE.replace("value = 20\n", "value = 21\n"))
    assert (book.hash, book, hash(book)) == (same.hash, same, hash(same))
    assert book.hash != other.hash
    assert book != other
    assert len({load(name).hash for name in names()}) == len(names())


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    """Notepad writes one."""
    path = tmp_path / "本单位.toml"
    path.write_bytes(b"\xef\xbb\xbf" + b'extends = "mof-2020"\r\n')
    assert load(path).value("cap") is True


def test_a_book_is_frozen_and_crosses_to_another_process(tmp_path: Path) -> None:
    """Workers get it pickled."""
    book = office(tmp_path)
    assert pickle.loads(pickle.dumps(book)) == book
    with pytest.raises(FrozenInstanceError):
        book.name = "x"  # type: ignore[misc]


def test_the_rules_are_read_without_pandas() -> None:
    """`perfbatch rules show` starts at once."""
    code = "import sys, perfbatch.rules as r; r.load(); sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_rows_read_as_people_write(tmp_path: Path) -> None:
    """Key, meaning, value, unit, clause and why, in reading order; entries below."""
    shown = {row.key: row for row in shown_rows(office(tmp_path))}
    assert list(shown) == [*PARAMETERS, "indicators[1]"]
    assert (shown["deviation.excess"].value, shown["deviation.excess"].unit) == ("20", "%")
    assert shown["cap"].value == "是"
    assert shown["positive.formula"].value == "按比例计分"
    assert (
        shown["positive.excess_bands"].value
        == "≥200%：扣分值的 10%；≥300%：扣分值的 20%；≥500%：扣分值的 30%"
    )
    assert shown["grade.bands"].value == "90 分起：优；80 分起：良；60 分起：中；0 分起：差"
    assert shown["tier.partly"].value == "60%～80%"
    assert shown["indicators[1]"].value == "二级指标含“成本”：正向"
    assert shown["indicators[1]"].clause == "某区细则第五条"
    assert office(tmp_path).clause("indicators[1]") == "某区细则第五条"
    with pytest.raises(KeyError):
        office(tmp_path).clause("indicators[2]")
    weights = Path(__file__).parent.parent / "data" / "score" / "books" / "weights.toml"
    local = {row.key: row.value for row in shown_rows(load(weights))}
    assert local["positive.excess_bands"] == "≥100%：扣分值的 0%，每再超 100% 加扣 10%；≥400%：扣分值的 30%"
    assert local["total.level1_points"] == "产出 50 分；效益 30 分；满意度 10 分"


@pytest.mark.parametrize("name", names())
def test_a_new_book_changes_nothing_until_somebody_does(tmp_path: Path, name: str) -> None:
    """`perfbatch rules new` gives a book that loads as it stands, and with every parameter uncommented."""
    path = tmp_path / "本单位.toml"
    text = draft("本单位", name)
    path.write_text(text, "utf-8")
    book = load(path)
    assert {key: p.value for key, p in book.parameters.items()} == {
        key: p.value for key, p in load(name).parameters.items()
    }
    start, end = text.index("# ---- 参数"), text.index("# ---- 核验项")
    told = ("[parameters", "value =", "clause =", "why =")
    lines = [
        line.removeprefix("# ") if line.removeprefix("# ").startswith(told) else line
        for line in text[start:end].splitlines()
    ]
    path.write_text(text[:start] + "\n".join(lines) + "\n", "utf-8")
    filled = load(path)
    assert {key: (p.value, p.clause, p.why) for key, p in filled.parameters.items()} == {
        key: (p.value, p.clause, p.why) for key, p in load(name).parameters.items()
    }


def test_every_parameter_says_what_it_means() -> None:
    """The docs page and the draft are made from the catalogue."""
    assert [spec.key for spec in PARAMETERS.values() if not spec.meaning] == []
    assert [spec.key for spec in PARAMETERS.values() if (spec.kind == "choice") != bool(spec.choices)] == []
