"""Frames of a chunk on disk between the stages, as Arrow files: typed, fast, and no code inside."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import feather

from perfbatch.batch.kept_results import DamagedPartError, FileRow, kept_bytes, note_part, with_sum
from perfbatch.caching import cached
from perfbatch.schema import SCHEMAS, Frames
from perfbatch.whole_files import write_whole


def write_frames(frames: Frames, folder: Path) -> None:
    """Write the five frames into ``folder``, which appears with all of them or not at all.

    A folder that is already there stays: it is the same chunk, read twice.
    """
    # Random, since on a cluster another machine may have the same process number.
    waiting = folder.with_name(f".{folder.name}-{secrets.token_hex(4)}")
    waiting.mkdir(parents=True)
    data = {f"{name}.arrow": _as_bytes(_table(frame)) for name, frame in frames.items()}
    note_part(waiting, _file_rows(frames.files), data)
    try:
        waiting.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
        shutil.rmtree(waiting, ignore_errors=True)


def _table(frame: pd.DataFrame) -> pa.Table:
    """``pa.Table.from_pandas``, which would find out anew for every chunk what the columns hold."""
    columns = [column for _, column in frame.items()]
    known = _schema(tuple((str(column.name), column.dtype) for column in columns))
    arrays = [
        pa.array(
            column.to_numpy() if isinstance(column.dtype, np.dtype) else column.array,
            type=field.type,
            from_pandas=True,
        )
        for column, field in zip(columns, known, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=known)


@cached(16)
def _schema(dtypes: tuple[tuple[str, Any], ...]) -> pa.Schema:
    """The schema of a frame with columns of these dtypes."""
    empty = pd.DataFrame({name: pd.Series([], dtype=dtype) for name, dtype in dtypes})
    return pa.Schema.from_pandas(empty, preserve_index=False)


def _file_rows(files: pd.DataFrame) -> Iterator[FileRow]:
    sizes = [None if size is pd.NA else int(size) for size in files["size"].astype(object)]
    columns = (sizes if name == "size" else files[name] for name in FileRow._fields)
    return map(FileRow._make, zip(*columns, strict=True))


def read_frames(folder: Path) -> Frames:
    """The frames that ``write_frames`` wrote, with the same dtypes."""
    return Frames(**{name: read_frame(folder, name) for name in SCHEMAS})


def read_tables_of(
    folder: Path, files: Collection[str], columns: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """Of the frames that ``write_frames`` wrote, some columns of each as Arrow tables: the rows of
    ``files``, and others of files that have no form."""
    tables = {name: read_table(folder / f"{name}.arrow", of) for name, of in columns.items()}
    if {*tables["forms"]["file"].to_pylist()} <= {*files}:  # nearly always
        return tables
    for name, key in (("forms", "file"), ("files", "path")):
        tables[name] = _rows_with(tables[name], key, pa.array(sorted(files), tables[name][key].type))
    ids = tables["forms"]["form_id"].combine_chunks()
    for name in tables.keys() - {"forms", "files"}:
        tables[name] = _rows_with(tables[name], "form_id", ids)
    return tables


def _rows_with(table: Any, column: str, values: Any) -> Any:
    return table.filter(pc.is_in(table[column], value_set=values))


def read_frame(folder: Path, name: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """One of the frames that ``write_frames`` wrote, or some columns of it."""
    table = read_table(folder / f"{name}.arrow", columns)
    frame: pd.DataFrame = table.to_pandas()
    return frame


def write_table(table: Any, path: Path) -> None:
    """Write an Arrow table that is no frame of a part beside them, whole or not at all."""
    write_whole(path, with_sum(bytes(_as_bytes(table))))


def _as_bytes(table: Any) -> Any:
    sink = pa.BufferOutputStream()
    # Twice as large as with zstd, a third of its time: most buffers of a chunk are small.
    feather.write_feather(table, sink, compression="lz4")
    return memoryview(sink.getvalue())


def read_table(path: Path, columns: Sequence[str] | None = None) -> Any:
    """A frame's file, or what ``write_table`` wrote. Raises DamagedPartError where it is not that."""
    data = kept_bytes(path)
    try:
        return feather.read_table(pa.BufferReader(data), columns=list(columns) if columns else None)
    except (pa.ArrowException, OSError) as error:  # somebody's, under a hash that agrees
        raise DamagedPartError(path.parent) from error
