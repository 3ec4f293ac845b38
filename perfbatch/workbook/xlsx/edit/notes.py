"""Notes on a worksheet: comments part, drawing part, relationships and <legacyDrawing>, brought in line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from perfbatch.workbook.addresses import Place
from perfbatch.workbook.package import Relation, Relations
from perfbatch.workbook.xlsx import xml
from perfbatch.workbook.xlsx.edit import comments, vml
from perfbatch.workbook.xlsx.edit.geometry import Geometry, text_size
from perfbatch.workbook.xlsx.edit.package import EditedPackage
from perfbatch.workbook.xlsx.edit.workbook import EditedWorkbook

# Children of a worksheet in front of legacyDrawing, in the schema's order.
_BEFORE_DRAWING = frozenset({
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
    "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate",
    "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks",
    "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties",
    "cellWatches", "ignoredErrors", "smartTags", "drawing",
})  # fmt: skip


class SheetNotes:
    """The notes of one worksheet, the unit's own and those to be added."""

    def __init__(self, workbook: EditedWorkbook, part: str, sheet: xml.Element) -> None:
        self._workbook = workbook
        self._package: EditedPackage = workbook.package
        self._sheet = sheet
        self._part = part
        self._relations: Relations = self._package.relations(part)
        self._strict = xml.inner(sheet) == xml.MAIN_STRICT
        relation = self._relations.of_kind("comments")
        self._relation = relation if relation and self._package.find(relation.target) else None
        self._dangling = relation if relation and not self._relation else None
        self._comments = (
            comments.Comments(self._package.parse(self._relation.target)) if self._relation else None
        )

    def untouchable(self) -> set[Place]:
        """Cells with a threaded comment: their note is its shadow, and stays as it is."""
        places = self._comments.shadows() if self._comments else set()
        for relation in self._relations:
            if relation.kind.casefold() == "threadedcomment" and self._package.find(relation.target):
                places |= comments.threaded_places(self._package.parse(relation.target))
        return places

    def add(
        self, notes: Mapping[Place, str], edges: Mapping[Place, int], geometry: Geometry, author: str,
        head: str,
    ) -> None:  # fmt: skip
        """Add ``notes`` (text by cell); ``edges``: last column of the merged range that a cell begins."""
        if not notes:
            return
        own = {place: self._comments.text(place) for place in notes} if self._comments else {}
        self._add_comments(notes, author, head)
        texts = {
            place: "\n".join(filter(None, (own.get(place), head, text))) for place, text in notes.items()
        }
        drawing, store = self._open_drawing()
        shown = drawing.notes()
        drawing.stretch(
            {
                place: partial(_stretch, geometry, text_size(text))
                for place, text in texts.items()
                if place in shown
            }
        )
        if self._comments and not shown:
            # Notes without any shape are not shown by Excel: the unit's own get theirs now, too.
            texts = {place: self._comments.text(place) for place in self._comments.places} | texts
        sizes = {place: text_size(text) for place, text in texts.items() if place not in shown}
        drawing.add(
            [
                (place, geometry.anchor(place[0], edges.get(place, place[1]), size), size)
                for place, size in sizes.items()
            ],
            self._workbook.free_shape_block(),
        )
        store(drawing.bytes())

    def _add_comments(self, notes: Mapping[Place, str], author: str, head: str) -> None:
        if self._comments is None or self._relation is None:
            name = self._package.unused_name("xl/comments{}.xml")
            self._package.add(
                name, comments.part(notes, author, head, strict=self._strict), comments.CONTENT_TYPE
            )
            self._point("comments", self._dangling, name)
            return
        if self._workbook.users(self._relation.target) > 1:
            # Two sheets share the part; what is said about one must not appear on the other.
            name = self._package.unused_name("xl/comments{}.xml")
            self._package.add(name, self._package.read(self._relation.target), comments.CONTENT_TYPE)
            self._point("comments", self._relation, name)
            self._relation = self._relation._replace(target=name)
            self._comments = comments.Comments(self._package.parse(name))
        self._comments.add(notes, author, head)
        self._package.touch(self._relation.target)

    def _open_drawing(self) -> tuple[vml.Drawing, Callable[[bytes], None]]:
        """The sheet's drawing and what takes its new content."""
        space = xml.RELATIONS_STRICT if self._strict else xml.RELATIONS
        element = _legacy_drawing(self._sheet)
        stated = xml.relation_id(element) if element is not None else None
        relation = self._relations.by_id(stated)
        target = self._package.find(relation.target) if relation else None
        alone = target is not None and self._workbook.users(target) <= 1 and self._uses(stated) == 1
        if target is not None and relation is not None and alone:
            drawing = vml.Drawing(self._package.read(target), target)
            return drawing, partial(self._package.replace, target)
        name = self._package.unused_name("xl/drawings/vmlDrawing{}.vml")
        if target is not None and relation is not None:
            drawing = vml.Drawing(self._package.read(target), target)
            self._package.copy_relations(target, name)  # so that it keeps its pictures
        else:
            drawing = vml.Drawing.new(self._workbook.free_shape_block())
        if element is None:
            element = xml.insert(self._sheet, "legacyDrawing", _BEFORE_DRAWING, linking=space)
        if relation is not None and self._uses(relation.id) == 1:
            self._package.retarget(self._part, relation.id, name)
        else:
            for key in [k for k in element.attrib if str(k).endswith("}id")]:
                del element.attrib[key]
            identity = self._package.relate(self._part, "vmlDrawing", name, strict=self._strict)
            element.set(f"{{{space}}}id", identity)

        def store(content: bytes) -> None:
            self._package.add(name, content, vml.CONTENT_TYPE, "vml")

        return drawing, store

    def _uses(self, identity: str | None) -> int:
        """How often the sheet itself refers to a relationship (legacyDrawingHF may share the notes' one)."""
        references = self._sheet.iter("{*}legacyDrawing", "{*}legacyDrawingHF")
        return sum(identity in element.attrib.values() for element in references)

    def _point(self, kind: str, relation: Relation | None, target: str) -> None:
        if relation is not None:
            self._package.retarget(self._part, relation.id, target)
        else:
            self._package.relate(self._part, kind, target, strict=self._strict)


def _legacy_drawing(sheet: xml.Element) -> xml.Element | None:
    tag = f"{{{xml.inner(sheet)}}}legacyDrawing"
    found = xml.child(sheet, "legacyDrawing")
    if found is not None:
        return found
    for element in sheet:
        if xml.local(element) == "AlternateContent":
            found = next(element.iter(tag), None)
            if found is not None:
                return found
    return None


def _stretch(geometry: Geometry, size: tuple[int, int], anchor: list[int]) -> list[int]:
    return geometry.stretched(anchor, size)
