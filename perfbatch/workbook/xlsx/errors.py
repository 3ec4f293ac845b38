"""The one exception of this package: a workbook that cannot be marked without harm."""

from __future__ import annotations

from typing import Any

from perfbatch.words import Words, load_words


class Unmarkable(Exception):  # noqa: N818 (a verdict on the workbook, no fault of ours)
    """The workbook is refused; nothing was written.

    ``code`` names a sentence ``[refused.<code>]`` of templates/annotate.toml, ``values`` fill it in.
    """

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values

    def sentence(self, words: Words | None = None) -> str:
        """Why, and what to do, in Chinese."""
        return (words or load_words()).text("annotate", f"refused.{self.code}", **self.values)

    def __str__(self) -> str:
        return self.sentence()
