"""Compound files and workbook streams drawn by hand, so that a test can say any untruth in them."""

from __future__ import annotations

import struct
from collections.abc import Sequence

END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
Record = tuple[int, bytes]


def stream(records: Sequence[Record]) -> bytes:
    """The records one after another."""
    return b"".join(struct.pack("<HH", number, len(body)) + body for number, body in records)


def book(
    sheets: Sequence[Sequence[Record]],
    more: Sequence[Record] = (),
    *,
    strings: Sequence[str] = (),
    stated: int | None = None,
    starts: Sequence[int] | None = None,
) -> bytes:
    """A BIFF8 stream; ``more`` are records of the globals, ``stated`` is the count that the strings state,
    ``starts`` are sheets that begin at another sheet's place."""
    bof = (0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0))
    font = (0x0031, struct.pack("<HHHHHBBBB", 200, 0, 0, 400, 0, 0, 0, 0, 0) + b"\x05\0Arial")
    formats = [(0x00E0, struct.pack("<HHHBBBBHIIH", 0, 0, 0xFFF5, 0, 0, 0, 0, 0, 0, 0, 0))] * 16
    table = b"".join(struct.pack("<HB", len(text), 1) + text.encode("utf-16-le") for text in strings)
    count = len(strings) if stated is None else stated
    sst = (0x00FC, struct.pack("<II", count, count) + table)
    bodies = [
        stream([(0x0809, struct.pack("<HHHHII", 0x0600, 16, 0, 0, 0, 0)), *records, (0x000A, b"")])
        for records in sheets
    ]
    places = list(range(len(sheets))) if starts is None else list(starts)

    def head(offsets: Sequence[int]) -> bytes:
        tabs = [
            (0x0085, struct.pack("<IBBBB", offset, 0, 0, 2, 0) + b"S%d" % number)
            for number, offset in enumerate(offsets)
        ]
        return stream([bof, (0x0042, b"\xb0\x04"), font, *formats, *tabs, *more, sst, (0x000A, b"")])

    size = len(head([0] * len(places)))
    begins = [size + sum(map(len, bodies[:place])) for place in places]
    return head(begins) + b"".join(bodies)


def label(row: int, column: int, index: int) -> Record:
    """A cell that shows a shared string."""
    return 0x00FD, struct.pack("<HHHI", row, column, 15, index)


def number(row: int, column: int, value: float) -> Record:
    """A cell with a number."""
    return 0x0203, struct.pack("<HHHd", row, column, 15, value)


def name(text: bytes, formula: bytes) -> Record:
    """A defined name."""
    return 0x0018, struct.pack(
        "<HBBHHHBBBBB", 0, 0, len(text), len(formula), 0, 0, 0, 0, 0, 0, 0
    ) + text + formula


def container(
    content: bytes,
    *,
    named: str = "Workbook",
    size: int | None = None,
    fat: dict[int, int] | None = None,
    mini_fat: dict[int, int] | None = None,
    links: dict[int, tuple[int, int, int]] | None = None,
    difat: int = END,
    more: Sequence[str] = (),
) -> bytes:
    """A compound file with one stream, in the mini stream where it is small; the rest replaces the truth.

    ``fat`` and ``mini_fat`` are sectors and what follows them, ``links`` entries of the directory and their
    left, right and child; ``more`` are names of further, empty streams; ``size`` is the stream's as stated.
    """
    mini = len(content) < 4096
    unit = 64 if mini else 512
    padded = content.ljust(-(-len(content) // unit) * unit, b"\0")
    body = padded.ljust(-(-len(padded) // 512) * 512, b"\0")
    count = len(body) // 512
    entries = [
        ("Root Entry", 5, 2 if mini else END, len(padded) if mini else 0),
        (named, 2, 0 if mini else 2, size or len(content)),
    ]
    entries += [(other, 2, END, 0) for other in more]
    folder_sectors = -(-len(entries) // 4)
    # sector 0 directory … , then table of the mini stream, then content, then the table of sectors
    first_content = folder_sectors + 1
    entries[0] = ("Root Entry", 5, first_content if mini else END, len(padded) if mini else 0)
    entries[1] = (named, 2, 0 if mini else first_content, size or len(content))
    table = [*range(1, folder_sectors), END, END, *range(first_content + 1, first_content + count), END]
    fat_sectors = -(-(len(table) + 1) // 127)
    table += [FAT] * fat_sectors
    table += [FREE] * (fat_sectors * 128 - len(table))
    for sector, after in (fat or {}).items():
        table[sector] = after
    minis = [*range(1, len(padded) // 64), END] if mini else []
    minis += [FREE] * (128 - len(minis))
    for sector, after in (mini_fat or {}).items():
        minis[sector] = after
    folder = b""
    for place, (label_, kind, start, length) in enumerate(entries):
        usual = (
            (FREE, FREE, 1) if place == 0 else (FREE, place + 1 if place + 1 < len(entries) else FREE, FREE)
        )
        left, right, child = (links or {}).get(place, usual)
        text = label_.encode("utf-16-le")
        folder += text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text) + 2, kind, 1, left, right, child)
        folder += b"\0" * 36 + struct.pack("<IQ", start, length)
    folder = folder.ljust(folder_sectors * 512, b"\0")
    first_fat = first_content + count
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack(
        "<9I",
        0,
        fat_sectors,
        0,
        0,
        4096,
        folder_sectors if mini else END,
        int(mini),
        difat,
        int(difat != END),
    )
    header += struct.pack("<109I", *range(first_fat, first_fat + fat_sectors), *[FREE] * (109 - fat_sectors))
    return header + folder + struct.pack("<128I", *minis) + body + struct.pack(f"<{len(table)}I", *table)
