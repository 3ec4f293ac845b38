"""What every part of a form is drawn with: its words, its rule book, its columns, its open places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from perfbatch.blank_forms import formulas
from perfbatch.blank_forms.canvas import Canvas, Check
from perfbatch.blank_forms.places import Places
from perfbatch.caching import cached
from perfbatch.rules import RuleBook
from perfbatch.words import Words

TABLE = "blank_forms"
_SIGNS = ("/", "-", "—", "--", "——", "0", "……", "...")
"""What stands for 'does not apply', whatever the book."""


@cached(2048, typed=True)
def _sentence(words: Words, key: str, layout: str, values: tuple[tuple[str, Any], ...]) -> str:
    """Rendered once for all forms of a run: a form has some 300 sentences, and the next one the same."""
    return words.text(TABLE, key, layout=layout, **dict(values))


class Sentences:
    """The sentences of templates/blank_forms.toml for one layout."""

    def __init__(self, words: Words, layout: str = "") -> None:
        self.words, self.layout = words, layout

    def text(self, key: str, **values: Any) -> str:
        """A sentence."""
        return _sentence(self.words, key, self.layout, tuple(values.items()))

    def table(self, name: str) -> Any:
        """A table that is no sentence."""
        return self.words.table(TABLE)[name]


class Page:
    """One form while it is drawn."""

    def __init__(self, book: RuleBook, layout: str, words: Words, places: Places) -> None:
        self.book, self.layout, self.places = book, layout, places
        self.sentences = Sentences(words, layout)
        self.canvas = Canvas(self.say("form.sheet"))
        self.tolerance = formulas.number(float(book.value("rounding.tolerance")) + 1e-9)

    def say(self, key: str, **values: Any) -> str:
        """A sentence of templates/blank_forms.toml."""
        return self.sentences.text(key, **values)

    def quoted(self, key: str, **values: Any) -> str:
        """A sentence as a text of a formula."""
        return '"' + self.say(key, **values).replace('"', '""') + '"'

    def table(self, name: str) -> Any:
        """A table of templates/blank_forms.toml that is no sentence."""
        return self.sentences.table(name)

    def until(self, merged: dict[str, str], name: str, row: int) -> str:
        """Where a field of a row ends that is merged over several columns; "" where it is not."""
        return f"{merged[name]}{row}" if name in merged else ""

    def is_empty(self, cell: str) -> str:
        """A condition: a reason says nothing, by the words of the book."""
        words = [word for word in self.book.value("reason.empty_words") if '"' not in word]
        listed = ",".join(f'"{word}"' for word in [*words, *(f"{word}。" for word in words), *_SIGNS])
        return f"OR(LEN(TRIM({cell}))=0,ISNUMBER(MATCH(TRIM({cell}),{{{listed}}},0)))"

    def status(self, row: int, formula: str, blank: str) -> None:
        """Say what is still open in a row, beside the form; ``blank`` is what that is while it is blank."""
        self.canvas.formula(
            f"{self.places.status}{row}", formula, blank, font="status", side="left", boxed=False
        )

    def judged_score(self, own: str, points: str) -> None:
        """A score that the unit gives itself."""
        self.canvas.put(own, None, open_=True, form="0.00")
        self.score_check(own, points, "score")

    def score_check(self, own: str, points: str, prompt: str) -> None:
        """Refuse a score outside 0 to 分值."""
        self.canvas.check(
            own, "decimal", self.say(f"prompt.{prompt}", points=self.say("columns.points")),
            self.say("error.score"), title=self._titles(), first="0", second=f"{points}",
        )  # fmt: skip

    def _titles(self) -> tuple[str, str]:
        return self.say("prompt.title"), self.say("error.title")

    def checked(self, cell: str, key: str, kind: Check, *, first: str = "", second: str = "",
                 choices: Sequence[str] = (), strict: bool = True, **values: Any) -> None:  # fmt: skip
        """Check what is typed into a cell by the sentences ``prompt.key`` and ``error.key``."""
        errors = {"free_number": "number", "free_nature": "direction", "judged": "direction"}
        self.canvas.check(
            cell, kind, self.say(f"prompt.{key}", **{"unit": "", **values}),
            self.say(f"error.{errors.get(key, key)}", **values), title=self._titles(), first=first,
            second=second, choices=choices, strict=strict,
        )  # fmt: skip

    def hinted(self, cell: str, key: str, **values: Any) -> None:
        """A hint beside the cell; anything may be written."""
        self.canvas.check(
            cell, "textLength", self.say(f"prompt.{key}", **values), "", title=self._titles(), first="0",
            second="32000", strict=False,
        )  # fmt: skip
