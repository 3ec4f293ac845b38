"""docs/frames.md from perfbatch/schema.py."""

from __future__ import annotations

from perfbatch.pages.rendering import cell, render
from perfbatch.schema import LEVELS, SCHEMAS, STATES, STATUSES


def frames_page() -> str:
    """Every frame with every column."""
    return render("frames.md.j2", schemas=SCHEMAS, states=STATES, levels=LEVELS, statuses=STATUSES, cell=cell)
