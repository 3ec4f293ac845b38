"""What a run is asked to do: one picklable record that goes to every worker."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from perfbatch.checking.catalogue import catalogue
from perfbatch.reading.layouts import load_layouts
from perfbatch.rules import Books, among, books_of, load


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost before it is given up."""

    seconds: float = 60.0
    """Time for one file (and for one chunk before its files are tried one by one)."""
    memory: int = 4 << 30
    """Address space of a worker process in bytes, where the system can bound it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Choices of a run that every room may need.

    ``rules`` is a rule book's name or file, None for the one whose notes a form prints, else its layout's;
    ``templates`` an office's own folder of words; ``passwords`` are tried in turn on encrypted workbooks.
    """

    rules: str | None = None
    layouts: Path | None = None
    templates: Path | None = None
    passwords: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)

    def rule_books(self) -> Books:
        """The books among which the run chooses for each form. Raises RuleBookError, LayoutError."""
        return _rule_books(self.rules, self.layouts)


@lru_cache(maxsize=8)
def _rule_books(rules: str | None, layouts: Path | None) -> Books:
    known = [check.id for check in catalogue()]
    if rules is not None:
        return books_of(load(rules, known_checks=known))
    own = {layout.name: layout.default_rules for layout in load_layouts(layouts)}
    return among({name: load(book, known_checks=known) for name, book in own.items() if book})


def usable_cores() -> int:
    """Cores that this process may use."""
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:  # Windows and macOS do not tell
        return os.cpu_count() or 1
