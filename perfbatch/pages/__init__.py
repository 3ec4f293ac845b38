"""Pages of docs/ that are made from the definitions: ``make docs``, or ``python -m perfbatch.pages docs``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from perfbatch.pages.checks import checks_page as checks
from perfbatch.pages.command import command_page as command
from perfbatch.pages.direction import page as direction
from perfbatch.pages.frames import frames_page as frames
from perfbatch.pages.refusals import refusals_page as refusals
from perfbatch.pages.rules import rules_page as rules
from perfbatch.pages.settings import settings_page as settings

PAGES: Mapping[str, Callable[[], str]] = {
    "checks.md": checks,
    "command.md": command,
    "direction.md": direction,
    "frames.md": frames,
    "refusals.md": refusals,
    "rules.md": rules,
    "settings.md": settings,
}
"""Each page by its file name."""
