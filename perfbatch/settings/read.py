"""One settings file → values of the types that the options have, each with the line that it stands on."""

from __future__ import annotations

import difflib
import math
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from perfbatch.batch.remote import is_address
from perfbatch.options import Options
from perfbatch.rules import names as rule_books
from perfbatch.settings.declared import TABLES, Key, keys
from perfbatch.settings.errors import Problem, SettingsError
from perfbatch.settings.home import at_home
from perfbatch.settings.passwords import passwords_of
from perfbatch.system_errors import system_error
from perfbatch.text import without_controls
from perfbatch.toml_file import BrokenTomlError, TomlFile, parse_toml

T = TypeVar("T")
_LARGEST = 1 << 20
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Given:
    """What the file gives for one key."""

    key: Key
    value: Any
    line: int | None


@dataclass(frozen=True)
class Settings:
    """What is set, by table and key; nothing where no file was found. ``path`` is the file's."""

    path: Path | None = None
    given: dict[tuple[str, ...], Given] = field(default_factory=dict)
    passed_over: tuple[Path, ...] = ()
    """Files that would have been read if they did not lie in INPUT."""

    def of(self, owner: type[T]) -> T:
        """The options that the class declares, as the file sets them, else their defaults."""
        set_here = (one for one in self.given.values() if one.key.owner is owner)
        return owner(**{one.key.option.name: one.value for one in set_here})

    def options(self) -> Options:
        """The options of a run, passwords of the password file with them. Raises SettingsError."""
        options = self.of(Options)
        file = self.given.get(("password_file",))
        if file is None:
            return options
        more = passwords_of(file.value)
        return options.with_given(passwords=(*options.passwords, *more))


def read_settings(path: Path) -> Settings:
    """What the file sets. Raises SettingsError with everything that is wrong in it."""
    file = str(path)
    try:
        if path.exists() and not path.is_file():
            raise SettingsError([Problem("not_file", file)])
        with path.open("rb") as stream:
            data = stream.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            raise SettingsError([Problem("too_large", file)])
        written = parse_toml(data)
    except OSError as error:
        detail = system_error(error)
        raise SettingsError([Problem("unreadable", file, values={"detail": detail})]) from error
    except BrokenTomlError as error:
        problem = Problem(error.code, file, error.line, values={"detail": error.detail})
        raise SettingsError([problem]) from error
    reading = _Reading(file, path.absolute().parent, written)
    found = {one.key.path: one for one in reading.table((), written.content)}
    if reading.problems:
        raise SettingsError(sorted(reading.problems, key=lambda one: one.line or 0))
    return Settings(path, found)


class _BadValueError(ValueError):
    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code, self.values = code, values


@dataclass
class _Reading:
    """One file on the way through; ``folder`` is what its relative paths start from."""

    file: str
    folder: Path
    written: TomlFile
    problems: list[Problem] = field(default_factory=list)

    def table(self, above: tuple[str, ...], content: dict[str, Any]) -> Iterator[Given]:
        """The keys of one table that can be used; the others are complained of."""
        known = keys(above[0] if above else "")
        tables = [name for name in TABLES if name] if not above else []
        for name, value in content.items():
            path = (*above, name)
            if name in tables:
                if isinstance(value, dict):
                    yield from self.table(path, value)
                else:
                    self._complain("not_table", path, name=name)
            elif name not in known:
                self._unknown(path, name, [*known, *(f"[{table}]" for table in tables)])
            else:
                try:
                    yield Given(known[name], self._value(known[name], value), self.written.line(path))
                except _BadValueError as bad:
                    self._complain(bad.code, path, **bad.values)

    def _unknown(self, path: tuple[str, ...], name: str, allowed: list[str]) -> None:
        plain = {one.strip("[]"): one for one in allowed}
        spelled = name.lower().replace("-", "_")
        close = difflib.get_close_matches(spelled, plain, 1, 0.6)
        elsewhere = [table for table in TABLES if table != "".join(path[:-1]) and name in keys(table)]
        self._complain(
            "unknown_key", path, allowed=allowed, close=plain[close[0]] if close else "",
            elsewhere=elsewhere[0] if elsewhere else None, top="",
        )  # fmt: skip

    def _value(self, key: Key, value: Any) -> Any:
        """The value in the option's own type. Raises _BadValueError."""
        if not key.several:
            return self._one(key, value)
        return tuple(self._one(key, one) for one in (value if isinstance(value, list) else [value]))

    def _one(self, key: Key, value: Any) -> Any:
        if key.kind is bool:
            return _checked(value, isinstance(value, bool), "flag")
        if key.kind in (int, float):
            number = isinstance(value, int | float) and not isinstance(value, bool)
            fits = number and (key.kind is float or isinstance(value, int))
            least, most = key.option.metadata.get("least", 0), key.option.metadata.get("most")
            fits = fits and least <= value <= (math.inf if most is None else most)
            return _checked(value, fits, key.kind.__name__, least=least, most=most)
        if key.kind is date:
            return _day(value)
        if key.choices:
            close = difflib.get_close_matches(str(value), key.choices, 1, 0.6)
            close_one = close[0] if close else ""
            return _checked(value, value in key.choices, "choice", allowed=key.choices, close=close_one)
        _checked(value, isinstance(value, str) and bool(value.strip()), "texts" if key.several else "text")
        if _CONTROLS.search(value):
            raise _BadValueError("control", shown=without_controls(value))
        return self._place(key, value) if key.may_be_path else value

    def _place(self, key: Key, text: str) -> Path | str:
        """A path that holds from any folder; relative ones start at the file's own."""
        if is_address(text) or (key.kind is str and text in rule_books()):
            return key.kind(text)  # type: ignore[no-any-return]
        return key.kind(os.path.normpath(self.folder / at_home(text)))  # type: ignore[no-any-return]

    def _complain(self, code: str, path: tuple[str, ...], **values: Any) -> None:
        line = self.written.line(path)
        self.problems.append(Problem(code, self.file, line, ".".join(path), values))


def _checked(value: Any, right: bool, code: str, **values: Any) -> Any:
    if not right:
        raise _BadValueError(code, **values)
    return value


def _day(value: Any) -> date:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise _BadValueError("day") from None
    if isinstance(value, datetime) or not isinstance(value, date):
        raise _BadValueError("day")
    return value
