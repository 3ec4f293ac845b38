"""Workbooks written by hand, part by part, for what no library would write."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

CONTENT_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/></Types>'
)
ROOT_RELS = (
    f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
WORKBOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets>'
    '<sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>'
)


def workbook_rels(sheet: str = "worksheets/sheet1.xml", *, more: str = "") -> str:
    """Relationships of the workbook with one worksheet, strings and styles."""
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{REL}/worksheet" Target="{sheet}"/>'
        f'<Relationship Id="rId2" Type="{REL}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="rId3" Type="{REL}/styles" Target="styles.xml"/>{more}</Relationships>'
    )


def sheet(rows: str, *, after: str = "") -> str:
    """A worksheet part with these row elements."""
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'


def styles(*codes: str) -> str:
    """A styles part: cell format 0 is General, 1, 2, 3 … have these codes."""
    formats = "".join(
        f'<numFmt numFmtId="{164 + i}" formatCode="{code.replace("&", "&amp;").replace(chr(34), "&quot;")}"/>'
        for i, code in enumerate(codes)
    )
    cells = "".join(f'<xf numFmtId="{164 + i}"/>' for i in range(len(codes)))
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts>'
        f'<cellXfs><xf numFmtId="0"/>{cells}</cellXfs></styleSheet>'
    )


def strings(*items: str) -> str:
    """A shared strings part with these si contents."""
    return f'<sst xmlns="{MAIN}">{"".join(f"<si>{item}</si>" for item in items)}</sst>'


def xlsx(parts: Mapping[str, str | bytes] | None = None, /, rows: str = "", *, after: str = "") -> bytes:
    """A workbook with one sheet of ``rows``; ``parts`` replace or add members, '' leaves one out."""
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": ROOT_RELS,
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": workbook_rels(),
        "xl/worksheets/sheet1.xml": sheet(rows, after=after),
        **(parts or {}),
    }
    return zipped({name: content for name, content in members.items() if content})


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    """A zip with these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()
