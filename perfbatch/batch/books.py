"""The rule books among which the options of a run let choose."""

from __future__ import annotations

from pathlib import Path

from perfbatch.caching import cached
from perfbatch.checking.catalogue import catalogue
from perfbatch.options import Options
from perfbatch.reading.layouts import load_layouts
from perfbatch.rules import Books, among, books_of, load


def load_books(options: Options) -> Books:
    """The books for ``options.rules`` and the layouts, loaded once. Raises RuleBookError, LayoutError."""
    return _load_books(options.rules, options.layouts)


@cached(8)
def _load_books(rules: str | None, layouts: Path | None) -> Books:
    known = [check.id for check in catalogue()]
    if rules is not None:
        return books_of(load(rules, known_checks=known))
    own = {layout.name: layout.default_rules for layout in load_layouts(layouts)}
    return among({name: load(book, known_checks=known) for name, book in own.items() if book})
