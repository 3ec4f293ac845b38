"""``--redact``: who is responsible for a project, and that person's number, stay in the unit's own workbook.

Masked in the worker, after the checks and before anything is kept or written: no output but 批注/ has ever
held them, and neither has .perfbatch/. The fields are masked whole; where their text comes again in what else
the workbook says (a reason that names a number to call), it is masked there too, in any width and with blanks
or dashes between. What tells forms apart (file, sheet, project, unit) is left: how an office names its files
is its own affair, and the help says so. So is what people of the office write (审核意见, 审核人).
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from perfbatch.schema import Frames

FIELDS = ("leader", "phone")
_KEPT = re.compile(
    r"form_id|file|path|sheet|layout|rules|project|project_code|department|unit|money_unit|region|check|level"
    r"|field|line|sha256|status|reason_code|kind|.*_(?:cell|state|kind|source|unit|tier|operator)|direction|rule"
    r"|clause|fallbacks"
)
"""Columns with our own words, or by which forms are known."""
_APART = re.compile(r"[\s,，、;；/／:：()（）]+")
_BETWEEN = re.compile(r"[\s\u00b7\u2010-\u2015\u2212\uff0d-]+")
_GAP = r"[\s\u00b7\u2010-\u2015\u2212\uff0d()（）-]{0,3}"
"""What may stand between two characters of a name or number."""
_LEAST = {"leader": 2, "phone": 7}
_LONGEST = 20
"""Characters that a name or number has at the least, and at the most, to be looked for in other texts."""


def redacted(frames: Frames, mask: str) -> Frames:
    """``frames`` (stage 'check') with ``mask`` in the place of ``leader`` and ``phone``."""
    forms = frames.forms.copy()
    secrets: defaultdict[str, set[str]] = defaultdict(set)
    for file, *values in zip(forms["file"], *(forms[name] for name in FIELDS), strict=True):
        secrets[file] |= _pieces(zip(FIELDS, values, strict=True))
    for name in FIELDS:
        forms[name] = forms[name].where(forms[name].str.strip() == "", mask).astype(forms[name].dtype)
    patterns = {file: _pattern(pieces) for file, pieces in secrets.items() if pieces}
    told = {
        form_id: patterns[file]
        for form_id, file in zip(forms["form_id"], forms["file"], strict=True)
        if file in patterns
    }
    return frames.with_(
        forms=_masked(forms, "form_id", told, mask),
        funds=_masked(frames.funds, "form_id", told, mask),
        indicators=_masked(frames.indicators, "form_id", told, mask),
        findings=_masked(frames.findings, "form_id", told, mask),
        # what is said of other sheets of the same workbook
        files=_masked(frames.files, "path", patterns, mask),
    )


def _pieces(values: Iterable[tuple[str, str]]) -> set[str]:
    """What is to be found again of the two fields: each as a whole, and its parts; a number by its digits."""
    found: set[str] = set()
    for name, value in values:
        value = unicodedata.normalize("NFKC", value)
        pieces = {_BETWEEN.sub("", piece) for piece in (value, *_APART.split(value))}
        found |= {piece for piece in pieces if _LEAST[name] <= len(piece) <= _LONGEST}
    return found


def _pattern(pieces: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(pieces, key=lambda piece: (-len(piece), piece))
    return re.compile(
        "|".join(_GAP.join(map(_either_width, piece)) for piece in longest_first), re.IGNORECASE
    )


def _either_width(character: str) -> str:
    if "!" <= character <= "~":
        return f"[{re.escape(character)}{chr(ord(character) + 0xFEE0)}]"
    return re.escape(character)


def _masked(
    frame: pd.DataFrame, known_by: str, told: Mapping[str, re.Pattern[str]], mask: str
) -> pd.DataFrame:
    if not told or not len(frame):
        return frame
    patterns = [told.get(key) for key in frame[known_by]]
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
