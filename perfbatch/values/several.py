"""Several values in one cell: 100%;90%, 5次、3次, ①5次②3次, one a line."""

from __future__ import annotations

from perfbatch.caching import cached
from perfbatch.patterns import compiled
from perfbatch.values.grammar import parse_one

_SEPARATORS = (
    compiled(r"[;；\r\n]+"),
    compiled(r"[、]+"),
    compiled("[\u2460-\u2473]"),
    compiled(r"[,，/／]+"),
)
_CACHED = 1 << 12
_MOST = 12
_LONGEST = 240


@cached(_CACHED)
def parts_of(text: str) -> tuple[str, ...]:
    """The values of a cell that holds several numbers or dates; none where it does not.

    Divided at the first of the separators that leaves nothing but values.
    """
    if len(text) > _LONGEST:
        return ()
    for separator in _SEPARATORS:
        parts = tuple(part.strip() for part in separator.split(text) if part.strip())
        if 1 < len(parts) <= _MOST and all(parse_one(part).kind in {"number", "date"} for part in parts):
            return parts
    return ()
