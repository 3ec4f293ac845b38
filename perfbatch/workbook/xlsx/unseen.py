"""Rows and columns that a worksheet part hides."""

from __future__ import annotations

from perfbatch.workbook.merging import Unseen
from perfbatch.workbook.parsing import elements
from perfbatch.workbook.refusal import Refused

_NONE: Unseen = (frozenset(), frozenset())
_TRUE = ("1", "true", "on")
_MOST_COLUMNS = 16_384


def unseen(content: bytes) -> Unseen:
    """Hidden rows and columns, 0-based. A part that does not speak of hiding is not looked through.

    Never raises: what is broken in the part is said where its cells are read.
    """
    if b"hidden" not in content:
        return _NONE
    rows: set[int] = set()
    columns: set[int] = set()
    number = 0
    try:
        for element in elements(content, ("{*}row", "{*}col")):
            is_row = element.tag.endswith("}row")
            if is_row:
                stated = element.get("r", "")
                number = int(stated) if stated.isdecimal() else number + 1
            if element.get("hidden") in _TRUE:
                if is_row:
                    rows.add(number - 1)
                else:
                    columns.update(_span(element.get("min", ""), element.get("max", "")))
    except Refused:
        return _NONE
    return frozenset(rows), frozenset(columns)


def _span(first: str, last: str) -> range:
    if not (first.isdecimal() and last.isdecimal()):
        return range(0)
    return range(int(first) - 1, min(int(last), _MOST_COLUMNS))
