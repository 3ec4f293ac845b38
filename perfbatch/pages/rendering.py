"""A Markdown page from its template."""

from __future__ import annotations

from typing import Any

from perfbatch.words import load_words


def render(template: str, **values: Any) -> str:
    """The page, ending in one line break."""
    return load_words().document(template).render(values).strip() + "\n"


def cell(text: object) -> str:
    """``text`` inside a Markdown table."""
    return str(text).replace("|", "\\|").replace("\n", " ")
