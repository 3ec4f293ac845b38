"""Marks laid on a workbook: fills and notes on cells, one more sheet, and an account of what was done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple

from perfbatch.caching import cached
from perfbatch.words import Words
from perfbatch.workbook.addresses import Place, cell_numbers, numbered_address, range_numbers
from perfbatch.workbook.xlsx import xml
from perfbatch.workbook.xlsx.cut_xml import merge_refs
from perfbatch.workbook.xlsx.edit import cells, rows
from perfbatch.workbook.xlsx.edit.added_sheet import AddedSheet, add
from perfbatch.workbook.xlsx.edit.added_styles import AddedStyles
from perfbatch.workbook.xlsx.edit.comments import MAX_TEXT
from perfbatch.workbook.xlsx.edit.geometry import Geometry
from perfbatch.workbook.xlsx.edit.notes import SheetNotes
from perfbatch.workbook.xlsx.edit.workbook import WORKSHEETS, EditedWorkbook


class Mark(NamedTuple):
    """One remark on one cell. ``level``: one that has a fill; ``cell``: an address like B7."""

    sheet: str
    cell: str
    level: str
    message: str


class Unplaced(NamedTuple):
    """A mark that has no note in the copy, with code and sentence (in Chinese) why."""

    mark: Mark
    code: str
    reason: str


class Remark(NamedTuple):
    """Something about the whole copy that a person must know; ``text`` is in Chinese."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Annotated:
    """What became of the marks.

    ``data``: the copy; ``marks``: marks placed; ``cells``: cells that got a note; ``unplaced``: marks without
    a note (unknown sheet, bad address …; under a threaded comment the cell has its fill all the same);
    ``remarks``: on the copy as a whole; ``added``: name of the added sheet, '' where there is none.
    """

    data: bytes = field(repr=False)
    marks: int = 0
    cells: int = 0
    unplaced: tuple[Unplaced, ...] = ()
    remarks: tuple[Remark, ...] = ()
    added: str = ""


AddedSheetMaker = Callable[[Annotated], AddedSheet]
"""Makes the added sheet once it is known what could not be placed (``data`` is empty then)."""


def mark_workbook(
    data: bytes, marks: Iterable[Mark], levels: Mapping[str, str], words: Words,
    added: AddedSheet | AddedSheetMaker | None = None,
) -> Annotated:  # fmt: skip
    """A copy of the workbook ``data`` with ``marks`` on it, and ``added`` as its last sheet.

    ``levels`` are the levels that marks may have, the worst first, with the words that people read.
    Parts that this does not concern are the same compressed bytes. Without anything to place the copy is
    ``data`` itself. Raises Refused where the workbook cannot be marked without harm.
    """
    workbook = EditedWorkbook(data)
    marking = _Marking(workbook, levels, words)
    by_part: dict[str, dict[Place, list[Mark]]] = {}
    for mark in marks:
        marking.sort_in(mark, by_part)
    for part, placed in by_part.items():
        marking.mark_sheet(part, placed)
    if (by_part or added) and workbook.signed():
        marking.remark("signature")
    outcome = marking.outcome()
    if added is not None:
        sheet = added(outcome) if callable(added) else added
        name = add(workbook, marking.styles(), sheet)
        outcome = marking.outcome(added=name)
    if not outcome.added and not outcome.cells and not marking.changed:
        workbook.package.archive.verify()
        return marking.outcome(data=data)
    return marking.outcome(data=marking.written(), added=outcome.added)


