"""The worst file of each kind: seconds and peak memory of reading it, and what it comes to.

``python -m benchmarks.worst`` makes each workbook in memory, at or just beyond a limit of
``perfbatch/workbook/bounds.py``, and reads it (sheets and forms) in a process of its own. The table is that
of docs/reliability.md. Linux only: peak memory comes from ``ru_maxrss``.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import xlwt

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
_RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="{rel}/{kind}" Target="{target}"/>{more}</Relationships>'
)
_ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="a">{rows}</table:table></office:spreadsheet></office:body>'
    "</office:document-content>"
)


def xlsx(rows: str, *, strings: str = "", more: str = "") -> bytes:
    """A workbook of one sheet with these rows, shared strings, and something behind its rows."""
    relation = f'<Relationship Id="rId2" Type="{_REL}/sharedStrings" Target="sharedStrings.xml"/>'
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELS.format(rel=_REL, kind="officeDocument", target="xl/workbook.xml", more=""),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>'
        '<sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _RELS.format(
            rel=_REL, kind="worksheet", target="sheet1.xml", more=relation if strings else ""
        ),
        "xl/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData>{more}</worksheet>',
    }
    if strings:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{_MAIN}">{strings}</sst>'
    return _zipped(parts)


def ods(rows: str) -> bytes:
    """A spreadsheet of one table with these rows."""
    return _zipped(
        {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": _ODS.format(rows=rows)}
    )


def xls() -> bytes:
    """65,536 rows of 14 numbers."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("a")
    for row in range(65_536):
        for column in range(14):
            sheet.write(row, column, row * column)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _zipped(parts: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return stream.getvalue()


def _rows(rows: int, columns: int, cell: str) -> str:
    return "".join(f"<row>{cell * columns}</row>" for _ in range(rows))


def _texts(row: int) -> str:
    cells = (f'<c t="inlineStr"><is><t>指标{row}-{column}</t></is></c>' for column in range(40))
    return f"<row>{''.join(cells)}</row>"


WORST: dict[str, Callable[[], bytes]] = {
    "xlsx: 990,000 numbers": lambda: xlsx(_rows(9_900, 100, "<c><v>1</v></c>")),
    "xlsx: 400,000 texts of their own": lambda: xlsx("".join(map(_texts, range(10_000)))),
    "xlsx: 800,000 shared strings": lambda: xlsx(
        "<row><c><v>1</v></c></row>", strings="".join(f"<si><t>{n}</t></si>" for n in range(800_000))
    ),
    "xlsx: 3,000,000 empty elements behind the rows": lambda: xlsx(
        "<row><c><v>1</v></c></row>", more="<a/>" * 3_000_000
    ),
    "xlsx: 2,000,000 cells": lambda: xlsx(_rows(20_000, 100, "<c><v>1</v></c>")),
    "xlsx: a form whose cells hold 32,000 line breaks": lambda: xlsx(
        "".join(f'<row>{"<c t=" + chr(34) + "str" + chr(34) + "><v>" + chr(10) * 32_000 + "</v></c>"}</row>'
                for _ in range(300))
    ),
    "xls: 917,504 numbers": xls,
    "ods: a row of 1,000 cells, 1,048,576 times": lambda: ods(
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell '
        'table:number-columns-repeated="1000"><text:p>a</text:p></table:table-cell></table:table-row>'
    ),
    "ods: 400,000 cells": lambda: ods(
        ("<table:table-row>" + "<table:table-cell><text:p>a</text:p></table:table-cell>" * 100
         + "</table:table-row>") * 4_000
    ),
}  # fmt: skip


def _read(path: str, results: multiprocessing.Queue[tuple[str, float, float]]) -> None:
    """In a process of its own: what came of the file, seconds, and its peak memory in MiB."""
    from perfbatch.reading import read

    start = time.perf_counter()
    frames = read(path)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    row = frames.files.iloc[0]
    results.put((row["reason_code"] or row["status"], seconds, peak / 1024))


def main() -> None:
    """Print the table."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    context = multiprocessing.get_context("spawn")
    sys.stdout.write("| file | MB | comes to | seconds | peak MiB |\n|---|--:|---|--:|--:|\n")
    with tempfile.TemporaryDirectory() as folder:
        for name, make in WORST.items():
            path = Path(folder) / f"worst.{name.partition(':')[0]}"
            path.write_bytes(make())
            results = context.Queue()
            process = context.Process(target=_read, args=(str(path), results))
            process.start()
            came, seconds, peak = results.get(timeout=300)
            process.join()
            size = path.stat().st_size / 1e6
            sys.stdout.write(f"| {name} | {size:.1f} | {came} | {seconds:.1f} | {peak:.0f} |\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
