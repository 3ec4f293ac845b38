"""XML of a file that nobody vouches for, as a tree; nothing in it is expanded or fetched."""

from __future__ import annotations

from lxml import etree

from perfbatch.workbook.refusal import Refused

_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True, collect_ids=False
)
_WIDE_DOCTYPES = "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be")


def parse_xml(content: bytes) -> etree._Element:
    """Root of an XML text, to be read: comments and instructions are left out.

    Raises Refused: damaged where it is no XML, or declares entities, which no workbook does.
    """
    try:
        root = etree.fromstring(content, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused("damaged", detail=str(error)) from error
    refuse_entities(root)
    return root


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
