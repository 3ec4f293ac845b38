"""What a file is, by its content; its name only decides between kinds that have the same content."""

from __future__ import annotations

import re
from collections.abc import Iterable

from perfbatch.workbook.ole import OLE, Container
from perfbatch.workbook.package import CONTENT_TYPES, Package
from perfbatch.workbook.refusal import Refused

ZIP = b"PK\x03\x04"
OOXML = frozenset({"xlsx", "xlsm", "xltx", "xltm"})
BIFF = frozenset({"xls", "et"})

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "image"), (b"\xff\xd8\xff", "image"), (b"GIF8", "image"), (b"II*\x00", "image"),
    (b"MM\x00*", "image"), (b"BM", "image"), (b"{\\rtf", "rtf"), (b"Rar!", "rar"),
    (b"7z\xbc\xaf'\x1c", "7z"), (b"\x1f\x8b", "gz"), (b"MZ", "program"), (b"PK\x05\x06", "zip"),
    # workbooks of Excel 2 to 5 without a container around them
    (b"\x09\x08", "xls"), (b"\x09\x04\x06\x00", "xls"), (b"\x09\x02\x06\x00", "xls"),
    (b"\x09\x00\x04\x00", "xls"),
)  # fmt: skip
_MAIN_TYPES: tuple[tuple[str, str], ...] = (
    ("spreadsheetml.sheet.main", "xlsx"), ("sheet.macroenabled.main", "xlsm"),
    ("spreadsheetml.template.main", "xltx"), ("template.macroenabled.main", "xltm"),
    ("addin.macroenabled.main", "xlsm"), ("sheet.binary", "xlsb"),
    ("wordprocessingml", "docx"), ("ms-word", "docx"), ("presentationml", "pptx"), ("ms-powerpoint", "pptx"),
)  # fmt: skip
_OPENDOCUMENT = "application/vnd.oasis.opendocument."
_OLE_STREAMS: tuple[tuple[str, str], ...] = (
    ("EncryptedPackage", "encrypted"), ("WordDocument", "doc"), ("PowerPoint Document", "ppt"),
    ("__properties_version1.0", "msg"),
)  # fmt: skip
_HEAD = 64 * 1024
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")


def sniff(data: bytes, name: str = "") -> str:
    """The kind of a file.

    Workbooks that can be read: xlsx, xlsm, xltx, xltm, xls, et, ods, fods; 'encrypted' for those behind a
    password. Others: xlsb, html, xml2003, csv, docx, doc, pptx, ppt, odf, ofd, iwork, pdf, image, rtf, zip,
    rar, 7z, gz, program, msg, xml, text, 'empty', 'damaged' and 'unknown'. ``name`` tells et from xls.
    """
    if not data:
        return "empty"
    if data.startswith(ZIP):
        try:
            return zip_kind(Package(data))
        except Refused as refused:
            return "encrypted" if refused.code == "encrypted" else "damaged"
    if data.startswith(OLE):
        return _ole_kind(data, name)
    head = data[:_HEAD]
    for magic, kind in _MAGIC:
        if head.startswith(magic) and (len(magic) > 2 or b"\0" in head[:64]):
            return _by_name(kind, name)
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image"
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if not head.strip(b"\0"):
        return "damaged"
    return _text_kind(head)


def zip_kind(package: Package) -> str:
    """The kind of a zip package. Raises Refused: damaged, too_complex."""
    mimetype = (package.get("mimetype") or b"")[:200].decode("ascii", "replace").strip()
    if mimetype.startswith(_OPENDOCUMENT):
        if not mimetype.startswith(f"{_OPENDOCUMENT}spreadsheet"):
            return "odf"
        manifest = package.get("META-INF/manifest.xml") or b""
        return "encrypted" if b"encryption-data" in manifest else "ods"
    if CONTENT_TYPES in package:
        return _ooxml_kind(package)
    names = package.names
    if "content.xml" in package and "meta-inf/manifest.xml" in package:
        manifest = package.get("META-INF/manifest.xml") or b""
        return "ods" if b"opendocument.spreadsheet" in manifest else "odf"
    if "ofd.xml" in package:
        return "ofd"
    if any(name.endswith(".iwa") for name in names):
        return "iwork"
    if any(name.startswith("xl/") for name in names):
        # some tools forget the content types; the workbook itself may still be there
        return "xlsx" if package.main else "damaged"
    return "zip"


def _ooxml_kind(package: Package) -> str:
    main = package.main
    if not main:
        return "damaged" if any(name.startswith("xl/") for name in package.names) else "zip"
    stated = package.content_type(main).lower()
    for piece, kind in _MAIN_TYPES:
        if piece in stated:
            return kind
    by_folder = {"word": "docx", "ppt": "pptx"}.get(main.split("/")[0], "xlsx")
    return "xlsb" if main.endswith(".bin") else by_folder


def _ole_kind(data: bytes, name: str) -> str:
    try:
        container = Container(data)
        if not container.top:
            return "damaged"
        for stream, kind in _OLE_STREAMS:
            if stream in container:
                return kind
        for stream in ("Workbook", "Book"):
            if stream in container:
                locked = _asks_password(container.read(stream)[:_HEAD])
                return "encrypted" if locked else _by_name("xls", name)
    except Refused:
        return "damaged"
    return "unknown"


def _asks_password(stream: bytes) -> bool:
    """Whether a FILEPASS record stands among the first records of a workbook stream (MS-XLS 2.4.117)."""
    position = 0
    while position + 4 <= len(stream):
        record = int.from_bytes(stream[position : position + 2], "little")
        if record == 0x2F:
            return True
        if record in (0x85, 0x0A):
            return False
        position += 4 + int.from_bytes(stream[position + 2 : position + 4], "little")
    return False


def _by_name(kind: str, name: str) -> str:
    return "et" if kind == "xls" and name.lower().endswith((".et", ".ett")) else kind


def _text_kind(head: bytes) -> str:
    text = _decoded(head)
    if text is None:
        return "unknown"
    start = text.lstrip("\ufeff \t\r\n").lower()
    if not start:
        return "empty"
    if "urn:schemas-microsoft-com:office:spreadsheet" in start and "<workbook" in start:
        return "xml2003"
    if "<office:document" in start:
        return "fods" if f"{_OPENDOCUMENT}spreadsheet" in start else "odf"
    if start.startswith("mime-version:") or _any_in(start, ("<html", "<!doctype html", "<table")):
        return "html"
    if start.startswith("<"):
        return "xml"
    lines = start.splitlines()[:5]
    return "csv" if any(mark in lines[0] for mark in ",\t;") else "text"


def _any_in(text: str, pieces: Iterable[str]) -> bool:
    return any(piece in text for piece in pieces)


def _decoded(head: bytes) -> str | None:
    """The head of a text file, None where it is no text."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):
            # the head may end within a character
            try:
                text = head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return None if _CONTROL.search(text) else text
    return None
