"""An OOXML package: its members by name, whatever their case or slashes, and what is related to what.

Everything that is unpacked passes here, and is bounded here.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import unquote

from lxml import etree

from perfbatch.caching import SMALL_PART, remembered
from perfbatch.workbook.bounds import DEFAULT, Bounds
from perfbatch.workbook.refusal import Refused
from perfbatch.workbook.xlsx.zip_entry import usual_entry

_ZIP_ERRORS = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError,
    OverflowError, LookupError,
)  # fmt: skip


_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True, collect_ids=False
)


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
        self._data = data
        starts = sorted((*(info.header_offset for info in members), self._zip.start_dir), reverse=True)
        self._ends = {start: end for end, start in pairwise(starts)}

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
        content = None
        if info.file_size <= limit:
            content = usual_entry(self._data, info, self._ends.get(info.header_offset, 0))
        if content is None:
            try:
                with self._zip.open(info) as part:
                    content = part.read(limit + 1)
            except _ZIP_ERRORS as error:
                raise Refused("damaged", detail=f"{name}: {error}") from error
        if len(content) > limit:
            raise Refused("unpacks_too_large", limit=limit, found=info.file_size)
        self._spent += len(content)
        return content

    def xml_bytes(self, name: str) -> bytes | None:
        """A part that is to be parsed as a whole. Raises Refused as ``read``, and sooner for its size."""
        content = self.read(name)
        if content is not None and len(content) > self._bounds.tree_bytes:
            raise Refused("unpacks_too_large", limit=self._bounds.tree_bytes, found=len(content))
        return content

    def xml(self, name: str) -> etree._Element | None:
        """The root of a part, None where there is none. Raises Refused as ``read``, damaged for no XML."""
        content = self.xml_bytes(name)
        return None if content is None else parse_xml(content)

    def relationships(self, part: str) -> list[Relationship]:
        """What ``part`` ('' for the package) points at inside the package; empty where it says nothing."""
        folder, base = posixpath.split(part)
        content = self.xml_bytes(posixpath.join(folder, "_rels", f"{base}.rels"))
        if content is None:
            return []
        return [
            relationship if relationship.target in self
            else relationship._replace(target=unquote(relationship.target))
            for relationship in _relationships(content, folder)
        ]  # fmt: skip

    @cached_property
    def main(self) -> str:
        """Member name of the document, '' where the package has none."""
        for relationship in self.relationships(""):
            if relationship.kind == "officeDocument" and relationship.target in self:
                return relationship.target
        return next((name for name in ("xl/workbook.xml", "xl/workbook.bin") if name in self), "")

    def content_type(self, name: str) -> str:
        """Content type of a part, '' where it is not stated."""
        content = self.xml_bytes("[Content_Types].xml")
        if content is None:
            return ""
        overrides, defaults = _content_types(content)
        stated = overrides.get(_normal(name))
        return defaults.get(name.rsplit(".", 1)[-1].lower(), "") if stated is None else stated


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


@remembered(SMALL_PART)
def _content_types(content: bytes) -> tuple[dict[str, str], dict[str, str]]:
    """What [Content_Types].xml states for parts by their name, the first time, and by ending, the last."""
    overrides: dict[str, str] = {}
    defaults: dict[str, str] = {}
    for element in parse_xml(content):
        if element.tag.endswith("}Override"):
            overrides.setdefault(_normal(element.get("PartName", "")), element.get("ContentType", ""))
        elif element.tag.endswith("}Default"):
            defaults[element.get("Extension", "").lower()] = element.get("ContentType", "")
    return overrides, defaults


@remembered(SMALL_PART)
def _relationships(content: bytes, folder: str) -> tuple[Relationship, ...]:
    """What a .rels part points at inside the package, as it stands there: perhaps with %-escapes."""
    return tuple(
        Relationship(
            element.get("Id", ""),
            element.get("Type", "").rsplit("/", 1)[-1],
            _resolve(folder, element.get("Target", "")),
        )
        for element in parse_xml(content).iter("{*}Relationship")
        if element.get("TargetMode", "Internal").lower() != "external"
    )


def _resolve(folder: str, target: str) -> str:
    """Member that a target means: absolute, or relative to the folder of the part that names it."""
    target = target.replace("\\", "/").split("#")[0]
    path = target if target.startswith("/") else posixpath.join(folder, target)
    return posixpath.normpath(path).lstrip("/")
