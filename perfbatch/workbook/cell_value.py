"""From what a file stores to a ``Cell``: shared by all file kinds."""

from __future__ import annotations

import math
import re
from functools import partial

from perfbatch.caching import CachedByArgument, cached
from perfbatch.workbook.grid import Cell
from perfbatch.workbook.number_text import general_text, number_text, parse_format, to_datetime, word_text

ERRORS = frozenset({
    "#DIV/0!", "#REF!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#VALUE!", "#SPILL!", "#CALC!", "#FIELD!",
    "#BLOCKED!", "#CONNECT!", "#BUSY!", "#UNKNOWN!", "#EXTERNAL!", "#PYTHON!", "#GETTING_DATA",
})  # fmt: skip
_LIBRE_ERROR = re.compile(r"Err:\d{3}|#ERR\d{3}!")
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_SHORT = 40


def uncached_cell(code: str = "General") -> Cell:
    """A formula that was never calculated."""
    return Cell(None, "", code, "uncached", True)


def error_cell(text: str, code: str = "General", *, formula: bool = False) -> Cell:
    """An error value; ``text`` is the error as shown."""
    return Cell(None, text, code, "error", formula)


def bool_cell(value: bool, code: str = "General", *, formula: bool = False) -> Cell:
    """TRUE or FALSE."""
    return Cell(value, "TRUE" if value else "FALSE", code, "value", formula)


def text_cell(value: str, code: str = "General", *, formula: bool = False) -> Cell | None:
    """A text, an error where it reads as one; None for no text at all, unless a formula gave it."""
    if not value and not formula:
        return None
    if is_error(value):
        return error_cell(value, code, formula=formula)
    return Cell(value, value if code == "General" else word_text(value, code), code, "value", formula)


def number_cell(value: float, code: str = "General", *, formula: bool = False, shift: int = 0) -> Cell:
    """A finite number, a datetime where the format shows a date; ``shift`` is added to the days of dates."""
    if code == "General":
        return Cell(value, general_text(value), code, "value", formula)
    if parse_format(code).date:
        moment = to_datetime(value + shift)
        if moment is not None:
            return Cell(moment, number_text(value + shift, code), code, "value", formula)
    return Cell(value, number_text(value, code), code, "value", formula)


def _texts_under(code: str) -> CachedByArgument[str, Cell | None]:
    return CachedByArgument(partial(text_cell, code=code), lambda text: len(text) <= _SHORT, 4096)


TEXTS = CachedByArgument(_texts_under, count=8)
"""``text_cell(text, code)`` as ``TEXTS[code][text]``: labels and levels stand in every form."""


@cached(65_536)
def stored_number(text: str, code: str, formula: bool, shift: int) -> Cell | None:
    """The cell of a number as a file writes it, None where it is no finite one.

    The same few numbers come again and again, and a cell never changes: so it is made once.
    """
    value = finite(text)
    return None if value is None else number_cell(value, code, formula=formula, shift=shift)


def is_error(text: str) -> bool:
    """Whether the text is an error as spreadsheets show it."""
    return text[:1] in "#E" and (text in ERRORS or _LIBRE_ERROR.fullmatch(text) is not None)


def finite(text: str) -> float | None:
    """The number in a file's own notation (never a person's), None where it is none."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and "_" not in text else None


def visible_text(text: str, limit: int) -> str:
    """Text as a person sees it: line ends as \\n, no control characters, at most ``limit`` characters."""
    if len(text) > limit:
        text = text[:limit]
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.isprintable() else _UNSEEN.sub("", text)


def unescape(text: str) -> str:
    """Undo the _x000D_ notation of OOXML texts (ECMA-376 part 1, 22.9.2.19)."""
    if "_x" not in text:
        return text
    text = _ESCAPE.sub(lambda found: chr(int(found.group(1), 16)), text)
    # halves of characters beyond U+FFFF come in two escapes
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
