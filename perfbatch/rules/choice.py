"""Which rule book judges a form: the one asked for, else the one whose notes it prints, else its layout's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from perfbatch.caching import cached
from perfbatch.rules.book import RuleBook
from perfbatch.rules.load import DEFAULT, load, names

ASKED, PRINTED, LAYOUT = "asked", "printed", "layout"


class Judge(NamedTuple):
    """The book of a form, why that one (``ASKED`` …), and whether the form prints its notes."""

    book: RuleBook
    source: str
    printed: bool


@dataclass(frozen=True, slots=True)
class Books:
    """The books among which a run chooses.

    ``asked`` judges every form where it is given. ``printing`` are tried in turn: of those whose notes a form
    prints the one with the most marks of its own judges it. ``layouts`` holds the book of each layout family,
    under "" that of all others.
    """

    asked: RuleBook | None
    printing: tuple[RuleBook, ...]
    layouts: Mapping[str, RuleBook]

    def judge(self, layout: str, notes: str) -> Judge:
        """The book for a form of ``layout`` that prints ``notes``."""
        if self.asked is not None:
            return Judge(self.asked, ASKED, self.asked.is_printed_in(notes))
        printed = [book for book in self.printing if book.is_printed_in(notes)] if notes else []
        if printed:
            return Judge(max(printed, key=lambda book: len(book.printed_notes)), PRINTED, True)
        book = self.layouts.get(layout) or self.layouts[""]
        return Judge(book, LAYOUT, book.is_printed_in(notes))

    def every(self) -> tuple[RuleBook, ...]:
        """All books that may judge a form, the one for most of them first; each name once."""
        if self.asked is not None:
            return (self.asked,)
        return tuple({book.name: book for book in (*self.layouts.values(), *self.printing)}.values())

    def named(self, name: str) -> RuleBook:
        """The book of that name, "" the one for all other layouts. Raises RuleBookError for another name."""
        if not name:
            return self.asked or self.layouts[""]
        for book in self.every():
            if book.name == name:
                return book
        return load(name)

    def used(self, judging: Iterable[str]) -> tuple[RuleBook, ...]:
        """Those that judged, by their names; the default where none did."""
        wanted = dict.fromkeys(name for name in judging if name)
        known = [book for book in self.every() if book.name in wanted]
        others = [load(name) for name in wanted if name not in {book.name for book in known}]
        return (*known, *others) or (self.named(""),)


Rules = str | Path | RuleBook | Mapping[str, "str | Path | RuleBook"] | Books | None
"""What may be said of the rules: one book for all forms (name, file or book); the book of each layout family
by its name (under "" that of all others), for forms that print no shipped book's notes; the books to choose
among; or None, the default book in place of every layout's."""


def books_of(rules: Rules) -> Books:
    """The books among which ``rules`` lets choose. Raises RuleBookError for an unusable one."""
    if isinstance(rules, Books):
        return rules
    if rules is not None and not isinstance(rules, Mapping):
        return Books(rules if isinstance(rules, RuleBook) else load(rules), (), {})
    layouts = {
        layout: rule if isinstance(rule, RuleBook) else load(rule) for layout, rule in (rules or {}).items()
    }
    return among(layouts)


def among(layouts: Mapping[str, RuleBook]) -> Books:
    """The shipped books that carry notes before those of ``layouts``, which hold the default under ""."""
    whole = {"": load(DEFAULT), **layouts}
    own = {book.name: book for book in whole.values()}
    # A layout's own book of a shipped name stands in that one's place: a name means one book in a run.
    return Books(None, tuple(own.get(book.name, book) for book in _printing()), whole)


@cached(1)
def _printing() -> tuple[RuleBook, ...]:
    return tuple(book for book in map(load, names()) if book.printed_notes)
