"""XML of a file that nobody vouches for, as a tree; nothing in it is expanded or fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from lxml import etree

from perfbatch.workbook.bounds import DEFAULT, MIB
from perfbatch.workbook.refusal import Refused

_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True, collect_ids=False
)
_FEW = 4 * MIB
"""Fewer bytes cannot hold more nodes than a tree may have."""
_PIECE = MIB
_START = re.compile(
    rb"(?:\xef\xbb\xbf)?[ \t\r\n]{0,99}+<"
    rb"""(?:\?xml(?:\s[^<>?]{0,200}?encoding\s{0,9}=\s{0,9}["']([^"']{0,40})["'])?)?"""
)
_TRANSPARENT = re.compile(rb"(?i)utf-?8|us-ascii|gb\w{1,7}|big5|(?:iso-?8859|windows|cp|latin)[-_\d]{1,8}")
"""Encodings in which < and ! are the bytes that they are in ASCII."""
_WIDE = b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"
_WIDE_DOCTYPES = "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be")


def parse_xml(content: bytes) -> etree._Element:
    """Root of an XML text, to be read: comments and instructions are left out.

    Raises Refused: damaged where it is no XML, or declares entities, which no workbook does; too_complex
    where the tree would take more memory than any workbook needs.
    """
    ensure_bounded(content)
    try:
        root = etree.fromstring(content, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise broken(error) from error
    refuse_entities(root)
    return root


def elements(content: bytes, names: tuple[str, ...], nodes: int = DEFAULT.nodes) -> Iterator[etree._Element]:
    """The elements of those names as they end; each is gone when the next is asked for.

    So a part of any size takes little memory, unless most of it is something else: then it is refused.
    Raises Refused: damaged, too_complex.
    """
    ensure_plain(content)
    parser = etree.XMLPullParser(
        events=("end",), tag=names, resolve_entities=False, no_network=True, remove_comments=True,
        remove_pis=True,
    )  # fmt: skip
    held, root = 0, None
    try:
        for start in range(0, len(content), _PIECE):
            piece = content[start : start + _PIECE]
            held += _nodes(piece)
            parser.feed(piece)
            for _, element in cast(Iterator[tuple[str, etree._Element]], parser.read_events()):
                if root is None:
                    root = element.getroottree().getroot()
                    refuse_entities(element)
                yield element
                element.clear()
                parent = element.getparent()
                while parent is not None and element.getprevious() is not None:
                    del parent[0]
            if held > nodes:
                held = nodes if root is None else int(cast(float, root.xpath("count(//*) + count(//@*)")))
                if held > nodes // 2:
                    raise Refused("too_complex", limit=nodes // 2, found=held, part="nodes")
        parser.close()
    except etree.XMLSyntaxError as error:
        raise broken(error) from error


def ensure_bounded(content: bytes, nodes: int = DEFAULT.nodes) -> None:
    """Raises Refused: too_complex where the tree of ``content`` has more than ``nodes`` elements and
    attributes, damaged where that cannot be seen from the text: see ``ensure_plain``."""
    ensure_plain(content)
    if len(content) > _FEW and (found := _nodes(content)) > nodes:
        raise Refused("too_complex", limit=nodes, found=found, part="nodes")


def ensure_plain(content: bytes) -> None:
    """Raises Refused: damaged where the tree may hold more than the text: attributes that a document type
    gives to each element, or markup hidden by an encoding."""
    start = _START.match(content)
    if start is None or (start[1] is not None and not _TRANSPARENT.fullmatch(start[1])):
        if not content.startswith(_WIDE):
            raise Refused("damaged", detail="no XML, or in an encoding that nobody writes")
        if b"\0!\0" in content and _declares(content.replace(b"\0", b"")):
            raise Refused("damaged", detail="a document type that declares something")
    elif b"<!" in content and _declares(content):
        raise Refused("damaged", detail="a document type that declares something")


def broken(error: Exception) -> Refused:
    """The refusal for what the parser says: its own bounds are named, all else is damage."""
    said = str(error)
    for words, part, limit in _PARSERS_BOUNDS:
        if words in said:
            return Refused("too_complex", limit=limit, found=limit + 1, part=part, detail=said)
    return Refused("damaged", detail=said)


_PARSERS_BOUNDS = (
    ("Excessive depth", "levels", 256), ("huge text", "characters", 10_000_000),
    ("AttValue length too long", "characters", 10_000_000), ("too long", "characters", 50_000),
)  # fmt: skip
"""What libxml2 says where it goes no further, what was too much, and how much it takes."""


def _nodes(content: bytes) -> int:
    """At least as many elements, attributes and references as there are."""
    marks = content.count(b"<") - content.count(b"</") + content.count(b"=")
    return marks + (content.count(b"&") if b"<!DOCTYPE" in content else 0)


def _declares(content: bytes) -> bool:
    return b"<!ATTLIST" in content or b"<!ENTITY" in content


def refuse_entities(root: etree._Element) -> None:
    """Raises Refused: damaged where the document declares entities."""
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and next(iter(declared.iterentities()), None) is not None:  # type: ignore[attr-defined]
        raise Refused("damaged", detail="entities are declared")


def has_doctype(data: bytes) -> bool:
    """Entities live in a DTD, which packages may not have; without one nothing can expand."""
    if b"<!DOCTYPE" in data:
        return True
    return b"\0" in data and any(doctype in data for doctype in _WIDE_DOCTYPES)
