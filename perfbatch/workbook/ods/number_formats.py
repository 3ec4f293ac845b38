"""Number formats of an OpenDocument spreadsheet, said in the codes that the other kinds use."""

from __future__ import annotations

import math
from collections.abc import Iterable

from lxml import etree

from perfbatch.workbook.cell_value import finite
from perfbatch.workbook.ods.names import DATA_STYLES, LOEXT, NUMBER, STYLE, TABLE

_DATES = {"year": ("yy", "yyyy"), "month": ("m", "mm"), "day": ("d", "dd"), "hours": ("h", "hh"),
          "minutes": ("m", "mm"), "seconds": ("s", "ss"), "am-pm": ("AM/PM", "AM/PM"),
          "day-of-week": ("aaa", "aaaa")}  # fmt: skip
_BARE = frozenset("-/: ")


class CellFormats:
    """Format code by name of a cell style, and the names of hidden table styles."""

    def __init__(self, roots: Iterable[etree._Element]) -> None:
        """``roots`` are content.xml and styles.xml, in this order."""
        codes: dict[str, str] = {}
        mapped: dict[str, str] = {}
        cells: dict[str, tuple[str, str]] = {}
        self.hidden_tables: set[str] = set()
        for root in roots:
            for element in root.iter(*DATA_STYLES, f"{STYLE}style"):
                name = element.get(f"{STYLE}name", "")
                if element.tag in DATA_STYLES:
                    codes.setdefault(name, section_code(element))
                    # of a format with sections its own part is the last; numbers look like the first
                    first = element.find(f"{STYLE}map")
                    if first is not None:
                        mapped.setdefault(name, first.get(f"{STYLE}apply-style-name", ""))
                elif element.get(f"{STYLE}family") == "table-cell":
                    stated = element.get(f"{STYLE}data-style-name", "")
                    cells.setdefault(name, (stated, element.get(f"{STYLE}parent-style-name", "")))
                elif element.get(f"{STYLE}family") == "table":
                    properties = element.find(f"{STYLE}table-properties")
                    if properties is not None and properties.get(f"{TABLE}display") == "false":
                        self.hidden_tables.add(name)
        self._codes = codes | {name: codes[first] for name, first in mapped.items() if first in codes}
        self._cells = cells
        self._known: dict[str, str] = {}

    def code(self, cell_style: str) -> str:
        """Format code of a cell style, that of its parents where it states none; General if unknown."""
        if cell_style not in self._known:
            name, seen = cell_style, set()
            stated = ""
            while name in self._cells and name not in seen and not stated:
                seen.add(name)
                stated, name = self._cells[name]
            self._known[cell_style] = self._codes.get(stated, "General")
        return self._known[cell_style]


def section_code(style: etree._Element) -> str:
    """The format code of a data style by itself, without the sections that it maps to."""
    pieces = []
    for part in style:
        name = etree.QName(part).localname if isinstance(part.tag, str) else ""
        if name == "number":
            pieces.append(_digits(part, style))
        elif name in ("text", "currency-symbol"):
            pieces.append(_literal(part.text or ""))
        elif name == "fill-character":
            pieces.append(f"*{(part.text or ' ')[0]}")
        elif name == "scientific-number":
            pieces.append(f"0.{'0' * _count(part, 'decimal-places', 2)}E+00")
        elif name == "fraction":
            over = "?" * max(1, _count(part, "min-numerator-digits", 1))
            under = "?" * max(1, _count(part, "min-denominator-digits", 1))
            pieces.append(f"# {over}/{under}")
        elif name == "text-content":
            pieces.append("@")
        elif name == "month" and part.get(f"{NUMBER}textual") == "true":
            pieces.append("mmmm" if part.get(f"{NUMBER}style") == "long" else "mmm")
        elif name in _DATES:
            code = _DATES[name][part.get(f"{NUMBER}style") == "long"]
            pieces.append(f"[{code}]" if _elapsed(style, name) else code)
    code = "".join(pieces)
    return "General" if code in ("", "@") else code


def _literal(text: str) -> str:
    if text == "%" or set(text) <= _BARE:
        return text
    return '"' + text.replace('"', '"\\""') + '"'


def _digits(part: etree._Element, style: etree._Element) -> str:
    stated = part.get(f"{NUMBER}decimal-places")
    if stated is None and style.tag == f"{NUMBER}number-style" and not part.get(f"{NUMBER}grouping"):
        return "General"
    decimals = _count(part, "decimal-places", 0)
    least = min(_count(part, "min-decimal-places", decimals), decimals)
    digits = "0" * _count(part, "min-integer-digits", 1) or "#"
    whole = f"#,##{digits}" if part.get(f"{NUMBER}grouping") == "true" else digits
    places = "0" * least + "#" * (decimals - least)
    factor = finite(part.get(f"{NUMBER}display-factor", "")) or 1
    thousands = "," * (round(math.log10(factor)) // 3) if 1 < factor <= 1e12 else ""
    return f"{whole}.{places}{thousands}" if places else f"{whole}{thousands}"


def _count(part: etree._Element, name: str, default: int) -> int:
    stated = part.get(f"{NUMBER}{name}", part.get(f"{LOEXT}{name}", ""))
    return min(int(stated), 20) if stated.isdecimal() else default


def _elapsed(style: etree._Element, part: str) -> bool:
    return part == "hours" and style.get(f"{NUMBER}truncate-on-overflow") == "false"
