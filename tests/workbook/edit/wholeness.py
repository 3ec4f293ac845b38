"""What must hold for every copy, whatever was marked: nothing lost, nothing of others' changed, all valid."""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile

from lxml import etree

from tests.workbook.edit.making import parts

# Parts that a copy may change, and the only ones.
_OURS = re.compile(
    r"\[content_types\]\.xml|xl/workbook\.xml|xl/styles\.xml|xl/_rels/workbook\.xml\.rels"
    r"|xl/worksheets/[^/]+\.xml|xl/worksheets/_rels/[^/]+\.rels|xl/comments\d+\.xml|xl/drawings/vmldrawing\d+\.vml"
)
# Children of a worksheet in the schema's order (ECMA-376 Part 1, 18.3.1.99).
_ORDER = """
    sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges
    scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr
    conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter
    rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing
    legacyDrawingHF drawingHF picture oleObjects controls webPublishItems tableParts extLst
"""
ORDER = _ORDER.split()


def assert_whole(before: bytes, after: bytes) -> None:
    """The copy ``after`` has everything that ``before`` has, and is a valid package."""
    old, new = parts(before), parts(after)
    assert list(new)[: len(old)] == list(old), "order and names of the members"
    assert _raw(before).items() <= _raw(after).items() or _changed_only_ours(before, after)
    for name, content in old.items():
        plain = name.replace("\\", "/").lstrip("/").casefold()
        if new[name] == content:
            continue
        assert _OURS.fullmatch(plain), f"{name} is none of ours"
        if plain.endswith(".vml"):
            _assert_drawing_kept(content, new[name])
        elif "/worksheets/" in plain and plain.endswith(".xml"):
            assert _canonical_sheet(new[name], content) == _canonical_sheet(content, content), name
        elif plain == "xl/styles.xml":
            _assert_styles_kept(content, new[name])
        elif "comments" in plain:
            _assert_notes_kept(content, new[name])
        else:
            _assert_children_kept(content, new[name])
    _assert_valid(new, _dangling(old))


def _raw(data: bytes) -> dict[str, tuple[int, bytes]]:
    """Compressed bytes and dates of all members."""
    raw = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            start = info.header_offset + 30 + sum(struct.unpack_from("<2H", data, info.header_offset + 26))
            raw[info.filename] = info.date_time, data[start : start + info.compress_size]
    return raw


def _changed_only_ours(before: bytes, after: bytes) -> bool:
    old, new = _raw(before), _raw(after)
    same_content = {name for name, content in parts(before).items() if parts(after)[name] == content}
    return all(old[name] == new[name] for name in same_content) and all(old[n][0] == new[n][0] for n in old)


def _canonical_sheet(content: bytes, original: bytes) -> bytes:
    """The sheet without what marking adds: formats of cells, empty cells and rows, the link to the notes."""
    root = etree.fromstring(content)
    had = {(element.tag, element.get("r")) for element in etree.fromstring(original).iter("{*}c", "{*}row")}
    linked = next(etree.fromstring(original).iter("{*}legacyDrawing"), None)
    for element in list(root.iter("{*}legacyDrawing")):
        if linked is None:
            element.getparent().remove(element)
        else:
            element.attrib.clear()
    for cell in list(root.iter("{*}c")):
        if (cell.tag, cell.get("r")) not in had and not len(cell):
            cell.getparent().remove(cell)
        else:
            cell.attrib.pop("s", None)
    for row in list(root.iter("{*}row")):
        row.attrib.pop("spans", None)
        if (row.tag, row.get("r")) not in had and not len(row):
            row.getparent().remove(row)
    for element in root.iter("{*}dimension"):
        element.attrib.clear()
    for element in root.iter("{*}sheetData"):
        element.text = element.text if len(element) else None
    return etree.tostring(root, method="c14n2", strip_text=True)


def _canonical(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True, with_tail=False)


def _assert_styles_kept(old: bytes, new: bytes) -> None:
    before, after = etree.fromstring(old), etree.fromstring(new)
    sections = {etree.QName(section).localname: section for section in after}
    for section in before:
        kept = sections[etree.QName(section).localname]
        assert kept.get("count") in (None, str(len(kept)))
        for entry, twin in zip(section, kept, strict=False):
            assert _canonical(entry) == _canonical(twin)
        assert len(kept) >= len(section)


def _assert_notes_kept(old: bytes, new: bytes) -> None:
    def texts(content: bytes) -> dict[str, str]:
        return {
            comment.get("ref"): "".join(t.text or "" for t in comment.iter("{*}t"))
            for comment in etree.fromstring(content).iter("{*}comment")
        }

    after = texts(new)
    for ref, text in texts(old).items():
        assert after[ref].startswith(text)


def _assert_drawing_kept(old: bytes, new: bytes) -> None:
    """All shapes of the drawing are still there, but for the size of note boxes."""

    def shapes(content: bytes) -> list[bytes]:
        found = re.findall(rb"<v:shape\b.*?</v:shape>", content, re.DOTALL)
        return [re.sub(rb"<x:Anchor>[^<]*", b"", shape) for shape in found]

    assert shapes(new)[: len(shapes(old))] == shapes(old)


