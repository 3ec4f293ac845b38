"""Styles of an OpenDocument document by family and name, each with those that it stands on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from perfbatch.workbook.ods.names import DATA_STYLES, STYLE, SVG, TABLE

_LENGTH = re.compile(r"(-?\d+(?:\.\d+)?)\s*(in|cm|mm|pt|pc|px)")
_POINTS = {"in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "pt": 1.0, "pc": 12.0, "px": 0.75}
_MOST_PARENTS = 20


class DocumentStyles:
    """The styles of a document. An automatic style of content.xml comes before one of that name elsewhere."""

    def __init__(self, roots: list[etree._Element]) -> None:
        self._styles: dict[tuple[str, str], etree._Element] = {}
        self._defaults: dict[str, etree._Element] = {}
        self.fonts: dict[str, str] = {}
        self.formats: dict[str, etree._Element] = {}
        for root in roots:
            for element in root.iter(f"{STYLE}style"):
                key = element.get(f"{STYLE}family", ""), element.get(f"{STYLE}name", "")
                self._styles.setdefault(key, element)
            for element in root.iter(f"{STYLE}default-style"):
                self._defaults.setdefault(element.get(f"{STYLE}family", ""), element)
            for element in root.iter(f"{STYLE}font-face"):
                family = element.get(f"{SVG}font-family", "").strip("'\" ")
                self.fonts.setdefault(element.get(f"{STYLE}name", ""), family)
            for element in root.iter(*DATA_STYLES):
                self.formats.setdefault(element.get(f"{STYLE}name", ""), element)

    def chain(self, family: str, name: str) -> list[etree._Element]:
        """The style, its parents from near to far; the family's default style is not among them."""
        found: list[etree._Element] = []
        while (element := self._styles.get((family, name))) is not None and len(found) < _MOST_PARENTS:
            if element in found:
                break
            found.append(element)
            name = element.get(f"{STYLE}parent-style-name", "")
        return found

    def default(self, family: str) -> etree._Element | None:
        """What holds where no style of the family says otherwise."""
        return self._defaults.get(family)

    def length(self, family: str, element: etree._Element, name: str) -> float | None:
        """A row height or column width in points, by the element's own style or the default."""
        default = self.default(family)
        for style in [*self.chain(family, element.get(f"{TABLE}style-name", "")), default]:
            for properties in style if style is not None else ():
                stated = length_in_points(properties.get(f"{STYLE}{name}", ""))
                if stated is not None:
                    return stated
        return None


def stated(chain: list[etree._Element], group: str, name: str) -> str | None:
    """The first word in the chain on an attribute of its ``group`` of properties, None where none has one."""
    for style in chain:
        for properties in _properties(style, group):
            value = properties.get(name)
            if value is not None:
                return value
    return None


def _properties(style: etree._Element, group: str) -> Iterator[etree._Element]:
    return style.iterchildren(f"{STYLE}{group}-properties")


def length_in_points(text: str) -> float | None:
    """A length such as 0.5in, 1.2cm or 9pt in points."""
    found = _LENGTH.fullmatch(text.strip())
    return float(found[1]) * _POINTS[found[2]] if found else None
