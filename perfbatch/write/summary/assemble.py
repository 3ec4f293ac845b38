"""Puts streamed rows into the workbook that XlsxWriter made around them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from perfbatch.write.summary.stream import Part

COMPRESSION = 1
"""Deflate level: rows of sheets compress to a tenth at any level, and time is what counts."""
_ZIP32_SAFE = 2_000_000_000
_DIMENSION = re.compile(rb'(<dimension ref="[A-Z]+1:[A-Z]+)1"/>')
_SHEET_END = b"</sheetData>"
_RELATIONS = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'


def assemble(skeleton: IO[bytes], target: Path, parts: Mapping[int, Part]) -> None:
    """Write ``target`` from ``skeleton`` with the rows and links of ``parts`` (by sheet, from 1) in it.

    A sheet of the skeleton that gets rows holds nothing but its header. Members are dated 1980, so that
    the same content gives the same bytes.
    """
    by_name = {f"xl/worksheets/sheet{number}.xml": (number, part) for number, part in parts.items()}
    with (
        ZipFile(skeleton) as source,
        ZipFile(target, "w", ZIP_DEFLATED, compresslevel=COMPRESSION) as book,
    ):
        for name in source.namelist():
            data = source.read(name)
            if name not in by_name:
                with book.open(name, "w") as member:
                    member.write(data)
                continue
            part = by_name[name][1]
            # Only where it must be: Excel is wary of the zip64 form in a small file.
            with book.open(name, "w", force_zip64=part.body.tell() > _ZIP32_SAFE) as member:
                _write_sheet(member, data, part)
        for number, part in parts.items():
            if part.link_count:
                with book.open(f"xl/worksheets/_rels/sheet{number}.xml.rels", "w") as member:
                    member.write(_RELATIONS)
                    _copy(part.relations, member)
                    member.write(b"</Relationships>")


def _write_sheet(member: IO[bytes], sheet: bytes, part: Part) -> None:
    if part.rows:
        sheet = _DIMENSION.sub(rb"\g<1>%d" % (part.rows + 1) + b'"/>', sheet, count=1)
    before, end, after = sheet.partition(_SHEET_END)
    member.write(before)
    _copy(part.body, member)
    member.write(end)
    if not part.link_count:
        member.write(after)
        return
    # The schema wants hyperlinks after data validations and before the print settings.
    at = min(at for mark in (b"<printOptions", b"<pageMargins") if (at := after.find(mark)) >= 0)
    member.write(after[:at] + b"<hyperlinks>")
    _copy(part.links, member)
    member.write(b"</hyperlinks>" + after[at:])


def _copy(source: IO[bytes], target: IO[bytes]) -> None:
    source.seek(0)
    shutil.copyfileobj(source, target, 1 << 20)
