"""The drawing part behind notes (VML), changed as text.

VML written by Excel is not always well-formed XML (unclosed <br> in its text boxes), so it is never parsed
as such: shapes are put in front of its end, and all else stays as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from perfbatch.workbook.addresses import Place
from perfbatch.workbook.refusal import Refused

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"

_BLOCK = 1024  # shape ids come in blocks of this size, of which a drawing states the ones it uses
_NAMESPACES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
_EMPTY = (
    '<xml {spaces}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{block}"/></o:shapelayout></xml>'
)
_TYPE = (
    '<v:shapetype id="_x0000_t202" {spaces}coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = (
    '<v:shape id="_x0000_s{id}" {spaces}type="#_x0000_t202" style="position:absolute;margin-left:60pt;'
    'margin-top:2pt;width:{width}pt;height:{height}pt;z-index:{order};visibility:hidden" '
    'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
    '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_ID = re.compile(r"_x0000_[si](\d{1,9})(?!\d)")
_IDMAP = re.compile(r"(<o:idmap\b[^<>]*?\bdata\s*=\s*[\"'])([\d,\s]*)")
_SHAPE_START, _SHAPE_END = re.compile(r"<v:shape\b"), "</v:shape>"
_NOTE = re.compile(r"ObjectType\s*=\s*[\"']Note[\"']")
_ROW = re.compile(r"<(?:\w+:)?Row>\s*(\d{1,9})(?!\d)")
_COLUMN = re.compile(r"<(?:\w+:)?Column>\s*(\d{1,9})(?!\d)")
_ANCHOR = re.compile(r"(<(?:\w+:)?Anchor>)([^<]*)")
_END = re.compile(r"</xml\s*>[\s\0]*\Z", re.IGNORECASE)
_ROOT = re.compile(r"<xml\b[^<>]*>", re.IGNORECASE)


class Drawing:
    """A VML part as text, to which note shapes are added."""

    def __init__(self, data: bytes, part: str) -> None:
        """Raises Refused (damaged) where ``data`` is no VML."""
        self._encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
        # latin-1 maps every byte onto itself: what else stands in the file comes out as it went in.
        self._codec = "utf-16" if self._encoding == "utf-16" else "latin-1"
        try:
            self._text = data.decode(self._codec)
        except UnicodeDecodeError as error:
            raise Refused("damaged", detail=f"{part}: {error}") from error
        root = _ROOT.search(self._text)
        if root and root[0].endswith("/>"):
            self._text = f"{self._text[: root.end() - 2]}></xml>"
        end = _END.search(self._text)
        if root is None or end is None:
            raise Refused("damaged", detail=f"{part}: no <xml> around it")
        self._end = end.start()
        self._undeclared = {p: space for p, space in _NAMESPACES.items() if f"xmlns:{p}=" not in root[0]}

    @classmethod
    def new(cls, block: int) -> Drawing:
        """A drawing without shapes that takes its ids from ``block``."""
        return cls(_EMPTY.format(spaces=_spaces(_NAMESPACES).strip(), block=block).encode(), "")

    def notes(self) -> set[Place]:
        """Cells (1-based) whose note has a shape."""
        places = (_place(self._text[start:end]) for start, end in self._note_shapes())
        return {place for place in places if place}

    def _note_shapes(self) -> Iterator[tuple[int, int]]:
        """Where in the text the shapes of notes stand; no shape is looked at twice, whatever the text."""
        position = 0
        while match := _SHAPE_START.search(self._text, position):
            found = self._text.find(_SHAPE_END, match.end())
            if found < 0:
                return
            position = found + len(_SHAPE_END)
            if _NOTE.search(self._text, match.end(), found):
                yield match.start(), position

    def stretch(self, stretched: Mapping[Place, Callable[[list[int]], list[int]]]) -> None:
        """Change the anchors of the notes of these cells."""
        if not stretched:
            return
        pieces: list[str] = []
        position = 0
        for start, end in self._note_shapes():
            shape = self._text[start:end]
            change = stretched.get(_place(shape) or (0, 0))
            if change is not None:
                changed = _ANCHOR.sub(partial(_stretched, change=change), shape, count=1)
                pieces += (self._text[position:start], changed)
                position = end
        before = len(self._text)
        self._text = "".join((*pieces, self._text[position:]))
        self._end += len(self._text) - before

    def add(self, notes: Iterable[tuple[Place, list[int], tuple[int, int]]], free_block: int) -> None:
        """A shape for each (cell, anchor, size in pixels). Further ids come from ``free_block`` once full."""
        spaces = _spaces(self._undeclared)
        shapes = []
        if 'id="_x0000_t202"' not in self._text and "id='_x0000_t202'" not in self._text:
            shapes.append(_TYPE.format(spaces=spaces))
        identity, last = self._free_ids()
        for order, ((row, column), anchor, (width, height)) in enumerate(notes, 1):
            if identity > last:
                identity, last = free_block * _BLOCK + 1, (free_block + 1) * _BLOCK - 1
                self._state_block(free_block)
                free_block += 1
            shapes.append(_SHAPE.format(
                id=identity, spaces=spaces, order=order, width=width * 0.75, height=height * 0.75,
                anchor=", ".join(map(str, anchor)), row=row - 1, column=column - 1,
            ))  # fmt: skip
            identity += 1
        self._text = self._text[: self._end] + "".join(shapes) + self._text[self._end :]
        self._end += sum(map(len, shapes))

    def bytes(self) -> bytes:
        """The part."""
        return self._text.encode(self._codec)

    def _free_ids(self) -> tuple[int, int]:
        """First free id above all used in a block of this drawing, and the last one of that block."""
        used = {int(identity) for identity in _ID.findall(self._text)}
        for block in sorted(blocks(self._text), reverse=True):
            low, high = block * _BLOCK, (block + 1) * _BLOCK
            first = max((identity for identity in used if low <= identity < high), default=low) + 1
            if first < high:
                return first, high - 1
        return 1, 0

    def _state_block(self, block: int) -> None:
        match = _IDMAP.search(self._text)
        if match:
            at, more = match.end(), f",{block}" if match[2].strip() else str(block)
        else:
            at, more = self._end, _IDMAP_NEW.format(spaces=_spaces(self._undeclared), block=block)
        self._text = self._text[:at] + more + self._text[at:]
        self._end += len(more)


_IDMAP_NEW = '<o:shapelayout {spaces}v:ext="edit"><o:idmap v:ext="edit" data="{block}"/></o:shapelayout>'


def blocks(text: str) -> set[int]:
    """Blocks of shape ids that a drawing states."""
    return {
        int(number)
        for match in _IDMAP.finditer(text)
        for number in match[2].split(",")
        if number.strip().isdecimal() and len(number) < 10
    }


def _spaces(namespaces: Mapping[str, str]) -> str:
    return "".join(f'xmlns:{prefix}="{space}" ' for prefix, space in namespaces.items())


def _place(shape: str) -> Place | None:
    row, column = _ROW.search(shape), _COLUMN.search(shape)
    return (int(row[1]) + 1, int(column[1]) + 1) if row and column else None


def _stretched(match: re.Match[str], change: Callable[[list[int]], list[int]]) -> str:
    numbers = [int(number) for number in re.findall(r"-?\d{1,9}", match[2])]
    return match[1] + ", ".join(map(str, change(numbers))) if len(numbers) == 8 else match[0]
