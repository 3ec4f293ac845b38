"""Number formats of an .xlsx: from the style index of a cell to its format code."""

from __future__ import annotations

from lxml import etree

from perfbatch.read.bounds import Bounds
from perfbatch.read.formats.number_text import BUILTIN
from perfbatch.read.refusal import Refused


def number_formats(root: etree._Element | None, bounds: Bounds) -> dict[str, str]:
    """Format code by style index (as written in a cell) of styles.xml; empty where the part is missing.

    Raises Refused: too_complex.
    """
    if root is None:
        return {}
    codes = dict(BUILTIN)
    for element in root.iterfind("{*}numFmts/{*}numFmt"):
        number, code = element.get("numFmtId", ""), element.get("formatCode")
        if number.isdecimal() and code is not None:
            codes[int(number)] = code or "General"
    formats = root.find("{*}cellXfs")
    if formats is None:
        return {}
    if len(formats) > bounds.styles:
        raise Refused("too_complex", limit=bounds.styles, found=len(formats), part="styles")
    return {str(i): _code(xf.get("numFmtId", "0"), codes) for i, xf in enumerate(formats)}


def _code(number: str, codes: dict[int, str]) -> str:
    return codes.get(int(number), "General") if number.isdecimal() else "General"
