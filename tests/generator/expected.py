"""What perfbatch must find in a generated form, said without perfbatch."""

from __future__ import annotations

from typing import NamedTuple

from tests.generator.model import Place

WORST = {"error": 0, "warning": 1, "info": 2}


class Expected(NamedTuple):
    """One finding: check id, level, and the place that it points to."""

    check: str
    level: str
    place: Place

    @property
    def indicator(self) -> int | None:
        """Number of the indicator, None where the finding is not about one."""
        return int(self.place.key) if self.place.frame == "indicators" else None

    @property
    def line(self) -> str:
        """Line of the funds, '' where the finding is not about one."""
        return str(self.place.key) if self.place.frame == "funds" else ""
