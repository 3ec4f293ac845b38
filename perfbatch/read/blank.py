"""What counts as blank, and what as 'does not apply': the one definition for the whole project.

0 is a value and never blank. Words such as 无 are text: whether they say nothing is a matter of the rule
book (reasons) or of the check that looks at them.
"""

from __future__ import annotations

from typing import Literal

from perfbatch.text import compact

BLANK = frozenset({""})
"""Compacted texts that are blank."""

NOT_APPLICABLE = frozenset({"不适用", "n/a", "不涉及"})
"""Compacted, lower-case words for 'does not apply', beside texts that consist of ``SIGNS`` only."""

SIGNS = frozenset("/\\|-‐‑‒–—―−─━_*＊~〜.·•…⋯・﹣⁄∕")  # noqa: RUF001
"""Signs for 'does not apply'; a text made of nothing else (``--``, ``—— ``, ``……``) does not apply."""


def is_blank(text: str) -> bool:
    """Nothing, or only blanks and characters that show nothing."""
    return compact(text) in BLANK


def does_not_apply(text: str) -> bool:
    """A sign or word for 'does not apply': ``/`` ``-`` ``—`` ``*`` and their like."""
    short = compact(text)
    if short in BLANK:
        return False
    return all(character in SIGNS for character in short) or short.casefold() in NOT_APPLICABLE


def state_of(text: str) -> Literal["value", "blank", "not_applicable"]:
    """The state, in the sense of ``schema.STATES``, of a cell that shows ``text``."""
    if is_blank(text):
        return "blank"
    return "not_applicable" if does_not_apply(text) else "value"
