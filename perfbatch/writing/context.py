"""What the department-wide outputs say about the run as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from perfbatch.checking.catalogue import Check
    from perfbatch.rules import RuleBook


@dataclass(frozen=True, slots=True)
class RunContext:
    """Facts of one run that no frame holds.

    ``started`` is the only time that reaches an output: the same frames and the same context give
    the same bytes.
    """

    version: str
    """Version of perfbatch."""
    started: datetime
    """When the run began, in the office's own time."""
    inputs: tuple[str, ...]
    """Folders or files as the office named them."""
    output: str
    """Folder of the outputs."""
    rules: tuple[RuleBook, ...]
    """Rule books in force, the default one first."""
    checks: tuple[Check, ...]
    """Catalogue of checks, in its order."""
    deselected: tuple[str, ...] = ()
    """Checks that were left out by the options of the run."""