def _assert_children_kept(old: bytes, new: bytes) -> None:
    """Each part keeps its children; definedNames and sheets of the workbook may have grown."""
    kept = [_canonical(child) for child in etree.fromstring(new)]
    for child in etree.fromstring(old):
        if etree.QName(child).localname in ("sheets", "definedNames"):
            twin = next(c for c in etree.fromstring(new) if c.tag == child.tag)
            grown = [_canonical(c) for c in twin]
            assert [_canonical(c) for c in child] == grown[: len(child)]
        elif etree.QName(child).localname == "Relationship" and _canonical(child) not in kept:
            ids = [etree.fromstring(text).get("Id") for text in kept]
            assert child.get("Id") in ids, "a relationship may lead to a copy of a shared part, never vanish"
        else:
            assert _canonical(child) in kept


def _dangling(members: dict[str, bytes]) -> set[str]:
    """Parts that relationships name and the package lacks: a fault that the unit's file may come with."""
    names = {name.replace("\\", "/").lstrip("/").casefold(): name for name in members}
    return {
        path
        for plain, name in names.items()
        if plain.endswith(".rels")
        for path in _targets(plain, members[name])
        if path not in names
    }


def _targets(plain: str, content: bytes) -> list[str]:
    folder = posixpath.dirname(posixpath.dirname(plain))
    targets = [
        (relation.get("Target") or "").replace("\\", "/").partition("#")[0]
        for relation in etree.fromstring(content)
        if relation.get("TargetMode") != "External"
    ]
    return [posixpath.normpath(posixpath.join(f"/{folder}", t)).lstrip("/").casefold() for t in targets]


def _assert_valid(new: dict[str, bytes], dangling: set[str]) -> None:
    names = {name.replace("\\", "/").lstrip("/").casefold(): name for name in new}
    types = etree.fromstring(new[names["[content_types].xml"]])
    defaults = {e.get("Extension", "").casefold() for e in types.iter("{*}Default")}
    overrides = [e.get("PartName", "").casefold().lstrip("/") for e in types.iter("{*}Override")]
    assert len(overrides) == len(set(overrides))
    for plain, name in names.items():
        if plain.endswith((".xml", ".rels")):
            etree.fromstring(new[name])
        if plain != "[content_types].xml" and not plain.endswith("/"):
            assert plain in overrides or plain.rpartition(".")[2] in defaults, f"{name} has no content type"
        if plain.endswith(".rels"):
            ids = [relation.get("Id") for relation in etree.fromstring(new[name])]
            assert len(ids) == len(set(ids)), f"{plain}: ids"
            assert set(_targets(plain, new[name])) <= names.keys() | dangling, f"{plain}: leads nowhere"
        if plain.startswith("xl/worksheets/sheet"):
            _assert_sheet(plain, new, names)


def _assert_sheet(plain: str, new: dict[str, bytes], names: dict[str, str]) -> None:
    root = etree.fromstring(new[names[plain]])
    children = [etree.QName(c).localname for c in root if isinstance(c.tag, str)]
    known = [child for child in children if child in ORDER]
    assert known == sorted(known, key=ORDER.index), f"{plain}: order of children"
    rows = [int(row.get("r")) for row in root.iter("{*}row") if row.get("r")]
    assert rows == sorted(set(rows)), f"{plain}: order of rows"
    for row in root.iter("{*}row"):
        columns = [_column(cell.get("r")) for cell in row if cell.get("r")]
        assert columns == sorted(set(columns)), f"{plain}: order of cells"
    rels = names.get(posixpath.join("xl/worksheets/_rels", posixpath.basename(plain) + ".rels"))
    relations = {r.get("Id"): r for r in etree.fromstring(new[rels])} if rels else {}
    for element in root.iter():
        for key, value in element.attrib.items():
            if str(key).endswith("relationships}id"):
                assert value in relations, f"{plain}: {value} leads nowhere"
    targets = {
        relation.get("Type", "").rpartition("/")[2]: posixpath.normpath(
            posixpath.join("/xl/worksheets", (relation.get("Target") or "").replace("\\", "/"))
        ).lstrip("/")
        for relation in relations.values()
    }
    if "comments" in targets:
        comments = etree.fromstring(new[names[targets["comments"].casefold()]])
        refs = [comment.get("ref") for comment in comments.iter("{*}comment")]
        assert len(refs) == len(set(refs)), f"{plain}: one note a cell"
        link = next(root.iter("{*}legacyDrawing"))
        identity = next(v for k, v in link.attrib.items() if str(k).endswith("}id"))
        target = (relations[identity].get("Target") or "").replace("\\", "/")
        drawing = names[posixpath.normpath(posixpath.join("/xl/worksheets", target)).lstrip("/").casefold()]
        content = new[drawing]
        ids = re.findall(rb'<v:shape\b[^>]*?\bid="(_x0000_s\d+)"', content)
        assert len(ids) == len(set(ids)), f"{plain}: ids of shapes"
        assert len(re.findall(rb'ObjectType="Note"', content)) == len(refs), f"{plain}: a shape for each note"


def _column(address: str) -> int:
    number = 0
    for letter in re.match("[A-Z]+", address)[0]:  # type: ignore[index]
        number = number * 26 + ord(letter) - 64
    return number
