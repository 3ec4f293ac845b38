"""Which function finds each check of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module

from perfbatch.caching import cached
from perfbatch.checking.catalogue import TOPICS, catalogue
from perfbatch.checking.evidence import Evidence
from perfbatch.checking.found import Found

Find = Callable[[Evidence], Iterable[Found]]
"""Evidence of the forms under one rule book → what was found, rows of a frame at a time."""

_functions: dict[str, Find] = {}


def check(id_: str) -> Callable[[Find], Find]:
    """The function below finds the check that words/<topic>.toml declares as ``id_``.

    Raises ValueError where it is not declared, or has its function already.
    """

    def register(find: Find) -> Find:
        if id_ not in {one.id for one in catalogue()}:
            raise ValueError(f"check {id_} is declared in no file of perfbatch/checking/words")
        if id_ in _functions:
            raise ValueError(f"check {id_} has two functions")
        _functions[id_] = find
        return find

    return register


@cached(1)
def functions() -> Mapping[str, Find]:
    """The function of every check by its id. Raises ValueError for a check that has none."""
    for topic in TOPICS:
        import_module(f"perfbatch.checking.{topic}")
    lacking = [one.id for one in catalogue() if one.id not in _functions]
    if lacking:
        raise ValueError(f"no function finds {lacking}")
    return _functions
