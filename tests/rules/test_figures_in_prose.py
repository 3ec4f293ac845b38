"""No sentence states a figure of a rule book: with every parameter changed, none of the old ones is left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from perfbatch.checking import catalogue
from perfbatch.checking.clauses import under
from perfbatch.cli import app
from perfbatch.rules import PARAMETERS, RuleBook, load, names
from perfbatch.rules.draft import toml
from perfbatch.rules.show import shown_rows
from perfbatch.words import load_words
from perfbatch.writing.context import RunContext
from perfbatch.writing.summary.rules import sheet_rows as explained
from perfbatch.writing.terms import Terms

OTHER: dict[str, Any] = {
    "number": 23.75,
    "count": 5,
    "span": [11, 33],
    "excess_bands": [{"from": 777, "deduct": 3}],
    "grade_bands": [{"from": 77, "grade": "优"}, {"from": 0, "grade": "差"}],
    "level1_points": [{"level1": "产出指标", "points": 47}],
}
"""A value of each kind of parameter that has figures; no shipped book has it."""
OTHERS = {"rounding.tolerance": 0.375, "deviation.excess_error": 888, "total.budget_points": 17.25}
"""Of parameters that 23.75 would make alike, or impossible."""


def figures(key: str, value: Any) -> Iterator[str]:
    """How a sentence would state the value of a parameter, as regular expressions."""
    spec = PARAMETERS[key]
    if spec.kind in ("number", "count"):
        yield rf"(?<![\d.]){re.escape(f'{value:g}')} ?{re.escape(spec.unit)}"
    elif spec.kind in ("excess_bands", "grade_bands"):
        for band in value:
            if band["from"]:
                yield rf"(?<![\d.]){band['from']:g} ?{re.escape(spec.unit)}"


def changed(parent: str, folder: Path) -> RuleBook:
    """A book on top of ``parent`` that gives every parameter with figures another value, and nothing else."""
    lines = ['name = "other"', 'title = "另一本"', f'extends = "{parent}"', ""]
    for key, spec in PARAMETERS.items():
        if spec.kind in OTHER:
            value = OTHERS.get(key, OTHER[spec.kind])
            lines += [f"[parameters.{key}]", f"value = {toml(value)}", ""]
    path = folder / "other.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return load(path)


def sentences(book: RuleBook) -> Iterator[str]:
    """All that people read about a book: scope, reasons, checks, 规则说明; not the documents it quotes."""
    yield book.scope
    for row in shown_rows(book):
        yield from (row.value, row.why)
    for check in catalogue():
        here = under(book, check)
        yield from (here.title, here.description, here.advice_example, here.example)
    when = datetime(2022, 1, 1, tzinfo=UTC)
    context = RunContext("", when, (), "", rules=(book,), checks=tuple(catalogue()))
    terms = Terms(load_words())
    columns = explained(context, terms, {})
    for topic, *cells in zip(*(columns[key] for key in ("topic", "term", "value", "text")), strict=True):
        if topic != terms("rules.source"):
            yield from cells


@pytest.mark.parametrize("parent", names())
def test_no_sentence_states_an_old_figure(parent: str, tmp_path: Path) -> None:
    """Every parameter of a book changed at once."""
    old, new = load(parent), changed(parent, tmp_path)
    stale = [
        f"{key}: {sentence}"
        for key, parameter in old.parameters.items()
        for figure in figures(key, parameter.value)
        for sentence in sentences(new)
        if re.search(figure, sentence)
    ]
    assert stale == []


@pytest.mark.parametrize("book", names())
def test_no_brace_is_left_to_read(book: str) -> None:
    """Each name in braces is a parameter."""
    loaded = load(book)
    values = {row.value for row in shown_rows(loaded)}  # regular expressions have braces of their own
    assert [said for said in sentences(loaded) if "{" in said and said not in values] == []


def test_the_search_finds_what_it_looks_for() -> None:
    """Under the book itself its figures are there."""
    book = load()
    said = list(sentences(book))
    for key, count in (("deviation.excess", 2), ("budget.rate_floor", 2), ("total.points", 2)):
        (figure,) = figures(key, book.parameters[key].value)
        assert sum(bool(re.search(figure, sentence)) for sentence in said) >= count, key


def test_explain_speaks_of_the_book_that_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """README's own example: 30 % becomes 50 %."""
    path = tmp_path / "本单位.toml"
    path.write_text(
        'name = "本单位"\ntitle = "本单位绩效自评规则（2021年度）"\nextends = "beijing-2021"\n'
        '[sources.notice]\ntitle = "本单位关于绩效自评的通知"\n'
        '[parameters.deviation.excess]\nvalue = 50\nclause = "notice"\n[checks]\nR303 = "off"\n',
        encoding="utf-8",
    )
    app(["explain", "R301", "--rules", str(path)], standalone_mode=False)
    said = capsys.readouterr().out
    assert "超出 50% 而不足 200% 请核实" in said and "30%" not in said
    app(["explain", "R304", "--rules", str(path)], standalone_mode=False)
    assert "依据：本单位关于绩效自评的通知（手册 本单位 的参数 deviation.excess）" in capsys.readouterr().out
    app(["explain", "R303", "--rules", str(path)], standalone_mode=False)
    assert "级别：停用（off）" in capsys.readouterr().out
