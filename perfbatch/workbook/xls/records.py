"""Which cells of an .xls hold formulas, and which of those were never calculated: xlrd tells neither.

Only the headers of the records are walked; of a FORMULA record (MS-XLS 2.4.127) the cached result and the
tokens of the expression are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import unpack_from

FORMULA, _BOUNDSHEET, _BOF, _EOF = 0x0006, 0x0085, 0x0809, 0x000A
_ARITHMETIC = frozenset(range(0x03, 0x08)) | {0x12, 0x13, 0x14}
"""Tokens for + - * / ^, plus and minus signs, and percent: their result is never a text."""
_SUM = b"\x19\x10"
"""tAttrSum: SUM of one argument, written last"""
_EMPTY_TEXT = 3


def formula_cells(stream: bytes) -> list[dict[tuple[int, int], bool]]:
    """For each worksheet in order: its formula cells (row, column), True where never calculated.

    ``stream`` is the Workbook stream. A broken stream gives what could be walked.
    """
    sheets = []
    for start in worksheets(stream):
        found: dict[tuple[int, int], bool] = {}
        for record, at, size in sheet_records(stream, start):
            if record == FORMULA and size >= 22:
                row, column = unpack_from("<HH", stream, at)
                found[row, column] = _uncached(stream[at : at + size])
        sheets.append(found)
    return sheets


def sheet_records(stream: bytes, start: int) -> Iterator[tuple[int, int, int]]:
    """(record, position of its body, size) of a worksheet, those of charts on it left out."""
    depth = 0
    for record, at, size in _records(stream, start):
        if record & 0xF8FF == 0x0009 | (_BOF & 0x0800) or record == _BOF:
            depth += 1
        elif record == _EOF:
            depth -= 1
            if depth <= 0:
                break
        elif depth == 1:
            yield record, at, size


def _records(stream: bytes, start: int) -> Iterator[tuple[int, int, int]]:
    """(record, position of its body, size) from ``start`` to the end of the stream."""
    while start + 4 <= len(stream):
        record, size = unpack_from("<HH", stream, start)
        if start + 4 + size > len(stream):
            break
        yield record, start + 4, size
        start += 4 + size


def worksheets(stream: bytes) -> list[int]:
    """Where the worksheets begin, in the order of their tabs."""
    starts = []
    for record, at, size in _records(stream, 0):
        if record == _EOF:
            break
        if record == _BOUNDSHEET and size >= 6 and stream[at + 5] == 0:
            starts.append(unpack_from("<I", stream, at)[0])
    return starts


def _uncached(body: bytes) -> bool:
    """An arithmetic expression whose cached result is an empty text was never calculated.

    Writers that do not calculate leave that result; an expression such as IF(…,"",…) may well mean it.
    """
    if body[12:14] != b"\xff\xff" or body[6] != _EMPTY_TEXT:
        return False
    length = unpack_from("<H", body, 20)[0]
    tokens = body[22 : 22 + length]
    return bool(tokens) and (tokens[-1] in _ARITHMETIC or tokens[-4:-2] == _SUM)
