"""What stays the same between two rounds: projects, indicators and findings, whatever rows and files do.

A finding is the same where project, check, indicator (or fund line) and field are; what it is about
(found and expected) tells whether it changed meanwhile. Identities are 16-byte hashes of text keys.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

import pandas as pd

from perfbatch.text import project_keys, text_key

SIZE = 16
_BREAK = "\x1f"


def projects(forms: pd.DataFrame) -> list[bytes]:
    """Identity of each form's project: budget year, and its code, else unit (department where none) and name.

    ``forms`` has year (Int64), project_code, department, unit, project (str).
    """
    years = forms["year"].astype("string").fillna("").tolist()
    codes = text_key(forms["project_code"]).tolist()
    departments, units, names = (project_keys(forms[name]) for name in ("department", "unit", "project"))
    return [
        _hash(year, "code", code) if code else _hash(year, "name", unit or department, name)
        for year, code, department, unit, name in zip(years, codes, departments, units, names, strict=True)
    ]


def indicators(frame: pd.DataFrame) -> list[bytes]:
    """Identity of each indicator within its form: name and level2, and which of those alike it is.

    ``frame`` has form_id, level2, name (str).
    """
    keys = zip(frame["form_id"], text_key(frame["level2"]), text_key(frame["name"]), strict=True)
    return [_hash(*key[1:], str(nth)) for key, nth in _counted(keys)]


def findings(frame: pd.DataFrame, project: Iterable[bytes], subject: Iterable[bytes]) -> list[bytes]:
    """Identity of each finding; ``project`` and ``subject`` (the indicator's, b"" for none) a row each.

    ``frame`` has check, line, field (str).
    """
    keys = zip(project, frame["check"], subject, frame["line"], frame["field"], strict=True)
    return [_hash(*map(_text, key), str(nth)) for key, nth in _counted(keys)]


def about(frame: pd.DataFrame) -> list[bytes]:
    """What each finding is about: found and expected, as they are compared."""
    return [_hash(*key) for key in zip(text_key(frame["found"]), text_key(frame["expected"]), strict=True)]


def _counted(keys: Iterable[tuple[object, ...]]) -> Iterable[tuple[tuple[object, ...], int]]:
    """Each key with how often it came before."""
    seen: Counter[tuple[object, ...]] = Counter()
    for key in keys:
        yield key, seen[key]
        seen[key] += 1


def _text(part: object) -> str:
    return part.hex() if isinstance(part, bytes) else str(part)


def _hash(*parts: object) -> bytes:
    text = _BREAK.join(map(str, parts))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=SIZE).digest()
