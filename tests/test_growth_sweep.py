"""Every compiled pattern and function of text in the package, found by walking it: time grows with them.

Nobody has to remember to name a new one. What is not linear and yet never meets a long text stands in
tests/data/growth_bounded.tsv, with the length that its callers leave it, a thousand at the most, and why.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

import perfbatch
from tests.growth import ALPHABETS, AROUND, FLOOR, SIZES, grows, hostile, once

BOUNDED = Path(__file__).parent / "data" / "growth_bounded.tsv"
_ALREADY_CUT = ("values",)
"""What stands there sees a thousand characters at the most, and is timed through the functions that cut them
(tests/test_growth.py)."""
_DOES_THINGS = ("batch", "cli", "desktop", "pages", "serve", "settings", "verifying", "watching")
"""Where a function of one text may start something: their patterns are timed, and no function is called."""
_ASKED = re.compile(r"\b(\w+)(?:\[[^\]]*\])?\.(search|match|fullmatch|sub|split|finditer|findall)\b")


@cache
def modules() -> tuple[ModuleType, ...]:
    """All modules that whole texts may come to."""
    names = [module.name for module in pkgutil.walk_packages(perfbatch.__path__, "perfbatch.")]
    return tuple(
        importlib.import_module(name)
        for name in names
        if _room(name) not in _ALREADY_CUT and not name.endswith("__main__")
    )


def _room(name: str) -> str:
    return name.split(".")[1]


@cache
def asked() -> Mapping[str, frozenset[str]]:
    """What the package asks of patterns, by the name that they have: search, fullmatch …"""
    uses: dict[str, set[str]] = {}
    for module in modules():
        source = Path(str(module.__file__)).read_text("utf-8")
        for name, method in _ASKED.findall(source):
            uses.setdefault(name, set()).add(method)
    return {name: frozenset(methods) for name, methods in uses.items()}


def patterns() -> Iterator[tuple[str, Callable[[str], object]]]:
    """Compiled patterns at the top of a module or in a table there, as they are asked; one whose use is not
    seen is searched for."""
    for module in modules():
        for name, value in vars(module).items():
            for place, one in _inside(value):
                if isinstance(one, re.Pattern) and isinstance(one.pattern, str):
                    for method in asked().get(name, {"search"}):
                        yield f"{_short(module)}.{name}{place}.{method}", _asking(one, method)


def _short(module: ModuleType) -> str:
    return module.__name__.removeprefix("perfbatch.")


def _asking(pattern: re.Pattern[str], method: str) -> Callable[[str], object]:
    if method == "sub":
        return lambda text: pattern.sub("", text)
    ask = getattr(pattern, method)
    return (lambda text: list(ask(text))) if method == "finditer" else ask


def _inside(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        yield from ((f"[{key}]", one) for key, one in value.items())
    elif isinstance(value, list | tuple):
        yield from ((f"[{at}]", one) for at, one in enumerate(value))
    else:
        yield "", value


def functions() -> Iterator[tuple[str, Callable[[str], object]]]:
    """Functions of a module that ask for one text and nothing else."""
    for module in modules():
        if _room(module.__name__) in _DOES_THINGS:
            continue
        for name, value in vars(module).items():
            function = inspect.unwrap(value) if callable(value) else value
            if not inspect.isfunction(function) or function.__module__ != module.__name__:
                continue
            wanted = [
                one
                for one in inspect.signature(function).parameters.values()
                if one.default is one.empty and one.kind is not one.VAR_KEYWORD
            ]
            if len(wanted) == 1 and wanted[0].annotation in ("str", str):
                yield f"{_short(module)}.{name}()", _harmless(function)


def _harmless(function: Callable[[str], object]) -> Callable[[str], object]:
    """What refuses a text has looked at it."""

    def asked(text: str) -> object:
        try:
            return function(text)
        except Exception:
            return None

    return asked


def bounded() -> Mapping[str, int]:
    """Name and longest text of what never meets a longer one."""
    rows = [line.split("\t") for line in BOUNDED.read_text("utf-8").splitlines()[1:]]
    return {name: int(longest) for like, longest, _ in rows for name in ALL if fnmatchcase(name, like)}


def grown(function: Callable[[str], object], longest: int = SIZES[-1]) -> dict[str, str]:
    """The alphabets with which ``function`` takes more than a linear pattern would."""
    said = {}
    for alphabet, signs in ALPHABETS.items():
        make = hostile(signs, AROUND[0])
        short, long = (once(function, make(size)) for size in (longest // 8, longest))
        if long > FLOOR and long > 24 * short and (told := grows(function, make)):
            said[alphabet] = told
    return said


ALL = {**dict(patterns()), **dict(functions())}


def test_they_are_found() -> None:
    """Patterns and functions of every room, and nothing in the table that is not there."""
    assert len(ALL) > 150 and {"text.compact()", "reading.labels.label_of()"} <= ALL.keys()
    assert bounded() and max(bounded().values()) <= 1_000


def test_a_new_one_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pattern and a function that nobody named anywhere, and that look from each place to the end."""
    from perfbatch import text

    slow = re.compile(r"\s+x")

    def ask(given: str) -> object:
        return slow.search(given)

    ask.__module__ = text.__name__
    monkeypatch.setattr(text, "_NEW", slow, raising=False)
    monkeypatch.setattr(text, "new", ask, raising=False)
    found = {**dict(patterns()), **dict(functions())}
    assert {"text._NEW.search", "text.new()"} <= found.keys() - ALL.keys()
    assert all(grows(found[name], hostile(" ")) for name in ("text._NEW.search", "text.new()"))


@pytest.mark.parametrize("name", sorted(ALL.keys() - bounded().keys()))
def test_time_grows_with_the_text(name: str) -> None:
    """Eight times the text, some eight times the time."""
    assert grown(ALL[name]) == {}
