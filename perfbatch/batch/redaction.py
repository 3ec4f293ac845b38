"""``--redact``: who is responsible for a project, and that person's number, stay in the unit's own workbook.

Masked in the worker, after the checks and before anything is kept or written: no output but 批注/ has ever
held them, and neither has .perfbatch/. The fields are masked whole; where their text comes again in what else
the form says (a reason that names a number to call), it is masked there too. What tells forms apart (file,
sheet, project, unit) is left: how an office names its files is its own affair, and the help says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from perfbatch.schema import Frames

FIELDS = ("leader", "phone")
_KEPT = re.compile(
    r"form_id|file|path|sheet|layout|rules|project|project_code|department|unit|money_unit|region|check|level"
    r"|field|line|.*_(?:cell|state|kind|source|unit|tier|operator)|direction|rule|clause|fallbacks"
)
"""Columns with our own words, or by which forms are known."""
_APART = re.compile(r"[\s,，、;；/／:：()（）]+")
_LEAST = {"leader": 2, "phone": 7}
_LONGEST = 20
"""Characters that a name or number has at the least, and at the most, to be looked for in other texts."""


def redacted(frames: Frames, mask: str) -> Frames:
    """``frames`` (stage 'check') with ``mask`` in the place of ``leader`` and ``phone``."""
    forms = frames.forms.copy()
    secrets = {
        form_id: _pattern(zip(FIELDS, values, strict=True))
        for form_id, *values in zip(forms["form_id"], *(forms[name] for name in FIELDS), strict=True)
    }
    for name in FIELDS:
        forms[name] = forms[name].where(forms[name].str.strip() == "", mask).astype(forms[name].dtype)
    told = {form_id: pattern for form_id, pattern in secrets.items() if pattern is not None}
    masked = frames.with_(forms=forms)
    return masked.with_(
        forms=_masked(masked.forms, told, mask),
        funds=_masked(masked.funds, told, mask),
        indicators=_masked(masked.indicators, told, mask),
        findings=_masked(masked.findings, told, mask),
    )


def _pattern(values: Iterable[tuple[str, str]]) -> re.Pattern[str] | None:
    found: set[str] = set()
    for name, value in values:
        pieces = {value.strip(), *_APART.split(value)}
        found |= {piece for piece in pieces if _LEAST[name] <= len(piece) <= _LONGEST}
    longest_first = sorted(found, key=lambda piece: (-len(piece), piece))
    return re.compile("|".join(map(re.escape, longest_first))) if found else None


def _masked(frame: pd.DataFrame, told: Mapping[str, re.Pattern[str]], mask: str) -> pd.DataFrame:
    if not told or not len(frame):
        return frame
    patterns = [told.get(form_id) for form_id in frame["form_id"]]
    changed = {}
    for name in frame.columns:
        if str(frame[name].dtype) != "str" or _KEPT.fullmatch(name) or name in FIELDS:
            continue
        texts = frame[name].tolist()
        pairs = zip(patterns, texts, strict=True)
        new = [pattern.sub(mask, text) if pattern and text else text for pattern, text in pairs]
        if new != texts:
            changed[name] = type(frame[name])(new, index=frame.index, dtype=frame[name].dtype)
    return frame.assign(**changed) if changed else frame
