"""The options of a run as a command asks for them: made from the fields of ``Options``."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import Field, fields
from datetime import date
from functools import wraps
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import typer

from perfbatch.cli.options import PasswordFile, fail, read_passwords, word
from perfbatch.options import Options

FROM_PYTHON = frozenset({"limits"})
"""Options that no command asks for."""
_TYPES = get_type_hints(Options)


def takes_options(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A command asks, in place of its argument ``options``, for ``names``; for all where none is named."""
    asked = [each for each in fields(Options) if each.name not in FROM_PYTHON]
    if names:
        asked = [each for each in asked if each.name in names]

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(command, eval_str=True)
        place = list(signature.parameters).index("options")
        others = [
            one.replace(kind=one.KEYWORD_ONLY)
            for one in signature.parameters.values()
            if one.name != "options"
        ]
        parameters = [*others[:place], *_parameters(asked), *others[place:]]

        @wraps(command)
        def ask(**values: Any) -> None:
            given = {each.name: _read(each, values.pop(each.name)) for each in asked}
            if "password_file" in values:
                given["passwords"] = read_passwords(given["passwords"], values.pop("password_file"))
            command(options=Options(**given), **values)

        ask.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
        ask.__annotations__ = {one.name: one.annotation for one in parameters}
        return ask

    return decorate


def _parameters(asked: Iterable[Field[Any]]) -> Iterator[inspect.Parameter]:
    for option in asked:
        yield _parameter(option)
        if option.name == "passwords":  # the one that may come from a file: nobody looks over its shoulder
            yield _keyword("password_file", PasswordFile, None)


def _flag(option: Field[Any]) -> str:
    """The option's name in the command."""
    return option.metadata.get("flag") or option.name.replace("_", "-")


def _parameter(option: Field[Any]) -> inspect.Parameter:
    """The option as Typer takes it."""
    kind, flag = _TYPES[option.name], _flag(option)
    sentence = word(f"help.{flag.replace('-', '_')}")
    metavar = option.metadata.get("metavar") or "|".join(option.metadata.get("choices", ())) or None
    said = typer.Option(f"--{flag}", help=sentence, metavar=metavar)
    if get_origin(kind) is tuple:
        several: Any = list[get_args(kind)[0]]  # type: ignore[misc]
        return _keyword(option.name, Annotated[several | None, said], None)
    if date in get_args(kind):
        kind = str | None
    return _keyword(option.name, Annotated[kind, said], option.default)


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
            raise fail(word("error.date", option=_flag(option), value=value)) from None
    return value
