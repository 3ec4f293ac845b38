"""Packages as other programs write them: each comes out whole."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from lxml import etree

from perfbatch.workbook.archive import Archive
from perfbatch.workbook.xlsx import xml
from perfbatch.workbook.xlsx.edit.added_sheet import AddedRow, AddedSheet
from perfbatch.workbook.xlsx.edit.marking import Mark
from perfbatch.writing.annotation import annotate_marks
from tests.workbook.edit.making import (
    FORM,
    OFFICE,
    changed,
    inserted,
    loaded,
    parts,
    plain,
    relation,
    replaced,
    rich,
    strict,
    zipped,
)  # fmt: skip
from tests.workbook.edit.wholeness import assert_whole

MARKS = [
    Mark(FORM, "B4", "error", "一"),
    Mark(FORM, "F12", "warning", "二"),
    Mark("说明", "A1", "info", "三"),
]
ADDED = AddedSheet("核验结果", [AddedRow(("text",), ("x",))], print_titles=(1, 1))
SHEET, WORKBOOK, STYLES, TYPES = (
    "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml",
)  # fmt: skip
WORKBOOK_RELS = "xl/_rels/workbook.xml.rels"


def backslashes() -> bytes:
    return changed(plain(), rename=lambda name: name.replace("/", "\\"))


def wrong_case() -> bytes:
    return changed(plain(), rename=lambda n: n.replace("sheet1", "Sheet1").replace("styles", "Styles").upper()
                   if n.startswith("[") or "sheet1" in n else n.replace("xl/", "XL/"))  # fmt: skip


def absolute_targets() -> bytes:
    return changed(plain(), edit={
        WORKBOOK_RELS: replaced(('Target="', 'Target="/xl/')),
        "_rels/.rels": replaced(('Target="', 'Target="/')),
    })  # fmt: skip


def backslash_targets() -> bytes:
    return changed(plain(), edit={WORKBOOK_RELS: replaced(("worksheets/", "worksheets\\"))})


def targets_from_the_root() -> bytes:
    return changed(plain(), edit={WORKBOOK_RELS: replaced(("worksheets/", "xl/worksheets/"))})


def without_styles() -> bytes:
    rels = etree.fromstring(parts(plain())[WORKBOOK_RELS])
    for element in list(rels):
        if element.get("Target") == "styles.xml":
            rels.remove(element)
    types = etree.fromstring(parts(plain())[TYPES])
    for element in list(types):
        if element.get("PartName") == "/xl/styles.xml":
            types.remove(element)
    return changed(
        plain(), drop=(STYLES,), edit={
            WORKBOOK_RELS: lambda _: etree.tostring(rels), TYPES: lambda _: etree.tostring(types),
        },
    )  # fmt: skip


def styles_lost() -> bytes:
    """The relationship is there, the part is not."""
    return changed(plain(), drop=(STYLES,), edit={
        TYPES: lambda part: part.replace(b'<Override PartName="/xl/styles.xml" ContentType="application/vnd.'
                                         b'openxmlformats-officedocument.spreadsheetml.styles+xml"/>', b""),
    })  # fmt: skip


def empty_styles() -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    styles = f'<styleSheet xmlns="{main}"><cellXfs/></styleSheet>'.encode()
    return changed(plain(), edit={STYLES: lambda _: styles})


def formats_behind_alternate_content() -> bytes:
    """Hancom Office wraps cell formats with extensions of its own; each wrapped one is one entry."""
    compatibility = "http://schemas.openxmlformats.org/markup-compatibility/2006"

    def wrap(part: bytes) -> bytes:
        root = etree.fromstring(part)
        formats = root.find("{*}cellXfs")
        assert formats is not None
        for index, entry in list(enumerate(formats))[1::2]:
            own = etree.tostring(entry).decode()
            choice = f'<mc:Choice xmlns:hs="urn:hancom" Requires="hs">{own}</mc:Choice>'
            fallback = f"<mc:Fallback>{own}</mc:Fallback>"
            formats[index] = etree.fromstring(
                f'<mc:AlternateContent xmlns:mc="{compatibility}">{choice}{fallback}</mc:AlternateContent>'
            )
        return etree.tostring(root)

    return changed(plain(), edit={STYLES: wrap})


def number_format_without_a_number() -> bytes:
    return changed(plain(), edit={STYLES: replaced(('numFmtId="164" formatCode', 'numFmtId="?" formatCode'))})


def shared_drawing() -> bytes:
    """Two sheets' notes share one drawing part and one comments part."""
    data = rich()
    return changed(data, edit={
        "xl/worksheets/_rels/sheet2.xml.rels": replaced(
            ("vmlDrawing3.vml", "vmlDrawing1.vml"), ("comments2.xml", "comments1.xml"),
        ),
    })  # fmt: skip


