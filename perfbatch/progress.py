"""What a run tells whoever waits for it: how far each stage is, and which files were refused."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


class Progress(Protocol):
    """Called with the stage, what is done of it and all there is to do, at its start, on its way, at its end.

    Stages, in their order: 'find', 'read' (files), 'compare' (the batch as a whole), 'write' (files whose
    copies are written), 'documents' (汇总.xlsx, 报告.html and the others). A plain function will do.
    """

    def __call__(self, stage: str, done: int, total: int, /) -> None:
        """Take note."""


@runtime_checkable
class HearsOfRefusals(Protocol):
    """A ``Progress`` that also wants to know which files were refused, as they come."""

    def refused(self, path: str, reason: str, /) -> None:
        """Take note."""


def silent(stage: str, done: int, total: int, /) -> None:
    """The progress of a run that nobody watches."""