class _Marking:
    """One workbook's marks on their way."""

    def __init__(self, workbook: EditedWorkbook, levels: Mapping[str, str], words: Words) -> None:
        self._workbook = workbook
        self._levels = levels
        self._ranks = {level: rank for rank, level in enumerate(levels)}
        self._words = words
        self._styles: AddedStyles | None = None
        self._unplaced: list[Unplaced] = []
        self._remarks: list[Remark] = []
        self._marks = self._cells = 0
        self.changed = False

    def styles(self) -> AddedStyles:
        """The workbook's styles, opened when first needed."""
        if self._styles is None:
            self._styles = AddedStyles(
                self._workbook.package, self._workbook.part, strict=self._workbook.strict
            )
        return self._styles

    def written(self) -> bytes:
        """The package with all that was changed."""
        if self._styles is not None:
            self._styles.save()
        return self._workbook.package.write()

    def outcome(self, *, data: bytes = b"", added: str = "") -> Annotated:
        """The account so far."""
        return Annotated(data, self._marks, self._cells, tuple(self._unplaced), tuple(self._remarks), added)

    def remark(self, code: str, **values: Any) -> None:
        """Add a remark, once."""
        text = self._words.text("annotate", f"remark.{code}", **values)
        if all(known.text != text for known in self._remarks):
            self._remarks.append(Remark(code, text))

    def sort_in(self, mark: Mark, by_part: dict[str, dict[Place, list[Mark]]]) -> None:
        """File ``mark`` under its sheet's part and cell, or as unplaced."""
        if mark.level not in self._ranks:
            self._miss(mark, "level")
            return
        place = cell_numbers(mark.cell)
        if place is None:
            self._miss(mark, "address")
            return
        part = self._part(mark)
        if part:
            by_part.setdefault(part, {}).setdefault(place, []).append(mark)

    def mark_sheet(self, part: str, placed: Mapping[Place, list[Mark]]) -> None:
        """Fills and notes on one worksheet."""
        package = self._workbook.package
        content = package.read(part)
        merges = cells.areas_of(placed, filter(None, map(range_numbers, merge_refs(content))))
        anchors = {merges[place][0] if place in merges else place[0] for place in placed}
        kept = [range(area[0], area[2] + 1) for area in set(merges.values())]
        cut = rows.cut_rows(content, part, anchors, kept)
        sheet = xml.parse_part(cut.text, part) if cut else package.parse(part)
        if xml.local(sheet) not in ("worksheet", "macrosheet"):
            for mark in chain.from_iterable(placed.values()):
                self._miss(mark, "no_cells")
            return
        if cut is None:
            merges = cells.areas_of(placed, cells.merged_areas(sheet))
        targets = self._by_anchor(placed, merges)
        areas = {area[:2]: area for area in merges.values()}
        levels = {place: marks[0].level for place, marks in targets.items()}
        heights = cells.fill(sheet, levels, areas, self._restyle)
        self._note(part, sheet, targets, areas, Geometry(sheet, cut.heights if cut else heights))
        self.changed = True
        if cut:
            package.replace(part, cut.heal(xml.serialise(sheet)))
        else:
            package.touch(part)

    def _by_anchor(
        self, placed: Mapping[Place, list[Mark]], merges: Mapping[Place, cells.Area]
    ) -> dict[Place, list[Mark]]:
        """The marks by the cell that shows them, the first of a merged range; the worst mark first."""
        targets: dict[Place, list[Mark]] = {}
        for place, marks in placed.items():
            anchor = merges[place][:2] if place in merges else place
            targets.setdefault(anchor, []).extend(marks)
        for marks in targets.values():
            marks.sort(key=lambda mark: self._ranks[mark.level])
        return targets

    def _note(
        self, part: str, sheet: xml.Element, targets: Mapping[Place, list[Mark]],
        areas: Mapping[Place, cells.Area], geometry: Geometry,
    ) -> None:  # fmt: skip
        """A note on each of ``targets``, but for cells under a threaded comment."""
        notes = SheetNotes(self._workbook, part, sheet)
        untouchable = notes.untouchable()
        texts = {}
        for place, marks in targets.items():
            if place in untouchable:
                for mark in marks:
                    self._miss(mark, "threaded")
                self.remark("threaded", sheet=marks[0].sheet, cell=numbered_address(*place))
            else:
                texts[place] = self._text(marks)
                self._marks += len(marks)
        self._cells += len(texts)
        edges = {place: area[3] for place, area in areas.items()}
        notes.add(texts, edges, geometry, _word(self._words, "note.author"), _word(self._words, "note.head"))

    def _part(self, mark: Mark) -> str | None:
        """The part of the mark's sheet; None, and the mark unplaced, where it cannot be marked."""
        sheet = self._workbook.sheet(mark.sheet)
        if sheet is None:
            self._miss(mark, "sheet")
        elif sheet.kind not in WORKSHEETS:
            self._miss(mark, "no_cells")
        elif not sheet.part:
            self._miss(mark, "missing_part")
        else:
            return sheet.part
        return None

    def _restyle(self, base: int, level: str) -> int:
        styles = self.styles()
        if styles.full:
            self.remark("styles_full")
            return base
        return styles.filled(base, level)

    def _text(self, marks: Iterable[Mark]) -> str:
        lines = [_prefix(self._words, self._levels[mark.level]) + mark.message for mark in marks]
        text = "\n".join(dict.fromkeys(lines))
        if len(text) > MAX_TEXT:
            text = text[:MAX_TEXT] + self._words.text("annotate", "note.cut")
        return text

    def _miss(self, mark: Mark, code: str) -> None:
        reason = self._words.text("annotate", f"unplaced.{code}", **mark._asdict())
        self._unplaced.append(Unplaced(mark, code, reason))


@cached(64)
def _prefix(words: Words, level: str) -> str:
    """What stands in front of a message of a level, which is given in words."""
    return words.text("annotate", "note.prefix", level=level)


@cached(64)
def _word(words: Words, key: str) -> str:
    return words.text("annotate", key)
