"""规则说明: what each column means, what the checks ask, the rules and their clauses; keys in an appendix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from perfbatch.checking.clauses import under
from perfbatch.rules.parameters import PARAMETERS
from perfbatch.rules.show import shown_rows as parameter_rows
from perfbatch.writing.summary.columns import column
from perfbatch.writing.terms import Terms

if TYPE_CHECKING:
    from perfbatch.checking.catalogue import Check
    from perfbatch.rules import RuleBook
    from perfbatch.writing.context import RunContext

COLUMNS = (
    column(
        "topic", "short", 10,
        heading="类别",
        meaning="列说明、核验项、规则、依据原文或附录；可按此筛选。",
        value=lambda rows: rows["topic"],
    ),
    column(
        "id", "text", (8, 16),
        heading="编号",
        meaning="核验项的编号；附录里是规则手册的参数名。",
        value=lambda rows: rows["id"],
    ),
    column(
        "term", "text", (16, 34),
        heading="名称",
        meaning="列、核验项、规则或依据的名称。",
        value=lambda rows: rows["term"],
    ),
    column(
        "text", "text", (40, 66),
        heading="说明",
        meaning="含义和办法。",
        value=lambda rows: rows["text"],
    ),
    column(
        "value", "text", (12, 28),
        heading="取值",
        meaning="规则的取值，或核验项的级别。",
        value=lambda rows: rows["value"],
    ),
    column(
        "basis", "text", (12, 24),
        heading="依据",
        meaning="依据的条款。",
        value=lambda rows: rows["basis"],
    ),
    column(
        "place", "text", (12, 20),
        heading="手册或工作表",
        meaning="规则和依据属于哪本规则手册，列和核验项在哪张工作表。",
        value=lambda rows: rows["place"],
    ),
)  # fmt: skip
_FOR_PROGRAMS = ("patterns",)
"""Kinds of parameters whose value is written for the program: it stands in the appendix."""


class _Row(NamedTuple):
    topic: str
    place: str
    id: str
    term: str
    value: str = ""
    basis: str = ""
    text: str = ""


def sheet_rows(
    context: RunContext, terms: Terms, headings: Mapping[str, Sequence[tuple[str, str]]]
) -> dict[str, list[str]]:
    """Columns of the sheet; ``headings`` are heading and meaning of the columns of every sheet.

    What people look up comes first; keys, patterns and checksums are an appendix.
    """
    found = [*_columns(terms, headings), *_checks(context.checks, context.rules, terms)]
    for book in context.rules:
        found += _book(book, terms)
    for book in context.rules:
        found += _appendix(book, terms)
    return {c.key: [getattr(row, c.key) for row in found] for c in COLUMNS}


def check_clause(check: Check, book: RuleBook) -> str:
    """The clause that a check rests on, as the book prints it."""
    if check.clause in book.parameters:
        return book.clause(check.clause)
    return book.source_text(check.clause) if check.clause in book.sources else ""


def _book(book: RuleBook, terms: Terms) -> Iterator[_Row]:
    """What the book asks, in words, and the documents that it rests on."""
    yield _Row(terms("rules.book"), book.title, "", book.title, text=book.scope)
    for row in parameter_rows(book):
        for_programs = row.key in PARAMETERS and PARAMETERS[row.key].kind in _FOR_PROGRAMS
        value = terms("rules.in_appendix") if for_programs else f"{row.value} {row.unit}".strip()
        yield _Row(terms("rules.parameter"), book.title, "", row.meaning, value, row.clause, row.why)
    for source in book.sources.values():
        doubt = "" if source.confirmed else terms("rules.unconfirmed")
        text = "\n".join(filter(None, (source.text, source.url, doubt)))
        yield _Row(terms("rules.source"), book.title, "", source.title, text=text)


def _appendix(book: RuleBook, terms: Terms) -> Iterator[_Row]:
    """The same for whoever changes the book: its name and checksum, its keys and patterns."""
    topic = terms("rules.appendix")
    yield _Row(topic, book.title, book.name, book.title, text=terms("rules.hash", hash=book.hash))
    for row in parameter_rows(book):
        yield _Row(topic, book.title, row.key, row.meaning, f"{row.value} {row.unit}".strip(), row.clause)
    for source in book.sources.values():
        yield _Row(topic, book.title, source.id, source.title)


def _checks(checks: Iterable[Check], books: Sequence[RuleBook], terms: Terms) -> Iterator[_Row]:
    for check in checks:
        levels: dict[str, list[str]] = {}
        for book in books:
            level = book.levels.get(check.id, check.level)
            word = terms("rules.off") if level == "off" else terms.levels[level]
            levels.setdefault(word, []).append(book.title)
        if len(levels) == 1:
            value = next(iter(levels))
        else:
            value = "\n".join(f"{word}：{'、'.join(titles)}" for word, titles in levels.items())
        clauses = dict.fromkeys(filter(None, (check_clause(check, book) for book in books)))
        words = dict.fromkeys(under(book, check).description for book in books)
        text = terms("rules.check_text", description="\n".join(words), advice=check.advice_example)
        topic, sheet, clause = terms("rules.check"), terms.sheets["findings"], "\n".join(clauses)
        yield _Row(topic, sheet, check.id, check.title, value, clause, text)


def _columns(terms: Terms, headings: Mapping[str, Sequence[tuple[str, str]]]) -> Iterator[_Row]:
    for sheet, named in headings.items():
        for heading, meaning in named:
            yield _Row(terms("rules.column"), terms.sheets[sheet], "", heading, text=meaning)
