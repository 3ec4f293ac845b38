"""规则说明: rule books with their clauses, the checks in force, and what each column means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from perfbatch.checking.clauses import under
from perfbatch.rules.show import rows as parameter_rows
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
        meaning="规则手册、参数、依据原文、核验项或列说明；可按此筛选。",
        value=lambda rows: rows["topic"],
    ),
    column(
        "place", "text", (12, 20),
        heading="手册或工作表",
        meaning="参数和依据属于哪本规则手册，列在哪张工作表。",
        value=lambda rows: rows["place"],
    ),
    column(
        "id", "text", (8, 22),
        heading="编号",
        meaning="规则手册里的参数名，或核验项的编号。",
        value=lambda rows: rows["id"],
    ),
    column(
        "term", "text", (16, 30),
        heading="名称",
        meaning="参数、依据、核验项或列的名称。",
        value=lambda rows: rows["term"],
    ),
    column(
        "value", "text", (12, 26),
        heading="取值",
        meaning="参数的取值，或核验项的级别。",
        value=lambda rows: rows["value"],
    ),
    column(
        "basis", "text", (12, 24),
        heading="依据",
        meaning="依据的条款。",
        value=lambda rows: rows["basis"],
    ),
    column(
        "text", "text", (40, 60),
        heading="说明",
        meaning="含义和办法。",
        value=lambda rows: rows["text"],
    ),
)  # fmt: skip

_Row = tuple[str, str, str, str, str, str, str]


def rows(
    context: RunContext, terms: Terms, headings: Mapping[str, Sequence[tuple[str, str]]]
) -> dict[str, list[str]]:
    """Columns of the sheet; ``headings`` are heading and meaning of the columns of every sheet."""
    found: list[_Row] = []
    for book in context.rules:
        found += _book(book, terms)
    found += _checks(context.checks, context.rules, terms)
    found += _columns(terms, headings)
    return dict(zip((c.key for c in COLUMNS), map(list, zip(*found, strict=True)), strict=True))


def check_clause(check: Check, book: RuleBook) -> str:
    """The clause that a check rests on, as the book prints it."""
    if check.clause in book.parameters:
        return book.clause(check.clause)
    return book.source_text(check.clause) if check.clause in book.sources else ""


def _book(book: RuleBook, terms: Terms) -> Iterator[_Row]:
    checksum = terms("rules.hash", hash=book.hash)
    yield terms("rules.book"), book.title, book.name, book.title, "", "", f"{book.scope}\n{checksum}"
    for row in parameter_rows(book):
        value = f"{row.value} {row.unit}".strip()
        yield terms("rules.parameter"), book.title, row.key, row.meaning, value, row.clause, row.why
    for source in book.sources.values():
        doubt = "" if source.confirmed else terms("rules.unconfirmed")
        text = "\n".join(filter(None, (source.text, source.url, doubt)))
        yield terms("rules.source"), book.title, source.id, source.title, "", "", text


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
        yield topic, sheet, check.id, check.title, value, clause, text


def _columns(terms: Terms, headings: Mapping[str, Sequence[tuple[str, str]]]) -> Iterator[_Row]:
    for sheet, named in headings.items():
        for heading, meaning in named:
            yield terms("rules.column"), terms.sheets[sheet], "", heading, "", "", meaning
