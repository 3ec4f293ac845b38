"""The workbook's styles, which are only ever appended to."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from functools import lru_cache
from typing import Any

from lxml import etree

from perfbatch.write.package import xml
from perfbatch.write.package.numbers import whole
from perfbatch.write.package.opc import Package

MAX_FORMATS = 64_000
"""Cell formats that Excel takes; beyond it a mark goes without its fill."""

LEVEL_COLOURS: Mapping[str, str] = {"error": "FFFF7F7F", "warning": "FFFFCC4D", "info": "FFDDEBF7"}
"""Fills of the levels. Printed in grey they are 65, 80 and 91 % light, and black text reads on each."""

_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_ORDER = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles",
    "colors", "extLst",
)  # fmt: skip
_PLAIN_FORMAT = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
# What programs show where a workbook has no fonts: our fill must not change a text's look. In a Chinese
# Excel the scheme makes it 宋体 or 等线.
_PLAIN_FONT = (
    '<font><sz val="11"/><color theme="1"/><name val="Calibri"/><family val="2"/><scheme val="minor"/></font>'
)
_EMPTY = (
    '<styleSheet xmlns="{main}">'
    f'<fonts count="1">{_PLAIN_FONT}</fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    f'<cellXfs count="1">{_PLAIN_FORMAT}</cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)
# What a section must hold before an index into it means anything.
_SEEDS: Mapping[str, tuple[str, ...]] = {
    "fonts": (_PLAIN_FONT,),
    "fills": (
        '<fill><patternFill patternType="none"/></fill>', '<fill><patternFill patternType="gray125"/></fill>',
    ),
    "borders": ("<border><left/><right/><top/><bottom/><diagonal/></border>",),
    "cellXfs": (_PLAIN_FORMAT,),
}  # fmt: skip


class Styles:
    """Fills, fonts and formats appended to styles.xml, each at most once; made where there is none."""

    def __init__(self, package: Package, workbook: str, *, strict: bool) -> None:
        self._package = package
        relations = package.relations(workbook)
        relation = relations.of_kind("styles")
        name = package.find(relation.target) if relation else None
        if name is None:
            name = "xl/styles.xml"
            if package.find(name):
                name = package.unused_name("xl/styles{}.xml")
            main = xml.MAIN_STRICT if strict else xml.MAIN
            package.add(name, _EMPTY.format(main=main).encode(), _CONTENT_TYPE)
            if relation:
                relations.retarget(relation.id, name)
            else:
                relations.add("styles", name, strict=strict)
        self._name = name
        self._root = package.parse(name)
        self._sections: dict[str, tuple[xml.Element, int]] = {}
        self._known: dict[tuple[Any, ...], int] = {}
        self._main = xml.namespace(self._root)
        self._originals: list[xml.Element] = []

    @property
    def full(self) -> bool:
        """No further cell format can be added."""
        return self._section("cellXfs")[1] >= MAX_FORMATS

    def filled(self, base: int, level: str) -> int:
        """Index of the format that is ``base`` with the fill of ``level`` laid over it."""
        key = ("filled", base, level)
        if key not in self._known:
            formats, count = self._section("cellXfs")
            if not self._originals:
                # Hancom wraps a format in mc:AlternateContent: one entry, and one of its branches counts.
                self._originals = [entry for entry in formats if xml.local(entry)]
            clone = deepcopy(self._originals[base if base < len(self._originals) else 0])
            formats.append(clone)
            fill = str(self.append("fills", solid(LEVEL_COLOURS[level])))
            for variant in clone.iter(f"{{{self._main}}}xf" if self._main else "xf"):
                variant.set("fillId", fill)
                variant.set("applyFill", "1")
            self._grow("cellXfs")
            self._known[key] = count
        return self._known[key]

    def append(self, section: str, markup: str) -> int:
        """Index of ``markup`` (one element without namespace) at the end of ``section``."""
        key = (section, markup)
        if key not in self._known:
            parent, count = self._section(section)
            parent.append(self._element(markup))
            self._grow(section)
            self._known[key] = count
        return self._known[key]

    def number_format(self, code: str) -> int:
        """Id of the number format ``code``, taken from the workbook or added to it."""
        key = ("numFmt", code)
        if key not in self._known:
            parent, _ = self._section("numFmts")
            # Excel may keep a format inside mc:AlternateContent, so look at any depth.
            taken = {
                whole(element.get("numFmtId")): element.get("formatCode")
                for element in self._root.iter(f"{{{self._main}}}numFmt" if self._main else "numFmt")
            }
            known = next((identity for identity, stated in taken.items() if stated == code), None)
            if known is None:
                known = max([163, *taken]) + 1
                xml.new(parent, "numFmt", numFmtId=str(known), formatCode=code)
                self._grow("numFmts")
            self._known[key] = known
        return self._known[key]

    def _section(self, name: str) -> tuple[xml.Element, int]:
        """The section and the number of its entries; made, in its place, where it is absent or empty."""
        if name not in self._sections:
            section = xml.child(self._root, name)
            if section is None:
                section = xml.insert(self._root, name, frozenset(_ORDER[: _ORDER.index(name)]))
            count = sum(1 for element in section if xml.local(element))
            self._sections[name] = section, count
            for seed in _SEEDS.get(name, ())[count:]:
                section.append(self._element(seed))
                self._grow(name)
            if name == "cellXfs" and count == 0:
                # The first format speaks of the first font, fill and border.
                for other in ("fonts", "fills", "borders"):
                    self._section(other)
        return self._sections[name]

    def _grow(self, name: str) -> None:
        section, count = self._sections[name]
        section.set("count", str(count + 1))
        self._sections[name] = section, count + 1
        self._package.touch(self._name)

    def _element(self, markup: str) -> xml.Element:
        return deepcopy(_parsed(self._main, markup))


@lru_cache(maxsize=256)
def _parsed(main: str, markup: str) -> xml.Element:
    return etree.fromstring(f'<w xmlns="{main}">{markup}</w>')[0]


def solid(colour: str) -> str:
    """A plain fill of one colour (ARGB)."""
    return (
        f'<fill><patternFill patternType="solid"><fgColor rgb="{colour}"/><bgColor indexed="64"/>'
        "</patternFill></fill>"
    )
