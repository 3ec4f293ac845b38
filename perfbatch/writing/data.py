"""数据/*.csv: the five frames as files that Excel, pandas and databases open.

UTF-8 with BOM (so that Excel reads Chinese), LF between records (the CSV reader of every spreadsheet
takes it, and a line break inside a quoted text stays what it is), columns of ``perfbatch.schema`` in their
order, headed by their keys or by what people call them, numbers in their shortest exact form, dates as
2021-06-30, true/false, nothing for a missing number. A text that a spreadsheet could take for a formula
gets an apostrophe in front; a lone sign (``-``) and a plain negative number (``-3.5``) stay as they are.
"""

from __future__ import annotations

import io
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Self

from perfbatch.schema import HEADERS, SCHEMAS, SEASON_SCHEMAS, Column, concat
from perfbatch.whole_files import Settle, settle, waiting_beside, write_whole
from perfbatch.writing.data_formats import sinks
from perfbatch.writing.text import guard_formulas

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from perfbatch.schema import Frames
    from perfbatch.writing.season_frames import SeasonFrames

_OURS = ("_cell", "_state", "_kind", "_operator", "_tier", "sha256")
"""Columns with words of our own; the others may hold what a unit wrote."""
_TOGETHER = 100
"""Forms that are written at once: a column costs much the same for one row as for a thousand."""
_BOM = b"\xef\xbb\xbf"


class DataFiles:
    """The CSV files of one run, chunk by chunk; they appear together on ``close`` or not at all."""

    def __init__(
        self,
        directory: Path,
        settle: Settle = settle,
        headers: str = "keys",
        season: SeasonFrames | None = None,
        data: str = "csv",
    ) -> None:
        """Opens temporary files in ``directory`` (made if need be); ``headers`` is one of ``HEADERS``.
        ``season``: its roster and the decisions on record are files of their own. ``data``, one of
        ``schema.DATA``: in what other formats they stand beside .csv.

        Raises OSError, KeyError for other headers.
        """
        self._head = HEADERS[headers]
        self._directory = directory
        self._settle = settle
        frames = {"roster": season.roster, "decisions": season.decisions} if season is not None else {}
        self._of_season = {name: frame for name, frame in frames.items() if frame is not None}
        self.names = (*SCHEMAS, *self._of_season)
        """Names of the files, without .csv."""
        self._temporary = {name: waiting_beside(directory / f"{name}.csv") for name in self.names}
        self._files: dict[str, BinaryIO] = {}
        self._writers: dict[str, Any] = {}
        self._waiting: list[Frames] = []
        self._beside = sinks(data, directory)
        self.files: list[str] = []
        """The files below ``directory``, once they have their names."""
        directory.mkdir(parents=True, exist_ok=True)
        try:
            for name in self.names:
                self._files[name] = self._temporary[name].open("xb")
        except BaseException:
            self.abort()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abort()

    def append(self, frames: Frames) -> None:
        """Write the rows of ``frames`` below those already written."""
        self._waiting.append(frames)
        if sum(len(waiting.forms) for waiting in self._waiting) >= _TOGETHER:
            self._flush()

    def close(self) -> None:
        """Move the finished files to their names."""
        self._flush()
        for name, frame in self._of_season.items():
            self._write(name, frame)
        for name in self.names:
            self._writers[name].close()
            self._files[name].close()
        for name in self.names:
            self._settle(self._temporary[name], self._directory / f"{name}.csv")
        self.files = [f"{name}.csv" for name in self.names]
        for sink in self._beside:
            self.files += sink.close(self._settle)

    def abort(self) -> None:
        """Leave nothing of this run."""
        for name, file in self._files.items():
            file.close()
            self._temporary[name].unlink(missing_ok=True)
        for sink in self._beside:
            sink.abort()

    def _flush(self) -> None:
        if not self._waiting and self._writers:
            return
        together = self._waiting[0] if len(self._waiting) == 1 else concat(self._waiting, "batch")
        self._waiting.clear()
        for name, frame in together.items():
            self._write(name, frame)

    def _write(self, name: str, frame: pd.DataFrame) -> None:
        from pyarrow import csv

        table = as_table(name, frame).rename_columns([self._head(column) for column in _columns(name)])
        writer = self._writers.get(name)
        if writer is None:
            self._files[name].write(_BOM)
            writer = self._writers[name] = csv.CSVWriter(
                self._files[name], table.schema, write_options=csv.WriteOptions(quoting_style="needed")
            )
        writer.write_table(table)
        for sink in self._beside:
            plain = as_table(name, frame, guarded=False)
            sink.write(name, plain.rename_columns([self._head(column) for column in _columns(name)]))


def write_frame(
    path: Path, name: str, frame: pd.DataFrame, settle: Settle = settle, headers: str = "keys"
) -> None:
    """Write the rows of one frame of ``SEASON_SCHEMAS`` as ``DataFiles`` would; whole or not at all."""
    from pyarrow import csv

    table = as_table(name, frame).rename_columns([HEADERS[headers](column) for column in _columns(name)])
    sink = io.BytesIO(_BOM)
    sink.seek(0, io.SEEK_END)
    csv.write_csv(table, sink, write_options=csv.WriteOptions(quoting_style="needed"))
    write_whole(path, sink.getvalue(), settle)


def _columns(name: str) -> tuple[Column, ...]:
    return SCHEMAS[name] if name in SCHEMAS else SEASON_SCHEMAS[name]


def as_table(name: str, frame: pd.DataFrame, guarded: bool = True) -> pa.Table:
    """``frame`` as arrow with every column of its schema; columns of a stage not gone through are blank.

    ``guarded``: so that no spreadsheet takes a text for a formula.
    """
    import pyarrow as pa

    kinds = {
        "str": pa.large_string(),
        "float64": pa.float64(),
        "Int64": pa.int64(),
        "bool": pa.bool_(),
        "datetime64[s]": pa.timestamp("s"),
    }
    columns = _columns(name)
    present = {c: pa.array(frame[c.name], kinds[c.dtype]) for c in columns if c.name in frame.columns}
    arrays = {c.name: _shown(values, c, guarded) for c, values in present.items()}
    return pa.table({c.name: arrays.get(c.name, pa.nulls(len(frame), _kind(kinds, c))) for c in columns})


def _kind(kinds: dict[str, Any], column: Column) -> Any:
    import pyarrow as pa

    return pa.date32() if column.dtype == "datetime64[s]" else kinds[column.dtype]


def _shown(values: pa.ChunkedArray | pa.Array, column: Column, guarded: bool) -> pa.ChunkedArray | pa.Array:
    import pyarrow as pa

    if guarded and column.dtype == "str" and not column.name.endswith(_OURS):
        return guard_formulas(values)
    return values.cast(pa.date32()) if column.dtype == "datetime64[s]" else values
