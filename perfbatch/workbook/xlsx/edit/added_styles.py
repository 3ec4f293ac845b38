"""The workbook's styles, which are only ever appended to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from perfbatch.workbook.xlsx import xml
from perfbatch.workbook.xlsx.edit.package import EditedPackage
from perfbatch.workbook.xlsx.edit.stylesheet import open_stylesheet

MAX_FORMATS = 64_000
"""Cell formats that Excel takes; beyond it a mark goes without its fill."""

LEVEL_COLOURS: Mapping[str, str] = {"error": "FFFF7F7F", "warning": "FFFFCC4D", "info": "FFDDEBF7"}
"""Fills of the levels. Printed in grey they are 65, 80 and 91 % light, and black text reads on each."""

LEVEL_LINES: Mapping[str, tuple[str, str]] = {
    "error": ("medium", "FF9C0006"), "warning": ("mediumDashed", "FF7F6000"), "info": ("dotted", "FF1F4E79"),
}  # fmt: skip
"""Style and colour of the box around a marked cell: it tells the levels apart where colours are printed grey,
on an empty cell as on a full one."""

_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
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


class AddedStyles:
    """Fills, fonts and formats for styles.xml, each at most once; the part is made where there is none."""

    def __init__(self, package: EditedPackage, workbook: str, *, strict: bool) -> None:
        self._package = package
        relation = package.relations(workbook).of_kind("styles")
        name = package.find(relation.target) if relation else None
        if name is None:
            name = "xl/styles.xml"
            if package.find(name):
                name = package.unused_name("xl/styles{}.xml")
            main = xml.MAIN_STRICT if strict else xml.MAIN
            package.add(name, _EMPTY.format(main=main).encode(), _CONTENT_TYPE)
            if relation:
                package.retarget(workbook, relation.id, name)
            else:
                package.relate(workbook, "styles", name, strict=strict)
        self._name = name
        self._sheet = open_stylesheet(package.read(name), name)
        self._added: dict[str, list[str]] = {}
        self._known: dict[tuple[Any, ...], int] = {}

    @property
    def full(self) -> bool:
        """No further cell format can be added."""
        return self._next("cellXfs") >= MAX_FORMATS

    def filled(self, base: int, level: str) -> int:
        """Index of the format that is ``base`` with the fill and the box of ``level`` laid over it."""
        key = ("filled", base, level)
        if key not in self._known:
            number = self._next("cellXfs")
            formats = self._sheet.formats or self._added["cellXfs"]
            fill = self.append("fills", solid(LEVEL_COLOURS[level]))
            original = formats[base if base < len(formats) else 0]
            box = self.append("borders", boxed(*LEVEL_LINES[level]))
            self._added["cellXfs"].append(self._sheet.with_mark(original, fill, box))
            self._known[key] = number
        return self._known[key]

    def append(self, section: str, markup: str) -> int:
        """Index of ``markup`` (one element without prefix) at the end of ``section``."""
        key = (section, markup)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._next(section)
            self._added[section].append(self._sheet.sections[section].entry(markup))
        return known

    def number_format(self, code: str) -> int:
        """Id of the number format ``code``, taken from the workbook or added to it."""
        key = ("code", code)
        known = self._sheet.number_formats.get(code, self._known.get(key))
        if known is None:
            self._next("numFmts")
            added = self._added["numFmts"]
            known = self._known[key] = self._sheet.next_number_format + len(added)
            markup = f'<numFmt numFmtId="{known}" formatCode="{xml.escape(code)}"/>'
            added.append(self._sheet.sections["numFmts"].entry(markup))
        return known

    def save(self) -> None:
        """Put the styles with all that was added into the package."""
        if any(self._added.values()):
            self._package.replace(self._name, self._sheet.with_entries(self._added))

    def _next(self, section: str) -> int:
        """Index of the next entry of ``section``, which holds at least what indexes into it rest on."""
        count = self._sheet.sections[section].entries
        added = self._added.get(section)
        if added is None:
            entry = self._sheet.sections[section].entry
            added = self._added[section] = [entry(seed) for seed in _SEEDS.get(section, ())[count:]]
            if section == "cellXfs" and not count:
                # The first format speaks of the first font, fill and border.
                for other in ("fonts", "fills", "borders"):
                    self._next(other)
        return count + len(added)


def boxed(style: str, colour: str) -> str:
    """A line of one style and colour (ARGB) on all four sides."""
    line = f' style="{style}"><color rgb="{colour}"/></'
    sides = "".join(f"<{side}{line}{side}>" for side in ("left", "right", "top", "bottom"))
    return f"<border>{sides}<diagonal/></border>"


def solid(colour: str) -> str:
    """A plain fill of one colour (ARGB)."""
    return (
        f'<fill><patternFill patternType="solid"><fgColor rgb="{colour}"/><bgColor indexed="64"/>'
        "</patternFill></fill>"
    )
