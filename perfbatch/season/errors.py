"""What makes a list (roster, approved targets) or a history unusable: a code, and values for its sentence."""

from __future__ import annotations

from typing import Any

from perfbatch.words import Words, load_words


class ListError(ValueError):
    """A list cannot be used; the run ends before anything is written.

    ``code`` is stable; its sentence (what, where, what to do) stands in templates/season.toml, ``unusable``.
    """

    def __init__(self, code: str, /, **values: Any) -> None:
        super().__init__(code, values)
        self.code = code
        self.values: dict[str, Any] = values

    def __str__(self) -> str:
        return self.sentence(load_words())

    def sentence(self, words: Words) -> str:
        """What is wrong, where, and what to do, in Chinese."""
        return words.text("season", f"unusable.{self.code}", **self.values)


class HistoryError(ValueError):
    """A history cannot be used; nothing in it was changed.

    ``code`` is stable; its sentence stands in templates/season.toml, ``history``.
    """

    def __init__(self, code: str, /, **values: Any) -> None:
        super().__init__(code, values)
        self.code = code
        self.values: dict[str, Any] = values

    def __str__(self) -> str:
        return self.sentence(load_words())

    def sentence(self, words: Words) -> str:
        """What is wrong, where, and what to do, in Chinese."""
        return words.text("season", f"history.{self.code}", **self.values)
