"""规则说明: rule books with their clauses, the checks in force, and what each column means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from perfbatch.rules.show import rows as parameter_rows
from perfbatch.writing.summary.columns import COLUMNS
from perfbatch.writing.terms import Terms

if TYPE_CHECKING:
    from perfbatch.checking.catalogue import Check
    from perfbatch.rules import RuleBook
    from perfbatch.writing.context import RunContext

_Row = tuple[str, str, str, str, str, str, str]


def rows(context: RunContext, terms: Terms, departments: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """Columns of the sheet; ``departments`` are heading and meaning of the columns of 部门汇总."""
    found: list[_Row] = []
    for book in context.rules:
        found += _book(book, terms)
    found += _checks(context.checks, context.rules, terms)
    found += _columns(terms, departments)
    return dict(zip((c.key for c in COLUMNS["rules"]), map(list, zip(*found, strict=True)), strict=True))


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
        text = "\n".join(filter(None, (source.text, source.url)))
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
        text = terms("rules.check_text", description=check.description, advice=check.advice)
        topic, sheet, clause = terms("rules.check"), terms.sheets["findings"], "\n".join(clauses)
        yield topic, sheet, check.id, check.title, value, clause, text


def _columns(terms: Terms, departments: Sequence[tuple[str, str]]) -> Iterator[_Row]:
    for sheet, columns in COLUMNS.items():
        named: Sequence[tuple[str, str]] = (
            departments
            if sheet == "departments"
            else [(terms.heading(c.key), terms.meaning(c.key)) for c in columns]
        )
        for heading, meaning in named:
            yield terms("rules.column"), terms.sheets[sheet], "", heading, "", "", meaning


def titles(checks: Iterable[Any]) -> dict[str, str]:
    """Titles of checks by id."""
    return {check.id: check.title for check in checks}
