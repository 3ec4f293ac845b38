"""What a run is asked to do: one picklable record that goes to every worker."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from perfbatch.checking.catalogue import catalogue
from perfbatch.reading.layouts import load_layouts
from perfbatch.rules import RuleBook, load


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

    ``rules`` is a rule book's name or file, None for each layout's own; ``templates`` an office's own
    folder of words; ``passwords`` are tried in turn on encrypted workbooks.
    """

    rules: str | None = None
    layouts: Path | None = None
    templates: Path | None = None
    passwords: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)

    def rule_books(self) -> Mapping[str, RuleBook]:
        """The rule book of each layout family; under '' the one for a family that names none.

        Raises RuleBookError, LayoutError.
        """
        return _rule_books(self.rules, self.layouts)


@lru_cache(maxsize=8)
def _rule_books(rules: str | None, layouts: Path | None) -> Mapping[str, RuleBook]:
    known = [check.id for check in catalogue()]
    if rules is not None:
        return {"": load(rules, known_checks=known)}
    own = {layout.name: layout.default_rules for layout in load_layouts(layouts)}
    books = {name: load(book, known_checks=known) for name, book in own.items() if book}
    return {"": load(None), **books}


def usable_cores() -> int:
    """Cores that this process may use."""
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:  # Windows and macOS do not tell
        return os.cpu_count() or 1
