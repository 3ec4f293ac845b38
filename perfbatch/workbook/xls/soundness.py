"""Whether a workbook stream (MS-XLS) can be given to xlrd, which believes what is stated in it.

One walk over the headers of the records. What a stream states of itself decides what xlrd does: a length of
phonetic text below zero sets it back and it reads the same string for ever, two sheets that begin in one
another are read once for each, a cell at the end of each row makes it fill the whole sheet, and names that
double a text a few dozen times fill the memory. Such streams are refused; a wrong count of strings and a name
with more than areas in it are put right, as Excel opens those.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import error as cut_off
from struct import pack_into, unpack_from

from perfbatch.workbook.bounds import Bounds
from perfbatch.workbook.refusal import Refused

_BOF = frozenset({0x0009, 0x0209, 0x0409, 0x0809})
_EOF, _BOUNDSHEET, _SST, _CONTINUE, _NAME, _DATEMODE = 0x000A, 0x0085, 0x00FC, 0x003C, 0x0018, 0x0022
_FORMATS = frozenset({0x001E, 0x041E})
_CELLS = frozenset({
    0x0001, 0x0002, 0x0003, 0x0004, 0x0005, 0x0006, 0x0201, 0x0202, 0x0203, 0x0204, 0x0205, 0x0206, 0x0406,
    0x027E, 0x00D6, 0x00FD,
})  # fmt: skip
"""Records of one cell each: row and column come first."""
_ROWS_OF_CELLS = frozenset({0x00BD, 0x00BE})
"""Several cells of a row: the last column comes last."""
_BLANKS = frozenset({0x0001, 0x0201, 0x00BE})
_MERGES = 0x00E5
_NEEDED = (
    _BOF
    | _CELLS
    | _ROWS_OF_CELLS
    | _FORMATS
    | {_EOF, _BOUNDSHEET, _SST, _CONTINUE, _MERGES, 0x0042, 0x0207, 0x0208, 0x0200, 0x007D}
    | {0x0031, 0x0231, 0x00E0, 0x0043, 0x0243, 0x0443, 0x0293, 0x0225, 0x0055, 0x04BC, 0x0221, 0x002F}
)
"""What the values of cells, and their formats, depend on."""
_UNKNOWN = 0x0FF0
"""No record: xlrd passes over it."""
_LONGEST_FORMAT = 1024
_AREAS = {0x1A: 7, 0x1B: 11, 0x1C: 7, 0x1D: 11, 0x09: 3, 0x10: 1, 0x15: 1}
"""Tokens of print areas and titles in BIFF8, without their class, and their sizes."""
_OLD_AREAS = {**_AREAS, 0x1A: 18, 0x1B: 21, 0x1C: 18, 0x1D: 21}
_ROW_COST = 16
"""What a row without cells costs, in cells."""


def sound(stream: bytes, bounds: Bounds) -> bytes:
    """``stream``, or a copy that is put right. Raises Refused: damaged, too_complex."""
    starts, mends = _globals(stream, bounds)
    _sheets(stream, starts, bounds)
    if not mends:
        return stream
    mended = bytearray(stream)
    for form, at, value in mends:
        pack_into(form, mended, at, value)
    return bytes(mended)


def only_values(stream: bytes) -> bytes:
    """A copy without the records on which no value depends, for a stream that xlrd gives up."""
    mended = bytearray(stream)
    for record, at, _ in _records(stream, 0):
        if record not in _NEEDED:
            pack_into("<H", mended, at - 4, _UNKNOWN)
    return bytes(mended)


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """(record, position of its body, size) of those that are whole."""
    end = len(stream)
    while at + 4 <= end:
        record, size = unpack_from("<HH", stream, at)
        at += 4
        if at + size > end:
            return
        yield record, at, size
        at += size


def _globals(stream: bytes, bounds: Bounds) -> tuple[list[int], list[tuple[str, int, int]]]:
    """Where the worksheets begin, and what is to be put right before them: (form, position, value)."""
    starts: list[int] = []
    mends: list[tuple[str, int, int]] = []
    strings: list[tuple[int, int]] = []
    biff8 = stream[:2] == b"\x09\x08" and stream[4:6] == b"\0\6"
    before = sheets = 0
    for record, at, size in _records(stream, 0):
        if record == _EOF:
            break
        if record == _BOUNDSHEET and size >= 6:
            sheets += 1
            if stream[at + 5] == 0:
                starts.append(unpack_from("<I", stream, at)[0])
        elif record == _SST or (record == _CONTINUE and before == _SST):
            if record == _SST and strings:
                raise Refused("damaged", part="string_table", detail="two tables of strings")
            strings.append((at, size))
            before = _SST
            continue
        elif record == _NAME and not _holds_areas(stream[at : at + size], biff8):
            mends.append(("<H", at - 4, _UNKNOWN))
        elif record in _FORMATS and size > _LONGEST_FORMAT:
            raise Refused("damaged", part="number_formats", detail=f"a number format of {size} bytes")
        elif record == _DATEMODE and size >= 2 and unpack_from("<H", stream, at)[0] > 1:
            mends.append(("<H", at, 0))
        before = record
    if sheets > bounds.sheets:
        raise Refused("too_complex", limit=bounds.sheets, found=sheets, part="sheets")
    if strings:
        at, size = strings[0]
        stated = unpack_from("<I", stream, at + 4)[0] if size >= 8 else 0
        found = _strings(stream, strings, bounds)
        if stated != found and size >= 8:
            mends.append(("<I", at + 4, found))
    return starts or [0], mends


def _sheets(stream: bytes, starts: list[int], bounds: Bounds) -> None:
    """Raises Refused where sheets lie in one another or are larger than the bounds."""
    if len(set(starts)) < len(starts):
        raise Refused("damaged", part="places", detail="two sheets begin at one place")
    merges = held = area = end = 0
    for start in sorted(starts):
        if start < end:
            raise Refused("damaged", part="places", detail="a sheet begins within another")
        depth = last_row = 0
        widths: dict[int, int] = {}
        for record, at, size in _records(stream, start):
            end = at + size
            if record in _CELLS and size >= 4:
                row, column = unpack_from("<HH", stream, at)
                held += record not in _BLANKS
            elif record in _ROWS_OF_CELLS and size >= 6:
                row = unpack_from("<H", stream, at)[0]
                column = unpack_from("<H", stream, end - 2)[0]
                held += (size - 6) // 6 if record not in _BLANKS else 0
            else:
                if record in _BOF:
                    depth += 1
                elif record == _EOF:
                    depth -= 1
                    if depth <= 0:
                        break
                elif record == _MERGES:
                    merges += size // 8
                    for place in range(at + 4, end - 5, 8):
                        last_row = max(last_row, unpack_from("<H", stream, place)[0])
                continue
            if widths.get(row, -1) < column:
                widths[row] = column
        if widths:
            last_row = max(last_row, max(widths))
        area += sum(widths.values()) + len(widths) + _ROW_COST * last_row
    for part, found, limit in (
        ("cells", held, bounds.cells), ("cells", area, bounds.area), ("merges", merges, bounds.merges),
    ):  # fmt: skip
        if found > limit:
            raise Refused("too_complex", limit=limit, found=found, part=part)


def _holds_areas(name: bytes, biff8: bool) -> bool:
    """Whether a name means areas and nothing else, as print areas and titles do."""
    if len(name) < 15:
        return False
    length, size = name[3], int.from_bytes(name[4:6], "little")
    at = 15 + length * (2 if name[14] & 1 else 1) if biff8 else 14 + length
    end = at + size
    if end > len(name):
        return False
    sizes = _AREAS if biff8 else _OLD_AREAS
    while at < end:
        token = name[at]
        at += sizes.get(token & 0x1F if token & 0x60 else token, len(name) + 1)
    return at == end


def _strings(stream: bytes, pieces: list[tuple[int, int]], bounds: Bounds) -> int:
    """How many strings a table holds that are whole. Raises Refused: damaged, too_complex."""
    found, number = 0, 0
    at, size = pieces[0]
    at, end = at + 8, at + size
    try:
        while number < len(pieces):
            if at >= end:
                over, number = at - end, number + 1
                if number >= len(pieces):
                    break
                at, end = pieces[number][0], sum(pieces[number])
                at += over
                continue
            characters, options = unpack_from("<HB", stream, at)
            at += 3
            runs = phonetic = 0
            if options & 8:
                runs = unpack_from("<H", stream, at)[0]
                at += 2
            if options & 4:
                phonetic = unpack_from("<i", stream, at)[0]
                at += 4
            if phonetic < 0 or at > end:
                raise Refused("damaged", part="string_table", detail="a string of the table")
            while True:
                width = 1 + (options & 1)
                taken = min(max(end - at, 0) // width, characters)
                at += taken * width
                characters -= taken
                if not characters:
                    break
                number += 1
                if number >= len(pieces):
                    return found
                at, end = pieces[number][0], sum(pieces[number])
                options = stream[at]
                at += 1
            if at + 4 * runs <= end:
                at, runs = at + 4 * runs, 0
            for _ in range(runs):
                if at >= end:
                    number += 1
                    if number >= len(pieces):
                        return found
                    at, end = pieces[number][0], sum(pieces[number])
                at += 4
            at += phonetic
            if at > end and number + 1 >= len(pieces):
                break
            found += 1
            if found > bounds.strings:
                raise Refused("too_complex", limit=bounds.strings, found=found, part="strings")
    except (cut_off, IndexError) as error:
        raise Refused("damaged", part="string_table", detail=f"table of strings: {error}") from error
    return found
