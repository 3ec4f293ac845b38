"""What a sheet says, as a number that holds in whatever order its rows stand and whoever saved the file.

A row is its cells as they are read: blanks at the ends and runs of them do not count, numbers to ten digits,
so that what a program works out again stays the same. A formula counts as one; what it gives stands apart,
for it may follow what a person writes. The sheet is the sum of the SHA-256 of its rows, modulo 2**256, and
their count. So much proves it. What a person writes into the places left for it stands apart. Up
to ``MARKED`` rows, what it takes to say where a sheet differs is noted too: the first bytes of each row's
SHA-256 in their order, and a sum for each column.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import repeat
from math import isfinite
from numbers import Real
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

if TYPE_CHECKING:
    from perfbatch.workbook.grid import Cell, Grid

MARKED = 200_000
"""Rows of a sheet up to which it can be told where it differs."""
MARK = 5
"""Bytes of a mark: of a hundred such sheets two have two rows with the same."""
_SEPARATOR = b"\x1f"
_FORMULA = b"="
_WHOLE = 1 << 256
Beside = tuple[int, bytes]
"""A place beside the cells that count, and what stands there."""


class Live(NamedTuple):
    """What a formula gives; None where no program has worked it out yet."""

    value: Any


def plain(value: Any) -> bytes:
    """A cell as it counts: a str, a number, a bool, a datetime, Live; NaN and None are blank."""
    if value is None:
        return b""
    if isinstance(value, Live):
        return _FORMULA
    if isinstance(value, bool):
        return b"TRUE" if value else b"FALSE"
    if isinstance(value, Real):
        number = float(value) + 0.0  # -0 is 0
        return format(number, ".10g").encode() if isfinite(number) else b""
    if isinstance(value, datetime):
        return value.isoformat().encode()
    return " ".join(str(value).split()).encode("utf-8", "replace")


@dataclass(slots=True)
class Fingerprint:
    """The print of one sheet, row by row; a row without anything in it does not count."""

    columns: int
    """Columns that count; 0: rows are what they hold, wherever it stands."""
    rows: int = 0
    total: int = 0
    marks: bytearray = field(default_factory=bytearray)
    sums: list[int] = field(default_factory=list)
    written: bytearray = field(default_factory=bytearray)
    """Marks of what stands in the places where a person writes (``beside_mark``)."""
    live: bytearray = field(default_factory=bytearray)
    """Marks of what formulas give, likewise."""

    def __post_init__(self) -> None:
        self.sums = [0] * self.columns

    def add(
        self,
        columns: Sequence[Sequence[bytes]],
        written: Mapping[int, Sequence[bytes]],
        live: Mapping[int, Sequence[bytes]],
    ) -> None:
        """Add rows given as ``plain`` cells, column by column; ``written`` where a person writes, by the
        number among those columns; ``live`` what formulas give, by the number of their column."""
        if written or live:
            hands, given = (_by_row(beside, len(columns[0])) for beside in (written, live))
            for row, hand, gives in zip(zip(*columns, strict=True), hands, given, strict=False):
                self.add_row(row, hand, gives)
        else:
            self._add_rows(columns)
        if self.rows <= MARKED:
            for at, column in enumerate(columns):
                self.sums[at] += sum(map(crc32, column))

    def _add_rows(self, columns: Sequence[Sequence[bytes]]) -> None:
        """``add_row`` for many at once, with nothing beside them."""
        blank = _SEPARATOR * (len(columns) - 1)  # no cell holds the sign: ``plain`` takes it for a blank
        said = map(_SEPARATOR.join, zip(*columns, strict=True))
        digests = [sha256(row).digest() for row in said if row != blank]
        self.total = (self.total + sum(map(int.from_bytes, digests))) % _WHOLE
        self.marks += b"".join([digest[:MARK] for digest in digests[: max(MARKED - self.rows, 0)]])
        self.rows += len(digests)

    def add_row(
        self, row: Iterable[bytes], written: Iterable[Beside] = (), live: Iterable[Beside] = ()
    ) -> bytes | None:
        """Add a row to all but the sums of columns; its mark, None for an empty row."""
        said = _SEPARATOR.join(row)
        if not said.strip(_SEPARATOR):
            return None
        digest = sha256(said).digest()
        self.total = (self.total + int.from_bytes(digest)) % _WHOLE
        self.rows += 1
        mark = digest[:MARK]
        if self.rows <= MARKED:
            self.marks += mark
            self.written += b"".join(beside_mark(mark, at, text) for at, text in written if text)
            self.live += b"".join(beside_mark(mark, at, text) for at, text in live)
        return mark

    def as_state(self) -> dict[str, Any]:
        """For run.json."""
        marked = self.rows <= MARKED
        return {
            "rows": self.rows,
            "sum": f"{self.total:064x}",
            "column_sums": self.sums if marked else [],
            "marks": _encoded(self.marks) if marked else "",
            "written": _encoded(self.written) if marked else "",
            "live": _encoded(self.live) if marked else "",
        }


def _by_row(columns: Mapping[int, Sequence[bytes]], count: int) -> Iterable[list[Beside]]:
    if not columns:
        return repeat([], count)
    return ([*zip(columns, cells, strict=True)] for cells in zip(*columns.values(), strict=True))


def beside_mark(row: bytes, place: int, text: bytes) -> bytes:
    """The mark of what stands at ``place`` beside the row so marked: written by a person, or a formula's."""
    return sha256(row + b"%d\x1f" % place + text).digest()[:MARK]


def of_rows(rows: Iterable[Mapping[int, Any]], places: Sequence[int] | None = None) -> Fingerprint:
    """The print of rows given as values by column.

    ``places`` are the columns that count, in their order; None: all that hold something.
    """
    found = Fingerprint(len(places or ()))
    for row in rows:
        cells = cells_of(row, places)
        found.add_row(cells, live=[(place, plain(one.value)) for place, _, one in live_in(row, places)])
        for at, cell in enumerate(cells if places is not None else ()):
            found.sums[at] += crc32(cell)
    return found


def live_in(row: Mapping[int, Any], places: Sequence[int] | None) -> Iterator[tuple[int, int, Live]]:
    """The formulas of a row: place by which they are marked, column, what they give."""
    for place, at in enumerate(places) if places is not None else ((at, at) for at in sorted(row)):
        if isinstance(one := row.get(at), Live):
            yield place, at, one


def table_rows(grid: Grid) -> list[dict[int, Any]]:
    """The rows of a sheet that hold something, as values by column."""
    rows: dict[int, dict[int, Any]] = {}
    for (row, column), cell in grid.cells.items():
        rows.setdefault(row, {})[column] = value_of(cell)
    return [rows[row] for row in sorted(rows)]


def value_of(cell: Cell) -> Any:
    """What counts of a cell: its value, of an error which one it is, of a formula what it gives."""
    value = cell.text if cell.state == "error" else cell.value
    return Live(value) if cell.formula else value


def cells_of(row: Mapping[int, Any], places: Sequence[int] | None) -> list[bytes]:
    """The ``plain`` cells of a row that count, in their order."""
    if places is None:
        return list(filter(None, (plain(row[at]) for at in sorted(row))))
    return [plain(row.get(at)) for at in places]


def marks_of(text: str) -> list[bytes]:
    """The marks that ``as_state`` noted. Raises ValueError where it is none of that."""
    data = base64.b64decode(text, validate=True)
    if len(data) % MARK:
        raise ValueError("cut off")
    return [data[at : at + MARK] for at in range(0, len(data), MARK)]


def _encoded(marks: bytearray) -> str:
    return base64.b64encode(marks).decode("ascii")
