"""A TOML file that an office wrote: its text, its content, the line of each key, or what is wrong with it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from perfbatch.toml_lines import Path, key_lines
from perfbatch.travelling import TravellingError


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
    try:
        return TomlFile(text, tomllib.loads(text))
    except RecursionError as error:
        raise BrokenTomlError("syntax", None, "nested too deeply") from error
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+)", str(error))
        kind = "duplicate" if re.match(r"Cannot (overwrite|declare)", str(error)) else "syntax"
        line = int(place[1]) if place else text.count("\n") + 1
        raise BrokenTomlError(kind, line, str(error)) from error
    except ValueError as error:  # what tomllib hands on: a number with thousands of digits
        raise BrokenTomlError("syntax", None, str(error)) from error
