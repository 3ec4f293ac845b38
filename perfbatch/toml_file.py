"""A TOML file that an office wrote: its text, its content, the line of each key, or what is wrong with it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

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


def parse_toml(data: bytes) -> TomlFile:
    """The file's content. Raises BrokenTomlError."""
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise BrokenTomlError("encoding", None, str(error)) from error
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
    return TomlFile(text, content)


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
