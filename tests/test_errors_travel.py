"""Every error of ours comes back from a worker as what it was: one that cannot be put together again there
would end the run with a traceback of pickle's."""

from __future__ import annotations

import importlib
import inspect
import pickle
import pkgutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_type_hints

import pytest

import perfbatch
from perfbatch.folder_lock import Holder
from perfbatch.rules.errors import Problem, Said

_VALUES = {"path": "表.xlsx"}
AWAY = ["cli", "desktop", "serve", "settings", "verifying", "watching", "pages", "blank_forms", "explaining"]
"""What never runs in a worker."""
GIVEN = {
    str: "词", int: 3, float: 0.5, bool: True, Path: Path("表.xlsx"), Any: "词", object: "词",
    int | None: 3, str | None: "词", Path | None: Path("表.xlsx"), Sequence[str]: ["词"],
    Holder | None: Holder("甲", 1, "2022-03-01"),
    Mapping[str, Any]: _VALUES, Mapping[str, Any] | None: _VALUES,
    Sequence[Problem]: [Problem("甲.toml", 3, "词", Said("unreadable", {"detail": "词"}))],
}  # fmt: skip


def errors() -> list[type[BaseException]]:
    """Every class of error that a worker may raise."""
    found: dict[str, type[BaseException]] = {}
    for module in pkgutil.walk_packages(perfbatch.__path__, "perfbatch."):
        if module.name.endswith("__main__") or module.name.split(".")[1] in AWAY:
            continue
        for name, one in vars(importlib.import_module(module.name)).items():
            if inspect.isclass(one) and issubclass(one, BaseException) and one.__module__ == module.name:
                found[f"{module.name}.{name}"] = one
    return [found[name] for name in sorted(found)]


def made(kind: type[BaseException]) -> BaseException:
    """One of its kind, from what its signature asks for."""
    if kind.__init__ in (Exception.__init__, ValueError.__init__, OSError.__init__):
        return kind("词")
    hints, ordered, named = get_type_hints(kind.__init__), [], {}
    for name, parameter in list(inspect.signature(kind.__init__).parameters.items())[1:]:
        value = GIVEN.get(hints.get(name, str), "词")
        if parameter.kind is parameter.VAR_KEYWORD:
            named |= {"path": "表.xlsx", "count": 3}
        elif parameter.kind is parameter.KEYWORD_ONLY:
            named[name] = value
        elif parameter.kind is not parameter.VAR_POSITIONAL:
            ordered.append(value)
    return kind(*ordered, **named)


@pytest.mark.parametrize("kind", errors(), ids=lambda kind: kind.__name__)
def test_an_error_travels(kind: type[BaseException]) -> None:
    """With all that its sentence needs."""
    error = made(kind)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind and again.args == error.args
    assert vars(again).keys() == vars(error).keys()
