"""Texts of an .xlsx: shared and inline strings, plain or rich."""

from __future__ import annotations

from lxml import etree

from perfbatch.read.bounds import Bounds
from perfbatch.read.formats.cell_value import clean, unescape


def shared_strings(root: etree._Element | None, bounds: Bounds) -> list[str]:
    """The texts of sharedStrings.xml in order; empty where the part is missing."""
    if root is None:
        return []
    limit = bounds.text
    return [string_item(item, limit) for item in root if item.tag.endswith("}si")]


def string_item(item: etree._Element, limit: int) -> str:
    """Text of an ``si`` or ``is`` element: its runs joined, phonetic guides (rPh) left out."""
    text = ""
    for child in item:
        name = child.tag[-2:]
        if name == "}t":
            text += child.text or ""
        elif name == "}r":
            for piece in child:
                if piece.tag[-2:] == "}t":
                    text += piece.text or ""
    return clean(unescape(text), limit)
