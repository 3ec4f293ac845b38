"""Parsing and writing parts so that nothing in them is lost and nothing in them can do harm."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from perfbatch.workbook.bounds import DEFAULT
from perfbatch.workbook.parsing import ensure_bounded, has_doctype
from perfbatch.workbook.refusal import Refused

Element = etree._Element

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
MAIN_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_MACROS = "http://schemas.microsoft.com/office/excel/2006/main"
DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_OPTIONS: dict[str, Any] = {
    "resolve_entities": False, "no_network": True, "load_dtd": False, "strip_cdata": False,
    "remove_blank_text": False, "collect_ids": False,
}  # fmt: skip
_PARSER = etree.XMLParser(**_OPTIONS)
# libxml2's guards (depth, text over 10 MB) are lifted only for parts whose size we bounded ourselves.
_PARSER_LARGE = etree.XMLParser(**_OPTIONS, huge_tree=True)

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ODD = re.compile('[\x00-\x08\x0b-\x1f&<>"_\ud800-\udfff\ufffe\uffff]')
_ESCAPE_LOOKALIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def parse_part(data: bytes, part: str) -> Element:
    """Root of the part. Raises Refused: damaged, doctype, unpacks_too_large."""
    if len(data) > DEFAULT.tree_bytes:
        raise Refused("unpacks_too_large", limit=DEFAULT.tree_bytes, found=len(data), detail=part)
    if has_doctype(data):
        raise Refused("doctype", detail=part)
    ensure_bounded(data)
    try:
        root = etree.fromstring(data, _PARSER if len(data) < 1 << 23 else _PARSER_LARGE)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused("damaged", detail=f"{part}: {error}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused("doctype", detail=part)  # written in some encoding that hides the word
    return root


def serialise(root: Element) -> bytes:
    """The whole document of ``root`` in UTF-8, comments and instructions around the root included."""
    return DECLARATION + etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=False)


def local(element: Element) -> str:
    """Name without namespace; '' for a comment or instruction."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def namespace(element: Element) -> str:
    """Namespace of an element, '' where it has none."""
    tag = element.tag
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag[0] == "{" else ""


def relation_id(element: Element) -> str | None:
    """The r:id of an element, in the transitional or the strict namespace; None where it states none."""
    return next((str(value) for key, value in element.attrib.items() if str(key).endswith("}id")), None)


def inner(element: Element) -> str:
    """Namespace of an element's SpreadsheetML children: its own, but for the root of a macro sheet."""
    space = namespace(element)
    if space != _MACROS:
        return space
    return MAIN_STRICT if MAIN_STRICT in element.nsmap.values() else MAIN


def children(element: Element, name: str) -> Iterator[Element]:
    """Children of that name in the parent's own namespace (see ``inner``)."""
    space = inner(element)
    return element.iterchildren(f"{{{space}}}{name}" if space else name)


def child(element: Element, name: str) -> Element | None:
    """First child of that name in the parent's own namespace."""
    return next(children(element, name), None)


def new_element(parent: Element, name: str, *, linking: str = "", **attributes: str) -> Element:
    """A new last child in the parent's own namespace (and so with its prefix).

    ``linking``: the namespace of relationships where the child will name one. It is r unless it has a prefix
    already, whatever prefixes some library made lxml know.
    """
    space = inner(parent)
    known = not linking or any(prefix and linking == bound for prefix, bound in parent.nsmap.items())
    nsmap = None if known else {"r": linking}
    return etree.SubElement(parent, f"{{{space}}}{name}" if space else name, attributes, nsmap)


def insert(
    parent: Element, name: str, before: frozenset[str], *, linking: str = "", **attributes: str
) -> Element:
    """A new child placed after the last child whose name is in ``before``, first where there is none."""
    element = new_element(parent, name, linking=linking, **attributes)
    position = 0
    for index, sibling in enumerate(parent):
        if sibling is not element and _stands_for(sibling) in before:
            position = index + 1
    parent.insert(position, element)
    return element


def _stands_for(element: Element) -> str:
    """Name of an element, or of what mc:AlternateContent holds in its place."""
    name = local(element)
    if name != "AlternateContent":
        return name
    return next((local(inner) for branch in element for inner in branch if local(inner)), "")


def plain_text(value: str) -> str:
    """``value`` as element text that every reader shows as it was: no forbidden characters, no escapes.

    Lines end in LF; markup is not escaped (see ``escape``); ``_x0041_`` stays those seven characters.
    """
    if "\r" in value:
        value = value.replace("\r\n", "\n").replace("\r", "\n")
    value = _CONTROL.sub("", value)
    return _ESCAPE_LOOKALIKE.sub("_x005F_", value) if "_x" in value else value


def text_markup(value: str) -> str:
    """``plain_text`` with its markup escaped, ready to stand in an element."""
    # Nearly all text needs neither, and one look tells.
    return escape(plain_text(value)) if _ODD.search(value) else value


def escape(value: str) -> str:
    """Markup characters escaped, for text and for attributes in double quotes."""
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
