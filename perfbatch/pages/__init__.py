"""Pages of docs/ that are made from the definitions: ``make docs``, or ``python -m perfbatch.pages docs``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from perfbatch.pages.checks import page as checks
from perfbatch.pages.command import page as command
from perfbatch.pages.frames import page as frames
from perfbatch.pages.refusals import page as refusals
from perfbatch.pages.rules import page as rules

PAGES: Mapping[str, Callable[[], str]] = {
    "checks.md": checks,
    "command.md": command,
    "frames.md": frames,
    "refusals.md": refusals,
    "rules.md": rules,
}
"""Each page by its file name."""
