"""From the bytes of a file to the sheets in it, whatever kind of workbook it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from perfbatch.read.grid import Grid
from perfbatch.read.refusal import Refused
from perfbatch.read.xlsx import read_xlsx


@dataclass(slots=True)
class Workbook:
    """The sheets of a file in the order of their tabs, hidden ones included.

    ``kind`` is the kind by content; ``notes`` are codes of templates/refusals.toml, table ``notes``.
    """

    kind: str
    grids: list[Grid]
    notes: list[str] = field(default_factory=list)


def load_grids(data: bytes, *, passwords: Sequence[str] = ()) -> Workbook:
    """Read a workbook. Raises Refused, and nothing else, where it cannot be read."""
    try:
        return Workbook("xlsx", read_xlsx(data))
    except Refused:
        raise
    except Exception as error:
        # whatever a broken file makes the libraries raise, it is this file that is broken
        raise Refused("damaged", detail=f"{type(error).__name__}: {error}") from error
