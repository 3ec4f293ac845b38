"""What counts as blank, and what as 'does not apply': the one definition for the whole project.

0 is a value and never blank. Words such as 无 are text: whether they say nothing is a matter of the rule
book (reasons) or of the check that looks at them.
"""

from __future__ import annotations

from typing import Literal

from perfbatch.patterns import compiled
from perfbatch.text import compact

BLANK = frozenset({""})
"""Compacted texts that are blank."""

NOT_APPLICABLE = frozenset({"不适用", "n/a", "不涉及"})
"""Compacted, lower-case words for 'does not apply', beside texts that consist of ``SIGNS`` only."""

SIGNS = frozenset("/\\|-‐‑‒–—―−─━_*＊~〜.·•…⋯・﹣⁄∕")  # noqa: RUF001
"""Signs for 'does not apply'; a text made of nothing else (``--``, ``—— ``, ``……``) does not apply."""

_SURELY_A_VALUE = compiled(f"(?![{''.join(sorted(set().union(*NOT_APPLICABLE)))}])[0-9\u4e00-\u9fff]")
"""A character that stays as it is in NFKC, and is in no word for 'does not apply'."""


def state_of(text: str) -> Literal["value", "blank", "not_applicable"]:
    """The state, in the sense of ``schema.STATES``, of a cell that shows ``text``.

    Blank is nothing, or only blanks and characters that show nothing.
    """
    if _SURELY_A_VALUE.search(text):
        return "value"
    short = compact(text)
    if short in BLANK:
        return "blank"
    if short.casefold() in NOT_APPLICABLE or all(character in SIGNS for character in short):
        return "not_applicable"
    return "value"