def notes_without_drawing() -> bytes:
    """A sheet with comments but no legacyDrawing."""
    import re

    return changed(rich(), edit={
        SHEET: lambda part: re.sub(rb"<legacyDrawing [^>]*/>", b"", part),
    })  # fmt: skip


def drawing_link_leads_nowhere() -> bytes:
    return changed(plain(), edit={SHEET: inserted('<legacyDrawing r:id="rId9"/>')})


def ill_formed_vml() -> bytes:
    """Excel leaves <br> open in the text of boxes."""
    return changed(rich(), edit={"xl/drawings/vmlDrawing1.vml": inserted("<!-- <br> --><br>")})


def vml_stated_by_override() -> bytes:
    """The ending vml already stands for something else."""
    return changed(plain(), edit={TYPES: inserted('<Default Extension="vml" ContentType="text/xml"/>')})


def utf16_sheet() -> bytes:
    return changed(plain(), edit={
        SHEET: lambda part: part.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16"),
    })  # fmt: skip


def rows_and_cells_without_addresses() -> bytes:
    import re

    return changed(plain(), edit={SHEET: lambda part: re.sub(rb' r="[A-C]?[1-5]"', b"", part)})


def prolog_and_unknown_children() -> bytes:
    spaces = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:zz="urn:zz"'
    return changed(plain(), edit={SHEET: replaced(
        ("<worksheet ", f'<!-- 由某系统导出 --><?some instruction?><worksheet {spaces} mc:Ignorable="zz" '),
        ("<pageMargins", '<zz:own a="&#10;b"><![CDATA[<x>]]></zz:own><pageMargins'),
        ("</worksheet>", '<tableParts count="0"/><extLst><ext uri="{1}"><zz:e/></ext></extLst></worksheet>'),
    )})  # fmt: skip


def controls_behind_alternate_content() -> bytes:
    return changed(plain(), edit={SHEET: replaced(("</worksheet>", (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        '<mc:Choice Requires="x14" xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
        "<controls/></mc:Choice></mc:AlternateContent></worksheet>"
    )))})  # fmt: skip


def streamed() -> bytes:
    """Written to a pipe: sizes stand in data descriptors behind the members."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.content = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data) -> int:  # type: ignore[no-untyped-def]
            self.content += data
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[arg-type]
        for name, content in parts(plain()).items():
            archive.writestr(name, content)
    return bytes(pipe.content)


def needless_zip64() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts(plain()).items():
            with archive.open(name, "w", force_zip64=True) as member:
                member.write(content)
        archive.comment = "注释".encode()
    return stream.getvalue()


def stored() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts(plain()).items():
            archive.writestr(name, content)
    return stream.getvalue()


def stub_in_front() -> bytes:
    return b"MZ stub" * 50 + plain()


ODD: list[Callable[[], bytes]] = [
    absolute_targets, backslash_targets, backslashes, controls_behind_alternate_content,
    drawing_link_leads_nowhere, empty_styles, formats_behind_alternate_content, ill_formed_vml,
    needless_zip64, notes_without_drawing, number_format_without_a_number,
    prolog_and_unknown_children, rows_and_cells_without_addresses, shared_drawing, stored, streamed, strict,
    stub_in_front, styles_lost, targets_from_the_root, utf16_sheet, vml_stated_by_override, without_styles,
    wrong_case,
]  # fmt: skip


@pytest.mark.parametrize("make", ODD, ids=lambda make: make.__name__)
def test_odd_package_comes_out_whole(make: Callable[[], bytes]) -> None:
    """Marks land in it, all else stays."""
    data = make()
    outcome = annotate_marks(data, None, MARKS, added=ADDED)
    assert outcome.marks == 3
    assert_whole(data, outcome.data)


@pytest.mark.parametrize(
    "make",
    [
        m
        for m in ODD
        if m
        not in (
            strict,
            backslashes,
            backslash_targets,
            targets_from_the_root,
            wrong_case,
            formats_behind_alternate_content,
            number_format_without_a_number,
        )
    ],
    ids=lambda make: make.__name__,
)
def test_marks_are_read_back(make: Callable[[], bytes]) -> None:
    """openpyxl finds the note and the fill where they were put (where it can read the workbook at all)."""
    book = loaded(annotate_marks(make(), None, MARKS[:2], added=ADDED).data)
    sheet = book[FORM]
    for address, text, colour in (("B4", "【必须整改】一", "FFFF7F7F"), ("F12", "【请核实】二", "FFFFCC4D")):
        assert sheet[address].comment.text.endswith(text)  # type: ignore[union-attr]
        assert sheet[address].fill.fgColor.rgb == colour
    assert book["核验结果"]["A1"].value == "x"
    assert book["核验结果"].print_title_rows == "$1:$1"


def test_a_wrapped_format_keeps_its_look_under_the_fill() -> None:
    """The new entry is the cell's own one, wrapped as it was, and both of its branches have the fill."""

    def entry_of(data: bytes) -> bytes:
        cell = etree.fromstring(parts(data)[SHEET]).find(".//{*}c[@r='B4']")
        formats = etree.fromstring(parts(data)[STYLES]).find("{*}cellXfs")
        assert cell is not None and formats is not None
        entry = formats[int(cell.get("s") or 0)]
        filled = [variant.get("fillId") for variant in entry.iter("{*}xf")]
        assert filled in (["0", "0"], ["2", "2"]), "one fill in each branch"
        for variant in entry.iter("{*}xf"):
            variant.attrib.pop("fillId")
            for name in ("applyFill", "borderId", "applyBorder"):
                variant.attrib.pop(name, None)
        return etree.tostring(entry, method="c14n", exclusive=True, with_tail=False)

    data = formats_behind_alternate_content()
    copy = annotate_marks(data, None, [Mark(FORM, "B4", "error", "x")]).data
    assert entry_of(data) == entry_of(copy)


