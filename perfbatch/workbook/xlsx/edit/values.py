"""Values and formulas put into cells of a worksheet; named places of a workbook. All else stays as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from perfbatch.workbook.addresses import Place, cell_numbers, range_numbers
from perfbatch.workbook.xlsx import xml
from perfbatch.workbook.xlsx.edit import cells
from perfbatch.workbook.xlsx.edit.workbook import EditedWorkbook

_REFERENCE = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!(\$?[A-Z]+\$?[0-9]+(?::\$?[A-Z]+\$?[0-9]+)?)")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


class Formula(NamedTuple):
    """A formula without its =, and the text that it has now."""

    formula: str
    value: str


class NamedArea(NamedTuple):
    """What a defined name stands for: sheet, its part and the cells (first row, column, last row, column)."""

    sheet: str
    part: str
    area: tuple[int, int, int, int]


def named_areas(workbook: EditedWorkbook) -> dict[str, NamedArea]:
    """Names that stand for one rectangle of cells on one sheet of the workbook."""
    root = xml.parse_part(workbook.package.read(workbook.part), workbook.part)
    defined = xml.child(root, "definedNames")
    found: dict[str, NamedArea] = {}
    for one in xml.children(defined, "definedName") if defined is not None else ():
        match = _REFERENCE.fullmatch((one.text or "").strip().removeprefix("="))
        if match is None:
            continue
        sheet = workbook.sheet((match[1] or match[2]).replace("''", "'"))
        area = range_numbers(match[3].replace("$", ""))
        if sheet is not None and sheet.part and area is not None:
            found.setdefault(one.get("name") or "", NamedArea(sheet.name, sheet.part, area))
    return found


def put(workbook: EditedWorkbook, part: str, values: Mapping[Place, str | float | Formula]) -> set[Place]:
    """Put ``values`` into cells, which keep their looks; those that hold a formula are left, and returned.

    Raises Refused as ``EditedPackage.parse``.
    """
    if not values:
        return set()
    sheet = workbook.package.parse(part)
    cells.fill(sheet, dict.fromkeys(values, ""), {}, lambda base, _: base)
    left = set()
    data = xml.child(sheet, "sheetData")
    assert data is not None  # fill makes one
    for row in xml.children(data, "row"):
        for cell in xml.children(row, "c"):
            place = cell_numbers(cell.get("r") or "")
            if place is None or place not in values:
                continue
            if xml.child(cell, "f") is not None:
                left.add(place)
            else:
                _set(cell, values[place])
    workbook.package.touch(part)
    return left


def _set(cell: xml.Element, value: str | float | Formula) -> None:
    for inner in list(cell):
        cell.remove(inner)
    cell.attrib.pop("t", "")
    if isinstance(value, Formula):
        cell.set("t", "str")
        xml.new_element(cell, "f").text = value.formula
        xml.new_element(cell, "v").text = value.value
    elif isinstance(value, str):
        cell.set("t", "inlineStr")
        text = xml.new_element(xml.new_element(cell, "is"), "t")
        text.text = xml.plain_text(value)
        text.set(_SPACE, "preserve")
    else:
        xml.new_element(cell, "v").text = f"{value:.15g}"
