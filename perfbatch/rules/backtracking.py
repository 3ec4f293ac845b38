"""Which regular expressions of a rule book could be held up by a text.

Python's engine goes back and tries again. A repeat within a repeat, or over alternatives, can be tried in
exponentially many ways; two repeats without an upper bound in square or cubic ones. A rule book needs
neither, and what it has is matched against whatever a unit wrote: so such a pattern is refused when the book
is loaded, and no unit's file is ever blamed for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

_parser: Any = getattr(re, "_parser")  # noqa: B009  the only one that knows the tree; its shape is tested
_WAYS = 20_000
"""Ways in which the repeats with an upper bound may be tried at one place."""
_FEW = 64
"""Times up to which a repeat counts as one with an upper bound."""


def blows_up(pattern: str) -> bool:
    """Whether the time for ``pattern`` may grow faster than the square of a text's length."""
    try:
        _ways(_parser.parse(pattern), inside=False, endless=[])
    except _BlowsUpError:
        return True
    return False


class _BlowsUpError(Exception):
    pass


def _ways(items: Iterable[tuple[Any, Any]], *, inside: bool, endless: list[int]) -> int:
    """Ways in which the bounded repeats of ``items`` may be tried. ``inside`` a repeat there may be none."""
    ways = 1
    for operation, argument in items:
        name = str(operation)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            least, most, body = argument
            varies = most != least
            if inside and (varies or most > 1):
                raise _BlowsUpError
            if int(most) > _FEW:
                endless.append(1)
                if len(endless) > 1:
                    raise _BlowsUpError
            elif varies:
                ways *= int(most) - int(least) + 1
            ways *= _ways(body, inside=inside or int(most) > 1, endless=endless)
        elif name == "BRANCH":
            if inside:
                raise _BlowsUpError
            each = [_ways(branch, inside=inside, endless=[*endless]) for branch in argument[1]]
            ways *= max(each) if _told_apart(argument[1]) else sum(each)
            endless += _endless(argument[1])
        elif name == "SUBPATTERN":
            ways *= _ways(argument[3], inside=inside, endless=endless)
        elif name in ("ASSERT", "ASSERT_NOT"):
            ways *= _ways(argument[1], inside=inside, endless=endless)
        elif name == "ATOMIC_GROUP":
            ways *= _ways(argument, inside=inside, endless=endless)
        elif name.startswith("GROUPREF"):
            raise _BlowsUpError
        if ways > _WAYS or len(endless) > 1:
            raise _BlowsUpError
    return ways


def _told_apart(branches: Iterable[Sequence[tuple[Any, Any]]]) -> bool:
    """Whether the first character says which branch it is: then there is only one to try."""
    first = [branch[0] if len(branch) else ("", "") for branch in branches]
    return all(str(name) == "LITERAL" for name, _ in first) and len({code for _, code in first}) == len(first)


def _endless(branches: Iterable[Iterable[tuple[Any, Any]]]) -> list[int]:
    """One where any branch has a repeat without an upper bound."""
    for branch in branches:
        seen: list[int] = []
        _ways(branch, inside=False, endless=seen)
        if seen:
            return [1]
    return []
