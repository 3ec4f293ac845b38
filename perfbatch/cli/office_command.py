"""Commands and groups as a Chinese office meets them: help, mistakes and ``~`` in its own way.

Typer carries a Click of its own whose sentences are English and not to be translated; so what a mistake is
comes from there, and what is said of it from templates/cli.toml.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer
from typer._click.exceptions import (
    BadOptionUsage,
    BadParameter,
    ClickException,
    MissingParameter,
    NoArgsIsHelpError,
    NoSuchOption,
    UsageError,
)
from typer.core import TyperCommand, TyperGroup

from perfbatch.cli.help_page import help_page, usage, written
from perfbatch.cli.options import fail, word
from perfbatch.settings.home import at_home


class SaidError(UsageError):
    """A mistake whose sentence is ours already."""


class OfficeCommand(TyperCommand):
    """One command."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Nothing is cut."""
        formatter.write(help_page(self, ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As Typer's; ``~`` in paths as a person means it."""
        ctx.allow_extra_args = True  # complained of here
        rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            raise SaidError(word("usage.too_many", arguments=rest), ctx)
        for name, value in ctx.params.items():
            ctx.params[name] = _at_home(value)
        return rest


class OfficeGroup(TyperGroup):
    """The command itself, and a group of commands."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Nothing is cut."""
        formatter.write(help_page(self, ctx))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """As Typer's. Raises SaidError with the nearest command."""
        if self.get_command(ctx, args[0]) is None and not ctx.resilient_parsing:
            close = difflib.get_close_matches(args[0], self.commands, 1, 0.5)
            raise SaidError(
                word("usage.no_command", name=args[0], close=close, commands=list(self.commands)), ctx
            )
        return super().resolve_command(ctx, args)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """As Typer's; a mistake is said in Chinese and ends with status 2."""
        extra = {"complete_var": complete_var, "windows_expand_args": windows_expand_args, **extra}
        if not standalone_mode:
            return super().main(args, prog_name, standalone_mode=False, **extra)
        try:
            status = super().main(args, prog_name, standalone_mode=False, **extra)
        except NoArgsIsHelpError as error:
            typer.echo(error.message, err=True)
            sys.exit(2)
        except ClickException as error:
            _complain(error)
            sys.exit(2)
        except typer.Abort:
            typer.echo(word("error.interrupted"), err=True)
            sys.exit(130)
        sys.exit(status if isinstance(status, int) else 0)


def _complain(error: ClickException) -> None:
    """One sentence, how it is used, and where there is more."""
    fail(_sentence(error))
    context = getattr(error, "ctx", None)
    if context is not None:
        path = context.command_path
        typer.echo(word("usage.line", usage=usage(context.command, path)), err=True)
        typer.echo(word("usage.more", command=path), err=True)


def _sentence(error: ClickException) -> str:
    """What is wrong."""
    match error:
        case NoSuchOption():
            return word("usage.no_option", name=error.option_name, close=error.possibilities or [])
        case MissingParameter(param=parameter) if parameter is not None:
            return word(f"usage.missing_{parameter.param_type_name}", name=written(parameter))
        case BadOptionUsage():
            wants = "requires" in error.message
            return word("usage.wants_value" if wants else "usage.wants_none", name=error.option_name)
        case BadParameter(param=parameter) if parameter is not None:
            return _bad_value(error, written(parameter))
        case _:
            return error.message


def _bad_value(error: BadParameter, name: str) -> str:
    """What may be written, as far as the check that failed tells."""
    cause = error.__cause__
    failed: Any = cause.errors()[0] if cause is not None and hasattr(cause, "errors") else {}
    bounds = {**failed.get("ctx", {})}
    kind = failed.get("type", "")
    value = failed.get("input", "")
    return word("usage.bad_value", name=name, value=str(value), kind=kind, bounds=bounds)


def _at_home(value: Any) -> Any:
    if isinstance(value, Path):
        return Path(at_home(str(value)))
    return type(value)(map(_at_home, value)) if isinstance(value, list | tuple) else value
