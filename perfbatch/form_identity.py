"""The line by which a form that we made knows itself again: 表单识别码, a text in a cell of the form.

A text in a cell is the one place that every program keeps in every kind of file, also where somebody
copies the sheet into another workbook. It is printed, so that nobody is told apart behind his back; and it is
believed only as far as the form itself agrees (season/matching, rules/choice).
"""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

VERSION = "PB1"
_SIZE = 16
_FOUND = re.compile(r"PB1\|([^|\s]*)\|([0-9a-f]{16})\|([^|@\s]+)@([0-9a-f]{8})\|([0-9a-f]{4})")


class Identity(NamedTuple):
    """Code of the project ("" for none), digest of department, unit and name, name and hash of the book."""

    code: str
    project: str
    rules: str
    rules_hash: str

    def line(self) -> str:
        """The text that stands in the form."""
        text = "|".join((VERSION, self.code, self.project, f"{self.rules}@{self.rules_hash}"))
        return f"{text}|{_check(text)}"


def project_digest(key: tuple[str, str, str]) -> str:
    """Of department, unit and project, as season.roster.identity_keys gives them."""
    return hashlib.blake2b("\x1f".join(key).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def find_identity(text: str) -> Identity | None:
    """The identity in a text; None for none, or for one that a slip of the hand has changed."""
    found = _FOUND.search(text)
    if found is None or _check(found[0].rpartition("|")[0]) != found[5]:
        return None
    return Identity(*found.groups()[:4])


def _check(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=2).hexdigest()


assert len(project_digest(("", "", ""))) == _SIZE
