"""A command behind whose options stands perfbatch.toml; the command line wins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from perfbatch.cli.office_command import OfficeCommand
from perfbatch.cli.options import fail, word
from perfbatch.cli.run_options import CONFIG
from perfbatch.options import Options
from perfbatch.settings.home import at_home

if TYPE_CHECKING:
    from perfbatch.settings import Settings

INPUTS = ("inputs", "file", "inbox")
"""Arguments that name what units sent."""


class SettingsCommand(OfficeCommand):
    """Options that the command line does not give are those of the settings file, then the defaults.

    The settings that were found stand in ``context.obj``.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """With the file's values as the defaults."""
        if not ctx.resilient_parsing:
            said, _, _ = self.make_parser(ctx).parse_args(args=list(args))
            if not {"help", "version"} & said.keys():
                ctx.obj = _settings(said)
                ctx.default_map = {**(ctx.default_map or {}), **dict(_defaults(ctx.obj, self))}
        rest = super().parse_args(ctx, args)
        for name in _idle(ctx):
            ctx.params[name] = None
        return rest


def _settings(said: dict[str, Any]) -> Settings:
    """The settings in force for what the command line names. Ends the command where they cannot be used."""
    from perfbatch.settings import SettingsError, find

    inputs = [one for name in INPUTS for one in _listed(said.get(name))]
    named = said.get(CONFIG)
    try:
        settings = find([at_home(one) for one in inputs], Path(named) if named else None)
    except SettingsError as error:
        raise fail(str(error)) from error
    for path in settings.passed_over:
        typer.echo(word("config.passed_over", path=path), err=True)
    if settings.path is not None and not said.get("quiet") and not _gives_true(settings, "quiet"):
        typer.echo(word("config.in_force", path=settings.path), err=True)
    return settings


def _gives_true(settings: Settings, key: str) -> bool:
    return (key,) in settings.given and bool(settings.given[key,].value)


def _listed(value: Any) -> list[str]:
    values = value if isinstance(value, tuple | list) else [value]
    return [one for one in values if isinstance(one, str)]


def _defaults(settings: Settings, command: OfficeCommand) -> Iterator[tuple[str, Any]]:
    """The file's values of the options that ``command`` has, as its command line would give them."""
    asked = {parameter.name for parameter in command.params}
    for one in settings.given.values():
        if one.key.table in ("", command.name) and one.key.option.name in asked:
            value = one.value
            if isinstance(value, date):
                value = value.isoformat()
            yield one.key.option.name, list(value) if one.key.several else value


def _idle(ctx: Any) -> Iterator[str]:
    """Options of the file that mean nothing in this call: a deadline where no letters are asked for."""
    for option in fields(Options):
        needed = option.metadata.get("only_with")
        if needed and not ctx.params.get(needed) and option.name in ctx.params:
            source = ctx.get_parameter_source(option.name)
            if source is not None and source.name == "DEFAULT_MAP":
                yield option.name
