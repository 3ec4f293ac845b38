"""Findings in a row or column that the sheet hides: they say so, or nobody would find the cell."""

from __future__ import annotations

import re
from collections.abc import Sequence

from perfbatch.caching import cached

_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]+)")
ROW, COLUMN = "（所在的行已隐藏）", "（所在的列已隐藏）"


def told(messages: Sequence[str], cells: Sequence[str], hidden: Sequence[str]) -> list[str]:
    """Each message, with a word behind it where its cell is hidden; ``hidden``: ``forms.hidden`` of each."""
    return [message + _where(cell, places) if places else message
            for message, cell, places in zip(messages, cells, hidden, strict=True)]  # fmt: skip


def _where(cell: str, places: str) -> str:
    found = _ADDRESS.match(cell)
    if found is None:
        return ""
    rows, columns = _parsed(places)
    if any(first <= int(found[2]) <= last for first, last in rows):
        return ROW
    return COLUMN if found[1] in columns else ""


@cached(1024)
def _parsed(places: str) -> tuple[tuple[tuple[int, int], ...], frozenset[str]]:
    """The hidden runs of rows and the hidden columns of a form."""
    parts = places.split(",")
    runs = [part.partition("-") for part in parts if part[0].isdigit()]
    rows = tuple((int(first), int(last or first)) for first, _, last in runs)
    return rows, frozenset(part for part in parts if not part[0].isdigit())
