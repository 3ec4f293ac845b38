"""Workbooks for the tests: one that carries everything, and odd packages made out of ordinary ones."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Callable, Mapping
from functools import cache

import openpyxl
import xlsxwriter
from PIL import Image

FORM = "自评表"
PERSONS = "xl/persons/person.xml"


def png(colour: str = "red") -> io.BytesIO:
    """A small picture."""
    stream = io.BytesIO()
    Image.new("RGB", (60, 30), colour).save(stream, "png")
    stream.seek(0)
    return stream


@cache
def plain() -> bytes:
    """A small form: merged title, rows with borders and number formats, a formula, a second sheet."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet(FORM)
    heading = book.add_format({"bold": True, "align": "center", "border": 1})
    sheet.merge_range("A1:D1", "项目支出绩效自评表", heading)
    money = book.add_format({"num_format": "#,##0.00", "border": 1, "font_color": "#0000FF"})
    for row in range(2, 6):
        sheet.write(row, 0, f"三级指标{row}", book.add_format({"border": 2, "text_wrap": True}))
        sheet.write(row, 1, row * 1.5, money)
        sheet.write(row, 3, row / 7)
    sheet.write_formula("B8", "=SUM(B3:B7)", money, 21)
    book.add_worksheet("说明").write("B2", "第二张表")
    book.close()
    return stream.getvalue()


@cache
def rich(*, macros: bool = False) -> bytes:
    """A workbook with what XlsxWriter can put into one, cell notes included, plus hand-made parts."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    bold, red = book.add_format({"bold": True}), book.add_format({"font_color": "red"})
    unlocked = book.add_format({"locked": False, "border": 1, "num_format": "0.00%"})
    sheet, other = book.add_worksheet(FORM), book.add_worksheet("数 据's")
    sheet.set_column("B:C", 20, book.add_format({"italic": True}))
    sheet.set_row(20, 40, book.add_format({"bg_color": "#DDDDDD"}))
    sheet.merge_range("A1:F1", "项目支出绩效自评表", bold)
    sheet.write_rich_string("A3", "普通", bold, "加粗", red, "红色")
    for row in range(4, 12):
        sheet.write_row(row, 0, [f"指标{row}", row, row / 3, "是"], unlocked)
    sheet.write_formula("B14", "=SUM(B5:B12)", unlocked, 60)
    sheet.write_array_formula("C14:C15", "{=B5:B6*2}", unlocked, 8)
    sheet.insert_image("H2", "stamp.png", {"image_data": png()})
    sheet.insert_textbox("H10", "单位公章", {"width": 150})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": f"={FORM}!$B$5:$B$12"})
    sheet.insert_chart("H16", chart)
    sheet.set_header("&L&G", {"image_left": "logo.png", "image_data_left": png("blue")})
    sheet.set_footer("第 &P 页")
    sheet.add_sparkline("G5", {"range": f"{FORM}!B5:D5"})
    sheet.conditional_format("B5:B12", {"type": "data_bar", "data_bar_2010": True})
    sheet.conditional_format("C5:C12", {"type": "cell", "criteria": ">", "value": 2, "format": red})
    sheet.data_validation("D5:D12", {"validate": "list", "source": ["是", "否"]})
    sheet.protect("secret", {"format_cells": True})
    sheet.write_comment("B6", "单位自己的批注", {"author": "张三", "visible": True})
    sheet.write_comment("C7", "第二条\n分两行", {"author": "李四"})
    sheet.write_url("A16", "https://example.org/", string="网址")
    sheet.write_url("A17", f"internal:'{FORM}'!A1")
    sheet.insert_button("H30", {"caption": "按钮"})
    sheet.set_background(png("green"))
    sheet.set_landscape()
    sheet.repeat_rows(0, 2)
    sheet.print_area("A1:F20")
    sheet.set_h_pagebreaks([15])
    sheet.freeze_panes(3, 1)
    sheet.ignore_errors({"number_stored_as_text": "A1:A20"})
    other.add_table("A1:B4", {"data": [["一", 1], ["二", 2], ["三", 3]]})
    other.write_comment("A2", "另一张表的批注")
    other.autofilter("D1:E5")
    book.add_worksheet("说明").hide()
    graph = book.add_chartsheet("图表")
    wide = book.add_chart({"type": "line"})
    wide.add_series({"values": f"={FORM}!$C$5:$C$12"})
    graph.set_chart(wide)
    book.define_name("合计", f"={FORM}!$B$14")
    book.set_custom_property("单位编码", "110000")
    book.set_properties({"title": "自评", "author": "某单位"})
    if macros:
        book.add_vba_project(io.BytesIO(b"\xd0\xcf\x11\xe0" + bytes(range(256)) * 8), True)
    book.close()
    return with_foreign_parts(stream.getvalue())


def with_foreign_parts(data: bytes) -> bytes:
    """Parts that XlsxWriter cannot make: WPS cell images, custom XML, a calculation chain, an unknown one."""
    images = b'<etc:cellImages xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData"/>'
    return changed(
        data,
        add={
            "xl/cellimages.xml": images,
            "customXml/item1.xml": b"<a/>",
            "xl/calcChain.xml": (
                b'<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
                b'<c r="B14" i="1"/></calcChain>'
            ),
            "xl/media/unknown.bin": bytes(range(256)),
        },
        edit={
            "[Content_Types].xml": inserted(
                '<Default Extension="bin" ContentType="application/octet-stream"/>'
                '<Override PartName="/xl/cellimages.xml" ContentType="application/vnd.wps-officedocument.'
                'cellimage+xml"/><Override PartName="/xl/calcChain.xml" ContentType="application/vnd.'
                'openxmlformats-officedocument.spreadsheetml.calcChain+xml"/>'
            ),
            "xl/_rels/workbook.xml.rels": inserted(
                relation("rIdImages", "http://www.wps.cn/officeDocument/2020/cellImage", "cellimages.xml")
                + relation("rIdChain", OFFICE + "calcChain", "calcChain.xml")
            ),
        },
    )


OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
Edit = Callable[[bytes], bytes]


def relation(identity: str, kind: str, target: str) -> str:
    """Markup of a relationship."""
    return f'<Relationship Id="{identity}" Type="{kind}" Target="{target}"/>'


def inserted(markup: str) -> Edit:
    """Put ``markup`` in front of the root's end."""

    def edit(part: bytes) -> bytes:
        at = part.rindex(b"</")
        return part[:at] + markup.encode() + part[at:]

    return edit


