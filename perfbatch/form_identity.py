"""The line by which a form that we made knows itself again: 表单识别码, a text in a cell of the form.

A text in a cell is the one place that every program keeps in every kind of file, also where somebody
copies the sheet into another workbook. It is printed, so that nobody is told apart behind his back; and it
is believed only as far as the form itself agrees (season/matching).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from perfbatch.text import project_keys

if TYPE_CHECKING:
    import pandas as pd

VERSION = "PB1"
_FOUND = re.compile(
    r"PB1\|(?P<code>[^|\s]*)\|(?P<project>[0-9a-f]{8})(?P<place>[0-9a-f]{8})"
    r"\|(?P<rules>[^|@\s]+)@(?P<hash>[0-9a-f]{8})\|(?P<check>[0-9a-f]{4})"
)


class Identity(NamedTuple):
    """To which project a form was issued, and by which rule book."""

    code: str
    """of the project, "" for none"""
    project: str
    """digest of its name, 8 hex digits"""
    place: str
    """digest of department and unit, 8 hex digits"""
    rules: str
    rules_hash: str

    def line(self) -> str:
        """The text that stands in the form."""
        parts = VERSION, self.code, self.project + self.place, f"{self.rules}@{self.rules_hash}"
        text = "|".join(parts)
        return f"{text}|{_digest(text, 2)}"


def find_identity(text: str) -> Identity | None:
    """The identity in a text; None for none, or for one that a slip of the hand has changed."""
    found = _FOUND.search(text)
    if found is None or _digest(found[0].rpartition("|")[0], 2) != found["check"]:
        return None
    return Identity(found["code"], found["project"], found["place"], found["rules"], found["hash"])


def digests(frame: pd.DataFrame) -> list[tuple[str, str]]:
    """Of each row's (project) and (department, unit), as they are compared, as ``Identity`` holds them.

    ``frame`` has project, department, unit (str).
    """
    names, departments, units = (project_keys(frame[name]) for name in ("project", "department", "unit"))
    places = (f"{department}\x1f{unit}" for department, unit in zip(departments, units, strict=True))
    return list(zip(map(_of, names), map(_of, places), strict=True))


def identities_in(texts: Iterable[str]) -> list[Identity | None]:
    """``find_identity`` of each text."""
    return [find_identity(text) if VERSION in text else None for text in texts]


def _of(text: str) -> str:
    return _digest(text, 4)


def _digest(text: str, size: int) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()
