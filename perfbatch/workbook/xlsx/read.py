"""An .xlsx or .xlsm as grids. Macros are not looked at, formulas not calculated: the cached value counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from perfbatch.caching import SMALL_PART, cached_if_small
from perfbatch.workbook.bounds import DEFAULT, Bounds
from perfbatch.workbook.grid import Grid
from perfbatch.workbook.merging import add_grid
from perfbatch.workbook.number_text import SHIFT_1904
from perfbatch.workbook.package import Package
from perfbatch.workbook.parsing import parse_xml
from perfbatch.workbook.refusal import Refused
from perfbatch.workbook.xlsx.cell import Context
from perfbatch.workbook.xlsx.number_formats import number_formats
from perfbatch.workbook.xlsx.sheet import read_sheet
from perfbatch.workbook.xlsx.strings import shared_strings, strings_one_by_one
from perfbatch.workbook.xlsx.xml import relation_id


class _Tab(NamedTuple):
    """A sheet as the workbook part lists it; ``relation`` is its r:id, None where it states none."""

    name: str
    relation: str | None
    hidden: bool


class Tabs:
    """The worksheets of a package, one after the other: their tabs and what their parts hold."""

    def __init__(self, package: Package, bounds: Bounds, *, frugal: bool = False) -> None:
        """``frugal``: the table of strings is read item by item, however large it is.

        Raises Refused: damaged, too_complex.
        """
        workbook = package.get_xml(package.main) if package.main else None
        if workbook is None:
            raise Refused("damaged", detail="no workbook part")
        self._package, self._bounds = package, bounds
        self._tabs, shift = _workbook(workbook, bounds.sheets)
        self._relations = package.relations(package.main)
        get = package.get if frugal else package.get_xml
        strings = get(self._part("sharedStrings"))
        styles = package.get_xml(self._part("styles"))
        read = strings_one_by_one if frugal else shared_strings
        self.context = Context(
            strings=[] if strings is None else read(strings, bounds.text),
            formats={} if styles is None else number_formats(styles, bounds.styles),
            shift=shift,
            bounds=bounds,
            cells=bounds.cells,
        )

    def __iter__(self) -> Iterator[tuple[_Tab, bytes]]:
        """Raises Refused: damaged, unpacks_too_large."""
        limit, read = self._bounds.total_bytes, 0
        for tab in self._tabs:
            if tab.relation == "":  # a module of an old macro workbook, listed as a sheet without a part
                continue
            relation = self._relations.by_id(tab.relation)
            if relation is None:
                raise Refused("damaged", detail=f"sheet {tab.name} points nowhere")
            if relation.kind != "worksheet":
                continue
            content = self._package.read(relation.target)
            read += len(content)  # several tabs may be one part, which the archive counts once
            if read > limit:
                raise Refused("unpacks_too_large", limit=limit, found=read)
            yield tab, content

    def _part(self, kind: str) -> str:
        relation = self._relations.of_kind(kind)
        return relation.target if relation else f"xl/{kind}.xml"


def read_xlsx(data: bytes | Package, *, bounds: Bounds = DEFAULT) -> list[Grid]:
    """All worksheets in the order of their tabs, hidden ones marked; chart, dialog and macro sheets left out.

    Raises Refused: damaged, too_complex.
    """
    tabs = Tabs(data if isinstance(data, Package) else Package(data, bounds), bounds)
    grids: list[Grid] = []
    for tab, content in tabs:
        add_grid(grids, read_sheet(content, tab.name, tabs.context, hidden=tab.hidden), bounds)
    return grids


@cached_if_small(SMALL_PART)
def _workbook(content: bytes, limit: int) -> tuple[tuple[_Tab, ...], int]:
    """The sheets, which may be ``limit``, and how many days the dates lie behind those of the 1900 system.

    Raises Refused: damaged, too_complex.
    """
    workbook = parse_xml(content)
    sheets = workbook.findall("{*}sheets/{*}sheet")
    if len(sheets) > limit:
        raise Refused("too_complex", limit=limit, found=len(sheets), part="sheets")
    properties = workbook.find("{*}workbookPr")
    in_1904 = properties is not None and properties.get("date1904", "0").lower() in ("1", "true", "on")
    tabs = tuple(
        _Tab(sheet.get("name", ""), relation_id(sheet), sheet.get("state", "visible") != "visible")
        for sheet in sheets
    )
    return tabs, SHIFT_1904 if in_1904 else 0
