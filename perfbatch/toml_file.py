"""TOML: of a file that an office wrote its text, its content, the line of each key, or what is wrong with it;
of a shipped one the content, parsed once for a machine."""

from __future__ import annotations

import hashlib
import marshal
import re
import tomllib
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any

from perfbatch.kept import noted, taken
from perfbatch.toml_lines import Path, key_lines
from perfbatch.travelling import TravellingError

_DEEPEST = 50
"""Tables and lists within one another."""
_KEY = re.compile(r"[ \t]*[\w\"'-]+[ \t]*")


class BrokenTomlError(TravellingError, ValueError):
    """No TOML. ``code``: encoding, syntax, or duplicate; ``line`` from 1, None where none can be named."""

    def __init__(self, code: str, line: int | None, detail: str) -> None:
        super().__init__(detail)
        self.code, self.line, self.detail = code, line, detail


@dataclass(frozen=True)
class TomlFile:
    """What stands in it."""

    text: str
    content: dict[str, Any]

    @cached_property
    def lines(self) -> dict[Path, int]:
        """Line of each key; found out for a complaint only."""
        try:
            return key_lines(self.text)
        except RecursionError:  # dots by the thousand: no line to name
            return {}

    def line(self, path: Path) -> int | None:
        """Line of ``path``, or of the nearest key above it that has one."""
        nearest = next((path[:n] for n in range(len(path), 0, -1) if path[:n] in self.lines), ())
        return self.lines.get(nearest)


def parse_toml(data: bytes, *, shipped: bool = False) -> TomlFile:
    """The file's content; ``shipped``: it is one of our own. Raises BrokenTomlError."""
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise BrokenTomlError("encoding", None, str(error)) from error
    known = _known(text) if shipped else None
    if known is not None:
        return TomlFile(text, known)
    if _has_long_key(text):
        raise BrokenTomlError("syntax", None, "a key of too many parts")
    try:
        content = tomllib.loads(text)
    except RecursionError as error:
        raise BrokenTomlError("syntax", None, "nested too deeply") from error
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+)", str(error))
        kind = "duplicate" if re.match(r"Cannot (overwrite|declare)", str(error)) else "syntax"
        line = int(place[1]) if place else text.count("\n") + 1
        raise BrokenTomlError(kind, line, str(error)) from error
    except ValueError as error:  # what tomllib hands on: a number with thousands of digits
        raise BrokenTomlError("syntax", None, str(error)) from error
    if _is_deep(content):
        raise BrokenTomlError("syntax", None, "nested too deeply")
    if shipped:
        _keep(text, content)
    return TomlFile(text, content)


def shipped_toml(path: FilePath) -> dict[str, Any]:
    """The content of a file of our own."""
    return parse_toml(path.read_bytes(), shipped=True).content


def _known(text: str) -> dict[str, Any] | None:
    content = taken(_key(text))
    return marshal.loads(content) if isinstance(content, bytes) else None  # noqa: S302  (see perfbatch.kept)


def _keep(text: str, content: dict[str, Any]) -> None:
    with suppress(ValueError):  # a date: such a file is parsed each time
        noted(_key(text), marshal.dumps(content))  # as it is now: whoever asked may change his


def _key(text: str) -> tuple[str, bytes]:
    return "toml", hashlib.sha256(text.encode()).digest()


def _has_long_key(text: str) -> bool:
    """Whether words follow each other with dots between them, more than a key has: tomllib takes time with
    the square of them."""
    run = 0
    for piece in text.split("."):
        run = run + 1 if _KEY.fullmatch(piece) else 0
        if run > _DEEPEST:
            return True
    return False


def _is_deep(content: dict[str, Any]) -> bool:
    """Whether tables and lists lie in one another deeper than anybody would write, and code may follow."""
    level: list[Any] = [content]
    for _ in range(_DEEPEST):
        inner = (one.values() if isinstance(one, dict) else one for one in level)
        level = [one for of in inner for one in of if isinstance(one, dict | list)]
        if not level:
            return False
    return True
