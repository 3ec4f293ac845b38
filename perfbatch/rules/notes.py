"""填报注意事项 as a form prints them: the wording of the clauses, and figures that a book has changed."""

from __future__ import annotations

from perfbatch.rules.book import RuleBook
from perfbatch.rules.parameters import PARAMETERS
from perfbatch.rules.show import value_text

SHOWN = (
    "cap", "budget.formula", "budget.rate_floor", "positive.formula", "positive.excess_bands",
    "reverse.formula", "tier.achieved", "tier.partly", "tier.missed", "deviation.excess", "grade.bands",
)  # fmt: skip
"""What a unit must know to fill in a form, in reading order."""
_NOT_PRINTED = frozenset({"tool", "form", "platform_form"})
"""Sources that hold no wording for units: our own conventions, and the form itself."""


def notes_of(book: RuleBook) -> list[tuple[str, str, str, str]]:
    """(wording, "", "", "") of each clause once, or ("", meaning, value, unit) of a figure that the book
    changed without a wording of its own."""
    notes: list[tuple[str, str, str, str]] = []
    for key in SHOWN:
        parameter = book.parameters[key]
        source = book.sources[parameter.clause]
        if parameter.amended or (not source.text and source.id not in _NOT_PRINTED):
            unit = PARAMETERS[key].unit if PARAMETERS[key].kind in ("number", "count") else ""
            note = ("", PARAMETERS[key].meaning, value_text(key, parameter.value), unit)
        elif source.id in _NOT_PRINTED:
            continue
        else:
            note = (source.text, "", "", "")
        if note not in notes:
            notes.append(note)
    return notes


def wording(book: RuleBook) -> str:
    """The wordings alone, as ``RuleBook.is_printed_in`` takes them."""
    return "\n".join(text for text, _, _, _ in notes_of(book))
