"""The comments part of a sheet: the unit's notes stay as they are, ours come after them."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from perfbatch.workbook.addresses import Place, cell_numbers, numbered_address
from perfbatch.workbook.xlsx import xml
from perfbatch.workbook.xlsx.numbers import whole

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"

MAX_TEXT = 32_000
"""Characters of one note; Excel takes 32,767 with the unit's own."""

_RUN = (
    '<r><rPr>{bold}<sz val="9"/><color indexed="81"/><rFont val="宋体"/><charset val="134"/></rPr>'
    '<t xml:space="preserve">{text}</t></r>'
)


class Comments:
    """The notes of one sheet, by place; new ones are gathered with ``add``."""

    def __init__(self, root: xml.Element) -> None:
        self.root = root
        self._main = xml.namespace(root)
        authors, entries = xml.child(root, "authors"), xml.child(root, "commentList")
        self._authors = xml.insert(root, "authors", frozenset()) if authors is None else authors
        self._list = xml.insert(root, "commentList", frozenset({"authors"})) if entries is None else entries
        self._existing: dict[Place, xml.Element] = {}
        for comment in xml.children(self._list, "comment"):
            place = cell_numbers(comment.get("ref") or "")
            if place:
                self._existing.setdefault(place, comment)

    @property
    def places(self) -> list[Place]:
        """Cells that have a note."""
        return list(self._existing)

    def text(self, place: Place) -> str:
        """The note's text, '' where the cell has none."""
        comment = self._existing.get(place)
        text = xml.child(comment, "text") if comment is not None else None
        return "".join(t.text or "" for t in text.iter(f"{{{self._main}}}t")) if text is not None else ""

    def shadows(self) -> set[Place]:
        """Cells whose note is the shadow of a threaded comment; Excel keeps the two alike."""
        threaded = {
            index
            for index, author in enumerate(xml.children(self._authors, "author"))
            if (author.text or "").startswith("tc={")
        }
        if not threaded:
            return set()
        return {
            place
            for place, comment in self._existing.items()
            if whole(comment.get("authorId"), -1) in threaded
        }

    def add(self, notes: Mapping[Place, str], author: str, head: str) -> None:
        """Add ``notes``, each under the bold line ``head``, to the cell's own note where it has one.

        A cell has one note and a note one author, whom programs show beside it: that of the unit's note
        becomes both, so that nobody is named alone for what the other wrote.
        """
        number = self._author(author)
        for place, note in notes.items():
            comment = self._existing.get(place)
            if comment is None:
                comment = xml.new_element(
                    self._list, "comment", ref=numbered_address(*place), authorId=str(number)
                )
                self._existing[place] = comment
            else:
                comment.set("authorId", str(self._author(self._with_own(comment, author))))
            text = xml.child(comment, "text")
            if text is None:
                text = xml.insert(comment, "text", frozenset())
            own = _as_runs(text)
            before = "\n" if own else ""
            for position, run in enumerate(self._runs(before + head + "\n", note), own):
                text.insert(position, run)

    def _with_own(self, comment: xml.Element, author: str) -> str:
        """``author`` beside the one that the note has had."""
        names = [name.text or "" for name in xml.children(self._authors, "author")]
        number = whole(comment.get("authorId"), -1)
        own = names[number].strip() if 0 <= number < len(names) else ""
        return own if own.endswith(author) else "；".join(filter(None, (own, author)))

    def _author(self, name: str) -> int:
        known = [author.text for author in xml.children(self._authors, "author")]
        if name in known:
            return known.index(name)
        xml.new_element(self._authors, "author").text = name
        return len(known)

    def _runs(self, head: str, note: str) -> list[xml.Element]:
        return list(etree.fromstring(f'<w xmlns="{self._main}">{note_runs(head, note)}</w>'))


def part(notes: Mapping[Place, str], author: str, head: str, *, strict: bool) -> bytes:
    """A comments part that holds ``notes`` alone."""
    entries = "".join(
        f'<comment ref="{numbered_address(*place)}" authorId="0">'
        f"<text>{note_runs(head + chr(10), note)}</text></comment>"
        for place, note in notes.items()
    )
    return (
        xml.DECLARATION
        + (
            f'<comments xmlns="{xml.MAIN_STRICT if strict else xml.MAIN}">'
            f"<authors><author>{xml.escape(author)}</author></authors>"
            f"<commentList>{entries}</commentList></comments>"
        ).encode()
    )


def threaded_places(root: xml.Element) -> set[Place]:
    """Cells that a threadedComments part speaks of."""
    refs = (cell_numbers(element.get("ref") or "") for element in root.iter("{*}threadedComment"))
    return {place for place in refs if place}


def note_runs(head: str, note: str) -> str:
    """The runs of a note: the head in bold, then the text."""
    return _RUN.format(bold="<b/>", text=xml.text_markup(head)) + _RUN.format(
        bold="", text=xml.text_markup(note)
    )


def _as_runs(text: xml.Element) -> int:
    """Where in ``text`` further runs go; a plain <t> becomes a run first, as Excel shows only one kind."""
    plain = xml.child(text, "t")
    if plain is not None:
        run = text.makeelement(text.tag[: -len("text")] + "r")
        text.replace(plain, run)
        run.append(plain)
    return max((index + 1 for index, element in enumerate(text) if xml.local(element) == "r"), default=0)
