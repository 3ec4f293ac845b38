"""Number formats of an OpenDocument document with all their sections, as Excel's codes."""

from __future__ import annotations

import re

from lxml import etree

from perfbatch.workbook.ods.names import FO, NUMBER, STYLE
from perfbatch.workbook.ods.number_formats import section_code
from perfbatch.workbook.ods.styles import DocumentStyles

_CONDITION = re.compile(r"value\(\)\s*(<=|>=|!=|<|>|=)\s*(-?[\d.]+)")
_COLOURS = {"#000000": "Black", "#0000ff": "Blue", "#00ffff": "Cyan", "#00ff00": "Green",
            "#ff00ff": "Magenta", "#ff0000": "Red", "#ffffff": "White", "#ffff00": "Yellow"}  # fmt: skip
_USUAL = {
    (">=0",): "{0};{own}",
    (">0",): "{0};{own}",
    (">0", "<0"): "{0};{1};{own}",
    (">0", "<0", "=0"): "{0};{1};{2};{own}",
}
"""Conditions that Excel's sections have without saying so."""
_CHINESE_DIGITS = {"一": "[DBNum1]", "壹": "[DBNum2]"}


class ExcelFormats:
    """Format code by chain of cell styles."""

    def __init__(self, styles: DocumentStyles) -> None:
        self._elements = styles.formats
        self._codes: dict[str, str] = {}

    def code(self, chain: list[etree._Element]) -> str:
        """The code that the nearest style states; General where none does."""
        for style in chain:
            name = style.get(f"{STYLE}data-style-name")
            if name:
                if name not in self._codes:
                    self._codes[name] = self._code(name)
                return self._codes[name]
        return "General"

    def _code(self, name: str) -> str:
        element = self._elements.get(name)
        if element is None:
            return "General"
        own = _section(element)
        conditions, codes = [], []
        for part in element.iterchildren(f"{STYLE}map"):
            found = _CONDITION.match(part.get(f"{STYLE}condition", ""))
            mapped = self._elements.get(part.get(f"{STYLE}apply-style-name", ""))
            if found is None or mapped is None:
                return own
            conditions.append(found[1].replace("!=", "<>") + f"{float(found[2]):g}")
            codes.append(_section(mapped))
        if not conditions:
            return own
        usual = _USUAL.get(tuple(conditions))
        if usual:
            return usual.format(*codes, own=own)
        pairs = zip(conditions[:2], codes[:2], strict=True)
        return ";".join([*(f"[{condition}]{code}" for condition, code in pairs), own])


def _section(element: etree._Element) -> str:
    """One section, its colour in front."""
    code = section_code(element)
    if element.tag == f"{NUMBER}text-style" and code == "General":
        return "@"
    code = _CHINESE_DIGITS.get(element.get(f"{NUMBER}transliteration-format", ""), "") + code
    colour = None
    for properties in element.iterchildren(f"{STYLE}text-properties"):
        colour = _COLOURS.get(properties.get(f"{FO}color", ""))
    return f"[{colour}]{code}" if colour else code
