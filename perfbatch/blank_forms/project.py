"""What is known of a form before it is filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from perfbatch.blank_forms.kinds import Indicator


@dataclass(frozen=True, slots=True)
class Project:
    """One form to be made; "" and None where nothing is known."""

    project: str = ""
    code: str = ""
    department: str = ""
    unit: str = ""
    year: int | None = None
    budget: float | None = None
    """全年预算数, 万元"""
    goal: str = ""
    indicators: Sequence[Indicator] = ()
