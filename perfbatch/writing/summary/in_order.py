"""Rows that come in the order of the files and go to their sheet in the order of the forms' places.

Rows wait on disk, by blocks of forms; a block is written as soon as all its forms and all blocks before it
have come. A batch whose folders are its departments streams through; in any other the blocks that wait are
read once more, one at a time, so that memory stays that of a block.
"""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np

from perfbatch.writing.chunk import Places
from perfbatch.writing.summary.deflate import temporary_file
from perfbatch.writing.summary.links import Link
from perfbatch.writing.summary.stream import Cells, RowStream

BLOCK = 500
"""Forms that are put in order at a time."""
_LAST = 1 << 40
"""Block of the rows that are about no form."""

Columns = dict[str, Any]


class _Piece(NamedTuple):
    places: Places
    data: Columns
    links: Columns


class InOrder:
    """Puts rows in order on their way into ``stream``."""

    def __init__(
        self,
        stream: RowStream,
        directory: Path,
        *,
        hold: bool = False,
        change: Callable[[Columns], Columns] = dict,
    ) -> None:
        """Temporary files go to ``directory``; with ``hold`` every row waits for ``finish``; ``change`` makes
        of the columns what is written."""
        self.stream = stream
        self._hold = hold
        self._change = change
        self._file: IO[bytes] = temporary_file(directory)
        self._end = 0
        self._waiting: dict[int, list[int]] = {}
        self._came: Counter[int] = Counter()
        self._next = 0

    def add(
        self,
        forms: Places,
        rows: Places,
        data: Mapping[str, Cells],
        links: Mapping[str, Sequence[Link | None]],
    ) -> None:
        """Take in rows: ``forms`` are the places of the forms that have come with this, each once in a run;
        ``rows`` those of each row's form, -1 for none."""
        self._came.update((forms // BLOCK).tolist())
        blocks = np.where(rows < 0, _LAST, rows // BLOCK)
        for block in np.unique(blocks).tolist():
            mine = np.flatnonzero(blocks == block)
            piece = _Piece(rows[mine], _at(data, mine), _at(links, mine))
            self._write_complete(before=block)
            if block == self._next and self._is_complete(block):
                self._write(block, piece)
                self._next += 1
            else:
                self._keep(block, piece)
        self._write_complete()

    def finish(self) -> None:
        """Write what still waits."""
        for block in sorted(self._waiting):
            self._write(block)
        self.close()

    def close(self) -> None:
        """Remove the temporary file."""
        self._file.close()

    def _is_complete(self, block: int) -> bool:
        return not self._hold and self._came[block] == BLOCK

    def _write_complete(self, before: int = _LAST) -> None:
        while self._next < before and self._is_complete(self._next):
            self._write(self._next)
            self._next += 1

    def _keep(self, block: int, piece: _Piece) -> None:
        self._file.seek(self._end)
        self._waiting.setdefault(block, []).append(self._end)
        pickle.dump(tuple(piece), self._file, pickle.HIGHEST_PROTOCOL)
        self._end = self._file.tell()

    def _write(self, block: int, last: _Piece | None = None) -> None:
        pieces = []
        for place in self._waiting.pop(block, []):
            self._file.seek(place)
            pieces.append(_Piece(*pickle.load(self._file)))  # noqa: S301 (our own file, never closed since)
        if last is not None:
            pieces.append(last)
        if not pieces:
            return
        places = np.concatenate([piece.places for piece in pieces])
        order = np.argsort(places, kind="stable")
        data = _at(_joined([piece.data for piece in pieces]), order)
        self.stream.write(self._change(data), _at(_joined([piece.links for piece in pieces]), order))


def _at(columns: Mapping[str, Any], rows: Places) -> Columns:
    """The ``rows`` of each column."""
    chosen = rows.tolist()
    return {
        key: values[rows] if isinstance(values, np.ndarray) else [values[row] for row in chosen]
        for key, values in columns.items()
    }


def _joined(parts: Sequence[Mapping[str, Any]]) -> Columns:
    if len(parts) == 1:
        return dict(parts[0])
    return {
        key: np.concatenate([part[key] for part in parts])
        if isinstance(values, np.ndarray)
        else [value for part in parts for value in part[key]]
        for key, values in parts[0].items()
    }
