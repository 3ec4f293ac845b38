"""A rule book as others see it: frozen, picklable, every value with its clause."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from perfbatch.text import compact
from perfbatch.words import load_words

_ENTRY = re.compile(r"indicators\[(\d+)\]")


def _all_found(patterns: tuple[str, ...], text: str) -> bool:
    return all(re.search(pattern, text) for pattern in patterns)


@dataclass(frozen=True, slots=True)
class RuleSource:
    """A document or clause that parameters rest on.

    ``text`` quotes it, ``url`` is where a public copy stands. ``confirmed`` is False where no public copy
    of the wording was found to hold it against.
    """

    id: str
    title: str
    text: str = ""
    short: str = ""
    url: str = ""
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. ``book`` is the book that set the value; ``amended`` says that this book changed
    an inherited value without naming a clause of its own, ``why_of`` whose ``why`` stands beside a value that
    another book has set since ("" where both are one's)."""

    key: str
    value: Any
    unit: str
    clause: str
    why: str
    book: str
    amended: bool = False
    why_of: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a book says of certain indicators; "" and None leave a matter to the general rules.

    ``level2`` and ``name`` are regular expressions, searched in the text after NFKC and without
    blanks; where both are given both must be found.
    """

    level2: str = ""
    name: str = ""
    direction: str = ""
    unit: str = ""
    target_kind: str = ""
    judged: bool = False
    clause: str = ""
    why: str = ""
    book: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class RuleBook:
    """A complete, checked rule book with everything that it inherits.

    ``hash`` is the SHA-256 of its resolved content; two books with the same hash score alike, and
    are equal. ``levels`` holds the checks whose level the book sets ("off" turns one off),
    ``indicators`` the per-indicator entries, first match first. ``printed_notes`` are regular expressions:
    a form on which all of them are found prints this book's notes; without any, no form does.
    """

    name: str
    title: str
    scope: str
    extends: tuple[str, ...]
    sources: Mapping[str, RuleSource]
    parameters: Mapping[str, Parameter]
    levels: Mapping[str, str]
    indicators: tuple[Entry, ...]
    printed_notes: tuple[str, ...]
    hash: str

    def value(self, key: str) -> Any:
        """Value of the parameter ``key``; lists come as tuples. Raises KeyError for an unknown key."""
        return self.parameters[key].value

    def clause(self, key: str) -> str:
        """Short text of the clause that ``key`` rests on, as it is printed beside a score or finding.

        ``key`` is a parameter or an entry, indicators[1] …; an entry without a clause rests on that of
        judgement.formula. Raises KeyError for an unknown key.
        """
        entry = _ENTRY.fullmatch(key)
        if entry and 0 < int(entry[1]) <= len(self.indicators):
            clause = self.indicators[int(entry[1]) - 1].clause
            return self.source_text(clause) if clause else self.clause("judgement.formula")
        parameter = self.parameters[key]
        short = self.source_text(parameter.clause)
        if parameter.amended:
            return load_words().text("rules", "amended", book=parameter.book, clause=short)
        return short

    def source_text(self, source: str) -> str:
        """Short printable text of a source: its ``short``, else its ``title``."""
        return self.sources[source].short or self.sources[source].title

    def is_printed_in(self, notes: str) -> bool:
        """Whether ``notes``, what a form prints, are this book's; width and blanks do not count."""
        return bool(self.printed_notes) and _all_found(self.printed_notes, compact(notes))

    def pattern(self, key: str) -> re.Pattern[str] | None:
        """The regular expressions of ``key`` as one, None where there are none."""
        patterns = self.value(key)
        return re.compile("|".join(f"(?:{pattern})" for pattern in patterns)) if patterns else None

    def __eq__(self, other: object) -> bool:
        """Equal hash."""
        return isinstance(other, RuleBook) and self.hash == other.hash

    def __hash__(self) -> int:
        """Of the content's hash."""
        return hash(self.hash)
