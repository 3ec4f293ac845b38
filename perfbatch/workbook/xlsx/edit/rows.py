"""Only the rows of a sheet that get a mark are parsed, the others stay the bytes they are.

A parsed tree takes some 25 times the room of its text and most of the time of a copy, and sheets formatted
down to row 1,048,576 do come in. So runs of other rows are cut out before parsing, a processing instruction
left in their place, and put back afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from lxml import etree

from perfbatch.caching import Answers
from perfbatch.workbook.refusal import Refused
from perfbatch.workbook.xlsx.edit.geometry import pixels_high
from perfbatch.workbook.xlsx.numbers import number

_NONE = 1 << 40  # larger than any row
_HEIGHTS = 10_000  # rows whose heights are kept; for others what most rows have is good enough
_SHORT = 128  # bytes of a row's attributes that other rows may well have, too
_TARGET = "perfbatch-rows"
_HOLE = re.compile(rb"<\?perfbatch-rows (\d+) \d+\?>")
# In other encodings than UTF-8 a byte of a character may look like markup.
_START = re.compile(
    rb"""(?:\xef\xbb\xbf)?(?:<\?xml\s+version=["']1\.0["'](?:\s+encoding=["'][Uu][Tt][Ff]-8["'])?"""
    rb"""(?:\s+standalone=["'](?:yes|no)["'])?\s*\?>)?\s*<[^?]"""
)
# Inside a tag name, attributes and the like no '<' can stand, so that outside comments, CDATA and
# instructions (which `cut` asks for) these find real tags only.
_DATA = re.compile(rb"<((?:[A-Za-z_][\w.-]*:)?)sheetData\s*>")
_NUMBER = re.compile(rb"""\sr\s*=\s*["']([^"']*)["']""")
_STATED_HEIGHT = re.compile(rb"""\sht\s*=\s*["']([^"']*)["']""")
_HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true)["']""")
_MERGE = re.compile(rb"""<(?:[A-Za-z_][\w.-]*:)?mergeCell\s[^<]*?ref\s*=\s*["']([A-Za-z0-9:$]+)["']""")


class Cut:
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


def merge_refs(sheet: bytes) -> list[str]:
    """References of the merged ranges in the text of a sheet."""
    return [ref.decode() for ref in _MERGE.findall(sheet, max(0, sheet.rfind(b"sheetData")))]


def cut(sheet: bytes, part: str, wanted: Collection[int], kept: Collection[range]) -> Cut | None:
    """``sheet`` with the rows ``wanted`` (made where it lacks them) and ``kept`` (where it has them) alone.

    None where it cannot be cut safely: another encoding than UTF-8, comments, CDATA or instructions in it,
    rows that are not found by their name. Raises Refused (damaged) where it is not well-formed.
    """
    head = _START.match(sheet)
    if head is None or _has(sheet, b"<?", head.end()) or _has(sheet, b"<!", head.end() - 2):
        return None
    data = _DATA.search(sheet)
    if data is None:
        return None
    prefix, start = data[1], data.end()
    end = sheet.rfind(b"</" + prefix + b"sheetData")
    if end < start or _hides_rows(sheet, prefix, start, end):
        return None
    _verify(sheet, part)
    row_start = re.compile(rb"<" + prefix + rb"""row(?=[\s/>])(?: r="(\d{1,9})")?([^<>]*)""")
    pieces = [sheet[:start]]
    holes: list[bytes] = []
    heights: dict[int, int] = {}
    lowest = min((rows.start for rows in kept), default=_NONE)
    missing = iter(sorted(wanted))
    next_missing = next(missing, _NONE)
    run, previous, keeping = start, 0, False

    def close(until: int) -> None:
        """End what began at ``run``: rows that stay in the text, or a hole."""
        if keeping:
            pieces.append(sheet[run:until])
        elif until > run:
            pieces.append(f"<?{_TARGET} {len(holes)} {previous}?>".encode())
            holes.append(sheet[run:until])

    for match in row_start.finditer(sheet, start, end):
        stated, attributes = match.groups()
        index = int(stated) if stated else _number(attributes, previous + 1)
        if index < 0:
            return None
        if len(heights) < _HEIGHTS and (height := _HEIGHT[attributes]) is not None:
            heights[index] = height
        inside = lowest <= index and any(index in rows for rows in kept)
        if keeping or inside or next_missing <= index:
            close(match.start())
            run = match.start()
            while next_missing < index:
                pieces.append(b'<%srow r="%d"/>' % (prefix, next_missing))
                next_missing = next(missing, _NONE)
            keeping = inside or index == next_missing
            if index == next_missing:
                next_missing = next(missing, _NONE)
        previous = index
    close(end)
    while next_missing != _NONE:
        pieces.append(b'<%srow r="%d"/>' % (prefix, next_missing))
        next_missing = next(missing, _NONE)
    pieces.append(sheet[end:])
    return Cut(b"".join(pieces), holes, heights)


def _hides_rows(sheet: bytes, prefix: bytes, start: int, end: int) -> bool:
    """Whether rows between ``start`` and ``end`` could have another name than ``prefix`` + row, or other
    elements that name."""
    if sheet.find(b"AlternateContent", 0, end) >= 0 or sheet.find(b"xmlns", start, end) >= 0:
        return True
    others = sheet.count(b":row", start, end)
    if not prefix:
        return others > 0
    named = sheet.count(b"<" + prefix + b"row", start, end) + sheet.count(b"</" + prefix + b"row", start, end)
    return others != named or sheet.find(b"<row", start, end) >= 0


def _number(attributes: bytes, otherwise: int) -> int:
    """Number that a row states, ``otherwise`` where it states none, -1 for an odd one."""
    found = _NUMBER.search(attributes)
    if found is None:
        return otherwise
    return int(found[1]) if found[1].isdigit() and len(found[1]) < 10 else -1


def _height(attributes: bytes) -> int | None:
    """Height in pixels that a row states, 0 where it is hidden."""
    if _HIDDEN.search(attributes):
        return 0
    stated = _STATED_HEIGHT.search(attributes)
    return pixels_high(number(stated[1].decode())) if stated and stated[1] else None


def _is_short(attributes: bytes) -> bool:
    return len(attributes) <= _SHORT


_HEIGHT = Answers(_height, _is_short)


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


def _has(sheet: bytes, mark: bytes, start: int) -> bool:
    """Whether the two bytes ``mark`` stand behind ``start``: the second is rare, and one byte soon found."""
    return sheet.find(mark[1:], start) >= 0 and sheet.find(mark, start) >= 0
