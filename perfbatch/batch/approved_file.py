"""The approved targets as workers find them: one Arrow file beside the parts, read once by each process."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa

from perfbatch.batch.chunk_files import read_table, write_table
from perfbatch.caching import cached
from perfbatch.season.approved import Approved
from perfbatch.season.confirming import key_of_pair, pair_of_key

_NAME = ".targets.arrow"
_DECISIONS = b"decisions"


def leave_approved(approved: Approved, folder: Path) -> None:
    """Write ``approved`` for the workers of this run."""
    table = pa.Table.from_pandas(approved.rows, preserve_index=False)
    decisions = [(key_of_pair(pair), yes) for pair, yes in approved.decisions.items()]
    said = {**(table.schema.metadata or {}), _DECISIONS: json.dumps(decisions).encode("ascii")}
    write_table(table.replace_schema_metadata(said), folder / _NAME)


def approved_in(folder: Path) -> Approved:
    """What ``leave_approved`` wrote into ``folder``. Raises OSError where it did not."""
    path = folder / _NAME
    return _read(path, path.stat().st_mtime_ns)


@cached(1)
def _read(path: Path, _: int) -> Approved:
    table = read_table(path)
    said = json.loads(table.schema.metadata[_DECISIONS])
    pairs = ((pair_of_key(key), yes) for key, yes in said)
    return Approved(table.to_pandas(), {pair: yes for pair, yes in pairs if pair is not None})
