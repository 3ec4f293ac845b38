"""Parts, relationships and content types of an OOXML package, found as office programs find them.

Names are compared without regard to case, ``\\`` counts as ``/``, and targets may be absolute, relative or
percent-encoded: all of that stands in real files.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from perfbatch.caching import remembered
from perfbatch.workbook.xlsx import xml
from perfbatch.workbook.xlsx.archive import Archive, Member
from perfbatch.workbook.xlsx.errors import Unmarkable

_RELATIONS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
_SMALL = 1 << 15  # bytes of a part whose changes are remembered


class Relation(NamedTuple):
    """One relationship; ``kind`` is the last word of its type, ``target`` the part's name in the archive."""

    id: str
    kind: str
    target: str


class Relations:
    """The relationships of one part, in file order; ``part`` '' stands for the package itself."""

    def __init__(self, package: Package, part: str) -> None:
        self._package = package
        self.part = part
        name = _relations_of(part)
        found = package.find(name)
        self.name = found or name
        self._list: list[Relation] = []
        self._by_id: dict[str, Relation] = {}
        for identity, kind, target in _internal(package.read(found), found) if found else ():
            self._append(Relation(identity, kind, package.resolve(part, target)))

    def __iter__(self) -> Iterator[Relation]:
        return iter(self._list)

    def of_kind(self, kind: str) -> Relation | None:
        """First relationship of that kind."""
        return next((relation for relation in self._list if relation.kind == kind), None)

    def by_id(self, identity: str | None) -> Relation | None:
        """The relationship with that id."""
        return self._by_id.get(identity) if identity else None

    def add(self, kind: str, target: str, *, strict: bool) -> str:
        """A new relationship to the part ``target``; its id."""
        base = xml.RELATIONS_STRICT if strict else xml.RELATIONS
        content, identity = _with_relation(
            self._content(), self.name, f"{base}/{kind}", self._relative(target)
        )
        self._append(Relation(identity, kind, target))
        self._package.replace(self.name, content)
        return identity

    def retarget(self, identity: str, target: str) -> None:
        """Let the relationship ``identity`` lead to another part."""
        content = _with_target(self._content(), self.name, identity, self._relative(target))
        self._package.replace(self.name, content)
        known, self._list, self._by_id = self._list, [], {}
        for relation in known:
            self._append(relation._replace(target=target) if relation.id == identity else relation)

    def copy_from(self, other: Relations) -> None:
        """Take over all relationships of ``other`` with their ids; this part must have none."""
        self._content()  # makes the part
        content = other._content()
        for relation in other:
            self._append(relation)
        for relation in self._by_id.values():
            content = _with_target(content, self.name, relation.id, self._relative(relation.target))
        self._package.replace(self.name, content)

    def _append(self, relation: Relation) -> None:
        self._list.append(relation)
        self._by_id.setdefault(relation.id, relation)

    def _relative(self, target: str) -> str:
        return _relative(target, self.part)

    def _content(self) -> bytes:
        if not self._package.find(self.name):
            empty = f'<Relationships xmlns="{xml.PACKAGE_RELATIONS}"/>'.encode()
            self._package.add(self.name, empty, _RELATIONS_TYPE, "rels")
        return self._package.read(self.name)


