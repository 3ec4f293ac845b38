"""What is worked out once and kept: the one place that says how much, and that forgets it.

The workbooks of a folder share content types, styles, labels and texts. Only results of pure functions are
kept, and nobody may change one. Each function states how many; where an argument may be large, also up to
which size it is kept: what is larger hardly comes twice, and that bounds the memory.
"""

from __future__ import annotations

from collections.abc import Callable, Sized
from functools import lru_cache, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from weakref import WeakSet, WeakValueDictionary

K = TypeVar("K")
P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound=Sized)
SMALL_PART = 64 * 1024
"""Largest part that is parsed once for all workbooks that share it, bytes."""
_PARTS = 256
_caches: WeakSet[Any] = WeakSet()


def cached(count: int, *, typed: bool = False) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """For pure functions: the ``count`` results asked for last are kept. With ``typed``, 1 is not 1.0."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        known = lru_cache(count, typed)(function)
        _caches.add(known)
        return cast("Callable[P, R]", known)

    return decorate


def cached_if_small(
    size: int, count: int = _PARTS
) -> Callable[[Callable[Concatenate[S, P], R]], Callable[Concatenate[S, P], R]]:
    """The same where the first argument has at most ``size`` bytes, characters or items."""

    def decorate(function: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
        known: Callable[..., R] = cached(count)(function)

        @wraps(function)
        def ask(content: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
            return (known if len(content) <= size else function)(content, *args, **kwargs)

        return ask

    return decorate


class CachedByArgument(dict[K, R]):
    """Results of a pure function: ``results[argument]``, in C where it is known already.

    For what is asked of every cell or row of every workbook. Only arguments that are ``small`` are kept (all,
    where that is None), and not more than ``count``.
    """

    def __init__(
        self, function: Callable[[K], R], small: Callable[[K], bool] | None = None, count: int = 8192
    ) -> None:
        self._function, self._small, self._count = function, small, count
        _by_argument[id(self)] = self

    def __missing__(self, argument: K) -> R:
        result = self._function(argument)
        if self._small is None or self._small(argument):
            if len(self) >= self._count:
                self.clear()
            self[argument] = result
        return result


_by_argument: WeakValueDictionary[int, CachedByArgument[Any, Any]] = WeakValueDictionary()


def forget_all() -> None:
    """Forget everything that is kept: for tests that change what a result rests on."""
    for known in list(_caches):
        known.cache_clear()
    for results in list(_by_argument.values()):
        results.clear()
