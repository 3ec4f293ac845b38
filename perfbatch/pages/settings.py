"""docs/settings.md: every key of perfbatch.toml, from the classes that declare options."""

from __future__ import annotations

from collections.abc import Iterator

from perfbatch.pages.rendering import cell, render
from perfbatch.settings import TABLES, Key, keys
from perfbatch.settings.draft import example


def settings_page() -> str:
    """Each table of the file with its keys."""
    tables = {name: [*map(_row, keys(name).values())] for name in TABLES}
    return render("settings.md.j2", tables=tables, cell=cell, problems=list(_problems()))


def _row(key: Key) -> tuple[str, str, str]:
    return key.name, example(key), key.help


def _problems() -> Iterator[str]:
    """What a mistake looks like: the sentences themselves."""
    from perfbatch.settings.errors import Problem

    allowed = ["rules", "roster", "…"]
    values = {"close": "roster", "elsewhere": None, "allowed": allowed}
    yield str(Problem("unknown_key", "perfbatch.toml", 3, "rooster", values))
    yield str(Problem("day", "perfbatch.toml", 5, "deadline"))
