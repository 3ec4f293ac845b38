"""A new rule book for an office to fill in: everything of its parent, commented out."""

from __future__ import annotations

from typing import Any

from perfbatch.rules.load import DEFAULT, load
from perfbatch.rules.parameters import PARAMETERS
from perfbatch.rules.show import value_text
from perfbatch.rules.values import short_number
from perfbatch.words import load_words


def draft(name: str, extends: str = DEFAULT, *, written_as: str | None = None) -> str:
    """Text of a rule book ``name`` that extends ``extends`` (a shipped book, or a file that the new book
    will call ``written_as``) and changes nothing yet.

    Each parameter stands there as a comment with its present value; an office uncomments what
    differs. Raises RuleBookError for an unknown ``extends``.
    """
    book = load(extends)
    parameters = [
        {
            "key": key,
            "meaning": PARAMETERS[key].meaning,
            "shown": value_text(key, parameter.value),
            "value": toml(parameter.value),
            "unit": PARAMETERS[key].unit,
            "choices": PARAMETERS[key].choices,
            "clause": parameter.clause,
            "why": toml(parameter.why),
        }
        for key, parameter in book.parameters.items()
    ]
    return load_words().document("规则手册.toml.j2").render(
        name=toml(name), extends=toml(written_as or extends), title=toml(f"{name}（{book.title}）"),
        book=book, parameters=parameters,
    )  # fmt: skip


def toml(value: Any) -> str:
    """``value`` of a parameter as TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return short_number(value)
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(item)}" for key, item in value.items()) + " }"
    return "[" + ", ".join(toml(item) for item in value) + "]"
