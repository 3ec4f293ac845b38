"""Of several forms for one project and budget year the one whose file is newest counts; the others stand by.

Forms that are equally new all count: nobody can tell which of them the unit meant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from perfbatch.checking.identity import projects
from perfbatch.schema import Frames


@dataclass(frozen=True, slots=True)
class Superseded:
    """``by``: the form that counts (form_id) for each one that does not. ``KnowsForms`` of a
    run (``batch/follow_up.py``)."""

    by: Mapping[str, str]

    def of_forms(self, frames: Frames) -> Mapping[str, Sequence[Any]]:
        """superseded_by of each form."""
        return {"superseded_by": [self.by.get(form, "") for form in frames.forms["form_id"]]}


def superseded(keys: pd.DataFrame, modified: Mapping[str, float]) -> Superseded:
    """``keys``: form_id, file, and what identifies the project (``identity.projects``), roster_row (int64, -1
    for none) where there is a roster; ``modified``: the time of each file."""
    times = np.array([modified.get(file, 0.0) for file in keys["file"]], dtype=np.float64)
    newest = np.arange(len(keys))
    for group in groups_of(keys):
        newest[group] = group[np.flatnonzero(times[group] == times[group].max())[-1]]
    ids = keys["form_id"].to_numpy(dtype=object)
    older = np.flatnonzero(times < times[newest])
    return Superseded(dict(zip(ids[older].tolist(), ids[newest[older]].tolist(), strict=True)))


def groups_of(keys: pd.DataFrame) -> list[np.ndarray[Any, np.dtype[np.int64]]]:
    """Rows of ``keys`` that are one project of one year, where there are several: the same project of the
    roster, else the same identity."""
    names: list[object] = list(projects(keys))
    if "roster_row" in keys:
        pairs = zip(keys["year"].fillna(0).tolist(), keys["roster_row"].tolist(), names, strict=True)
        names = [name if row < 0 else (year, row) for year, row, name in pairs]
    codes = pd.factorize(np.fromiter(names, dtype=object, count=len(names)))[0]
    order = np.argsort(codes, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(codes[order])) + 1) if len(order) else []
    return [group for group in groups if len(group) > 1]
