"""A new settings file for an office to fill in: every key as a comment, with what the command's help says."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from perfbatch.rules.draft import toml
from perfbatch.settings.declared import TABLES, Key, keys
from perfbatch.words import load_words

_ANY: dict[type, Any] = {
    bool: True, int: 1, float: 1.0, str: "…", Path: "…", date: date(2022, 1, 31),
}  # fmt: skip


def draft() -> str:
    """Text of a settings file that sets nothing yet; an office uncomments what it wants."""
    tables = [(name, [_row(key) for key in keys(name).values()]) for name in TABLES]
    return load_words().document("perfbatch.toml.j2").render(tables=tables)


def _row(key: Key) -> dict[str, str]:
    return {"name": key.name, "help": key.help, "value": example(key)}


def example(key: Key) -> str:
    """What could stand there: the value that counts anyway, else the example of templates/settings.toml."""
    default = key.option.default
    examples: dict[str, Any] = load_words().table("settings")["example"]
    name = ".".join(key.path)
    if default not in (None, ()) and key.kind is not bool:
        value: Any = list(default) if isinstance(default, tuple) else default
    else:
        value = examples.get(name, [_ANY[key.kind]] if key.several else _ANY[key.kind])
    if isinstance(value, Path):
        value = str(value)
    return value.isoformat() if isinstance(value, date) else toml(value)
