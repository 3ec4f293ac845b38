"""An OOXML package: its members by name, whatever their case or slashes, and what is related to what.

Everything that is unpacked passes here, and is bounded here.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from functools import cached_property
from typing import NamedTuple
from urllib.parse import unquote

from lxml import etree

from perfbatch.read.bounds import DEFAULT, Bounds
from perfbatch.read.refusal import Refused

_ZIP_ERRORS = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError,
    OverflowError, LookupError,
)  # fmt: skip


_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)


class Relationship(NamedTuple):
    """``kind`` is the last part of the type URI (worksheet, styles …), ``target`` a member name."""

    id: str
    kind: str
    target: str


class Package:
    """A zip of parts, read into memory part by part."""

    def __init__(self, data: bytes, bounds: Bounds = DEFAULT) -> None:
        """Raises Refused: damaged (no readable zip), too_complex (too many members)."""
        self._bounds = bounds
        self._spent = 0
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _ZIP_ERRORS as error:
            raise Refused("damaged", detail=str(error)) from error
        members = self._zip.infolist()
        if len(members) > bounds.members:
            raise Refused("too_complex", limit=bounds.members, found=len(members), part="members")
        self._members = {_normal(info.filename): info for info in members}

    def __contains__(self, name: str) -> bool:
        return _normal(name) in self._members

    @property
    def names(self) -> list[str]:
        """Member names as they are looked up: lower case, no leading slash."""
        return list(self._members)

    def read(self, name: str) -> bytes | None:
        """The unpacked part, None where there is none.

        Raises Refused: damaged (cannot be unpacked), too_complex (larger than the bounds), encrypted.
        """
        info = self._members.get(_normal(name))
        if info is None:
            return None
        if info.flag_bits & 0x1:
            raise Refused("encrypted")
        bounds = self._bounds
        limit = min(bounds.part_bytes, bounds.total_bytes - self._spent)
        if info.file_size > bounds.ratio_from:
            limit = min(limit, max(info.compress_size, 1) * bounds.ratio)
        try:
            with self._zip.open(info) as part:
                content = part.read(limit + 1)
        except _ZIP_ERRORS as error:
            raise Refused("damaged", detail=f"{name}: {error}") from error
        if len(content) > limit:
            raise Refused("unpacks_too_large", limit=limit, found=info.file_size)
        self._spent += len(content)
        return content

    def xml(self, name: str) -> etree._Element | None:
        """The root of a part, None where there is none. Raises Refused as ``read``, damaged for no XML."""
        content = self.read(name)
        if content is None:
            return None
        if len(content) > self._bounds.tree_bytes:
            raise Refused("unpacks_too_large", limit=self._bounds.tree_bytes, found=len(content))
        return parse_xml(content)

    def relationships(self, part: str) -> list[Relationship]:
        """What ``part`` ('' for the package) points at inside the package; empty where it says nothing."""
        folder, base = posixpath.split(part)
        root = self.xml(posixpath.join(folder, "_rels", f"{base}.rels"))
        if root is None:
            return []
        found = []
        for element in root.iter("{*}Relationship"):
            if element.get("TargetMode", "Internal").lower() != "external":
                target = _resolve(folder, element.get("Target", ""), self)
                kind = element.get("Type", "").rsplit("/", 1)[-1]
                found.append(Relationship(element.get("Id", ""), kind, target))
        return found

    @cached_property
    def main(self) -> str:
        """Member name of the document, '' where the package has none."""
        for relationship in self.relationships(""):
            if relationship.kind == "officeDocument" and relationship.target in self:
                return relationship.target
        return next((name for name in ("xl/workbook.xml", "xl/workbook.bin") if name in self), "")

    def content_type(self, name: str) -> str:
        """Content type of a part, '' where it is not stated."""
        types = self.xml("[Content_Types].xml")
        if types is None:
            return ""
        wanted, ending = _normal(name), name.rsplit(".", 1)[-1].lower()
        default = ""
        for element in types:
            if element.tag.endswith("}Override") and _normal(element.get("PartName", "")) == wanted:
                return element.get("ContentType", "")
            if element.tag.endswith("}Default") and element.get("Extension", "").lower() == ending:
                default = element.get("ContentType", "")
        return default


def parse_xml(content: bytes) -> etree._Element:
    """Root of an XML text; entities and outside references are not followed.

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


def _normal(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _resolve(folder: str, target: str, package: Package) -> str:
    """Member that a target means: absolute, or relative to the folder of the part that names it."""
    target = target.replace("\\", "/").split("#")[0]
    path = target if target.startswith("/") else posixpath.join(folder, target)
    path = posixpath.normpath(path).lstrip("/")
    return path if path in package else unquote(path)
