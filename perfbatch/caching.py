"""Results that come again: the workbooks of a folder share content types, relationships, theme and styles."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Concatenate, ParamSpec, TypeVar

K = TypeVar("K")
P = ParamSpec("P")
R = TypeVar("R")
SMALL_PART = 64 * 1024
"""Largest part that is parsed once for all workbooks that share it, bytes."""
_RESULTS = 256
_ANSWERS = 8192


def remembered(
    limit: int,
) -> Callable[[Callable[Concatenate[bytes, P], R]], Callable[Concatenate[bytes, P], R]]:
    """For pure functions of some bytes: the latest results are kept.

    Only those of at most ``limit`` bytes: that bounds the memory, and what is larger hardly comes twice. A
    result must not be changed by anybody.
    """

    def decorate(function: Callable[Concatenate[bytes, P], R]) -> Callable[Concatenate[bytes, P], R]:
        known = lru_cache(maxsize=_RESULTS)(function)

        @wraps(function)
        def ask(content: bytes, /, *args: P.args, **kwargs: P.kwargs) -> R:
            return (known if len(content) <= limit else function)(content, *args, **kwargs)  # type: ignore[arg-type]

        return ask

    return decorate


class Answers(dict[K, R]):
    """Results of a pure function by its argument: ``answers[argument]``, in C where it is known already.

    For what is asked of every cell or row of every workbook. Only arguments that are ``small`` are kept, and
    not more than some thousands.
    """

    def __init__(self, function: Callable[[K], R], small: Callable[[K], bool]) -> None:
        self._function, self._small = function, small

    def __missing__(self, argument: K) -> R:
        result = self._function(argument)
        if self._small(argument):
            if len(self) >= _ANSWERS:
                self.clear()
            self[argument] = result
        return result
