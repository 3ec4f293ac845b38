"""On which line of a TOML text each key stands (tomllib does not say)."""

from __future__ import annotations

import re
import tomllib
from typing import Any

Path = tuple[str | int, ...]

_HEADER = re.compile(r"\s*\[(?P<array>\[)?.*\]\s*(?:#.*)?$")


def key_lines(text: str) -> dict[Path, int]:
    """Line (from 1) of every table header and key of ``text``, which must be valid TOML.

    Items of an array of tables are told apart by their index. Keys inside an inline value stand on
    the line where the value's statement starts.
    """
    found: dict[Path, int] = {}
    table: Path = ()
    counts: dict[Path, int] = {}
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        line = lines[at]
        if not line.strip() or line.lstrip().startswith("#"):
            at += 1
            continue
        header = _HEADER.match(line)
        if header and _parses(line):
            table = _resolve(_chain(tomllib.loads(line)), counts, bool(header["array"]))
            for depth in range(1, len(table) + 1):
                found.setdefault(table[:depth], at + 1)
            at += 1
            continue
        end = at + 1
        while end < len(lines) and not _parses("\n".join(lines[at:end])):
            end += 1
        for path in _keys(tomllib.loads("\n".join(lines[at:end]))):
            found.setdefault(table + path, at + 1)
        at = end
    return found


def _parses(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _chain(header: dict[str, Any]) -> tuple[str, ...]:
    """The dotted names of a table header, from what it alone parses to."""
    names: list[str] = []
    node: Any = header
    while node:
        node = node[0] if isinstance(node, list) else node
        if not node:
            break
        name = next(iter(node))
        names.append(name)
        node = node[name]
    return tuple(names)


def _resolve(names: tuple[str, ...], counts: dict[Path, int], array: bool) -> Path:
    """Path of a header with the index of every array of tables on its way."""
    path: Path = ()
    for name in names[:-1]:
        path = (*path, name)
        if path in counts:
            path = (*path, counts[path])
    path = (*path, names[-1])
    if array:
        counts[path] = counts.get(path, -1) + 1
        path = (*path, counts[path])
    return path


def _keys(node: Any, path: Path = ()) -> list[Path]:
    if isinstance(node, dict):
        below: list[tuple[str | int, Any]] = list(node.items())
    elif isinstance(node, list):
        below = list(enumerate(node))
    else:
        return [path] if path else []
    return ([path] if path else []) + [p for key, value in below for p in _keys(value, (*path, key))]
