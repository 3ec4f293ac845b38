"""Parts of a workbook as nearly every program writes them, taken apart by one regular expression.

Most of a sheet is cells and most of the strings are single runs, each written alike. Cutting those out of the
text is several times faster than a tree of them. What is left is small and goes through the parser as ever,
so a broken part is found broken. For that the cutting must make sure of two things. A piece is well-formed by
itself: no reference, no ``>`` and no character foreign to XML stands in its text. And it stood where an
element may stand: without comments, CDATA, declarations and further instructions in the rest each ``<`` of it
begins a tag or breaks the part, and the caller sees to it that pieces stood between two tags.
"""

from __future__ import annotations

import re

TEXT = "[^<>&\\x00-\\x08\\x0b-\\x1f\\x7f\\ufffe\\uffff]*+"
"""Characters that stand for themselves, and that ``cell_value.clean`` leaves as they are."""

DECLARATION = (
    r"<\?xml version=(?:\"1\.0\"|'1\.0')(?: encoding=(?:\"[Uu][Tt][Ff]-8\"|'[Uu][Tt][Ff]-8'))?"
    r"(?: standalone=(?:\"yes\"|\"no\"|'yes'|'no'))? ?\?>"
)
_DECLARATION = re.compile(DECLARATION)


def cut(content: bytes, piece: re.Pattern[str]) -> list[str] | None:
    """A part split by its pieces, as ``re.split`` has it: what stood before a piece, its groups, and so on.

    None where something in the rest could make a piece something else than it looks.
    """
    try:
        split = piece.split(content.decode())
    except UnicodeDecodeError:
        return None
    rest = "".join(split[:: piece.groups + 1])
    instructions = 1 if _DECLARATION.match(rest) else 0
    return None if "<!" in rest or rest.count("<?") != instructions else split
