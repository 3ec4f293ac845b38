"""A package whose parts, relationships and content types are changed; what is not, stays byte for byte."""

from __future__ import annotations

import posixpath

from perfbatch.caching import cached, cached_if_small
from perfbatch.workbook.package import CONTENT_TYPES, Package, Relation, relations_of
from perfbatch.workbook.refusal import Refused
from perfbatch.workbook.xlsx import xml

_RELATIONS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
_SMALL = 1 << 15  # bytes of a part whose changes are remembered


class EditedPackage(Package):
    """An OOXML package in memory: parts by name, written back only if touched or replaced."""

    def __init__(self, data: bytes) -> None:
        """Raises Refused: not_a_workbook, damaged, too_complex."""
        super().__init__(data)
        self._trees: dict[str, xml.Element] = {}
        self._touched: dict[str, None] = {}
        types = self.find(CONTENT_TYPES)
        if types is None:
            raise Refused("not_a_workbook", detail="no content types")
        self._types_name = types

    def parse(self, name: str) -> xml.Element:
        """Root of a part; the same object at every call, so that changes gather in it."""
        key = name.casefold()
        if key not in self._trees:
            self._trees[key] = xml.parse_part(self.read(name), name)
        return self._trees[key]

    def touch(self, name: str) -> None:
        """State that the parsed part ``name`` was changed and must be written back."""
        self._touched[name] = None

    def replace(self, name: str, content: bytes) -> None:
        """New content for an existing part. Raises Refused: damaged where there is none."""
        member = self._member(name)
        if member is None:
            raise Refused("damaged", detail=f"{name} is missing")
        self.archive.replace(member, content)

    def add(self, name: str, content: bytes, content_type: str, default: str = "") -> None:
        """A new part with its content type: an Override, or a Default for the ending ``default``."""
        known = self.read(self._types_name)
        stated = _with_type(known, self._types_name, name, content_type, default)
        if stated is not known:
            self.replace(self._types_name, stated)
        self._folded[name.casefold()] = self._exact[name] = self.archive.add(name, content)

    def unused_name(self, pattern: str) -> str:
        """First of ``pattern`` with {} = 1, 2, 3 … that no part has."""
        number = 1
        # Relationships left over from a part that is gone must not become the new one's.
        while (name := pattern.format(number)) in self or relations_of(name) in self:
            number += 1
        return name

    def relate(self, part: str, kind: str, target: str, *, strict: bool) -> str:
        """A new relationship of ``part`` to the part ``target``; its id."""
        base = xml.RELATIONS_STRICT if strict else xml.RELATIONS
        name, content = self._stated(part)
        content, identity = _with_relation(content, name, f"{base}/{kind}", _relative(target, part))
        self.replace(name, content)
        self.relations(part).append(Relation(identity, kind, target))
        return identity

    def retarget(self, part: str, identity: str, target: str) -> None:
        """Let the relationship ``identity`` of ``part`` lead to the part ``target``."""
        name, content = self._stated(part)
        self.replace(name, _with_target(content, name, identity, _relative(target, part)))
        self.relations(part).retarget(identity, target)

    def copy_relations(self, source: str, part: str) -> None:
        """Give ``part``, which has none, the relationships of ``source`` with their ids."""
        if relations_of(source) not in self:
            return
        name, _ = self._stated(part)
        _, content = self._stated(source)
        own = self.relations(part)
        for relation in self.relations(source):
            if own.by_id(relation.id) is None:
                content = _with_target(content, name, relation.id, _relative(relation.target, part))
            own.append(relation)
        self.replace(name, content)

    def write(self) -> bytes:
        """The package with everything that was touched or added. Raises Refused as ``Archive.write``."""
        for name in self._touched:
            self.replace(name, xml.serialise(self.parse(name)))
        self._touched.clear()
        return self.archive.write()

    def _stated(self, part: str) -> tuple[str, bytes]:
        """Name and content of the part with the relationships of ``part``, which is made if need be."""
        name = relations_of(part)
        found = self.find(name)
        if found is None:
            empty = f'<Relationships xmlns="{xml.PACKAGE_RELATIONS}"/>'.encode()
            self.add(name, empty, _RELATIONS_TYPE, "rels")
        return found or name, self.read(name)


@cached_if_small(_SMALL)
def _with_relation(content: bytes, name: str, kind: str, target: str) -> tuple[bytes, str]:
    """The part ``name`` with one more relationship, and its id."""
    root = xml.parse_part(content, name)
    taken = {element.get("Id") for element in root}
    number = len(taken) + 1
    while f"rId{number}" in taken:
        number += 1
    identity = f"rId{number}"
    xml.new_element(root, "Relationship", Id=identity, Type=kind, Target=target)
    return xml.serialise(root), identity


@cached_if_small(_SMALL)
def _with_target(content: bytes, name: str, identity: str, target: str) -> bytes:
    """The part ``name`` with its relationship ``identity`` leading to ``target``."""
    root = xml.parse_part(content, name)
    for element in root:
        if element.get("Id") == identity:
            element.set("Target", target)
    return xml.serialise(root)


@cached_if_small(_SMALL)
def _with_type(content: bytes, types: str, name: str, content_type: str, default: str) -> bytes:
    """The content types with that of the part ``name``; ``content`` itself where they say so already."""
    root = xml.parse_part(content, types)
    for element in xml.children(root, "Override"):
        if (element.get("PartName") or "").casefold() == f"/{name}".casefold():
            # Left over from a part that is gone; two for one name are not allowed.
            element.set("ContentType", content_type)
            return xml.serialise(root)
    if default:
        stated = {
            (element.get("Extension") or "").casefold(): element.get("ContentType")
            for element in xml.children(root, "Default")
        }
        if stated.get(default) == content_type:
            return content
        if default not in stated:
            element = xml.new_element(root, "Default", Extension=default, ContentType=content_type)
            root.insert(0, element)
            return xml.serialise(root)
    xml.new_element(root, "Override", PartName=f"/{name}", ContentType=content_type)
    return xml.serialise(root)


@cached(1024)
def _relative(target: str, part: str) -> str:
    """How ``part`` speaks of the part ``target``."""
    return posixpath.relpath(f"/{target}", posixpath.dirname(f"/{part}"))
