"""The command: words to calls, no logic. What a person reads here is in templates/cli.toml."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import typer

from perfbatch.cli import completion
from perfbatch.cli.office_command import OfficeCommand, OfficeGroup
from perfbatch.cli.options import end_when_asked, word
from perfbatch.cli.settings_command import SettingsCommand

_COMMANDS = {
    "run": SettingsCommand,
    "check": SettingsCommand,
    "explain": SettingsCommand,
    "inspect": SettingsCommand,
    "watch": SettingsCommand,
    "serve": SettingsCommand,
    "verify": OfficeCommand,
    "template": OfficeCommand,
}
"""In the order of the help; ``x_command`` of the module x here is what the command x calls."""
_GROUPS = ("config", "history", "rules")


def application(*names: str) -> typer.Typer:
    """The command with those of its commands and groups, each of which takes time to load."""
    made = typer.Typer(
        cls=OfficeGroup,
        name="perfbatch",
        help=word("help.app"),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    made.callback()(_options)
    for name in names:
        module: Any = import_module(f"perfbatch.cli.{name}")
        if name in _GROUPS:
            made.add_typer(module.app, name=name, help=word(f"help.{name}_app"))
        else:
            run = getattr(module, f"{name}_command")
            made.command(name, cls=_COMMANDS[name], help=word(f"help.{name}"))(run)
    return made


def __getattr__(name: str) -> Any:
    """``app``, the whole command, made when it is first asked for."""
    if name != "app":
        raise AttributeError(name)
    whole = globals()["app"] = application(*_COMMANDS, *_GROUPS)
    return whole


def _show_version(value: bool) -> None:
    if value:
        from perfbatch.version import __version__

        typer.echo(f"perfbatch {__version__}")
        raise typer.Exit


def _options(
    version: bool = typer.Option(
        False, "--version", callback=_show_version, is_eager=True, help=word("help.version")
    ),
    install_completion: completion.Install = None,
    show_completion: completion.Show = None,
) -> None:
    """Options of the command itself."""


def main() -> None:
    """Entry point: a console that cannot show a character shows another, it never stops the run."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
    end_when_asked()
    first = sys.argv[1] if len(sys.argv) > 1 else ""
    asked = (first,) if first in {*_COMMANDS, *_GROUPS} else (*_COMMANDS, *_GROUPS)
    application(*asked)(prog_name="perfbatch")
