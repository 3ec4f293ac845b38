"""The formulas of an .xls as text, as far as xlrd takes their tokens apart."""

from __future__ import annotations

from struct import unpack_from

import xlrd
from xlrd import formula as tokens

from perfbatch.read.xls_formulas import FORMULA, sheet_records, worksheets
from perfbatch.write.convert.formula import usable
from perfbatch.write.convert.page import Place

_SHARED = 0x04BC
_EXP = 0x01
_MOST = 100_000
"""Formulas of one workbook; of more only the values are taken over."""


def formulas_of(book: xlrd.Book, stream: bytes) -> list[dict[Place, str]]:
    """For each worksheet its formulas ('=A1*2') by cell, where they can be said for certain."""
    sheets, left = [], _MOST
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
        found = {place: _text(book, body, place, shared) for place, body in bodies.items()}
        sheets.append({place: text for place, text in found.items() if text and usable(text, names)})
    return sheets


def _text(book: xlrd.Book, body: bytes, place: Place, shared: dict[Place, bytes]) -> str:
    kind = tokens.FMLA_TYPE_CELL
    if len(body) == 5 and body[0] == _EXP:
        first: Place = unpack_from("<HH", body, 1)
        body, kind = shared.get(first, b""), tokens.FMLA_TYPE_SHARED
    if not body:
        return ""
    try:
        text = tokens.decompile_formula(book, body, len(body), kind, browx=place[0], bcolx=place[1])
    except Exception:
        # xlrd raises whatever an odd token makes Python raise; the value is there all the same
        return ""
    return f"={text}" if text else ""
