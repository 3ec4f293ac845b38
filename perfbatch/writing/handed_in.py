"""应报数, 已报数 and 报送率 by department, from the roster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfbatch.writing.chunk import name_key

if TYPE_CHECKING:
    import pandas as pd


@dataclass(slots=True)
class HandedIn:
    """Projects of one department (or of all) that are expected, and those of them that came."""

    name: str = ""
    expected: int = 0
    handed_in: int = 0

    @property
    def rate(self) -> float | None:
        """报送率 as a fraction; None where nothing is expected."""
        return self.handed_in / self.expected if self.expected else None


def by_department(roster: pd.DataFrame) -> dict[str, HandedIn]:
    """The departments of ``roster`` (department: str, handed_in: bool) by ``name_key``, as they come."""
    found: dict[str, HandedIn] = {}
    for name, came in zip(roster["department"], roster["handed_in"], strict=True):
        of = found.setdefault(name_key(name), HandedIn(name))
        of.expected += 1
        of.handed_in += bool(came)
    return found


def altogether(departments: dict[str, HandedIn]) -> HandedIn:
    """The sum of all."""
    return HandedIn(
        expected=sum(of.expected for of in departments.values()),
        handed_in=sum(of.handed_in for of in departments.values()),
    )
