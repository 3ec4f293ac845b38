"""Frames of a chunk on disk between the rooms, as Arrow files: typed, fast, and no code inside."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
from pyarrow import feather

from perfbatch.schema import SCHEMAS, Frames


def spill(frames: Frames, folder: Path) -> None:
    """Write the five frames into ``folder``, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in frames.items():
        table = pa.Table.from_pandas(frame, preserve_index=False)
        feather.write_feather(table, str(folder / f"{name}.arrow"), compression="lz4")


def unspill(folder: Path) -> Frames:
    """The frames that ``spill`` wrote, with the same dtypes."""
    return Frames(**{
        name: feather.read_table(str(folder / f"{name}.arrow"), memory_map=False).to_pandas()
        for name in SCHEMAS
    })
