"""What stays the same between two rounds: projects, indicators and findings, whatever rows and files do.

A finding is the same where project, check, indicator (or fund line) and field are; what it is about
(found and expected) tells whether it changed meanwhile. Identities are 16-byte hashes of text keys.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

import pandas as pd
import pyarrow as pa

from perfbatch import schema
from perfbatch.schema import Frames
from perfbatch.text import compact, project_keys, text_keys

SIZE = 16
CONTENT = 12
"""Digits of a content that a workbook carries."""
_SHOWN = 2
"""Bytes that say what a row shows: enough to see that rows were exchanged."""
_MARK = re.compile(
    rf"([fp])-([0-9a-f]{{{2 * SIZE}}})-([0-9a-f]{{{CONTENT}}})-([0-9]*)(?:-([0-9a-f]{{{2 * _SHOWN}}}))?"
)
_BREAK = "\x1f"
K = TypeVar("K")


def projects(forms: pd.DataFrame) -> list[bytes]:
    """Identity of each form's project: budget year, and its code, else unit (department where none) and name.

    ``forms`` has year (Int64), project_code, department, unit, project and, of forms and not of a list,
    form_id (str): a form that names neither project nor code, or nobody who does it, is like no other.
    """
    years = ["" if year is pd.NA else str(year) for year in forms["year"].tolist()]
    codes = text_keys(forms["project_code"])
    departments, units, names = (project_keys(forms[name]) for name in ("department", "unit", "project"))
    ids = forms["form_id"].tolist() if "form_id" in forms else [""] * len(forms)
    return [
        _hash(year, "code", code)
        if code
        else _hash(year, "name", unit or department, name)
        if not form or (name and (unit or department))
        else _hash(year, "form", form)
        for year, code, department, unit, name, form in zip(
            years, codes, departments, units, names, ids, strict=True
        )
    ]


def indicators(frame: pd.DataFrame) -> list[bytes]:
    """Identity of each indicator within its form: name and level2, and which of those alike it is.

    ``frame`` has form_id, level2, name (str).
    """
    return [_hash(*parts) for parts in _parts_of_indicators(frame)]


def _parts_of_indicators(frame: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    """What the identity of each indicator is made of."""
    keys = zip(frame["form_id"].tolist(), text_keys(frame["level2"]), text_keys(frame["name"]), strict=True)
    return ((level2, name, str(nth)) for (_, level2, name), nth in _counted(keys))


def listed(roster: pd.DataFrame) -> list[bytes]:
    """Identity of each project of a roster that no form is, which has no budget year.

    ``roster`` has code, department, unit, project (str).
    """
    named = roster[["department", "unit", "project"]].assign(
        project_code=roster["code"], year=pd.array([pd.NA] * len(roster), dtype="Int64")
    )
    return projects(named)


def identified(frames: Frames) -> Frames:
    """``frames`` (stage 'check') with ``forms.project_id``, ``findings.finding_id`` and ``content_id``."""
    forms, rows = frames.forms, frames.indicators
    project = dict(zip(forms["form_id"].tolist(), projects(forms), strict=True))
    found = frames.findings
    about = list(zip(found["form_id"].tolist(), found["indicator"].tolist(), strict=True))
    asked = {key for key in about if key[1] is not pd.NA}
    keys = zip(rows["form_id"].tolist(), rows["number"].tolist(), strict=True)
    parts = zip(keys, _parts_of_indicators(rows), strict=True) if asked else ()
    subjects = {key: _hash(*of) for key, of in parts if key in asked}
    return frames.with_(
        forms=forms.assign(project_id=_text_column(map(bytes.hex, project.values()))),
        findings=identified_findings(
            found,
            [project.get(form, b"") for form, _ in about],
            [subjects.get(key, b"") for key in about],
        ),
    )


def identified_findings(
    found: pd.DataFrame, project: Sequence[bytes], subject: Sequence[bytes] | None = None
) -> pd.DataFrame:
    """``found`` with finding_id and content_id; ``project`` and ``subject`` (the indicator's, b"" for none)
    a row each.

    ``found`` has form_id, check, line, field, found, expected (str).
    """
    subjects = [b""] * len(found) if subject is None else subject
    ids, checks, lines, fields = (found[name].tolist() for name in ("form_id", "check", "line", "field"))
    keys = zip(ids, project, checks, subjects, lines, fields, strict=True)
    identities = (_hash(*map(_text, key[1:]), str(nth)).hex() for key, nth in _counted(keys))
    contents = zip(text_keys(found["found"]), text_keys(found["expected"]), strict=True)
    return found.assign(
        finding_id=_text_column(identities),
        content_id=_text_column(_hash(*content).hex() for content in contents),
    )


def totals_content(own: Iterable[float], computed: Iterable[float]) -> list[str]:
    """What the totals of each form are, as ``content_id`` is of a finding: another where either changed."""
    return [_hash(*(f"{total:.6g}" for total in both)).hex() for both in zip(own, computed, strict=True)]


def mark(kind: str, identity: str, content: str, form: float, shown: str = "") -> str:
    """How a row of a workbook carries what it is about: 'f' a finding, 'p' a project; ``form`` is the running
    number that the row shows, NaN for none, ``shown`` the ``shown_mark`` of what else it shows."""
    number = "" if form != form else int(form)
    return f"{kind}-{identity}-{content[:CONTENT]}-{number}{shown and f'-{shown}'}"


class Marked(NamedTuple):
    """What a ``mark`` says."""

    kind: str
    identity: str
    content: str
    form: str
    shown: str
    """"" for a mark of a version that did not note it."""


def marked(text: str) -> Marked | None:
    """What a ``mark`` says; None where it is none."""
    found = _MARK.fullmatch(text.strip())
    return Marked(*found.groups(default="")) if found else None


def shown_mark(subject: str, check: str) -> str:
    """What a row shows of its finding, in a few digits."""
    text = _BREAK.join((compact(subject), compact(check)))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_SHOWN).hexdigest()


def _text_column(texts: Iterable[str]) -> pd.api.extensions.ExtensionArray:
    return schema.texts(pa.array(list(texts), type=pa.large_string()))


def _counted(keys: Iterable[K]) -> Iterator[tuple[K, int]]:
    """Each key with how often it came before."""
    seen: Counter[K] = Counter()
    for key in keys:
        yield key, seen[key]
        seen[key] += 1


def _text(part: object) -> str:
    return part.hex() if isinstance(part, bytes) else str(part)


def _hash(*parts: object) -> bytes:
    text = _BREAK.join(map(str, parts))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=SIZE).digest()
