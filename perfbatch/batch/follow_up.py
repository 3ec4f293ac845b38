"""What earlier rounds and the auditor say of each finding, joined to it once all forms are known.

Identities (``checking.identity``) are in the frames by then. Whoever knows something of findings is a
``Follower``: it is asked part by part, before any copy or document is written, and its columns lie beside
the part until the next run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import pandas as pd
import pyarrow as pa

from perfbatch.batch.chunk_files import read_frame, write_table
from perfbatch.schema import FOLLOW_UP, FOLLOW_UP_FORMS, Frames, build, empty

if TYPE_CHECKING:
    from collections.abc import Callable

LOOKED_AT: Mapping[str, Sequence[str]] = {
    "forms": ("form_id", "file", "sheet", "year", "department", "unit", "project", "project_code",
              "project_id", "own_total", "computed_total", "points_total", "points_sum", "other_own_score"),
    "funds": ("form_id", "line", "label", "points", "own_score", "accepted_score"),
    "indicators": ("form_id", "number", "level2", "name", "target", "reason", "points", "own_score",
                   "accepted_score"),
    "files": ("path",),
}  # fmt: skip
"""Columns of the frames that followers see; of the findings all."""
_FILE, _FORMS_FILE = "follow_up.arrow", "follow_up_forms.arrow"


@runtime_checkable
class Follower(Protocol):
    """Knows something of the findings of one run."""

    def known(self, frames: Frames) -> Mapping[str, Sequence[Any]]:
        """Some of ``schema.FOLLOW_UP``, a value for each row of ``frames.findings``.

        ``frames`` are those of one part (``LOOKED_AT``), with the findings of the whole batch; or no form,
        and the findings that are about none. Each form of the run comes once.
        """


@runtime_checkable
class KnowsForms(Protocol):
    """Knows something of the forms, be it a ``Follower`` or not."""

    def of_forms(self, frames: Frames) -> Mapping[str, Sequence[Any]]:
        """Some of ``schema.FOLLOW_UP_FORMS``, a value for each row of ``frames.forms``; a follower is
        asked after ``known`` of the same frames."""


def follow_up(
    folders: Sequence[Path], followers: Sequence[Follower | KnowsForms], whole: Callable[[Path], Frames]
) -> None:
    """Ask ``followers`` about the parts in ``folders`` and leave what they say beside each; what an earlier
    run left there goes. ``whole`` gives a part's frames; findings that nobody asks for are not read."""
    of_findings = any(isinstance(follower, Follower) for follower in followers)
    for folder in folders:
        for name in (_FILE, _FORMS_FILE):
            (folder / name).unlink(missing_ok=True)
        if of_findings:
            frames = whole(folder)
            _leave(asked(frames, followers), folder / _FILE)
            _leave(asked_of_forms(frames, followers), folder / _FORMS_FILE)
        elif followers:
            frames = empty("batch").with_(forms=read_frame(folder, "forms", LOOKED_AT["forms"]))
            _leave(asked_of_forms(frames, followers), folder / _FORMS_FILE)


def asked(frames: Frames, followers: Sequence[Follower | KnowsForms]) -> pd.DataFrame:
    """``schema.FOLLOW_UP``, a row for each finding: what ``followers`` say, each beside the others and
    knowing what those before it said."""
    said: dict[str, Any] = {}
    for follower in followers:
        if not isinstance(follower, Follower):
            continue
        findings = frames.findings.assign(**{name: list(values) for name, values in said.items()})
        said.update(follower.known(frames.with_(findings=findings)))
    blank = {"finding_id": [""] * len(frames.findings)}  # gives the number of rows where nobody says anything
    return build("findings", {**blank, **said}, "batch")[list(FOLLOW_UP)]


def asked_of_forms(frames: Frames, followers: Sequence[Follower | KnowsForms]) -> pd.DataFrame:
    """``schema.FOLLOW_UP_FORMS``, a row for each form; nobody's word leaves computed_total as it is."""
    said: dict[str, Any] = {"reviewed_total": frames.forms["computed_total"].to_numpy(dtype="float64")}
    for follower in followers:
        if isinstance(follower, KnowsForms):
            said.update(follower.of_forms(frames))
    blank = {"form_id": [""] * len(frames.forms)}
    return build("forms", {**blank, **said}, "batch")[list(FOLLOW_UP_FORMS)]


def _leave(columns: pd.DataFrame, path: Path) -> None:
    write_table(pa.Table.from_pandas(columns, preserve_index=False), path)


def followed(frames: Frames, folder: Path) -> Frames:
    """``frames`` of the part in ``folder`` with ``schema.FOLLOW_UP`` and ``FOLLOW_UP_FORMS``."""
    columns, of_forms = (
        read_frame(folder, name.removesuffix(".arrow")) if (folder / name).exists() else None
        for name in (_FILE, _FORMS_FILE)
    )
    frames = beside(frames, asked(frames, ()) if columns is None else columns)
    known = asked_of_forms(frames, ()) if of_forms is None else of_forms
    return frames.with_(forms=_joined(frames.forms, known))


def beside(frames: Frames, columns: pd.DataFrame) -> Frames:
    """``frames`` with ``columns`` of ``findings``, row by row. Raises ValueError where they are others'."""
    return frames.with_(findings=_joined(frames.findings, columns))


def _joined(frame: pd.DataFrame, columns: pd.DataFrame) -> pd.DataFrame:
    if len(frame) != len(columns):
        raise ValueError(f"{len(columns)} rows for {len(frame)}")
    return pd.concat([frame.reset_index(drop=True), columns.reset_index(drop=True)], axis=1)
