"""Formulas of OpenDocument (of:=[.B2]*2) in Excel's spelling."""

from __future__ import annotations

import re
from collections.abc import Collection

from perfbatch.workbook.pages.formula import usable

_PREFIX = re.compile(r"(?:of|oooc|msoxl|calcext):(?==)|^(?==)")
_PIECE = re.compile(
    r"""(?P<text>"(?:[^"]|"")*")|\[(?P<range>[^\[\]]*)\]|(?P<separator>;)|(?P<union>~)|(?P<rest>[^";\[~]+)"""
)
_PART = re.compile(r"(?:(?P<sheet>\$?'(?:[^']|'')+'|\$?[^'.\s]*)\.)(?P<cell>\$?[A-Z]{1,3}\$?\d{1,7})")


def excel_formula(formula: str, sheets: Collection[str]) -> str:
    """The formula as Excel writes it, '' where it cannot be said for certain."""
    prefix = _PREFIX.match(formula)
    if prefix is None or formula.startswith("msoxl:"):
        return ""
    pieces, position, body = [], 0, formula[prefix.end() :]
    for found in _PIECE.finditer(body):
        if found.start() != position:
            return ""
        position = found.end()
        if found["range"] is not None:
            reference = _reference(found["range"])
            if not reference:
                return ""
            pieces.append(reference)
        elif found["union"]:
            return ""
        else:
            pieces.append("," if found["separator"] else found[0])
    text = "".join(pieces)
    return usable(text, sheets) if position == len(body) else ""


def _reference(text: str) -> str:
    """[.A1], [.A1:.B2] or [$表.A1] in Excel's spelling."""
    parts = [_PART.fullmatch(part) for part in _split(text)]
    if not 1 <= len(parts) <= 2 or not all(parts):
        return ""
    cells = [part["cell"] for part in parts if part]
    sheets = [_name(part["sheet"]) for part in parts if part]
    if len(sheets) == 2 and sheets[1] not in ("", sheets[0]):
        return ""
    sheet = sheets[0].replace("'", "''")
    return (f"'{sheet}'!" if sheet else "") + ":".join(cells)


def _split(text: str) -> list[str]:
    """The two ends of a range; a colon in a quoted name is none."""
    return re.findall(r"(?:'(?:[^']|'')*'|[^:'])+", text)


def _name(stated: str) -> str:
    name = stated.removeprefix("$")
    return name[1:-1].replace("''", "'") if name.startswith("'") else name