class Package:
    """An OOXML package in memory: parts by name, written back only if touched or replaced."""

    def __init__(self, data: bytes) -> None:
        """Raises Unmarkable where ``data`` is no package."""
        self.archive = Archive(data)
        # Of members with the same name the last one counts, as for other readers; of members that differ in
        # case only, the one that is spelt as referred to.
        self._exact = {_clean(member.name): member for member in self.archive.members}
        self._members = {name.casefold(): member for name, member in self._exact.items()}
        self._trees: dict[str, xml.Element] = {}
        self._touched: dict[str, None] = {}
        self._relations: dict[str, Relations] = {}
        types = self.find("[Content_Types].xml")
        if types is None:
            raise Unmarkable("not_a_workbook", part="")
        self._types_name = types

    def find(self, name: str) -> str | None:
        """The part's name as the archive spells it (with /), None where there is no such part."""
        if name in self._exact:
            return name
        member = self._members.get(name.casefold())
        return _clean(member.name) if member else None

    def read(self, name: str) -> bytes:
        """Content of a part. Raises Unmarkable where it is missing, damaged or too large."""
        member = self._member(name)
        if member is None:
            raise Unmarkable("missing_part", part=name)
        return self.archive.read(member)

    def parse(self, name: str) -> xml.Element:
        """Root of a part; the same object at every call, so that changes gather in it."""
        key = name.casefold()
        if key not in self._trees:
            self._trees[key] = xml.parse(self.read(name), name)
        return self._trees[key]

    def touch(self, name: str) -> None:
        """State that the parsed part ``name`` was changed and must be written back."""
        self._touched[name] = None

    def replace(self, name: str, content: bytes) -> None:
        """New content for an existing part."""
        member = self._member(name)
        if member is None:
            raise Unmarkable("missing_part", part=name)
        self.archive.replace(member, content)

    def add(self, name: str, content: bytes, content_type: str, default: str = "") -> None:
        """A new part with its content type: an Override, or a Default for the ending ``default``."""
        self._state_type(name, content_type, default)
        member = self.archive.add(name, content)
        self._members[name.casefold()] = self._exact[name] = member

    def unused_name(self, pattern: str) -> str:
        """First of ``pattern`` with {} = 1, 2, 3 … that no part has."""
        number = 1
        # Relationships left over from a part that is gone must not become the new one's.
        while self._member(name := pattern.format(number)) or self._member(_relations_of(name)):
            number += 1
        return name

    def relations(self, part: str) -> Relations:
        """Relationships of ``part`` ('' for the package's own)."""
        key = part.casefold()
        if key not in self._relations:
            self._relations[key] = Relations(self, part)
        return self._relations[key]

    def resolve(self, part: str, target: str) -> str:
        """The part that ``target`` means, seen from ``part``; spelt as in the archive where it exists."""
        names = _meant(part, target)
        return next((found for name in names if (found := self.find(name))), names[0])

    def bytes(self) -> bytes:
        """The package with everything that was touched or added."""
        for name in self._touched:
            self.replace(name, xml.serialise(self.parse(name)))
        self._touched.clear()
        return self.archive.write()

    def close(self) -> None:
        """Let go of all parsed parts at once: parts and relationships refer to each other, and a batch would
        otherwise pile up whole workbooks until the garbage collector comes by."""
        self._relations.clear()
        self._trees.clear()

    def _member(self, name: str) -> Member | None:
        return self._exact.get(name) or self._members.get(name.casefold())

    def _state_type(self, name: str, content_type: str, default: str) -> None:
        known = self.read(self._types_name)
        stated = _with_type(known, self._types_name, name, content_type, default)
        if stated is not known:
            self.replace(self._types_name, stated)


@remembered(_SMALL)
def _internal(content: bytes, name: str) -> tuple[tuple[str, str, str], ...]:
    """Id, kind and target, as stated, of the relationships in the part ``name`` that stay in the package."""
    return tuple(
        (element.get("Id") or "", (element.get("Type") or "").rpartition("/")[2], target)
        for element in xml.parse(content, name)
        if xml.local(element) == "Relationship"
        and (target := element.get("Target"))
        and element.get("TargetMode") != "External"
    )


@remembered(_SMALL)
def _with_relation(content: bytes, name: str, kind: str, target: str) -> tuple[bytes, str]:
    """The part ``name`` with one more relationship, and its id."""
    root = xml.parse(content, name)
    taken = {element.get("Id") for element in root}
    number = len(taken) + 1
    while f"rId{number}" in taken:
        number += 1
    identity = f"rId{number}"
    xml.new(root, "Relationship", Id=identity, Type=kind, Target=target)
    return xml.serialise(root), identity


@remembered(_SMALL)
def _with_target(content: bytes, name: str, identity: str, target: str) -> bytes:
    """The part ``name`` with its relationship ``identity`` leading to ``target``."""
    root = xml.parse(content, name)
    for element in root:
        if element.get("Id") == identity:
            element.set("Target", target)
    return xml.serialise(root)


@remembered(_SMALL)
def _with_type(content: bytes, types: str, name: str, content_type: str, default: str) -> bytes:
    """The content types with that of the part ``name``; ``content`` itself where they say so already."""
    root = xml.parse(content, types)
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
            element = xml.new(root, "Default", Extension=default, ContentType=content_type)
            root.insert(0, element)
            return xml.serialise(root)
    xml.new(root, "Override", PartName=f"/{name}", ContentType=content_type)
    return xml.serialise(root)


@lru_cache(maxsize=1024)
def _meant(part: str, target: str) -> tuple[str, ...]:
    """Names that ``target`` may mean, seen from ``part``, the likeliest first."""
    target = target.replace("\\", "/").partition("#")[0]
    folder = posixpath.dirname(part)
    spellings = [target, unquote(target)] if "%" in target else [target]
    return tuple(
        posixpath.normpath(posixpath.join(f"/{base}", spelling)).lstrip("/")
        for base in (folder, "")  # some writers forget that targets are relative to the part
        for spelling in spellings
    )


@lru_cache(maxsize=1024)
def _relative(target: str, part: str) -> str:
    """How ``part`` speaks of the part ``target``."""
    return posixpath.relpath(f"/{target}", posixpath.dirname(f"/{part}"))


@lru_cache(maxsize=1024)
def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


_SLASHES = re.compile(r"[\\/]+")


def _clean(name: str) -> str:
    return _SLASHES.sub("/", name).lstrip("/") if "\\" in name or name[:1] == "/" or "//" in name else name
