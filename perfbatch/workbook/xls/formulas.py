"""The formulas of an .xls as text.

xlrd's own decompile_formula drops brackets (A1-(B1-C1) becomes A1-B1-C1), so the tokens (MS-XLS 2.5.198) are
put together here. Only BIFF8, and only tokens whose meaning is certain; of any other formula the cached value
stands alone.
"""

from __future__ import annotations

from collections.abc import Callable
from struct import unpack_from
from typing import NamedTuple

import xlrd
from xlrd.formula import func_defs, get_externsheet_local_range

from perfbatch.workbook.addresses import Place, address, column_letters
from perfbatch.workbook.bounds import DEFAULT
from perfbatch.workbook.pages.formula import usable
from perfbatch.workbook.xls.records import FORMULA, sheet_records, worksheets

_SHARED = 0x04BC
_BINARY = {
    0x03: ("+", 30), 0x04: ("-", 30), 0x05: ("*", 40), 0x06: ("/", 40), 0x07: ("^", 50), 0x08: ("&", 20),
    0x09: ("<", 10), 0x0A: ("<=", 10), 0x0B: ("=", 10), 0x0C: (">=", 10), 0x0D: (">", 10), 0x0E: ("<>", 10),
}  # fmt: skip
"""Operators and how tightly they bind."""
_SIGNS = {0x12: "+", 0x13: "-"}
_PERCENT, _SIGN, _LEAF = 60, 70, 100
_USER_DEFINED = 255
_ROWS, _COLUMNS = 65_536, 256


class _Piece(NamedTuple):
    text: str
    rank: int


class _Unsure(Exception):  # noqa: N818  it names what is the matter with the formula
    """A token whose meaning is not certain."""


def formulas_of(book: xlrd.Book, stream: bytes, most: int = DEFAULT.formulas) -> list[dict[Place, str]]:
    """For each worksheet its formulas ('=A1*2') by cell, where they can be said for certain.

    Of more than ``most`` formulas the rest is left out.
    """
    if book.biff_version < 80:
        return []
    sheets, left = [], most
    names = set(book.sheet_names())
    for start in worksheets(stream):
        bodies: dict[Place, bytes] = {}
        shared: dict[Place, bytes] = {}
        place = (0, 0)
        for record, at, size in sheet_records(stream, start):
            if record == FORMULA and size >= 22 and left > 0:
                place = unpack_from("<HH", stream, at)
                length = unpack_from("<H", stream, at + 20)[0]
                bodies[place] = stream[at + 22 : at + 22 + min(length, size - 22)]
                left -= 1
            elif record == _SHARED and size >= 10:
                length = unpack_from("<H", stream, at + 8)[0]
                shared[place] = stream[at + 10 : at + 10 + min(length, size - 10)]
        found = {place: usable(_text(book, body, place, shared), names) for place, body in bodies.items()}
        sheets.append({place: text for place, text in found.items() if text})
    return sheets


def _text(book: xlrd.Book, body: bytes, place: Place, shared: dict[Place, bytes]) -> str:
    if len(body) == 5 and body[0] == 0x01:  # the formula stands once, for several cells
        body = shared.get(unpack_from("<HH", body, 1), b"")
    try:
        return f"={_Tokens(book, body, place).text()}"
    except Exception:
        # an odd token makes Python raise one thing or another; the value is there all the same
        return ""


