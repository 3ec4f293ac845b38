"""The options of a run as a command asks for them, made from the fields that declare them.

What the command line does not say comes from perfbatch.toml: perfbatch.cli.settings_command.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import Field, fields
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import typer

from perfbatch.cli.options import fail, word
from perfbatch.options import FROM_PYTHON, CommandOptions, Options, ServeOptions, WatchOptions, flag_of

_OWNERS = (CommandOptions, WatchOptions, ServeOptions)
_TYPES = {name: kind for owner in (Options, *_OWNERS) for name, kind in get_type_hints(owner).items()}
_OWN = {each.name: each for owner in _OWNERS for each in fields(owner)}
_TABLE = {
    each.name: table
    for table, owner in (("watch_", WatchOptions), ("serve_", ServeOptions))
    for each in fields(owner)
}
_FILE_OF = "password_file"
CONFIG = "config"


def takes_options(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A command asks, in place of its argument ``options``, for ``names``; for all where none is named.

    Its arguments that ``CommandOptions``, ``WatchOptions`` or ``ServeOptions`` declares (``quiet: bool``) are
    asked for as that says; one without a default must be given. ``--config`` comes with them.
    """
    asked = [each for each in fields(Options) if each.name not in FROM_PYTHON]
    if names:
        asked = [each for each in asked if each.name in names]

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(command, eval_str=True)
        place = list(signature.parameters).index("options")
        others = [
            _own(one).replace(kind=one.KEYWORD_ONLY)
            for one in signature.parameters.values()
            if one.name != "options"
        ]
        parameters = [*others[:place], *_parameters(asked), *others[place:], _config()]

        @wraps(command)
        def ask(**values: Any) -> None:
            given = {each.name: _read(each, values.pop(each.name)) for each in asked}
            file = values.pop(_FILE_OF, None)
            if file is not None:
                given["passwords"] += _passwords(file)
            values.pop(CONFIG, None)  # what it says has come with the others: perfbatch.cli.settings_command
            command(options=Options(**given), **values)

        ask.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
        ask.__annotations__ = {one.name: one.annotation for one in parameters}
        return ask

    return decorate


def _parameters(asked: Iterable[Field[Any]]) -> Iterator[inspect.Parameter]:
    for option in asked:
        yield _parameter(option)
        if option.name == "passwords":  # the one that may come from a file: nobody looks over its shoulder
            yield _parameter(_OWN[_FILE_OF])


def _own(parameter: inspect.Parameter) -> inspect.Parameter:
    """A command's argument as ``CommandOptions`` declares it, where it does."""
    if parameter.name not in _OWN or get_origin(parameter.annotation) is Annotated:
        return parameter
    return _parameter(_OWN[parameter.name], required=parameter.default is inspect.Parameter.empty)


def _config() -> inspect.Parameter:
    said = typer.Option("--config", help=word("help.config"), metavar="FILE")
    return _keyword(CONFIG, Annotated[Path | None, said], None)


def _parameter(option: Field[Any], *, required: bool = False) -> inspect.Parameter:
    """The option as Typer takes it."""
    kind, flag, about = _TYPES[option.name], flag_of(option), option.metadata
    names = [f"--{flag}", *([f"-{about['short']}"] if "short" in about else [])]
    if kind is bool:
        names[0] += f"/--no-{flag}"  # what perfbatch.toml says can be taken back
    sentence = word(f"help.{_TABLE.get(option.name, '')}{flag.replace('-', '_')}")
    metavar = about.get("metavar") or "|".join(about.get("choices", ())) or None
    said = typer.Option(*names, help=sentence, metavar=metavar)
    if get_origin(kind) is tuple:
        several: Any = list[get_args(kind)[0]]  # type: ignore[misc]
        return _keyword(option.name, Annotated[several | None, said], None)
    if date in get_args(kind):
        kind = str | None
    default = inspect.Parameter.empty if required else option.default
    return _keyword(option.name, Annotated[kind, said], default)


def _keyword(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _read(option: Field[Any], value: Any) -> Any:
    """The value of the option that the command line gives. Ends the command where it is none."""
    kind = _TYPES[option.name]
    if get_origin(kind) is tuple:
        return tuple(value or ())
    if date in get_args(kind) and value is not None:
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise fail(word("error.date", option=flag_of(option), value=value)) from None
    return value


def _passwords(file: Path) -> tuple[str, ...]:
    from perfbatch.settings.errors import SettingsError
    from perfbatch.settings.passwords import passwords_of

    try:
        return passwords_of(file)
    except SettingsError as error:
        raise fail(str(error)) from error
