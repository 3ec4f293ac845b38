"""What the department-wide outputs say about the run as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from perfbatch.checking.catalogue import Check
    from perfbatch.rules import RuleBook


class OfficeFile(NamedTuple):
    """A file of the office that a run was given by an option, or that lies in a folder so given."""

    option: str
    top: str
    """What the option names, a file or a folder; absolute."""
    name: str
    """The file below that folder, '' for the file itself."""
    size: int
    sha256: str

    @property
    def path(self) -> str:
        """Where it lay."""
        return f"{self.top}/{self.name}" if self.name else self.top


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
    program: str = ""
    """SHA-256 of the program; '' where nobody worked it out."""
    options: tuple[tuple[str, str], ...] = ()
    """Options that are not what they are anyway, by name."""
    office: tuple[OfficeFile, ...] = ()
    """The office's own files, as they were when the run began."""
