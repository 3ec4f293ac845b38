"""Results that come again: the workbooks of a folder share content types, relationships, theme and styles."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
_RESULTS = 256


def remembered(
    limit: int,
) -> Callable[[Callable[Concatenate[bytes, P], R]], Callable[Concatenate[bytes, P], R]]:
    """For pure functions of some bytes: the latest results are kept.

    Only those of at most ``limit`` bytes: that bounds the memory, and what is larger hardly comes twice.
    """

    def decorate(function: Callable[Concatenate[bytes, P], R]) -> Callable[Concatenate[bytes, P], R]:
        known = lru_cache(maxsize=_RESULTS)(function)

        @wraps(function)
        def ask(content: bytes, /, *args: P.args, **kwargs: P.kwargs) -> R:
            return (known if len(content) <= limit else function)(content, *args, **kwargs)  # type: ignore[arg-type]

        return ask

    return decorate
