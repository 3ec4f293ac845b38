"""Sheet names as Excel takes them."""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST = 31
_WRONG = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def sheet_names(names: Sequence[str]) -> list[str]:
    """The names, mended where they are blank, too long, twice there, or hold signs that no name may hold."""
    taken: set[str] = set()
    found = []
    for name in names:
        wanted = _cut(_WRONG.sub("_", name).strip("'") or "Sheet", LONGEST)
        if wanted.casefold() == "history":  # reserved by Excel
            wanted += "_"
        mended, number = wanted, 1
        while mended.casefold() in taken:
            number += 1
            tail = f"({number})"
            mended = _cut(wanted, LONGEST - len(tail)) + tail
        taken.add(mended.casefold())
        found.append(mended)
    return found


def _cut(name: str, length: int) -> str:
    """At most ``length`` UTF-16 units of the name, as Excel counts."""
    return name.encode("utf-16-le", "replace")[: 2 * length].decode("utf-16-le", "ignore")