class _Tokens:
    """One formula on its way from tokens, operands first, to text."""

    def __init__(self, book: xlrd.Book, body: bytes, place: Place) -> None:
        self.book, self.body, self.place = book, body, place
        self.at = 0
        self.stack: list[_Piece] = []

    def text(self) -> str:
        """The text. Raises _Unsure, struct.error, IndexError and others where it is not certain."""
        while self.at < len(self.body):
            token = self.body[self.at]
            self.at += 1
            base = token & 0x1F | 0x20 if token & 0x60 else token
            if base in _BINARY:
                self._binary(*_BINARY[base])
            elif base in _SIGNS:
                operand = self.stack.pop()
                self.stack.append(_Piece(_SIGNS[base] + _bracketed(operand, _SIGN), _SIGN))
            elif base == 0x14:
                self.stack.append(_Piece(_bracketed(self.stack.pop(), _PERCENT) + "%", _PERCENT))
            elif base == 0x15:
                self._leaf(f"({self.stack.pop().text})")
            elif base in _READERS:
                _READERS[base](self)
            else:
                raise _Unsure
        (whole,) = self.stack
        return whole.text

    def _take(self, form: str) -> tuple[int, ...]:
        found = unpack_from(f"<{form}", self.body, self.at)
        self.at += sum({"B": 1, "H": 2, "d": 8}[sign] for sign in form)
        return found

    def _leaf(self, text: str) -> None:
        self.stack.append(_Piece(text, _LEAF))

    def _binary(self, sign: str, rank: int) -> None:
        right, left = self.stack.pop(), self.stack.pop()
        self.stack.append(_Piece(f"{_bracketed(left, rank)}{sign}{_bracketed(right, rank + 1)}", rank))

    def _attribute(self) -> None:
        flags, size = self._take("BH")
        if flags & 0x04:  # CHOOSE: a table of jumps
            self.at += 2 * (size + 1)
        if flags & 0x10:
            self._leaf(f"SUM({self.stack.pop().text})")

    def _string(self) -> None:
        length, wide = self._take("BB")
        end = self.at + length * (2 if wide & 1 else 1)
        text = self.body[self.at : end].decode("utf-16-le" if wide & 1 else "latin-1")
        self.at = end
        doubled = text.replace('"', '""')
        self._leaf(f'"{doubled}"')

    def _call(self, count: int, number: int) -> None:
        name, least, most = func_defs[number][:3]
        if number == _USER_DEFINED or not least <= count <= most:
            raise _Unsure
        start = len(self.stack) - count
        if start < 0:
            raise _Unsure
        arguments = ",".join(piece.text for piece in self.stack[start:])
        del self.stack[start:]
        self._leaf(f"{name}({arguments})")

    def _function(self) -> None:
        (number,) = self._take("H")
        self._call(func_defs[number][1], number)

    def _function_of_many(self) -> None:
        count, number = self._take("BH")
        self._call(count & 0x7F, number & 0x7FFF)

    def _reference(self, *, relative: bool = False) -> str:
        row, column = self._take("HH")
        return self._cell(row, column, relative=relative)

    def _area(self, *, relative: bool = False) -> str:
        top, bottom, left, right = self._take("HHHH")
        if (top, bottom) == (0, _ROWS - 1) or (left & 0xFF, right & 0xFF) == (0, _COLUMNS - 1):
            raise _Unsure  # whole rows and columns mean more of them in the copy
        ends = (self._cell(top, left, relative=relative), self._cell(bottom, right, relative=relative))
        return ":".join(ends)

    def _cell(self, row: int, column: int, *, relative: bool) -> str:
        row_moves, column_moves = bool(column & 0x8000), bool(column & 0x4000)
        column &= 0xFF
        if relative:
            row = (row + self.place[0]) % _ROWS if row_moves else row
            column = (column + self.place[1]) % _COLUMNS if column_moves else column
        if row_moves and column_moves:
            return address(row, column)
        letters = column_letters(column)
        return f"{'' if column_moves else '$'}{letters}{'' if row_moves else '$'}{row + 1}"

    def _on_sheet(self) -> str:
        (reference,) = self._take("H")
        first, last = get_externsheet_local_range(self.book, reference)
        if first != last or not 0 <= first < self.book.nsheets:
            raise _Unsure
        name = self.book.sheet_names()[first].replace("'", "''")
        return f"'{name}'!"


def _bracketed(piece: _Piece, rank: int) -> str:
    return piece.text if piece.rank >= rank else f"({piece.text})"


_READERS: dict[int, Callable[[_Tokens], None]] = {
    0x16: lambda t: t._leaf(""),
    0x17: _Tokens._string,
    0x19: _Tokens._attribute,
    0x1D: lambda t: t._leaf("TRUE" if t._take("B")[0] else "FALSE"),
    0x1E: lambda t: t._leaf(str(t._take("H")[0])),
    0x1F: lambda t: t._leaf(repr(t._take("d")[0])),
    0x21: _Tokens._function,
    0x22: _Tokens._function_of_many,
    0x24: lambda t: t._leaf(t._reference()),
    0x25: lambda t: t._leaf(t._area()),
    0x2C: lambda t: t._leaf(t._reference(relative=True)),
    0x2D: lambda t: t._leaf(t._area(relative=True)),
    0x3A: lambda t: t._leaf(t._on_sheet() + t._reference()),
    0x3B: lambda t: t._leaf(t._on_sheet() + t._area()),
}
"""Tokens that stand for a value or a function."""
