"""docs/refusals.md: every reason why something was not done, by its code, from the tables of templates/."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from perfbatch.pages.rendering import cell, render
from perfbatch.words import load_words

TABLES: Mapping[str, tuple[str, str]] = {
    "Refused": ("refusals", ""),
    "InputError": ("refusals", ""),
    "WorkerLost": ("batch", ""),
    "OutputError": ("cli", "error"),
    "RunError": ("cli", "error"),
    "RuleBookError": ("rules", "problem"),
    "LayoutError": ("layouts", ""),
    "TemplateError": ("templates", ""),
    "ListError": ("season", "unusable"),
    "HistoryError": ("season", "history"),
    "WrittenError": ("season", "written"),
    "SettingsError": ("settings", "problem"),
    "ExplainError": ("story", "error"),
}
"""Where the sentences of an exception's codes stand: file of templates/, table in it ("" for all of it)."""
_NOT_CODES = {
    "refusals": {"notes", "kinds", "parts"},
    "cli": {"prefix"},
    "templates": {"where"},
    "rules": {"place"},
}
"""Entries of these tables that are words and no reasons."""


def sentences(exception: str) -> dict[str, str]:
    """Code → sentence of an exception, as its template has it."""
    name, table = TABLES[exception]
    found: Any = load_words().table(name)
    entries = found[table] if table else found
    return {
        code: text for code, text in _entries(entries) if code.split(".")[0] not in _NOT_CODES.get(name, ())
    }


def refusals_page() -> str:
    """Each table once, with what its sentences say."""
    once: dict[tuple[str, str], list[str]] = {}
    for exception, table in TABLES.items():
        once.setdefault(table, []).append(exception)
    sections = [
        (
            name,
            table,
            exceptions,
            [(code, cell(_plain(text))) for code, text in sentences(exceptions[0]).items()],
        )
        for (name, table), exceptions in once.items()
    ]
    return render("refusals.md.j2", sections=sections)


def _entries(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for code, entry in table.items():
        if isinstance(entry, str):
            yield code, entry
        elif set(entry) <= {"reason"}:
            yield code, entry["reason"]
        else:
            yield from ((f"{code}.{key}", text) for key, text in _entries(entry))


def _plain(sentence: str) -> str:
    """A sentence to read: the name of a value in 〔〕, no conditions."""

    def name(expression: re.Match[str]) -> str:
        words = re.findall("[a-z_]+", re.sub("'[^']*'", "", expression[1]))
        return f"〔{words[0]}〕"

    return re.sub(r"\{%.*?%\}", "", re.sub(r"\{\{(.+?)\}\}", name, sentence))
