"""Sheet names as Excel takes them: at most 31 UTF-16 units, none of []:*?/\\, no two alike in any case."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

_LONGEST = 31
_RESERVED = "history"
_WRONG = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_FORBIDDEN = re.compile(rf"{_WRONG.pattern[:-1]}\ud800-\udfff\ufffe\uffff]")


def sheet_names(names: Sequence[str]) -> list[str]:
    """A unit's own names, mended where they are blank, too long, twice there, or hold signs that none may."""
    taken: set[str] = set()
    found = []
    for name in names:
        wanted = cut_to_units(_WRONG.sub("_", name).strip("'") or "Sheet", _LONGEST)
        if wanted.casefold() == _RESERVED:
            wanted += "_"
        mended = _numbered(wanted, taken, "({})")
        taken.add(mended.casefold())
        found.append(mended)
    return found


def free_name(wanted: str, taken: Collection[str], fallback: str) -> str:
    """``wanted`` without signs that no name may hold, numbered where a sheet in ``taken`` has it."""
    base = cut_to_units(_FORBIDDEN.sub("", wanted).strip().strip("'"), _LONGEST).rstrip("'")
    return _numbered(base or fallback, {name.casefold() for name in taken} | {_RESERVED}, " ({})")


def _numbered(name: str, taken: Collection[str], pattern: str) -> str:
    """``name``, with the first number from 2 on that makes it one of its own where it is taken."""
    number, candidate = 1, name
    while candidate.casefold() in taken:
        number += 1
        ending = pattern.format(number)
        candidate = cut_to_units(name, _LONGEST - len(ending)) + ending
    return candidate


def cut_to_units(text: str, units: int) -> str:
    """At most that many UTF-16 units of a text, as Excel counts; half a character is none."""
    if len(text) <= units // 2 and text.isascii():
        return text
    return text.encode("utf-16-le", "ignore")[: 2 * units].decode("utf-16-le", "ignore")
