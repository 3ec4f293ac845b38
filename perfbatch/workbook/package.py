"""A zip of parts: its members by name, and what is related to what, found as office programs find them.

Names are compared without regard to case, ``\\`` counts as ``/``, and targets may be absolute, relative or
percent-encoded: all of that stands in real files.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple
from urllib.parse import unquote

from lxml import etree

from perfbatch.caching import SMALL_PART, cached, cached_if_small
from perfbatch.workbook.archive import Archive, Member
from perfbatch.workbook.bounds import DEFAULT, Bounds
from perfbatch.workbook.parsing import parse_xml
from perfbatch.workbook.refusal import Refused

CONTENT_TYPES = "[Content_Types].xml"
_MAIN_PARTS = ("xl/workbook.xml", "xl/workbook.bin")
_SLASHES = re.compile(r"[\\/]+")


class Relation(NamedTuple):
    """One relationship; ``kind`` is the last word of its type, ``target`` the part's name in the archive."""

    id: str
    kind: str
    target: str


class Relations:
    """The relationships of one part that stay in the package, in file order."""

    def __init__(self) -> None:
        self._list: list[Relation] = []
        self._by_id: dict[str, Relation] = {}

    def __iter__(self) -> Iterator[Relation]:
        return iter(self._list)

    def append(self, relation: Relation) -> None:
        """One more, as the last; of those with the same id the first one counts."""
        self._list.append(relation)
        self._by_id.setdefault(relation.id, relation)

    def retarget(self, identity: str, target: str) -> None:
        """Let the relationship of that id lead to another part."""
        known, self._list, self._by_id = self._list, [], {}
        for relation in known:
            self.append(relation._replace(target=target) if relation.id == identity else relation)

    def of_kind(self, kind: str) -> Relation | None:
        """First relationship of that kind."""
        return next((relation for relation in self._list if relation.kind == kind), None)

    def by_id(self, identity: str | None) -> Relation | None:
        """The relationship with that id."""
        return self._by_id.get(identity) if identity else None


class Package:
    """The parts of a workbook by name, unpacked when they are asked for."""

    def __init__(self, data: bytes, bounds: Bounds = DEFAULT) -> None:
        """Raises Refused: not_a_workbook (no zip), damaged, too_complex (too many members)."""
        self.archive = Archive(data, bounds)
        self._bounds = bounds
        # Of members with the same name the last one counts, as for other readers; of members that differ in
        # case only, the one that is spelt as referred to.
        self._exact = {_clean(member.name): member for member in self.archive.members}
        self._folded = {name.casefold(): member for name, member in self._exact.items()}
        self._relations: dict[str, Relations] = {}

    def __contains__(self, name: str) -> bool:
        return self._member(name) is not None

    @property
    def names(self) -> list[str]:
        """Names of all parts in lower case."""
        return list(self._folded)

    def find(self, name: str) -> str | None:
        """The part's name as the archive spells it (with /), None where there is no such part."""
        if name in self._exact:
            return name
        member = self._folded.get(name.casefold())
        return _clean(member.name) if member else None

    def get(self, name: str) -> bytes | None:
        """The unpacked part, None where there is none. Raises Refused as ``Archive.read``."""
        member = self._member(name)
        return None if member is None else self.archive.read(member)

    def read(self, name: str) -> bytes:
        """The unpacked part. Raises Refused as ``Archive.read``, and damaged where there is none."""
        content = self.get(name)
        if content is None:
            raise Refused("damaged", detail=f"{name} is missing")
        return content

    def get_xml(self, name: str) -> bytes | None:
        """A part that is to be parsed as a whole. Raises Refused as ``get``, and sooner for its size."""
        content = self.get(name)
        if content is not None and len(content) > self._bounds.tree_bytes:
            raise Refused("unpacks_too_large", limit=self._bounds.tree_bytes, found=len(content))
        return content

    def tree(self, name: str) -> etree._Element | None:
        """The root of a part, None where there is none. Raises Refused as ``get_xml``, damaged for no XML."""
        content = self.get_xml(name)
        return None if content is None else parse_xml(content)

    def relations(self, part: str) -> Relations:
        """Relationships of ``part`` ('' for the package's own); none where it states none."""
        key = part.casefold()
        known = self._relations.get(key)
        if known is None:
            known = self._relations[key] = Relations()
            content = self.get_xml(relations_of(part))
            for identity, kind, target in _stated_relations(content) if content is not None else ():
                known.append(Relation(identity, kind, self._resolve(part, target)))
        return known

    @cached_property
    def main(self) -> str:
        """Name of the document's part, '' where the package has none."""
        for relation in self.relations(""):
            if relation.kind == "officeDocument" and relation.target in self:
                return relation.target
        return next((found for name in _MAIN_PARTS if (found := self.find(name))), "")

    def content_type(self, name: str) -> str:
        """Content type of a part, '' where it is not stated."""
        content = self.get_xml(CONTENT_TYPES)
        if content is None:
            return ""
        overrides, defaults = _content_types(content)
        stated = overrides.get(name.casefold())
        return defaults.get(name.rpartition(".")[2].casefold(), "") if stated is None else stated

    def _member(self, name: str) -> Member | None:
        return self._exact.get(name) or self._folded.get(name.casefold())

    def _resolve(self, part: str, target: str) -> str:
        """The part that ``target`` means, seen from ``part``; spelt as in the archive where it exists."""
        names = _meant(part, target)
        if names[0] in self._exact:
            return names[0]
        return next((found for name in names if (found := self.find(name))), names[0])


@cached(1024)
def relations_of(part: str) -> str:
    """Name of the part that states the relationships of ``part``."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


@cached_if_small(SMALL_PART)
def _stated_relations(content: bytes) -> tuple[tuple[str, str, str], ...]:
    """Id, kind and target, as stated, of the relationships in a .rels part that stay in the package."""
    return tuple(
        (element.get("Id", ""), element.get("Type", "").rpartition("/")[2], target)
        for element in parse_xml(content).iterchildren("{*}Relationship")
        if (target := element.get("Target")) and element.get("TargetMode", "").casefold() != "external"
    )


@cached_if_small(SMALL_PART)
def _content_types(content: bytes) -> tuple[dict[str, str], dict[str, str]]:
    """What [Content_Types].xml states for parts by their name, the first time, and by ending, the last."""
    overrides: dict[str, str] = {}
    defaults: dict[str, str] = {}
    for element in parse_xml(content):
        if element.tag.endswith("}Override"):
            name = _clean(element.get("PartName", "")).casefold()
            overrides.setdefault(name, element.get("ContentType", ""))
        elif element.tag.endswith("}Default"):
            defaults[element.get("Extension", "").casefold()] = element.get("ContentType", "")
    return overrides, defaults


@cached(1024)
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


def _clean(name: str) -> str:
    return _SLASHES.sub("/", name).lstrip("/") if "\\" in name or name[:1] == "/" or "//" in name else name
