"""The command: words to calls, no logic. What a person reads here is in templates/cli.toml."""

from __future__ import annotations

import sys

import typer

from perfbatch.cli import completion
from perfbatch.cli.check import check_command
from perfbatch.cli.config import app as config
from perfbatch.cli.explain import explain_command
from perfbatch.cli.history import app as history
from perfbatch.cli.inspect import inspect_command
from perfbatch.cli.office_command import OfficeCommand, OfficeGroup
from perfbatch.cli.options import end_when_asked, word
from perfbatch.cli.rules import app as rules
from perfbatch.cli.run import run_command
from perfbatch.cli.serve import serve_command
from perfbatch.cli.settings_command import SettingsCommand
from perfbatch.cli.template import template_command
from perfbatch.cli.verify import verify_command
from perfbatch.cli.watch import watch_command

app = typer.Typer(
    cls=OfficeGroup,
    name="perfbatch",
    help=word("help.app"),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _name, _run in (
    ("run", run_command),
    ("check", check_command),
    ("explain", explain_command),
    ("inspect", inspect_command),
    ("watch", watch_command),
    ("serve", serve_command),
):
    app.command(_name, cls=SettingsCommand, help=word(f"help.{_name}"))(_run)
app.command("verify", cls=OfficeCommand, help=word("help.verify"))(verify_command)
app.command("template", cls=OfficeCommand, help=word("help.template"))(template_command)
app.add_typer(config, name="config", help=word("help.config_app"))
app.add_typer(history, name="history", help=word("help.history_app"))
app.add_typer(rules, name="rules", help=word("help.rules_app"))


def _show_version(value: bool) -> None:
    if value:
        from perfbatch.version import __version__

        typer.echo(f"perfbatch {__version__}")
        raise typer.Exit


@app.callback()
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
    app(prog_name="perfbatch")
