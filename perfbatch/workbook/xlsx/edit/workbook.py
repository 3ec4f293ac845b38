"""The workbook part: its sheets in order, and the place where one more is added."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from itertools import count

from perfbatch.caching import cached_if_small
from perfbatch.workbook.ole import OLE
from perfbatch.workbook.refusal import Refused
from perfbatch.workbook.xlsx import xml
from perfbatch.workbook.xlsx.edit import vml
from perfbatch.workbook.xlsx.edit.package import EditedPackage
from perfbatch.workbook.xlsx.numbers import whole

_SMALL = 1 << 15  # bytes of a workbook part whose changes are remembered
_AFTER_NAMES = frozenset({
    "fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets", "functionGroups",
    "externalReferences",
})  # fmt: skip
WORKSHEETS = frozenset({"worksheet", "xlMacrosheet", "xlIntlMacrosheet"})
"""Kinds of sheets that have cells."""


@dataclass(frozen=True, slots=True)
class ListedSheet:
    """A sheet as the workbook lists it; ``part`` is '' where the package lacks it."""

    name: str
    kind: str
    part: str


class EditedWorkbook:
    """A spreadsheet package: sheets, styles part, signatures."""

    def __init__(self, data: bytes) -> None:
        """Raises Refused where ``data`` is no workbook that can be marked."""
        if data.startswith(OLE):
            raise Refused("encrypted" if "EncryptedPackage".encode("utf-16-le") in data else "old_format")
        self.package = EditedPackage(data)
        self.part = self._main_part()
        self.strict, listed = _listed(self.package.read(self.part), self.part)
        relations = self.package.relations(self.part)
        self.sheets: list[ListedSheet] = []
        for name, identity in listed:
            relation = relations.by_id(identity)
            part = self.package.find(relation.target) if relation else None
            kind = relation.kind if relation else ""
            self.sheets.append(ListedSheet(name, kind, part or ""))
        self._users: dict[str, int] | None = None
        self._blocks: set[int] | None = None

    def sheet(self, name: str) -> ListedSheet | None:
        """The sheet of that name: as spelt, else without regard to case, as Excel does."""
        exact = next((sheet for sheet in self.sheets if sheet.name == name), None)
        folded = name.casefold()
        return exact or next((sheet for sheet in self.sheets if sheet.name.casefold() == folded), None)

    def signed(self) -> bool:
        """The package carries a digital signature."""
        relations = self.package.relations("")
        return any(r.kind == "origin" and "sig" in r.target.casefold() for r in relations)

    def users(self, part: str) -> int:
        """How many references from sheets lead to ``part``."""
        if self._users is None:
            self._users = {}
            for sheet in dict.fromkeys(sheet.part for sheet in self.sheets if sheet.part):
                for relation in self.package.relations(sheet):
                    target = relation.target.casefold()
                    self._users[target] = self._users.get(target, 0) + 1
        return self._users.get(part.casefold(), 0)

    def free_shape_block(self) -> int:
        """A block of shape ids that no drawing of the workbook uses; another one at every call."""
        if self._blocks is None:
            self._blocks = {0}
            for member in self.package.archive.members:
                if member.name.casefold().endswith(".vml"):
                    # Another sheet's damaged drawing is none of our business.
                    with suppress(Refused):
                        self._blocks |= vml.blocks(self.package.archive.read(member).decode("latin-1"))
        block = next(number for number in count(1) if number not in self._blocks)
        self._blocks.add(block)
        return block

    def add_sheet(self, name: str, content: bytes, print_titles: str = "", filtered: str = "") -> None:
        """One more worksheet, the last; ``print_titles`` is like $1:$3, ``filtered`` like $A$3:$H$9."""
        part = self.package.unused_name("xl/worksheets/sheet{}.xml")
        self.package.add(
            part, content, "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
        )
        identity = self.package.relate(self.part, "worksheet", part, strict=self.strict)
        names = (("_xlnm._FilterDatabase", filtered, True), ("_xlnm.Print_Titles", print_titles, False))
        listed = _with_sheet(self.package.read(self.part), self.part, name, identity, len(self.sheets), names)
        self.package.replace(self.part, listed)
        self.sheets.append(ListedSheet(name, "worksheet", part))

    def _main_part(self) -> str:
        part = self.package.main
        if not part:
            raise Refused("not_a_workbook", detail="no workbook part")
        if part.casefold().endswith(".bin"):
            raise Refused("xlsb", detail=part)
        return part


@cached_if_small(_SMALL)
def _listed(content: bytes, part: str) -> tuple[bool, tuple[tuple[str, str | None], ...]]:
    """Whether the workbook is Strict; name and relationship of its sheets, in order."""
    root = xml.parse_part(content, part)
    if xml.local(root) != "workbook" or xml.namespace(root) not in (xml.MAIN, xml.MAIN_STRICT):
        raise Refused("not_a_workbook", detail=part)
    sheets = xml.child(root, "sheets")
    return xml.namespace(root) == xml.MAIN_STRICT, tuple(
        (
            element.get("name") or "",
            xml.relation_id(element),
        )
        for element in (xml.children(sheets, "sheet") if sheets is not None else ())
    )


@cached_if_small(_SMALL)
def _with_sheet(
    content: bytes, part: str, name: str, identity: str, position: int,
    names: tuple[tuple[str, str, bool], ...],
) -> bytes:  # fmt: skip
    """The workbook part with one more sheet; ``names``: label, reference and whether hidden of its own."""
    root = xml.parse_part(content, part)
    sheets = xml.child(root, "sheets")
    if sheets is None:
        sheets = xml.insert(root, "sheets", _AFTER_NAMES - {"sheets"})
    taken = {whole(element.get("sheetId")) for element in xml.children(sheets, "sheet")}
    number = max(taken, default=0) + 1
    if number > 65_534:
        number = next(n for n in range(1, 65_535) if n not in taken)
    strict = xml.namespace(root) == xml.MAIN_STRICT
    relations = xml.RELATIONS_STRICT if strict else xml.RELATIONS
    element = xml.new_element(sheets, "sheet", linking=relations)
    element.set("name", name)
    element.set("sheetId", str(number))
    element.set(f"{{{relations}}}id", identity)
    quoted = "'" + name.replace("'", "''") + "'"
    for label, reference, hidden in names:
        if reference:
            defined = xml.child(root, "definedNames")
            if defined is None:
                defined = xml.insert(root, "definedNames", _AFTER_NAMES)
            own = xml.new_element(defined, "definedName")
            own.set("name", label)
            own.set("localSheetId", str(position))
            if hidden:
                own.set("hidden", "1")
            own.text = f"{quoted}!{reference}"
    return xml.serialise(root)
