"""Patterns that are compiled once for a machine (kept.py).

The grammar of values and the directions of indicators are long alternations of words. ``re`` takes a third of
a second to compile them, in every process that starts: as long as NumPy and lxml take to load.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

from perfbatch.caching import cached
from perfbatch.kept import forget, noted, taken


@cached(512)
def compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """As ``re.compile``, without the wait where the same was compiled on this machine before.

    Raises re.error.
    """
    kept = taken((pattern, int(flags)))
    if kept is not None:
        try:
            return _from_code(pattern, *kept)
        except Exception:  # a file from who knows where: what it says is never needed
            forget()
    try:
        made = _code_of(pattern, int(flags))
        found = _from_code(pattern, *made)
    except re.error:
        raise
    except Exception:  # another Python, with other insides
        return re.compile(pattern, flags)
    noted((pattern, int(flags)), made)
    return found


def _code_of(pattern: str, flags: int) -> tuple[int, list[int], int, dict[str, int], tuple[str | None, ...]]:
    """What ``re`` compiles a pattern to, as it hands it to its engine."""
    from re import _compiler, _parser  # type: ignore[attr-defined]

    parsed = _parser.parse(pattern, flags)
    code = [int(word) for word in _compiler._code(parsed, flags)]
    groups = dict(parsed.state.groupdict)
    names: list[str | None] = [None] * parsed.state.groups
    for name, number in groups.items():
        names[number] = name
    return int(flags | parsed.state.flags), code, parsed.state.groups - 1, groups, tuple(names)


def _from_code(pattern: str, *made: Any) -> re.Pattern[str]:
    engine: Any = import_module("_sre")
    found: re.Pattern[str] = engine.compile(pattern, *made)
    return found
