"""Names from a form as names of files: safe on Windows, macOS and Linux, and never the same twice."""

from __future__ import annotations

import re
import unicodedata

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)", re.IGNORECASE)
_LONGEST = 120  # bytes: 255 is the limit, and folders, endings and (2) need room


def file_name(text: str, fallback: str) -> str:
    """``text`` as a file name without an ending; ``fallback`` where nothing of it can be used."""
    shown = "".join(c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c)[0] != "C")
    name = " ".join(_FORBIDDEN.sub(" ", shown).split()).strip(". ")
    while len(name.encode()) > _LONGEST:
        name = name[:-1]
    name = name.rstrip(". ")
    if _RESERVED.match(name):
        name = f"_{name}"
    return name or fallback


class Names:
    """Names given so far in one folder tree, told apart as Windows and macOS do."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def unique(self, name: str, ending: str) -> str:
        """``name`` + ``ending``, with (2), (3) … where it is taken."""
        candidate, number = f"{name}{ending}", 1
        while candidate.casefold() in self._taken:
            number += 1
            candidate = f"{name}({number}){ending}"
        self._taken.add(candidate.casefold())
        return candidate
