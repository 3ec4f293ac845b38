"""docs/rules.md from the shipped rule books and the catalogue of parameters."""

from __future__ import annotations

from perfbatch.pages.rendering import cell, render
from perfbatch.rules import PARAMETERS, Spec, load, names, shown_rows
from perfbatch.rules.values import short_number
from perfbatch.schema import LEVELS
from perfbatch.words import load_words


def rules_page() -> str:
    """The books side by side, each with its sources, and how to write one."""
    books = [load(name) for name in names()]
    shown = {book.name: {row.key: row for row in shown_rows(book)} for book in books}
    return render(
        "rules.md.j2",
        books=books,
        rows=shown,
        differing=[key for key in PARAMETERS if len({table[key].value for table in shown.values()}) > 1],
        parameters=PARAMETERS,
        shapes={key: shape(spec) for key, spec in PARAMETERS.items()},
        levels=LEVELS,
        cell=cell,
    )


def shape(spec: Spec) -> str:
    """What may be written for a parameter, in the words in which a mistake is answered."""
    kind = {"patterns": "words"}.get(spec.kind, spec.kind)
    return load_words().text(
        "rules", f"problem.{kind}",
        low=short_number(spec.minimum), high=short_number(spec.maximum), unit=spec.unit, close="",
        allowed="、".join(f"{choice}（{meaning}）" for choice, meaning in spec.choices.items()),
    )  # fmt: skip
