"""Number formats of an .xlsx: from the style index of a cell to its format code."""

from __future__ import annotations

from collections.abc import Mapping

from perfbatch.caching import SMALL_PART, cached_if_small
from perfbatch.workbook.number_text import BUILTIN
from perfbatch.workbook.parsing import parse_xml
from perfbatch.workbook.refusal import Refused


@cached_if_small(SMALL_PART)
def number_formats(content: bytes, limit: int) -> Mapping[str, str]:
    """Format code by style index (as written in a cell) of styles.xml, which may have ``limit`` of them.

    Raises Refused: damaged, too_complex.
    """
    root = parse_xml(content)
    codes = dict(BUILTIN)
    for element in root.iterfind("{*}numFmts/{*}numFmt"):
        number, code = element.get("numFmtId", ""), element.get("formatCode")
        if number.isdecimal() and code is not None:
            codes[int(number)] = code or "General"
    formats = root.find("{*}cellXfs")
    if formats is None:
        return {}
    if len(formats) > limit:
        raise Refused("too_complex", limit=limit, found=len(formats), part="styles")
    return {str(i): _code(xf.get("numFmtId", "0"), codes) for i, xf in enumerate(formats)}


def _code(number: str, codes: dict[int, str]) -> str:
    return codes.get(int(number), "General") if number.isdecimal() else "General"
