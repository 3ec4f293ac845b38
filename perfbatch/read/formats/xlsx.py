"""An .xlsx or .xlsm as grids. Macros are not looked at, formulas not calculated: the cached value counts."""

from __future__ import annotations

from lxml import etree

from perfbatch.read.bounds import DEFAULT, Bounds
from perfbatch.read.formats.number_text import SHIFT_1904
from perfbatch.read.formats.xlsx_package import Package, Relationship
from perfbatch.read.formats.xlsx_sheet import Context, read_sheet
from perfbatch.read.formats.xlsx_strings import shared_strings
from perfbatch.read.formats.xlsx_styles import number_formats
from perfbatch.read.grid import Grid
from perfbatch.read.refusal import Refused


def read_xlsx(data: bytes | Package, *, bounds: Bounds = DEFAULT) -> list[Grid]:
    """All worksheets in the order of their tabs, hidden ones marked; chart, dialog and macro sheets left out.

    Raises Refused: damaged, too_complex.
    """
    package = data if isinstance(data, Package) else Package(data, bounds)
    workbook = package.xml(package.main) if package.main else None
    if workbook is None:
        raise Refused("damaged", detail="no workbook part")
    related = package.relationships(package.main)
    by_id: dict[str | None, Relationship] = {relationship.id: relationship for relationship in related}
    by_kind = {relationship.kind: relationship.target for relationship in reversed(related)}
    sheets = workbook.findall("{*}sheets/{*}sheet")
    if len(sheets) > bounds.sheets:
        raise Refused("too_complex", limit=bounds.sheets, found=len(sheets), part="sheets")
    properties = workbook.find("{*}workbookPr")
    in_1904 = properties is not None and properties.get("date1904", "0").lower() in ("1", "true", "on")
    context = Context(
        strings=shared_strings(package.xml(by_kind.get("sharedStrings", "xl/sharedStrings.xml")), bounds),
        formats=number_formats(package.xml(by_kind.get("styles", "xl/styles.xml")), bounds),
        shift=SHIFT_1904 if in_1904 else 0,
        bounds=bounds,
        cells=bounds.cells,
    )
    grids = []
    for sheet in sheets:
        identity = _relationship_id(sheet)
        if identity == "":  # a module of an old macro workbook, listed as a sheet without a part
            continue
        relationship = by_id.get(identity)
        if relationship is None:
            raise Refused("damaged", detail=f"sheet {sheet.get('name', '')} points nowhere")
        if relationship.kind != "worksheet":
            continue
        content = package.read(relationship.target)
        if content is None:
            raise Refused("damaged", detail=f"{relationship.target} is missing")
        hidden = sheet.get("state", "visible") != "visible"
        grids.append(read_sheet(content, sheet.get("name", ""), context, hidden=hidden))
    return grids


def _relationship_id(sheet: etree._Element) -> str | None:
    """The r:id of a sheet, in the transitional or the strict namespace; None where it states none."""
    return next((str(value) for key, value in sheet.attrib.items() if str(key).endswith("}id")), None)
