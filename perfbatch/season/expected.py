"""The roster beside the forms of a batch: who has sent, who owes, what is doubtful."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from perfbatch.season.matching import Offer, Pair, match


@dataclass(frozen=True, slots=True)
class Expected:
    """``roster``: the projects with form_id (the newest form of each, '' for none), forms (number of forms),
    matched (code, name, confirmed, ''), handed_in (bool), days_overdue (Int64, NA without a date; not above
    0 where handed in or not due yet). ``keys``: the forms with roster_row and roster_near. ``offers``: near
    misses, rows of ``keys`` and ``roster``."""

    roster: pd.DataFrame
    keys: pd.DataFrame
    offers: tuple[Offer, ...]


def expect(
    roster: pd.DataFrame,
    keys: pd.DataFrame,
    modified: Mapping[str, float],
    as_of: date,
    decisions: Mapping[Pair, bool] | None = None,
) -> Expected:
    """Match the forms (``keys``: form_id, file, project_code, department, unit, project) to the ``roster``.

    Of several forms for one project the one whose file is newest by ``modified`` (file → time) counts, of
    equally new ones the last.
    """
    found = match(keys, roster, decisions)
    times = np.array([modified.get(file, 0.0) for file in keys["file"]])
    newest = np.full(len(roster), -1, dtype=np.int64)
    for form in np.argsort(times, kind="stable").tolist():
        if found.project[form] >= 0:
            newest[found.project[form]] = form
    count = np.bincount(found.project[found.project >= 0], minlength=len(roster))
    handed_in = newest >= 0
    ids = np.array([*keys["form_id"], ""], dtype=object)
    how = np.array([*found.how, ""], dtype=object)
    near = [""] * len(keys)
    for offer in reversed(found.offers):
        near[offer.form] = roster["project"].iloc[offer.project]
    return Expected(
        roster.assign(
            form_id=pd.array(ids[newest], dtype="str"),
            forms=pd.array(count, dtype="Int64"),
            matched=pd.array(how[newest], dtype="str"),
            handed_in=handed_in,
            days_overdue=_overdue(roster["due"], handed_in, as_of),
        ),
        keys.assign(roster_row=found.project, roster_near=pd.array(near, dtype="str")),
        tuple(found.offers),
    )


def _overdue(due: pd.Series[Any], handed_in: np.ndarray[Any, np.dtype[np.bool_]], as_of: date) -> Any:
    days = (pd.Timestamp(as_of) - due).dt.days.to_numpy(dtype=np.float64, na_value=np.nan)
    overdue = np.where(handed_in, np.minimum(days, 0), days)
    return pd.array([None if day != day else int(day) for day in overdue], dtype="Int64")