def replaced(*pairs: tuple[str, str]) -> Edit:
    """Replace strings, each of which must be there."""

    def edit(part: bytes) -> bytes:
        for old, new in pairs:
            assert old.encode() in part, old
            part = part.replace(old.encode(), new.encode())
        return part

    return edit


def parts(data: bytes) -> dict[str, bytes]:
    """Content of all members by name, in order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def loaded(data: bytes, *, data_only: bool = False) -> openpyxl.Workbook:
    """The workbook as openpyxl reads it; what openpyxl would drop is no concern of the test."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return openpyxl.load_workbook(io.BytesIO(data), data_only=data_only)


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A zip of these members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(_Verbatim(name), content)
    return stream.getvalue()


class _Verbatim(zipfile.ZipInfo):
    """zipfile turns backslashes into slashes on some systems; here a name stays as given."""

    def __init__(self, name: str) -> None:
        super().__init__("x", (2021, 3, 4, 5, 6, 8))
        self.filename = name
        self.compress_type = zipfile.ZIP_DEFLATED


def changed(
    data: bytes,
    *,
    edit: Mapping[str, Edit] | None = None,
    add: Mapping[str, bytes] | None = None,
    drop: tuple[str, ...] = (),
    rename: Callable[[str], str] = str,
) -> bytes:
    """``data`` with parts edited, added, dropped and renamed."""
    members = parts(data)
    for name, change in (edit or {}).items():
        members[name] = change(members[name])
    members |= add or {}
    return zipped({rename(name): content for name, content in members.items() if name not in drop})


@cache
def strict() -> bytes:
    """The plain form as Strict OOXML."""
    pairs = [
        ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"),
        ("http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships"),
        ("http://schemas.openxmlformats.org/drawingml/2006/main", "http://purl.oclc.org/ooxml/drawingml/main"),
    ]  # fmt: skip

    def convert(part: bytes) -> bytes:
        for old, new in pairs:
            part = part.replace(old.encode(), new.encode())
        return part

    return zipped({name: convert(part) for name, part in parts(plain()).items()})


@cache
def prefixed() -> bytes:
    """The plain form with every SpreadsheetML element under the prefix x, as some .NET programs write."""
    import re

    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"

    def convert(part: bytes) -> bytes:
        if b'xmlns="' + main not in part:
            return part
        part = re.sub(rb"<(/?)([A-Za-z]+)(?=[\s/>])", rb"<\1x:\2", part)
        return part.replace(b'xmlns="' + main, b'xmlns:x="' + main)

    return zipped({name: convert(part) for name, part in parts(plain()).items()})


def threaded() -> bytes:
    """The rich workbook where B6's note is the shadow of a threaded comment."""
    identity = "{6D5B2D1A-0000-4000-8000-000000000001}"
    thread = (
        '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
        f'<threadedComment ref="B6" dT="2024-01-01T00:00:00.00" personId="{{P}}" id="{identity}">'
        "<text>会话</text></threadedComment></ThreadedComments>"
    )
    people = '<personList xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"/>'
    return changed(
        rich(),
        add={"xl/threadedComments/threadedComment1.xml": thread.encode(), PERSONS: people.encode()},
        edit={
            "xl/comments1.xml": replaced(("<author>张三</author>", f"<author>tc={identity}</author>")),
            "xl/worksheets/_rels/sheet1.xml.rels": inserted(
                relation(
                    "rIdThread", "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment",
                    "../threadedComments/threadedComment1.xml",
                )
            ),
            "[Content_Types].xml": inserted(
                '<Override PartName="/xl/threadedComments/threadedComment1.xml" ContentType="application/vnd.'
                'ms-excel.threadedcomments+xml"/><Override PartName="/xl/persons/person.xml" ContentType='
                '"application/vnd.ms-excel.person+xml"/>'
            ),
        },
    )  # fmt: skip


def signed() -> bytes:
    """The plain form with the parts of a digital signature."""
    kind = "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin"
    return changed(
        plain(),
        add={"_xmlsignatures/origin.sigs": b"", "_xmlsignatures/sig1.xml": b"<Signature/>"},
        edit={
            "_rels/.rels": inserted(relation("rIdSig", kind, "_xmlsignatures/origin.sigs")),
            "[Content_Types].xml": inserted(
                '<Default Extension="sigs" ContentType="application/vnd.openxmlformats-package.'
                'digital-signature-origin"/><Override PartName="/_xmlsignatures/sig1.xml" ContentType='
                '"application/vnd.openxmlformats-package.digital-signature-xmlsignature+xml"/>'
            ),
        },
    )
