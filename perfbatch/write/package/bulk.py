"""Large worksheets: only the rows that get a mark are parsed, the others stay the bytes they are.

A parsed tree takes some 25 times the room of its text, and sheets formatted down to row 1,048,576 do come
in. So runs of other rows are cut out before parsing, a processing instruction left in their place, and put
back afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from xml.parsers import expat

from lxml import etree

from perfbatch.write.package.errors import Unmarkable

THRESHOLD = 1 << 21
"""Sheets from this size on are cut, bytes."""

_TARGET = "perfbatch-rows"
_HOLE = re.compile(rb"<\?perfbatch-rows (\d+) \d+\?>")
# Inside a tag name, attributes and the like no '<' can stand, so that outside comments, CDATA and
# instructions (which `cut` asks for) these find real tags only.
_DATA = re.compile(rb"<((?:[A-Za-z_][\w.-]*:)?)sheetData\s*>")
_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d{1,9})["']""")
_MERGE = re.compile(rb"""<(?:[A-Za-z_][\w.-]*:)?mergeCell\s[^<]*?ref\s*=\s*["']([A-Za-z0-9:$]+)["']""")


class Cut:
    """A sheet without the rows in ``rows``; ``heal`` puts them back."""

    def __init__(self, text: bytes, rows: list[bytes]) -> None:
        self.text = text
        self._rows = rows

    def heal(self, text: bytes) -> bytes:
        """``text``, written from the parsed cut sheet, with all rows again."""
        parts = _HOLE.split(text)
        parts[1::2] = [self._rows[int(number)] for number in parts[1::2]]
        return b"".join(parts)


def merge_refs(sheet: bytes) -> list[str]:
    """References of the merged ranges in the text of a sheet."""
    return [ref.decode() for ref in _MERGE.findall(sheet, max(0, sheet.rfind(b"sheetData")))]


def cut(sheet: bytes, part: str, wanted: Collection[int], kept: Iterable[range]) -> Cut | None:
    """``sheet`` with the rows ``wanted`` (made where it lacks them) and ``kept`` (where it has them) alone.

    None where it cannot be cut safely: an encoding that is not ASCII's kin, comments, CDATA or instructions
    in it. Raises Unmarkable 'malformed' where it is not well-formed, 'doctype' where it has one.
    """
    if sheet[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in sheet[:4]:
        return None
    if sheet.count(b"<?") > 1 or b"<!" in sheet:
        return None
    start = _DATA.search(sheet)
    end = sheet.rfind(b"</" + start[1] + b"sheetData") if start else -1
    if start is None or end < start.end():
        return None
    _verify(sheet, part)
    prefix = start[1]
    row_start = re.compile(rb"<" + prefix + rb"row(?=[\s/>])([^<>]*)")
    pieces = [sheet[: start.end()]]
    holes: list[bytes] = []
    keep = {row for rows in kept for row in rows}
    missing = iter(sorted(wanted))
    next_missing = next(missing, None)
    run, index, previous = start.end(), 0, 0

    def close(until: int) -> None:
        if until > run:
            pieces.append(f"<?{_TARGET} {len(holes)} {previous}?>".encode())
            holes.append(sheet[run:until])

    matches = row_start.finditer(sheet, start.end(), end)
    match = next(matches, None)
    while match is not None:
        stated = _NUMBER.search(match[1])
        index = int(stated[1]) if stated else previous + 1
        following = next(matches, None)
        if index in keep or (next_missing is not None and next_missing <= index):
            close(match.start())
            run = match.start()
            while next_missing is not None and next_missing < index:
                pieces.append(b'<%srow r="%d"/>' % (prefix, next_missing))
                next_missing = next(missing, None)
            if index in keep or index == next_missing:
                run = following.start() if following else end
                pieces.append(sheet[match.start() : run])
            if index == next_missing:
                next_missing = next(missing, None)
        previous = index
        match = following
    close(end)
    while next_missing is not None:
        pieces.append(b'<%srow r="%d"/>' % (prefix, next_missing))
        next_missing = next(missing, None)
    pieces.append(sheet[end:])
    return Cut(b"".join(pieces), holes)


def skipped_until(node: etree._Element) -> int:
    """Number of the last row cut out at ``node``, 0 where it is something else."""
    if isinstance(node, etree._ProcessingInstruction) and node.target == _TARGET:
        return int((node.text or "0").split()[1])
    return 0


def _verify(sheet: bytes, part: str) -> None:
    """What is not parsed into a tree must be well-formed all the same."""
    try:
        expat.ParserCreate().Parse(sheet, True)
    except (expat.ExpatError, ValueError) as error:
        raise Unmarkable("malformed", part=part) from error
