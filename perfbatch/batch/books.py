"""The rule books among which the options of a run let choose."""

from __future__ import annotations

from pathlib import Path

from perfbatch.batch.errors import RunError
from perfbatch.caching import cached
from perfbatch.checking.catalogue import catalogue
from perfbatch.checking.selection import SelectionError, deselected, without
from perfbatch.options import Options
from perfbatch.reading.layouts import load_layouts
from perfbatch.rules import Books, among, books_of, load


def load_books(options: Options) -> Books:
    """The books for ``options.rules`` and the layouts, loaded once, with the checks off that are not wanted.

    Raises RuleBookError, LayoutError, RunError for a check that there is not.
    """
    return _load_books(options.rules, options.layouts, deselected_checks(options))


def deselected_checks(options: Options) -> tuple[str, ...]:
    """The checks that ``select`` and ``ignore`` leave out. Raises RunError for one that there is not."""
    try:
        return deselected(options.select, options.ignore)
    except SelectionError as error:
        raise RunError("no_check", id=error.word, close=error.close) from error


@cached(8)
def _load_books(rules: str | None, layouts: Path | None, off: tuple[str, ...]) -> Books:
    known = [check.id for check in catalogue()]
    if rules is not None:
        return without(books_of(load(rules, known_checks=known)), off)
    own = {layout.name: layout.default_rules for layout in load_layouts(layouts)}
    return without(among({name: load(book, known_checks=known) for name, book in own.items() if book}), off)
