"""数据/ for other tools beside .csv: the same columns as Parquet files, or as tables of one SQLite file.

Texts are as they were read: nothing in these files can become a formula.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from perfbatch.whole_files import Settle, waiting_beside

if TYPE_CHECKING:
    import pyarrow as pa

SQLITE = "perfbatch.sqlite"
_AFFINITIES = {"large_string": "TEXT", "double": "REAL", "int64": "INTEGER", "bool": "INTEGER",
               "date32[day]": "TEXT"}  # fmt: skip


class Sink(Protocol):
    """Tables by name, written piece by piece; the files appear on ``close`` or not at all."""

    def write(self, name: str, table: pa.Table) -> None:
        """Add rows to the table ``name``. Raises OSError."""

    def close(self, settle: Settle) -> list[str]:
        """Give the files their names; these."""

    def abort(self) -> None:
        """Leave nothing of this run."""


class ParquetFiles:
    """<name>.parquet for each table."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._writers: dict[str, Any] = {}
        self._waiting: dict[str, Path] = {}

    def write(self, name: str, table: pa.Table) -> None:
        """Add rows to the table ``name``. Raises OSError."""
        from pyarrow import parquet

        if name not in self._writers:
            self._waiting[name] = waiting_beside(self._directory / f"{name}.parquet")
            self._writers[name] = parquet.ParquetWriter(self._waiting[name], table.schema, compression="zstd")
        self._writers[name].write_table(table)

    def close(self, settle: Settle) -> list[str]:
        """Give the files their names; these."""
        for writer in self._writers.values():
            writer.close()
        for name, path in self._waiting.items():
            settle(path, self._directory / f"{name}.parquet")
        return [f"{name}.parquet" for name in self._waiting]

    def abort(self) -> None:
        """Leave nothing of this run."""
        for name, path in self._waiting.items():
            with suppress(OSError):
                self._writers[name].close()
            path.unlink(missing_ok=True)


class SqliteFile:
    """One file with a table for each; days as 2021-06-30, truth as 0 and 1."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / SQLITE
        self._waiting = waiting_beside(self._path)
        self._db: sqlite3.Connection | None = None
        self._made: set[str] = set()

    def write(self, name: str, table: pa.Table) -> None:
        """Add rows to the table ``name``. Raises OSError."""
        try:
            if self._db is None:
                self._waiting.touch(exist_ok=False)  # SQLite's own would not have the umask's rights
                self._db = sqlite3.connect(self._waiting, isolation_level=None)
                self._db.execute("PRAGMA journal_mode = OFF")  # a file that nobody sees yet
                self._db.execute("BEGIN")
            if name not in self._made:
                columns = ", ".join(f'"{one.name}" {_AFFINITIES[str(one.type)]}' for one in table.schema)
                self._db.execute(f'CREATE TABLE "{name}" ({columns})')
                self._made.add(name)
            marks = ", ".join("?" * table.num_columns)
            values = zip(*map(_values, table.columns), strict=True)
            self._db.executemany(f'INSERT INTO "{name}" VALUES ({marks})', values)  # noqa: S608  our own names
        except sqlite3.Error as error:
            raise OSError(f"{self._path}: {error}") from error

    def close(self, settle: Settle) -> list[str]:
        """Give the file its name; this."""
        if self._db is None:
            return []
        try:
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            raise OSError(f"{self._path}: {error}") from error
        self._db.close()
        settle(self._waiting, self._path)
        return [SQLITE]

    def abort(self) -> None:
        """Leave nothing of this run."""
        if self._db is not None:
            self._db.close()
        self._waiting.unlink(missing_ok=True)


def sinks(data: str, directory: Path) -> list[Sink]:
    """Those that ``data`` (one of ``schema.DATA``) asks for beside .csv."""
    known: dict[str, type[ParquetFiles] | type[SqliteFile]] = {"parquet": ParquetFiles, "sqlite": SqliteFile}
    return [known[one](directory) for one in data.split(",") if one in known]


def _values(column: pa.ChunkedArray) -> list[Any]:
    values = column.to_pylist()
    if str(column.type) == "date32[day]":
        return [None if day is None else day.isoformat() for day in values]
    if str(column.type) == "large_string":
        return [None if text is None else text.encode("utf-8", "replace").decode() for text in values]
    return values  # type: ignore[no-any-return]
