"""Only the rows of a sheet that get a mark are parsed, the others stay the bytes they are.

A parsed tree takes some 25 times the room of its text and most of the time of a copy, and sheets formatted
down to row 1,048,576 do come in. So runs of other rows are cut out before parsing, a processing instruction
left in their place, and put back afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from lxml import etree

from perfbatch.caching import CachedByArgument
from perfbatch.workbook.refusal import Refused
from perfbatch.workbook.xlsx.cut_xml import (
    ROW_HEIGHT,
    ROW_HIDDEN,
    ROW_NUMBER,
    RowSpan,
    find_rows,
    without_cells,
)
from perfbatch.workbook.xlsx.edit.geometry import pixels_high
from perfbatch.workbook.xlsx.numbers import number

_NONE = 1 << 40  # larger than any row
_HEIGHTS = 10_000  # rows whose heights are kept; for others what most rows have is good enough
_SHORT = 128  # bytes of a row's attributes that other rows may well have, too
_TARGET = "perfbatch-rows"
_HOLE = re.compile(rb"<\?perfbatch-rows (\d+) \d+\?>")


class CutSheet:
    """A sheet without the rows in ``rows``; ``heal`` puts them back.

    ``heights``: pixels of the rows that state theirs (0 where hidden), those cut out included, as far as
    the first thousands go.
    """

    def __init__(self, text: bytes, rows: list[bytes], heights: dict[int, int]) -> None:
        self.text = text
        self.heights = heights
        self._rows = rows

    def heal(self, text: bytes) -> bytes:
        """``text``, written from the parsed cut sheet, with all rows again."""
        parts = _HOLE.split(text)
        parts[1::2] = [self._rows[int(number)] for number in parts[1::2]]
        return b"".join(parts)


def cut_rows(sheet: bytes, part: str, wanted: Collection[int], kept: Collection[range]) -> CutSheet | None:
    """``sheet`` with the rows ``wanted`` (made where it lacks them) and ``kept`` (where it has them) alone.

    None where it cannot be cut safely (see ``cut_xml``). Raises Refused (damaged) where it is ill-formed.
    """
    rows = find_rows(sheet)
    if rows is None:
        return None
    _verify(without_cells(sheet, rows), part)
    cutting = _Cutting(sheet, rows, wanted)
    heights: dict[int, int] = {}
    lowest = min((block.start for block in kept), default=_NONE)
    behind = max((block.stop for block in kept), default=0)
    previous = 0
    for match in rows.pattern().finditer(sheet, rows.start, rows.end):
        stated, attributes = match.groups()
        index = int(stated) if stated else _number(attributes, previous + 1)
        if index < 0:
            return None
        if len(heights) < _HEIGHTS and (height := _HEIGHT[attributes]) is not None:
            heights[index] = height
        inside = lowest <= index < behind and any(index in block for block in kept)
        if cutting.keeping or inside or cutting.missing <= index:
            cutting.turn(match.start(), previous, index, inside)
        previous = index
    return cutting.finish(previous, heights)


class _Cutting:
    """A sheet on its way: the text so far, what was cut out, and the next row that has to be there."""

    def __init__(self, sheet: bytes, rows: RowSpan, wanted: Collection[int]) -> None:
        self._sheet, self._rows = sheet, rows
        self._pieces = [sheet[: rows.start]]
        self._holes: list[bytes] = []
        self._wanted = iter(sorted(wanted))
        self._run = rows.start
        self.keeping = False
        self.missing = next(self._wanted, _NONE)

    def turn(self, at: int, previous: int, index: int, inside: bool) -> None:
        """The row ``index`` begins here: end what stands before, make what is missing, keep it or not."""
        self._close(at, previous)
        self._make(index)
        self.keeping = inside or index == self.missing
        if index == self.missing:
            self.missing = next(self._wanted, _NONE)

    def finish(self, previous: int, heights: dict[int, int]) -> CutSheet:
        """The cut sheet, all rows made that are still missing."""
        self._close(self._rows.end, previous)
        self._make(_NONE)
        self._pieces.append(self._sheet[self._rows.end :])
        return CutSheet(b"".join(self._pieces), self._holes, heights)

    def _close(self, until: int, previous: int) -> None:
        """End what began last: rows that stay in the text, or a hole."""
        if self.keeping:
            self._pieces.append(self._sheet[self._run : until])
        elif until > self._run:
            self._pieces.append(f"<?{_TARGET} {len(self._holes)} {previous}?>".encode())
            self._holes.append(self._sheet[self._run : until])
        self._run = until

    def _make(self, before: int) -> None:
        while self.missing < before:
            self._pieces.append(b'<%srow r="%d"/>' % (self._rows.prefix, self.missing))
            self.missing = next(self._wanted, _NONE)


def _number(attributes: bytes, otherwise: int) -> int:
    """Number that a row states, ``otherwise`` where it states none, -1 for an odd one."""
    found = ROW_NUMBER.search(attributes)
    if found is None:
        return otherwise
    return int(found[1]) if found[1].isdigit() and len(found[1]) < 10 else -1


def _height(attributes: bytes) -> int | None:
    """Height in pixels that a row states, 0 where it is hidden."""
    if ROW_HIDDEN.search(attributes):
        return 0
    stated = ROW_HEIGHT.search(attributes)
    return pixels_high(number(stated[1].decode())) if stated and stated[1] else None


def _is_short(attributes: bytes) -> bool:
    return len(attributes) <= _SHORT


_HEIGHT = CachedByArgument(_height, _is_short)


def skipped_until(node: etree._Element) -> int:
    """Number of the last row cut out at ``node``, 0 where it is something else."""
    if isinstance(node, etree._ProcessingInstruction) and node.target == _TARGET:
        return int((node.text or "0").split()[1])
    return 0


class _Nothing:
    """What a parse is made into that only checks."""

    def close(self) -> None:
        """The end of the document."""


# Without a tree to build libxml2 takes a quarter of the time, and half of what expat takes.
_CHECKER = etree.XMLParser(
    target=_Nothing(),  # type: ignore[arg-type]  # the stubs ask for more than lxml
    resolve_entities=False, no_network=True, huge_tree=True,
)  # fmt: skip


def _verify(sheet: bytes, part: str) -> None:
    """What is not parsed into a tree must be well-formed all the same."""
    try:
        etree.fromstring(sheet, _CHECKER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused("damaged", detail=f"{part}: {error}") from error
