"""Files are told apart by what is in them, whatever they are called."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import xlwt
from hypothesis import given
from hypothesis import strategies as st
from msoffcrypto.format.ooxml import OOXMLFile

from perfbatch.workbook.kind import sniff
from perfbatch.workbook.open import load_grids
from perfbatch.workbook.refusal import Refused
from tests.workbook.handmade import CONTENT_TYPES, ROOT_RELS, xlsx, zipped

_DOCUMENTS = "application/vnd.openxmlformats-officedocument."
_SHEET = f"{_DOCUMENTS}spreadsheetml.sheet.main+xml"
_EXCEL = "application/vnd.ms-excel"
_OPENDOCUMENT = "application/vnd.oasis.opendocument"


def ooxml(main_type: str, main: str = "xl/workbook.xml") -> bytes:
    """A package whose main part has this content type."""
    types = CONTENT_TYPES.replace(_SHEET, main_type).replace("/xl/workbook.xml", f"/{main}")
    rels = ROOT_RELS.replace("xl/workbook.xml", main)
    return zipped({"[Content_Types].xml": types, "_rels/.rels": rels, main: "<x/>"})


def xls() -> bytes:
    """A small .xls."""
    book = xlwt.Workbook()
    book.add_sheet("表").write(0, 0, "项目")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def encrypted() -> bytes:
    """A small .xlsx behind a password."""
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(xlsx())).encrypt("秘密", out)
    return out.getvalue()


FILES: dict[str, tuple[str, bytes]] = {
    "xlsx": ("xlsx", xlsx()),
    "xlsm": ("xlsm", ooxml(f"{_EXCEL}.sheet.macroEnabled.main+xml")),
    "xltx": ("xltx", ooxml(_SHEET.replace("sheet.main", "template.main"))),
    "xltm": ("xltm", ooxml(f"{_EXCEL}.template.macroEnabled.main+xml")),
    "xlsb": ("xlsb", ooxml(f"{_EXCEL}.sheet.binary.macroEnabled.main", "xl/workbook.bin")),
    "docx": ("docx", ooxml(_DOCUMENTS + "wordprocessingml.document.main+xml", "word/document.xml")),
    "pptx": ("pptx", ooxml(_DOCUMENTS + "presentationml.presentation.main+xml", "ppt/p.xml")),
    "xlsx without content types": ("xlsx", xlsx({"[Content_Types].xml": ""})),
    "xlsx without workbook": ("damaged", xlsx({"xl/workbook.xml": ""})),
    "ods": ("ods", zipped({"mimetype": f"{_OPENDOCUMENT}.spreadsheet", "content.xml": "<x/>"})),
    "odt": ("odf", zipped({"mimetype": f"{_OPENDOCUMENT}.text", "content.xml": "<x/>"})),
    "ods behind a password": (
        "encrypted",
        zipped({
            "mimetype": f"{_OPENDOCUMENT}.spreadsheet",
            "META-INF/manifest.xml": "<manifest><encryption-data/></manifest>",
        }),
    ),
    "flat ods": ("fods", f'<office:document office:mimetype="{_OPENDOCUMENT}.spreadsheet">'.encode()),
    "ofd": ("ofd", zipped({"OFD.xml": "<x/>"})),
    "Numbers": ("iwork", zipped({"Index/Document.iwa": "x"})),
    "zip": ("zip", zipped({"a.txt": "x"})),
    "zip without members": ("zip", zipped({})),
    "xlsx cut off": ("damaged", xlsx()[:-40]),
    "xls": ("xls", xls()),
    "xls without container": ("xls", b"\x09\x08\x08\x00\x00\x05\x05\x00"),
    "xls cut off": ("damaged", xls()[:700]),
    "xlsx behind a password": ("encrypted", encrypted()),
    "web page": ("html", "\ufeff\n<html><table><tr><td>项目</td></tr></table>".encode()),
    "web page in GBK": ("html", "<TABLE><td>项目支出绩效自评表</td></TABLE>".encode("gbk")),
    "web archive": ("html", b"MIME-Version: 1.0\r\nContent-Type: multipart/related"),
    "XML spreadsheet 2003": (
        "xml2003", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
    ),
    "other XML": ("xml", b"<?xml version='1.0'?><a/>"),
    "CSV in GBK": ("csv", "项目名称,得分\n甲,8\n".encode("gbk")),
    "tab-separated UTF-16": ("csv", "项目名称\t得分".encode("utf-16")),
    "text": ("text", "项目支出绩效自评表".encode()),
    "pdf": ("pdf", b"%PDF-1.7\n"),
    "pdf after junk": ("pdf", b"\n\n%PDF-1.7\n"),
    "png": ("image", b"\x89PNG\r\n\x1a\n"),
    "jpeg": ("image", b"\xff\xd8\xff\xe0"),
    "rtf": ("rtf", b"{\\rtf1 a}"),
    "rar": ("rar", b"Rar!\x1a\x07\x01\x00"),
    "7z": ("7z", b"7z\xbc\xaf\x27\x1c"),
    "program": ("program", b"MZ\x90\x00\x03"),
    "text that begins like a program": ("text", "MZ项目".encode()),
    "nothing": ("empty", b""),
    "blanks": ("empty", b" \r\n"),
    "zeros": ("damaged", b"\0" * 4096),
    "noise": ("unknown", bytes(range(200, 256)) * 3 + b"\x01\x02"),
}  # fmt: skip


@pytest.mark.parametrize("case", FILES)
def test_the_kind_is_told_by_content(case: str) -> None:
    """Each kind of file that lies in such folders is known by what is in it."""
    kind, data = FILES[case]
    assert kind == sniff(data)


@pytest.mark.parametrize("name", ["a.et", "A.ETT", "a.xls", "a.xlsx", "a"])
def test_only_the_name_tells_wps_from_excel(name: str) -> None:
    """A .et has the content of an .xls; the name decides between the two and nothing else."""
    assert sniff(xls(), name) == ("et" if ".et" in name.lower() else "xls")
    assert sniff(xlsx(), name) == "xlsx"


@pytest.mark.parametrize(
    ("stream", "kind"),
    [("WordDocument", "doc"), ("PowerPoint Document", "ppt"), ("Book", "xls"), ("Contents", "unknown")],
)
def test_compound_files_are_told_by_their_streams(stream: str, kind: str) -> None:
    """A .doc is no broken .xls, and the Book of Excel 95 is a workbook too."""
    data = bytearray(xls())
    entry = data.index("Workbook".encode("utf-16-le"))
    name = f"{stream}\0".encode("utf-16-le")
    data[entry : entry + 66] = name.ljust(64, b"\0") + len(name).to_bytes(2, "little")
    assert kind == sniff(bytes(data))


REFUSED = [
    ("nothing", "empty"), ("zeros", "damaged"), ("xlsx cut off", "damaged"), ("xlsb", "xlsb"),
    ("web page", "html"), ("XML spreadsheet 2003", "xml2003"), ("CSV in GBK", "csv"), ("docx", "foreign"),
    ("pdf", "foreign"), ("png", "foreign"), ("noise", "foreign"), ("zip", "archive"), ("rar", "archive"),
    ("xlsx behind a password", "encrypted"), ("ods behind a password", "encrypted_ods"), ("ofd", "foreign"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "code"), REFUSED)
def test_what_is_no_workbook_is_refused_by_name(case: str, code: str) -> None:
    """Each foreign file has a code of its own, so that its sentence says what to do."""
    with pytest.raises(Refused) as refused:
        load_grids(FILES[case][1])
    assert code == refused.value.code


@given(st.binary(max_size=300))
def test_any_bytes_have_a_kind(data: bytes) -> None:
    """Telling kinds apart never raises."""
    assert sniff(data)


@given(st.text(max_size=200), st.sampled_from(["utf-8", "utf-16", "gb18030"]))
def test_any_text_has_a_kind(text: str, encoding: str) -> None:
    """Texts in the encodings that units use are told as texts, never as workbooks."""
    assert sniff(text.encode(encoding, "replace")) not in ("xlsx", "ods", "encrypted")


def test_a_text_may_end_within_a_character() -> None:
    """Only the head of a file is looked at, and that may end anywhere."""
    for encoding in ("utf-8", "gbk"):
        assert sniff("项目,得分\n".encode(encoding) * 20_000) == "csv"


def test_a_misleading_name_does_not_matter(tmp_path: Path) -> None:
    """A workbook of any name, or none, is read."""
    for name in ("自评表.pdf", "自评表", "自评表.xls"):
        (tmp_path / name).write_bytes(xlsx(rows="<row><c><v>1</v></c></row>"))
        book = load_grids((tmp_path / name).read_bytes(), name=name)
        assert (book.kind, len(book.grids[0].cells)) == ("xlsx", 1)
