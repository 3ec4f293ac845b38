"""``perfbatch config``: a settings file to start from, and what is in force and from where."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from perfbatch.cli.office_command import OfficeCommand, OfficeGroup
from perfbatch.cli.options import fail, sentences_for_errors, terminal_text, word
from perfbatch.cli.run_options import takes_options
from perfbatch.cli.settings_command import SettingsCommand
from perfbatch.options import Options
from perfbatch.system_errors import system_error

if TYPE_CHECKING:
    from perfbatch.settings import Key, Settings

app = typer.Typer(cls=OfficeGroup, no_args_is_help=True)


@app.command("new", cls=OfficeCommand, help=word("help.config_new"))
def new_config(
    path: Annotated[Path | None, typer.Argument(help=word("help.config_new_path"), metavar="FILE")] = None,
) -> None:
    """Write a commented file that sets nothing yet; never over a file."""
    with sentences_for_errors():
        from perfbatch.settings import NAME, draft
        from perfbatch.settings.home import at_home

        target = Path(at_home(str(path or NAME)))
        if target.is_dir():
            target /= NAME
        try:
            with target.open("x", encoding="utf-8", newline="\n") as file:
                file.write(draft())
        except FileExistsError:
            raise fail(word("new_file.exists", path=target)) from None
        except OSError as error:
            raise fail(word("new_file.not_writable", path=target, error=system_error(error))) from error
        typer.echo(word("config.written", path=target))


@app.command("show", cls=SettingsCommand, help=word("help.config_show"))
@takes_options()
def show_config(
    context: typer.Context,
    options: Options,
    output: Path | None = None,
    fail_on: str | None = None,
    verbose: bool = False,
    quiet: bool = False,
) -> None:
    """Show each option of ``run``, its value and where that comes from; then the other commands' tables."""
    own = {"output": output, "fail_on": fail_on, "verbose": verbose, "quiet": quiet}
    with sentences_for_errors():
        from perfbatch.settings import TABLES, keys
        from perfbatch.settings.places import looked_at

        settings: Settings = context.obj
        if settings.path is None:
            typer.echo(word("config.none", places=looked_at()))
        for name in TABLES:
            if name:
                typer.echo("\n" + word("config.table", name=name))
            for key in keys(name).values():
                given = context.params if not name else {}
                value = own.get(
                    key.option.name, getattr(options, key.option.name, given.get(key.option.name))
                )
                for line in _shown(key, value, settings, context):
                    typer.echo(line)


def _shown(key: Key, value: Any, settings: Settings, context: typer.Context) -> Iterator[str]:
    """The line of one key."""
    source = context.get_parameter_source(key.option.name) if not key.table else None
    given = settings.given.get(key.path)
    if source is not None and source.name == "COMMANDLINE":
        said = word("config.command_line")
    elif given is not None:
        value, said = given.value, word("config.file", path=settings.path, line=given.line)
    else:
        value = key.option.default if value is None else value
        said = word("config.default")
    yield word("config.line", name=key.name, value=_written(key, value), source=said)


def _written(key: Key, value: Any) -> str:
    """The value as the file would have it."""
    from perfbatch.rules.draft import toml

    if value is None or value == ():
        return word("config.not_set")
    if key.secret:
        return word("config.hidden", n=len(value))
    if isinstance(value, date):
        return value.isoformat()
    plain = [str(one) for one in value] if key.several else str(value) if isinstance(value, Path) else value
    return terminal_text(toml(plain))
