"""What a run knows of its season beside the forms: frames that the department-wide outputs show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    import pandas as pd


@dataclass(frozen=True, slots=True)
class Rounds:
    """This round among those before it, from the history."""

    period: str
    before: str | None
    """The round before; None for the first one."""
    earlier: pd.DataFrame
    """Figures of earlier rounds (period, department, ``months.SUMS``)."""
    tracked: Callable[[], Iterator[pd.DataFrame]]
    """The rows of 整改跟踪, in pieces (state, sent, level, department, unit, project, subject, line, check,
    message, first_seen, file, sheet, cell: str; sent, times: int); once all forms are known."""
    states: Callable[[], Mapping[tuple[str, str], int]]
    """Findings by department and state, once all forms are known."""


@dataclass(frozen=True, slots=True)
class SeasonFrames:
    """The season of one run; None where the office gave no such thing.

    ``roster``: ``schema.ROSTER``, one row a project expected. ``to_confirm``: pairs whose likeness a person
    must judge or has judged (kind, file, sheet, unit, stated, listed_unit, listed, likeness, confirm, key).
    ``decisions``: ``SEASON_SCHEMAS['decisions']``; ``to_review``: what the auditor must look at again
    (standing, project, subject, check, said, source, reason, handled, record).
    """

    as_of: date
    """Day that overdue days are counted to."""
    roster: pd.DataFrame | None = None
    remarks: tuple[str, ...] = ()
    """What in the roster and in the approved targets is doubtful, in Chinese."""
    to_confirm: pd.DataFrame | None = None
    rounds: Rounds | None = None
    decisions: pd.DataFrame | None = None
    to_review: pd.DataFrame | None = None