@pytest.mark.parametrize("make", [without_styles, styles_lost, empty_styles])
def test_a_workbook_without_fonts_keeps_the_usual_one(make: Callable[[], bytes]) -> None:
    """A cell under our fill looks as before; and as openpyxl assumes for a workbook without fonts."""
    font = loaded(annotate_marks(make(), None, MARKS).data)[FORM]["B4"].font
    assert (font.name, font.sz, font.scheme) == ("Calibri", 11, "minor")


def test_notes_do_not_leak_to_the_other_sheet() -> None:
    """Where two sheets share their notes' parts, the marked one gets copies of its own."""
    after = parts(annotate_marks(shared_drawing(), None, MARKS[:1]).data)
    before = parts(shared_drawing())
    for name in ("xl/comments1.xml", "xl/drawings/vmlDrawing1.vml", "xl/worksheets/_rels/sheet2.xml.rels"):
        assert after[name] == before[name]
    rels = after["xl/worksheets/_rels/sheet1.xml.rels"]
    assert b"comments3.xml" in rels
    assert "单位自己的批注".encode() in after["xl/comments3.xml"]


def test_strict_copy_stays_strict() -> None:
    """No transitional namespace enters a Strict package's sheet, notes or relationships."""
    after = parts(annotate_marks(strict(), None, MARKS, added=ADDED).data)
    rels = "xl/worksheets/_rels/sheet1.xml.rels"
    for name in (SHEET, "xl/comments1.xml", rels, "xl/worksheets/sheet3.xml"):
        assert b"schemas.openxmlformats.org/spreadsheetml" not in after[name], name
        assert b"schemas.openxmlformats.org/officeDocument" not in after[name], name


@pytest.mark.parametrize(("kind", "code"), [("chartsheet", "no_cells"), ("dialogsheet", "no_cells")])
def test_sheets_without_cells_take_no_marks(kind: str, code: str) -> None:
    """A mark on a chart or dialog sheet is told, and the other marks are placed."""
    data = changed(plain(), edit={WORKBOOK_RELS: _second_sheet_as(kind)})
    outcome = annotate_marks(data, None, MARKS)
    assert [(missed.mark, missed.code) for missed in outcome.unplaced] == [(MARKS[2], code)]
    assert outcome.marks == 2


def test_macro_sheet_is_marked() -> None:
    """An Excel 4 macro sheet has cells, and takes notes."""
    data = changed(plain(), edit={
        WORKBOOK_RELS: _second_sheet_as("xlMacrosheet"),
        "xl/worksheets/sheet2.xml": replaced(
            ("<worksheet ", '<xm:macrosheet xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" '),
            ("</worksheet>", "</xm:macrosheet>"),
        ),
    })  # fmt: skip
    outcome = annotate_marks(data, None, MARKS)
    assert_whole(data, outcome.data)
    assert (outcome.marks, outcome.unplaced) == (3, ())


