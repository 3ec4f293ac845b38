"""styles.xml cut open once, so that entries can be added to its sections as text, workbook after workbook."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from lxml import etree

from perfbatch.caching import cached, cached_if_small
from perfbatch.workbook.xlsx import xml
from perfbatch.workbook.xlsx.numbers import whole

_ORDER = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles",
    "colors", "extLst",
)  # fmt: skip
_GROWING = ("numFmts", "fonts", "fills", "borders", "cellXfs", "dxfs")
_FIRST_OWN_NUMBER_FORMAT = 164


@dataclass(frozen=True, slots=True)
class EntryList:
    """A list of entries; ``prefix`` stands before the names in it ('x:', mostly '')."""

    entries: int
    prefix: str

    def entry(self, markup: str) -> str:
        """``markup``, written without prefixes, as it stands in this section."""
        return re.sub("<(/?)", rf"<\1{self.prefix}", markup) if self.prefix else markup


@dataclass(frozen=True, slots=True)
class Stylesheet:
    """A styles part that is never changed; ``with_entries`` gives one that has more.

    ``formats`` are the entries of cellXfs; ``number_formats`` are ids by code, ``next_number_format`` the
    first id that none of them has.
    """

    sections: Mapping[str, EntryList]
    formats: Sequence[str]
    number_formats: Mapping[str, int]
    next_number_format: int
    _main: str
    _names: str
    _pieces: Sequence[str]
    _unused: Mapping[str, str]

    def with_entries(self, added: Mapping[str, Sequence[str]]) -> bytes:
        """The part with ``added`` (by section) at the end of its sections."""
        slots = dict(self._unused)
        for name, entries in added.items():
            if entries:
                section = self.sections[name]
                tag, text = section.prefix + name, "".join(entries)
                slots[f"count_{name}"] = count = f' count="{section.entries + len(entries)}"'
                slots[f"end_{name}"] = text
                slots[f"new_{name}"] = f"<{tag}{count}>{text}</{tag}>"
        pieces = list(self._pieces)
        pieces[1::2] = [slots.get(slot, "") for slot in pieces[1::2]]
        return xml.DECLARATION + "".join(pieces).encode()

    def with_mark(self, entry: str, fill: int, border: int) -> str:
        """One of ``formats`` with another fill and border."""
        return _with_mark(entry, fill, border, self._main, self._names)


@cached_if_small(1 << 15, 128)
def open_stylesheet(content: bytes, part: str) -> Stylesheet:
    """The stylesheet in ``content``. Raises Refused where it cannot be parsed."""
    # The parser finds the sections and the serialiser cuts them: marks that stand nowhere else go where
    # entries will, and the text is split at them. So any spelling of the part is understood.
    root = xml.parse_part(content, part)
    main = xml.namespace(root)
    mark = "_" + blake2b(content, digest_size=16).hexdigest()
    taken: dict[int, Any] = {}
    for element in root.iter(_qualified(main, "numFmt")):
        # Excel may keep a format inside mc:AlternateContent, so look at any depth.
        taken[whole(element.get("numFmtId"))] = element.get("formatCode")
    sections, unused = {}, {}
    for name in _GROWING:
        section = xml.child(root, name)
        if section is None:
            section = xml.insert(root, name, frozenset(_ORDER[: _ORDER.index(name)]), new=f"{mark}new_{name}")
        else:
            stated = section.get("count")
            unused[f"count_{name}"] = "" if stated is None else f' count="{xml.escape(stated)}"'
            section.set("count", f"{mark}count_{name}")
            section.append(etree.Comment(f"{mark}end_{name}"))
        entries = sum(1 for _ in section.iterchildren("*"))
        sections[name] = EntryList(entries, f"{section.prefix}:" if section.prefix else "")
    formats = xml.child(root, "cellXfs")
    assert formats is not None
    # Hancom wraps a format in mc:AlternateContent: one entry, and one of its branches counts.
    is_entry = [bool(xml.local(element)) for element in formats]
    for element in list(formats):
        element.addprevious(etree.Comment(mark))
    found = xml.serialise(root)[len(xml.DECLARATION) :].decode().split(f"<!--{mark}-->")
    return Stylesheet(
        sections=sections,
        formats=tuple(entry for entry, counts in zip(found[1:], is_entry, strict=True) if counts),
        number_formats={code: number for number, code in reversed(taken.items()) if code is not None},
        next_number_format=max([_FIRST_OWN_NUMBER_FORMAT - 1, *taken]) + 1,
        _main=main,
        _names="".join(_declaration(prefix, uri) for prefix, uri in formats.nsmap.items()),
        _pieces=_cut_at_slots("".join(found), mark),
        _unused=unused,
    )


def _cut_at_slots(text: str, mark: str) -> list[str]:
    """``text`` without its marks; every second item is the name of the slot at which it was cut."""
    pieces: list[str] = []
    before, *rest = text.split(mark)
    for piece in rest:
        if piece.startswith("count_"):
            slot, _, after = piece.partition('"')
            before = before.removesuffix(' count="')
        elif piece.startswith("end_"):
            slot, _, after = piece.partition("-->")
            before = before.removesuffix("<!--")
        else:  # an element that stands for a section which there is not yet
            slot, _, after = piece.partition('"/>')
            before = before[: before.rindex("<")]
        pieces += (before, slot)
        before = after
    return [*pieces, before]


@cached(512)
def _with_mark(entry: str, fill: int, border: int, main: str, names: str) -> str:
    root = etree.fromstring(f"<formats{names}>{entry}</formats>")
    for format_ in root.iter(_qualified(main, "xf")):
        format_.set("fillId", str(fill))
        format_.set("applyFill", "1")
        format_.set("borderId", str(border))
        format_.set("applyBorder", "1")
    text = etree.tostring(root, encoding="unicode")
    return text[text.index(">") + 1 : text.rindex("<")]


def _declaration(prefix: str | None, uri: str) -> str:
    return f' xmlns{":" if prefix else ""}{prefix or ""}="{xml.escape(uri)}"'


def _qualified(namespace: str, name: str) -> str:
    return f"{{{namespace}}}{name}" if namespace else name
