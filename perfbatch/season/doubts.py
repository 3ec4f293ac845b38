"""What in a list is doubtful: sentences with file, sheet, cell and what to do; of many of one kind a few."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from perfbatch.words import Words

SHOWN = 5
"""Sentences of one kind that are said; further ones are counted: a column filled in wrongly says it in
thousands of rows."""


class Doubts:
    """Remarks on one file, kept by kind (``remark.<kind>`` of templates/season.toml)."""

    def __init__(self, path: str, words: Words) -> None:
        self._path = path
        self._words = words
        self._said: dict[str, list[str]] = defaultdict(list)
        self._counts: dict[str, int] = defaultdict(int)

    def add(self, kind: str, **values: Any) -> None:
        """One more; ``values`` fill its sentence, ``path`` is the file's."""
        self._counts[kind] += 1
        if self._counts[kind] <= SHOWN:
            self._said[kind].append(self._text(kind, **values))

    def sentences(self) -> tuple[str, ...]:
        """Kind by kind, in the order in which they came."""
        found: list[str] = []
        for kind, said in self._said.items():
            found += said
            if self._counts[kind] > len(said):
                found.append(self._text("more", count=self._counts[kind] - len(said)))
        return tuple(found)

    def _text(self, kind: str, **values: Any) -> str:
        return self._words.text("season", f"remark.{kind}", path=self._path, **values)