def _second_sheet_as(kind: str):  # type: ignore[no-untyped-def]
    return lambda part: part.replace(
        b'relationships/worksheet" Target="worksheets/sheet2.xml"',
        b"relationships/" + kind.encode() + b'" Target="worksheets/sheet2.xml"',
    )


def test_duplicate_members_get_the_same_content() -> None:
    """Whichever of two equal twins a reader takes, it sees the marks; of unequal ones the last is ours."""
    stream = io.BytesIO(plain())
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(stream, "a") as archive:
        archive.writestr(SHEET, parts(plain())[SHEET])
        archive.writestr(STYLES, parts(plain())[STYLES] + b" ")
    outcome = annotate_marks(stream.getvalue(), None, MARKS)
    with zipfile.ZipFile(io.BytesIO(outcome.data)) as archive:
        sheets = [archive.read(i) for i in archive.infolist() if i.filename == SHEET]
        styles = [archive.read(i) for i in archive.infolist() if i.filename == STYLES]
    assert len(sheets) == 2
    assert sheets[0] == sheets[1] != parts(plain())[SHEET]
    assert styles[0] == parts(plain())[STYLES] != styles[1]


def test_untouched_archive_is_the_same_archive() -> None:
    """Reading and writing the zip alone changes no byte that zipfile shows."""
    for make in (plain, streamed, needless_zip64, stored, stub_in_front):
        data = make()
        again = Archive(data).write()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(io.BytesIO(again)) as new:
            assert new.testzip() is None
            assert new.comment == old.comment
            for before, after in zip(old.infolist(), new.infolist(), strict=True):
                for field in ("filename", "date_time", "CRC", "file_size", "compress_size", "external_attr"):
                    assert getattr(before, field) == getattr(after, field)


def test_names_in_gbk_survive() -> None:
    """An old Chinese zip tool's member names are neither understood nor changed, and stay."""
    data = zipped(parts(plain()) | {"xl/media/XX1.png": b"picture"})
    data = data.replace(b"xl/media/XX1.png", "xl/media/图1.png".encode("gbk"))
    copy = annotate_marks(data, None, MARKS).data
    assert copy.count("xl/media/图1.png".encode("gbk")) == 2


@pytest.mark.parametrize(("root", "made"), [
    (b"<a/>", b'<a><b xmlns:r="urn:links" r:id="rId1"/></a>'),
    (b'<a xmlns:o="urn:links"/>', b'<a xmlns:o="urn:links"><b o:id="rId1"/></a>'),
])  # fmt: skip
def test_a_new_link_has_the_prefix_at_hand_or_r(root: bytes, made: bytes) -> None:
    """lxml would take what any library registered for the namespace, or ns0."""
    parent = etree.fromstring(root)
    xml.new_element(parent, "b", linking="urn:links").set("{urn:links}id", "rId1")
    assert etree.tostring(parent) == made


def test_relationship_ids_that_are_taken_are_not_used() -> None:
    """New relationships get ids of their own, whatever is there."""
    data = changed(plain(), edit={WORKBOOK_RELS: inserted(
        "".join(relation(f"rId{n}", OFFICE + "theme", "theme/theme1.xml") for n in range(20, 40))
    )})  # fmt: skip
    assert_whole(data, annotate_marks(data, None, MARKS, added=ADDED).data)


def test_leftovers_of_parts_that_are_gone_are_not_taken_over() -> None:
    """A content type or relationships that outlived their part do not get in the way of a new one."""
    data = changed(
        plain(),
        add={"xl/worksheets/_rels/sheet3.xml.rels": parts(rich())["xl/worksheets/_rels/sheet1.xml.rels"]},
        edit={TYPES: inserted('<Override PartName="/xl/Comments1.xml" ContentType="text/plain"/>')},
    )
    after = parts(annotate_marks(data, None, MARKS, added=ADDED).data)
    assert "xl/worksheets/sheet4.xml" in after
    names = [e.get("PartName", "").casefold() for e in etree.fromstring(after[TYPES]).iter("{*}Override")]
    assert len(names) == len(set(names))
    assert b"text/plain" not in after[TYPES]
