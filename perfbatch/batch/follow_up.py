"""What earlier rounds and the auditor say of each finding, joined to it once all forms are known.

Identities (``checking.identity``) are in the frames by then. Whoever knows something of findings is a
``Follower``: it is asked part by part, before any copy or document is written, and its columns lie beside
the part until the next run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd
import pyarrow as pa

from perfbatch.batch.chunk_files import read_frame, write_table
from perfbatch.schema import FOLLOW_UP, Frames, build

if TYPE_CHECKING:
    from collections.abc import Callable

LOOKED_AT: Mapping[str, Sequence[str]] = {
    "forms": ("form_id", "file", "sheet", "year", "department", "unit", "project", "project_code",
              "project_id", "own_total", "computed_total"),
    "funds": ("form_id", "line", "label"),
    "indicators": ("form_id", "number", "level2", "name", "target", "reason"),
    "files": ("path",),
}  # fmt: skip
"""Columns of the frames that followers see; of the findings all."""
_FILE = "follow_up.arrow"


class Follower(Protocol):
    """Knows something of the findings of one run."""

    def known(self, frames: Frames) -> Mapping[str, Sequence[Any]]:
        """Some of ``schema.FOLLOW_UP``, a value for each row of ``frames.findings``.

        ``frames`` are those of one part (``LOOKED_AT``), with the findings of the whole batch; or no form,
        and the findings that are about none. Each form of the run comes once.
        """


def follow_up(
    folders: Sequence[Path], followers: Sequence[Follower], whole: Callable[[Path], Frames]
) -> None:
    """Ask ``followers`` about the parts in ``folders`` and leave what they say beside each; what an earlier
    run left there goes. ``whole`` gives a part's frames."""
    for folder in folders:
        if followers:
            columns = asked(whole(folder), followers)
            write_table(pa.Table.from_pandas(columns, preserve_index=False), folder / _FILE)
        else:
            (folder / _FILE).unlink(missing_ok=True)


def asked(frames: Frames, followers: Sequence[Follower]) -> pd.DataFrame:
    """``schema.FOLLOW_UP``, a row for each finding: what ``followers`` say, each beside the others."""
    said: dict[str, Any] = {}
    for follower in followers:
        said.update(follower.known(frames))
    blank = {"finding_id": [""] * len(frames.findings)}  # gives the number of rows where nobody says anything
    return build("findings", {**blank, **said}, "batch")[list(FOLLOW_UP)]


def followed(frames: Frames, folder: Path) -> Frames:
    """``frames`` of the part in ``folder`` with ``schema.FOLLOW_UP``."""
    columns = read_frame(folder, _FILE.removesuffix(".arrow")) if (folder / _FILE).exists() else None
    return beside(frames, asked(frames, ()) if columns is None else columns)


def beside(frames: Frames, columns: pd.DataFrame) -> Frames:
    """``frames`` with ``columns`` of ``findings``, row by row. Raises ValueError where they are others'."""
    findings = frames.findings.reset_index(drop=True)
    if len(findings) != len(columns):
        raise ValueError(f"{len(columns)} rows for {len(findings)} findings")
    return frames.with_(findings=pd.concat([findings, columns.reset_index(drop=True)], axis=1))
