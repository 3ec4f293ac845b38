"""docs/command.md from the command's own help."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from typer.main import get_command

from perfbatch.cli.help_page import usage, written
from perfbatch.pages.rendering import cell, render


@dataclass(frozen=True, slots=True)
class Command:
    """One command as its --help has it; ``arguments`` and ``options`` are (how it is written, help)."""

    name: str
    help: str
    usage: str
    arguments: list[tuple[str, str]]
    options: list[tuple[str, str]]


def commands() -> list[Command]:
    """Every command and subcommand, in the order of the help."""
    from perfbatch.cli import app

    return list(_below(get_command(app), "perfbatch"))


def command_page() -> str:
    """Every command with its arguments and options."""
    return render("command.md.j2", commands=commands(), cell=cell)


def _below(command: Any, name: str) -> Iterator[Command]:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and not p.hidden]
    children = getattr(command, "commands", {})
    yield Command(
        name=name,
        help=command.help or "",
        usage=usage(command, name),
        arguments=[(written(p), p.help or "") for p in arguments],
        options=[(written(p), p.help or "") for p in options],
    )
    for child in children:
        yield from _below(children[child], f"{name} {child}")
