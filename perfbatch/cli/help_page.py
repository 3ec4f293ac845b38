"""What ``--help`` shows: every word of it, at any width."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Iterator
from typing import Any

from perfbatch.cli.options import word

_WIDEST, _NARROWEST = 100, 30
_NOT_FIRST = "，。；：、！？）〕】》”’…,.;:!?)]}"
_NOT_LAST = "（〔【《“‘([{"
_PIECE = re.compile(r"[!-~]+|\s+|.", re.DOTALL)
"""A word of ASCII, blanks, or one other character."""


def help_page(command: Any, context: Any) -> str:
    """The page of one command or group, for the terminal that there is."""
    room = max(min(shutil.get_terminal_size().columns, _WIDEST), _NARROWEST)
    lines = [*_wrapped(word("usage.line", usage=usage(command, context.command_path)), room, "", "    "), ""]
    lines += _wrapped(command.help or "", room, "", "")
    shown = [one for one in command.get_params(context) if not getattr(one, "hidden", False)]
    for title, kind in (("arguments", "argument"), ("options", "option")):
        rows = [(written(one), _said(one)) for one in shown if one.param_type_name == kind]
        if rows:
            lines += ["", word(f"usage.{title}"), *_rows(rows, room)]
    children = getattr(command, "commands", {})
    if children:
        rows = [(name, child.help or "") for name, child in children.items() if not child.hidden]
        lines += ["", word("usage.commands"), *_rows(rows, room)]
    return "\n".join(lines)


def usage(command: Any, path: str) -> str:
    """perfbatch run [选项] INPUT…"""
    optional = any(one.param_type_name == "option" for one in command.params)
    pieces = [path, word("usage.some_options") if optional else ""]
    pieces += [written(one) for one in command.params if one.param_type_name == "argument"]
    pieces += [word("usage.a_command")] if getattr(command, "commands", {}) else []
    return " ".join(filter(None, pieces))


def written(parameter: Any) -> str:
    """INPUT…, --output, -o DIR, --notices, --no-notices."""
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name.upper())
    names = ", ".join([*sorted(parameter.opts, key=len, reverse=True), *parameter.secondary_opts])
    return names if parameter.is_flag else f"{names} {parameter.metavar or parameter.name.upper()}"


def _said(parameter: Any) -> str:
    """Its help, whether it must be given, what counts where it is not."""
    said = word("usage.help") if parameter.name == "help" else parameter.help or ""
    if parameter.required:
        return said + word("usage.required")
    default = parameter.default
    if isinstance(default, str | int | float) and not isinstance(default, bool) and default != "":
        return said + word("usage.default", value=f"{default:g}" if isinstance(default, float) else default)
    return said


def _rows(rows: list[tuple[str, str]], room: int) -> Iterator[str]:
    for name, said in rows:
        yield from _wrapped(name, room, "  ", "    ")
        yield from _wrapped(said, room, " " * 6, " " * 6)


def _wrapped(text: str, room: int, first: str, rest: str) -> list[str]:
    """The text in lines of at most ``room`` columns, each behind its indent."""
    lines, line = [], first
    for piece in _pieces(text, room - len(rest)):
        if _columns(line) + _columns(piece.rstrip()) > room and line.strip():
            lines.append(line.rstrip())
            line = rest + piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()]


def _pieces(text: str, room: int) -> Iterator[str]:
    """What stays on one line: a word, or a character with the marks that belong to it."""
    held = ""
    for one in _PIECE.findall(text):
        if held and (one[0] in _NOT_FIRST or held[-1] in _NOT_LAST) and _columns(held + one) <= room:
            held += one
            continue
        yield from _cut(held, room)
        held = one
    yield from _cut(held, room)


def _cut(piece: str, room: int) -> Iterator[str]:
    """A word longer than a line, in lengths that fit."""
    while _columns(piece) > room:
        end = next(n for n in range(1, len(piece) + 1) if _columns(piece[: n + 1]) > room)
        yield piece[:end]
        piece = piece[end:]
    if piece:
        yield piece


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WFA" else 1 for one in text)
