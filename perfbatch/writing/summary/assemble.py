"""Puts streamed rows into the workbook that XlsxWriter made around them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO
from zipfile import ZipFile

from perfbatch.writing.summary.deflate import Packed, add_member
from perfbatch.writing.summary.stream import SheetContent

_DIMENSION = re.compile(rb'(<dimension ref="[A-Z]+1:[A-Z]+)1"/>')
_SHEET_END = b"</sheetData>"
_RELATIONS = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'


def assemble(skeleton: IO[bytes], target: Path, parts: Mapping[int, SheetContent]) -> None:
    """Write ``target`` from ``skeleton`` with the rows and links of ``parts`` (by sheet, from 1) in it.

    ``target`` is not there yet.
    A sheet of the skeleton that gets rows holds nothing but its header. Members are dated 1980, so that
    the same content gives the same bytes.
    """
    by_name = {f"xl/worksheets/sheet{number}.xml": part for number, part in parts.items()}
    with ZipFile(skeleton) as source, ZipFile(target, "x") as book:
        for name in source.namelist():
            data = source.read(name)
            part = by_name.get(name)
            add_member(book, name, [_of(data)] if part is None else list(_sheet(data, part)))
        for number, part in parts.items():
            if part.link_count:
                name = f"xl/worksheets/_rels/sheet{number}.xml.rels"
                add_member(book, name, [_of(_RELATIONS), part.relations, _of(b"</Relationships>")])


def _sheet(sheet: bytes, part: SheetContent) -> Iterator[Packed]:
    """The sheet in pieces, with the rows and links of ``part``."""
    if part.rows:
        sheet = _DIMENSION.sub(rb"\g<1>%d" % (part.rows + 1) + b'"/>', sheet, count=1)
    before, end, after = sheet.partition(_SHEET_END)
    yield _of(before)
    yield part.body
    if not part.link_count:
        yield _of(end + after)
        return
    # The schema wants hyperlinks after data validations and before the print settings.
    at = min(at for mark in (b"<printOptions", b"<pageMargins") if (at := after.find(mark)) >= 0)
    yield _of(end + after[:at] + b"<hyperlinks>")
    yield part.links
    yield _of(b"</hyperlinks>" + after[at:])


def _of(data: bytes) -> Packed:
    packed = Packed(io.BytesIO())
    packed.write(data)
    return packed
