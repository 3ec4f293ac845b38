"""What a run knows of its season beside the forms: frames that the department-wide outputs show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd


@dataclass(frozen=True, slots=True)
class SeasonFrames:
    """The season of one run; None where the office gave no such thing.

    ``roster``: ``schema.ROSTER``, one row a project expected. ``to_confirm``: pairs whose likeness a person
    must judge or has judged (kind, file, sheet, unit, stated, listed_unit, listed, likeness, confirm, key).
    """

    as_of: date
    """Day that overdue days are counted to."""
    roster: pd.DataFrame | None = None
    remarks: tuple[str, ...] = ()
    """What in the roster and in the approved targets is doubtful, in Chinese."""
    to_confirm: pd.DataFrame | None = None
