"""The order of a job as JSON, and the run that comes of it: the office's settings, then the page's choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from perfbatch.options import Options
from perfbatch.serve.jobs import ROLES
from perfbatch.serve.refused import RefusedError

_TYPES = get_type_hints(Options)
_APART = frozenset({"limits", "passwords"})
"""Options that never go this way: passwords are in memory only, limits are the program's."""
PRESET = ("notices", "deadline", "redact")
"""Settings that the page's fields begin with: whoever drops may choose otherwise, but not lift ``redact``."""
_LONGEST_TITLE = 100
_PASSWORDS = 20


def as_order(options: Options) -> dict[str, Any]:
    """The office's options as JSON: those that are not what they are anyway."""
    values = {}
    for each in fields(options):
        value = getattr(options.absolute(), each.name)
        if each.name not in _APART and value != each.default:
            values[each.name] = [str(one) for one in value] if isinstance(value, tuple) else _plain(value)
    return values


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Path | date) else value


def options_of(values: Mapping[str, Any]) -> Options:
    """The options again."""
    return replace(Options(), **{name: _typed(_TYPES[name], value) for name, value in values.items()})


def _typed(kind: Any, value: Any) -> Any:
    if get_origin(kind) is tuple:
        return tuple(get_args(kind)[0](one) for one in value)
    kinds = get_args(kind) or (kind,)
    if value is not None and date in kinds:
        return date.fromisoformat(value)
    return Path(value) if value is not None and Path in kinds else value


def run_of(folder: Path, order: Mapping[str, Any]) -> tuple[list[Path], Options]:
    """Inputs and options of the job in ``folder``, as paths below it."""
    chosen = {**order["settings"], **order["options"]}
    roster = next(iter(sorted((folder / ROLES["roster"]).glob("*"))), None)
    if roster is not None:
        chosen["roster"] = str(roster.relative_to(folder))
    if (folder / ROLES["targets"]).is_dir():
        chosen["targets"] = [ROLES["targets"]]
    if not chosen.get("notices"):
        chosen.pop("deadline", None)
    options = options_of(chosen)
    return [Path(ROLES["input"])], replace(options, passwords=tuple(order["passwords"]))


def chosen(sent: Mapping[str, Any], books: list[str]) -> tuple[str, dict[str, Any], tuple[str, ...]]:
    """Title, options and passwords that a page sent, each of its kind and one of those offered.

    Raises RefusedError. Whatever else was sent is not looked at.
    """
    title = " ".join(_text(sent, "title").split())[:_LONGEST_TITLE]
    options: dict[str, Any] = {}
    if rules := _text(sent, "rules"):
        if rules not in books:
            raise RefusedError(400, "option", name="rules")
        options["rules"] = rules
    for name in ("notices", "redact"):
        value = sent.get(name, False)
        if not isinstance(value, bool):
            raise RefusedError(400, "option", name=name)
        if value or (name == "notices" and name in sent):
            options[name] = value
    if deadline := _text(sent, "deadline"):
        try:
            options["deadline"] = date.fromisoformat(deadline).isoformat()
        except ValueError:
            raise RefusedError(400, "option", name="deadline") from None
    lines = [line for line in _text(sent, "passwords").splitlines() if line.strip()]
    return title, options, tuple(lines[:_PASSWORDS])


def _text(sent: Mapping[str, Any], name: str) -> str:
    value = sent.get(name, "")
    if not isinstance(value, str) or len(value) > 5000:
        raise RefusedError(400, "option", name=name)
    return value
