"""Input checks and red cells put on a worksheet that may have its own. All else stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from perfbatch.workbook.addresses import Place, cell_numbers, numbered_address, range_numbers
from perfbatch.workbook.xlsx import xml
from perfbatch.workbook.xlsx.edit.added_styles import AddedStyles
from perfbatch.workbook.xlsx.edit.workbook import EditedWorkbook
from perfbatch.workbook.xlsx.numbers import whole

# Children of a worksheet in front of what is added, in the schema's order.
_BEFORE_FORMATS = frozenset({
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
    "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate",
    "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting",
})  # fmt: skip
_TITLE, _TEXT, _LIST = 32, 225, 255
"""Characters that Excel takes for a title, a message, the choices of a list."""


@dataclass(frozen=True, slots=True)
class InputCheck:
    """What may be typed into a cell; ``kind`` is decimal, date, list or textLength. Both formulas stand
    without =; ``strict`` refuses what does not fit, else there is only the hint."""

    kind: str
    first: str
    second: str
    titles: tuple[str, str]
    hint: str
    error: str
    strict: bool = True


def guard(
    workbook: EditedWorkbook, part: str, checks: Mapping[Place, InputCheck], red: Mapping[Place, str],
    colour: str,
) -> None:  # fmt: skip
    """Check what is typed into cells of a sheet, and fill a cell with ``colour`` (ARGB) where its condition
    holds. A cell for which the sheet has a check already keeps that one.

    Raises Refused as ``EditedPackage.parse``.
    """
    sheet = workbook.package.parse(part)
    own = _checked(sheet)
    added = {place: check for place, check in checks.items() if not any(_within(place, one) for one in own)}
    if added:
        _add_checks(sheet, added)
    if red:
        styles = AddedStyles(workbook.package, workbook.part, strict=workbook.strict)
        fill = f'<dxf><fill><patternFill><bgColor rgb="{colour}"/></patternFill></fill></dxf>'
        _add_red(sheet, red, styles.append("dxfs", fill))
        styles.save()
    if added or red:
        workbook.package.touch(part)


def _checked(sheet: xml.Element) -> list[tuple[int, int, int, int]]:
    """Areas with a check of the sheet's own, those that Excel 2010 keeps apart included."""
    areas = []
    for element in sheet.iter():
        if xml.local(element) != "dataValidation":
            continue
        inner = [one.text or "" for one in element if xml.local(one) == "sqref"]
        for text in " ".join([element.get("sqref") or "", *inner]).split():
            if (area := range_numbers(text)) is not None:
                areas.append(area)
            elif (place := cell_numbers(text)) is not None:
                areas.append((*place, *place))
    return areas


def _within(place: Place, area: Sequence[int]) -> bool:
    return area[0] <= place[0] <= area[2] and area[1] <= place[1] <= area[3]


def _add_checks(sheet: xml.Element, checks: Mapping[Place, InputCheck]) -> None:
    parent = xml.child(sheet, "dataValidations")
    if parent is None:
        parent = xml.insert(sheet, "dataValidations", _BEFORE_FORMATS)
    for place, check in checks.items():
        if check.kind == "list" and len(check.first) > _LIST + 2:  # its quotes do not count
            continue
        element = xml.new_element(
            parent, "dataValidation", type=check.kind, allowBlank="1", showInputMessage="1",
            showErrorMessage="1" if check.strict else "0", errorTitle=check.titles[1][:_TITLE],
            error=check.error[:_TEXT], promptTitle=check.titles[0][:_TITLE], prompt=check.hint[:_TEXT],
            sqref=numbered_address(*place),
        )  # fmt: skip
        for name, formula in (("formula1", check.first), ("formula2", check.second)):
            if formula:
                xml.new_element(element, name).text = xml.plain_text(formula)
    parent.set("count", str(sum(1 for _ in xml.children(parent, "dataValidation"))))


def _add_red(sheet: xml.Element, red: Mapping[Place, str], look: int) -> None:
    ranks = [whole(rule.get("priority")) for rule in sheet.iter() if xml.local(rule) == "cfRule"]
    rank = max(ranks, default=0)
    for place, condition in red.items():
        rank += 1
        area = numbered_address(*place)
        formats = xml.insert(sheet, "conditionalFormatting", _BEFORE_FORMATS, sqref=area)
        rule = xml.new_element(
            formats, "cfRule", type="expression", dxfId=str(look), priority=str(rank)
        )  # fmt: skip
        xml.new_element(rule, "formula").text = xml.plain_text(condition)
