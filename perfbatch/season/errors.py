"""What makes a list (roster, approved targets), a history or an edited 汇总.xlsx unusable: a code, and values
for its sentence."""

from __future__ import annotations

from typing import Any, ClassVar

from perfbatch.words import Words, load_words


class SeasonError(ValueError):
    """``code`` is stable; its sentence (what, where, what to do) is in ``table`` of templates/season.toml."""

    table: ClassVar[str]

    def __init__(self, code: str, /, **values: Any) -> None:
        super().__init__(code, values)
        self.code = code
        self.values: dict[str, Any] = values

    def __reduce__(self) -> tuple[Any, ...]:
        # keyword arguments would be lost on the way back from a worker process
        return _rebuild, (type(self), self.code, self.values)

    def __str__(self) -> str:
        return self.sentence(load_words())

    def sentence(self, words: Words) -> str:
        """What is wrong, where, and what to do, in Chinese."""
        return words.text("season", f"{self.table}.{self.code}", **self.values)


class ListError(SeasonError):
    """A list cannot be used; the run ends before anything is written."""

    table = "unusable"


class HistoryError(SeasonError):
    """A history cannot be used; nothing in it was changed."""

    table = "history"


class WrittenError(SeasonError):
    """What a person wrote into a 汇总.xlsx cannot be read and is recorded nowhere; it stays as it is."""

    table = "written"


def _rebuild(kind: type[SeasonError], code: str, values: dict[str, Any]) -> SeasonError:
    return kind(code, **values)
