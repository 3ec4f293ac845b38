"""A compound file (MS-CFB), the container of .xls and of encrypted workbooks; nothing in it can loop.

Libraries follow its chains of sectors wherever they lead: an entry that points to itself is then read until
the memory ends. Here each chain visits a sector once at most, and each entry of the directory is looked at
once, so that the work is bounded by the size of the file. ``ensure_sound`` says so of everything that a
library may follow.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterator
from typing import NamedTuple

from perfbatch.workbook.refusal import Refused

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER = struct.Struct("<8s16xHHHHH6x9I")
_LAST = 0xFFFFFFFA
"""The first of the numbers that are no sector: end of a chain, unused, a table's own sector."""
_IN_HEADER = 109
_ENTRY = 128
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_NONE = 0xFFFFFFFF


class Entry(NamedTuple):
    """One entry of the directory; ``left``, ``right`` and ``child`` are numbers of other entries."""

    name: str
    kind: int
    left: int
    right: int
    child: int
    start: int
    size: int


class Container:
    """The streams of a compound file."""

    def __init__(self, data: bytes) -> None:
        """Raises Refused: damaged."""
        self._data = data
        try:
            fields = _HEADER.unpack_from(data)
        except struct.error as error:
            raise _damaged(f"{error}") from error
        (mark, _, _, _, shift, mini_shift, _, _, directory, _, self._cutoff, mini, _, difat, _) = fields
        if mark != OLE or not 7 <= shift <= 16 or not 2 <= mini_shift <= shift:
            raise _damaged(
                f"sectors of 2**{shift} and 2**{mini_shift} bytes",
            )
        self._size, self._mini_size = 1 << shift, 1 << mini_shift
        self._fat = self._table(self._fat_sectors(difat))
        self.entries = list(self._directory(directory))
        if not self.entries:
            raise _damaged("no directory")
        self._mini_fat = self._table(self._chain(mini, self._fat))
        self._mini_stream: bytes | None = None
        self.top = {entry.name.casefold(): entry for entry in self._below(self.entries[0].child)}

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self.top

    def read(self, name: str) -> bytes:
        """The sectors of a stream on the first level, in any case, b'' where there is none.

        All of its sectors, whatever size the directory states: some programs state too little. Raises
        Refused: damaged.
        """
        entry = self.top.get(name.casefold())
        if entry is None or entry.kind != _STREAM:
            return b""
        return self._content(entry)

    def ensure_sound(self) -> None:
        """Raises Refused: damaged where a library that follows the directory and its chains could loop."""
        seen: set[int] = set()
        waiting = [self.entries[0].child]
        while waiting:
            waiting += [entry.child for entry in self._below(waiting.pop(), seen)]
        steps = 0
        for entry in self.entries:
            if entry.kind in (_STREAM, _ROOT) and entry.size:
                in_mini = entry.kind == _STREAM and entry.size < self._cutoff
                steps += len(self._chain(entry.start, self._mini_fat if in_mini else self._fat))
        if steps > 4 * (len(self._fat) + len(self._mini_fat)) + 1000:
            raise _damaged("streams that share their sectors")

    def _content(self, entry: Entry) -> bytes:
        if entry.size >= self._cutoff or entry.kind == _ROOT:
            return b"".join(map(self._sector, self._chain(entry.start, self._fat)))
        if self._mini_stream is None:
            self._mini_stream = self._content(self.entries[0])
        stream, size = self._mini_stream, self._mini_size
        numbers = self._chain(entry.start, self._mini_fat)
        return b"".join(stream[number * size : (number + 1) * size] for number in numbers)

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        return self._data[start : start + self._size]

    def _chain(self, start: int, table: array[int]) -> list[int]:
        """The sectors of a chain. Raises Refused: damaged where it comes back to one of them."""
        numbers: list[int] = []
        most = len(table)
        while start < _LAST:
            if start >= most or len(numbers) >= most:
                if start >= most:  # cut off: what there is, is read
                    break
                raise _damaged("a chain of sectors in a circle")
            numbers.append(start)
            start = table[start]
        return numbers

    def _fat_sectors(self, difat: int) -> list[int]:
        """The sectors of the table of sectors: 109 in the header, the others in a chain of their own."""
        numbers = list(struct.unpack_from(f"<{_IN_HEADER}I", self._data.ljust(512, b"\0"), 76))
        in_file = len(self._data) // self._size + 1
        visited: set[int] = set()
        per_sector = self._size // 4 - 1
        while difat < _LAST and difat <= in_file:
            if difat in visited:
                raise _damaged("its table of tables goes in a circle")
            visited.add(difat)
            *more, difat = struct.unpack(
                f"<{per_sector + 1}I", self._sector(difat).ljust(self._size, b"\xff")
            )
            numbers += more
        found = [number for number in numbers if number < _LAST and number <= in_file]
        if len(set(found)) < len(found):
            raise _damaged("its table names a sector twice")
        return found

    def _table(self, sectors: list[int]) -> array[int]:
        table = array("I", b"".join(map(self._sector, sectors))[: len(sectors) * self._size & ~3 or None])
        if sys.byteorder == "big":
            table.byteswap()
        return table

    def _directory(self, start: int) -> Iterator[Entry]:
        for number in self._chain(start, self._fat):
            sector = self._sector(number)
            for at in range(0, len(sector) - _ENTRY + 1, _ENTRY):
                length, kind, left, right, child = struct.unpack_from("<HBx3I", sector, at + 64)
                first, size = struct.unpack_from("<II", sector, at + 116)
                name = sector[at : at + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
                yield Entry(name, kind, left, right, child, first, size)

    def _below(self, number: int, seen: set[int] | None = None) -> Iterator[Entry]:
        """The entries of a storage. Raises Refused: damaged where one is met twice."""
        seen = set() if seen is None else seen
        waiting = [number]
        while waiting:
            number = waiting.pop()
            if number == _NONE or number >= len(self.entries):
                continue
            if number in seen:
                raise _damaged("its directory goes in a circle")
            seen.add(number)
            entry = self.entries[number]
            yield entry
            waiting += (entry.left, entry.right)


def _damaged(detail: str) -> Refused:
    return Refused("damaged", part="container", detail=f"container: {detail}")
