"""Texts of an .xlsx: shared and inline strings, plain or rich."""

from __future__ import annotations

from lxml import etree

from perfbatch.workbook.cell_value import unescape, visible_text
from perfbatch.workbook.parsing import elements, ensure_bounded, parse_xml
from perfbatch.workbook.refusal import Refused
from perfbatch.workbook.xlsx.cut_xml import (
    FOREIGN_BYTES,
    PHONETIC,
    PLAIN_END,
    PLAIN_START,
    SPACED_START,
    STRING,
    STRINGS_END,
    STRINGS_START,
    USUAL_STRINGS_START,
    cut_pieces,
)

_FEW = 16


def shared_strings(content: bytes, limit: int) -> list[str]:
    """The texts of sharedStrings.xml in order, each at most ``limit`` characters.

    Raises Refused: damaged, too_complex.
    """
    ensure_bounded(content)
    texts = mostly_plain(content, limit)
    return all_texts(parse_xml(content), limit) if texts is None else texts


def strings_one_by_one(content: bytes, limit: int) -> list[str]:
    """The same of a part of any size, whose tree would not fit. Raises Refused: damaged, too_complex."""
    return [string_item(item, limit) for item in elements(content, ("{*}si",))]


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
    return visible_text(unescape(text), limit)


def all_texts(root: etree._Element, limit: int) -> list[str]:
    """The texts of the items below ``root``, whoever wrote them."""
    return [string_item(item, limit) for item in root if item.tag.endswith("}si")]


def mostly_plain(content: bytes, limit: int) -> list[str] | None:
    """The texts, quickly; None where more than a few items are anything but one plain run.

    Each stretch of other items is parsed between the first and the last tag of the part.
    """
    if b"_x" in content:  # it may escape something
        return None
    texts = _all_plain(content)
    if texts is not None:
        return [visible_text(text, limit) for text in texts] if len(content) > limit else texts
    pieces = cut_pieces(content, STRING)
    if pieces is None:
        return None
    start = STRINGS_START.match(pieces[0])
    if start is None:
        return None
    pieces[0] = pieces[0][start.end() :]
    last = pieces[-1].rstrip(" \t\r\n")
    if not last.endswith(STRINGS_END):
        return None
    pieces[-1] = last.removesuffix(STRINGS_END)
    others = [i for i in range(0, len(pieces), 2) if pieces[i]]
    if len(others) > _FEW:
        return None
    try:
        if not (
            USUAL_STRINGS_START.fullmatch(start[0])
            or parse_xml(f"{start[0]}{STRINGS_END}".encode()).nsmap.get(None)
        ):
            return None
        parsed = [all_texts(parse_xml(f"{start[0]}{pieces[i]}{STRINGS_END}".encode()), limit) for i in others]
    except Refused:
        return None
    texts = pieces[1::2]
    if len(content) > limit:
        texts = [visible_text(item, limit) for item in texts]
    # from the end, so that the places before it still hold
    for i, items in zip(reversed(others), reversed(parsed), strict=True):
        texts[i // 2 : i // 2] = items
    return texts


def _all_plain(content: bytes) -> list[str] | None:
    """The texts where each item is one plain run, with or without a phonetic guide's font behind it."""
    try:
        part = content.decode()
    except UnicodeDecodeError:
        return None
    if len(content.translate(None, FOREIGN_BYTES)) < len(content) or "\ufffe" in part or "\uffff" in part:
        return None
    part = part.replace(SPACED_START, PLAIN_START)
    if "<phoneticPr" in part:
        part = PHONETIC.sub(PLAIN_END, part)
    start, _, rest = part.partition(PLAIN_START)
    items, _, end = rest.rpartition(PLAIN_END)
    if end.strip(" \t\r\n") != STRINGS_END or not USUAL_STRINGS_START.fullmatch(start):
        return None
    texts = items.split(f"{PLAIN_END}{PLAIN_START}")
    # As many tags as there are between the texts, so none of them is within one.
    between = 4 * (len(texts) - 1)
    plain = items.count("<") == between == items.count(">") and "&" not in items
    return texts if plain else None
