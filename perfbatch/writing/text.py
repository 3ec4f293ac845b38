"""Text from a unit on its way into a workbook, a CSV file or a page: always text, never a command."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

CELL_LIMIT = 32_767
"""Characters (UTF-16 units, as Excel counts) that a cell holds."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

# A spreadsheet takes a text for a formula by its first sign. Full-width signs count too: Chinese and
# Japanese Excel turn them into formulas as they are typed.
FORMULA_SIGNS = "=+@＝＋－\uff20-"
_RISKY = rf"^[\t\r\n]|^[\s\x{{00a0}}\x{{3000}}]*[{FORMULA_SIGNS}]"
_FIRST = list("\t\n\f\r \u00a0\u3000" + FORMULA_SIGNS)
"""What a risky text begins with: hardly one in a column does, and to look at one character is cheap."""
# What a form holds every day stays readable: a lone sign, and a plain negative number.
_HARMLESS = rf"^ *([{FORMULA_SIGNS}]|-[0-9][0-9,]*(\.[0-9]+)?%?) *$"


def printable(text: str) -> str:
    """``text`` without what XML and terminals cannot carry; line breaks become \\n."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNPRINTABLE.sub("", text)


def cut(text: str, note: str) -> str:
    """``text`` if a cell can hold it, else its beginning and ``note``."""
    if len(text) * 2 <= CELL_LIMIT or _utf16_length(text) <= CELL_LIMIT:
        return text
    room = CELL_LIMIT - _utf16_length(note)
    head = text[:room]
    while _utf16_length(head) > room:
        head = head[: room - (_utf16_length(head) - room)] if len(head) > room else head[:-1]
    return head + note


def _utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def width(text: str) -> int:
    """Columns that the longest line of ``text`` takes, East Asian characters counting as two."""
    if text.isascii() and "\n" not in text:
        return len(text)
    # UTF-8 takes one byte for what is one column wide and three for what is two.
    return max((len(line) + len(line.encode("utf-8", "replace")) + 1) // 2 for line in text.split("\n"))


def guard_formulas(column: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray | pa.Array:
    """Arrow strings with an apostrophe before each one that a spreadsheet could take for a formula."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pc.any(pc.is_in(pc.utf8_slice_codeunits(column, 0, 1), pa.array(_FIRST, column.type))).as_py():
        return column
    risky = pc.match_substring_regex(column, _RISKY)
    if not pc.any(risky).as_py():
        return column
    risky = pc.and_not(risky, pc.match_substring_regex(column, _HARMLESS))
    quoted = pc.binary_join_element_wise(pa.scalar("'", column.type), column, pa.scalar("", column.type))
    return pc.if_else(risky, quoted, column)
