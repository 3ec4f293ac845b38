"""Texts of an .xlsx: shared and inline strings, plain or rich."""

from __future__ import annotations

from lxml import etree

from perfbatch.read.bounds import Bounds
from perfbatch.read.cell_value import clean, unescape


def shared_strings(root: etree._Element | None, bounds: Bounds) -> list[str]:
    """The texts of sharedStrings.xml in order; empty where the part is missing."""
    if root is None:
        return []
    return [string_item(item, bounds) for item in root.iterfind("{*}si")]


def string_item(item: etree._Element, bounds: Bounds) -> str:
    """Text of an ``si`` or ``is`` element: its runs joined, phonetic guides (rPh) left out."""
    if len(item) == 1 and item[0].tag.endswith("}t"):
        return clean(unescape(item[0].text or ""), bounds.text)
    pieces = []
    for child in item:
        name = etree.QName(child).localname
        if name == "t":
            pieces.append(child.text or "")
        elif name == "r":
            pieces.extend(text.text or "" for text in child.iterfind("{*}t"))
    return clean(unescape("".join(pieces)), bounds.text)
