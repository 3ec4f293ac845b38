"""What perfbatch.toml may hold: the fields of the classes that declare options, table by table.

A command with settings of its own declares them as a frozen dataclass with keyword fields, as ``Options`` is
one (types, defaults, ``About``), and names it here; its help sentences are ``help.<table>_<key>`` in
templates/cli.toml. ``Settings.of(Limits)`` then gives what the file says, checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, fields
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from perfbatch.options import FROM_PYTHON, CommandOptions, Options, ServeOptions, WatchOptions, flag_of
from perfbatch.serve.limits import Limits as ServeLimits
from perfbatch.words import load_words

TABLES: Mapping[str, tuple[type, ...]] = {
    "": (Options, CommandOptions),
    "watch": (WatchOptions,),
    "serve": (ServeOptions, ServeLimits),
}
"""Name of a table ("" the top of the file) → the classes whose fields are its keys."""


@dataclass(frozen=True)
class Key:
    """One key: ``option`` is a field of ``owner``, ``table`` where it stands."""

    table: str
    owner: type
    option: Field[Any]

    @property
    def name(self) -> str:
        """As it is written in the file: the option's name with _ for -."""
        return flag_of(self.option).replace("-", "_")

    @property
    def path(self) -> tuple[str, ...]:
        """Table and name."""
        return (self.table, self.name) if self.table else (self.name,)

    @cached_property
    def several(self) -> bool:
        """Whether it takes a list."""
        return get_origin(self._type) is tuple

    @cached_property
    def kind(self) -> type:
        """bool, int, float, str, date or Path: what it takes, or what each of its list is."""
        one = get_args(self._type)[0] if self.several else self._type
        kinds = [kind for kind in get_args(one) or (one,) if kind is not type(None)]
        if len(kinds) != 1 or kinds[0] not in (bool, int, float, str, date, Path):
            raise TypeError(f"{self.owner.__name__}.{self.option.name}: no kind of value for a settings file")
        kind: type = kinds[0]
        return kind

    @property
    def may_be_path(self) -> bool:
        """Whether the text names something that lies somewhere: a path, or a rule book's name or file."""
        return self.kind is Path or self.option.name == "rules"

    @property
    def choices(self) -> list[str]:
        """The values allowed, where not any may be given."""
        return list(self.option.metadata.get("choices", ()))

    @property
    def secret(self) -> bool:
        """Whether its value is shown to nobody."""
        return bool(self.option.metadata.get("secret"))

    @property
    def help(self) -> str:
        """What the command's help says of it."""
        return load_words().text("cli", f"help.{f'{self.table}_' if self.table else ''}{self.name}")

    @cached_property
    def _type(self) -> Any:
        return get_type_hints(self.owner)[self.option.name]


def keys(table: str = "") -> dict[str, Key]:
    """The keys of one table, in the order of their declaration."""
    found = [
        Key(table, owner, option)
        for owner in TABLES[table]
        for option in fields(owner)
        if option.name not in FROM_PYTHON
    ]
    return {key.name: key for key in found}
