"""Which checks are made: ``--select`` and ``--ignore``, ids or how ids begin (B5 for B501 to B514)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import replace

from perfbatch.checking.catalogue import OFF, catalogue
from perfbatch.rules import Books, RuleBook
from perfbatch.travelling import TravellingError

_BETWEEN = re.compile(r"[\s,，、;；]+")


class SelectionError(TravellingError, ValueError):
    """A word that begins no check's id; ``close`` the nearest ids."""

    def __init__(self, word: str, close: Sequence[str]) -> None:
        super().__init__(word)
        self.word, self.close = word, list(close)


def deselected(select: Sequence[str], ignore: Sequence[str]) -> tuple[str, ...]:
    """The checks that are not made, in the catalogue's order. Raises SelectionError.

    Without ``select`` all are selected; ``ignore`` takes away from those.
    """
    ids = [check.id for check in catalogue()]
    chosen = _begun(select, ids) if select else set(ids)
    kept = chosen - _begun(ignore, ids)
    return tuple(id_ for id_ in ids if id_ not in kept)


def without(books: Books, checks: Sequence[str]) -> Books:
    """The same books with ``checks`` turned off."""
    if not checks:
        return books
    off = dict.fromkeys(checks, OFF)

    def turned(book: RuleBook) -> RuleBook:
        return replace(book, levels={**book.levels, **off})

    return Books(
        turned(books.asked) if books.asked else None,
        tuple(map(turned, books.printing)),
        {layout: turned(book) for layout, book in books.layouts.items()},
    )


def _begun(words: Sequence[str], ids: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for word in (one.upper() for text in words for one in _BETWEEN.split(text) if one):
        begun = [id_ for id_ in ids if id_.startswith(word)]
        if not begun:
            raise SelectionError(word, difflib.get_close_matches(word, ids, 3, 0.5))
        found.update(begun)
    return found
