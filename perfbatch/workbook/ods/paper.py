"""How a table is printed: its page style."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from perfbatch.workbook.addresses import parse_range
from perfbatch.workbook.grid import Range
from perfbatch.workbook.ods.names import FO, STYLE, TABLE, TEXT
from perfbatch.workbook.ods.styles import DocumentStyles, length_in_points
from perfbatch.workbook.pages.page import Paper

_SIZES = {(297, 420): 8, (210, 297): 9, (148, 210): 11, (250, 353): 12, (176, 250): 13, (216, 279): 1,
          (216, 356): 5, (279, 432): 3}  # fmt: skip
"""Sheets of paper in mm with Excel's numbers."""
_SIGNS = {"page-number": "&P", "page-count": "&N", "sheet-name": "&A", "title": "&F", "file-name": "&F",
          "date": "&D", "time": "&T"}  # fmt: skip
_REGIONS = {"region-left": "&L", "region-center": "&C", "region-right": "&R"}
_RANGE = re.compile(r"(?:.*\.)?(\$?[A-Z]{1,3}\$?\d{1,7})(?::(?:.*\.)?(\$?[A-Z]{1,3}\$?\d{1,7}))?")
_MM = 72 / 25.4


class Papers:
    """Page styles by the tables that use them."""

    def __init__(self, roots: list[etree._Element], styles: DocumentStyles) -> None:
        self._styles = styles
        self._masters: dict[str, etree._Element] = {}
        self._layouts: dict[str, etree._Element] = {}
        for root in roots:
            for element in root.iter(f"{STYLE}master-page"):
                self._masters.setdefault(element.get(f"{STYLE}name", ""), element)
            for element in root.iter(f"{STYLE}page-layout"):
                self._layouts.setdefault(element.get(f"{STYLE}name", ""), element)

    def of(self, table: etree._Element) -> Paper:
        """Print setup of a table; the default where it names no page style."""
        paper = Paper()
        paper.area = range_of(table.get(f"{TABLE}print-ranges", ""))
        name = next((found for style in self._styles.chain("table", table.get(f"{TABLE}style-name", ""))
                     if (found := style.get(f"{STYLE}master-page-name"))), "Default")  # fmt: skip
        master = self._masters.get(name)
        if master is None:
            return paper
        layout = self._layouts.get(master.get(f"{STYLE}page-layout-name", ""))
        if layout is not None:
            _layout(
                paper, layout, [part for part in ("header", "footer") if _shown(master, part) is not None]
            )
        paper.header, paper.footer = _words(master, "header"), _words(master, "footer")
        return paper


def _layout(paper: Paper, layout: etree._Element, shown: list[str]) -> None:
    page = layout.find(f"{STYLE}page-layout-properties")
    if page is None:
        return
    width = length_in_points(page.get(f"{FO}page-width", "")) or 0
    height = length_in_points(page.get(f"{FO}page-height", "")) or 0
    paper.landscape = width > height or page.get(f"{STYLE}print-orientation") == "landscape"
    short, long = sorted((width / _MM, height / _MM))
    paper.size = next((number for (a, b), number in _SIZES.items() if abs(a - short) < 2 > abs(b - long)), 0)
    for side in ("left", "right", "top", "bottom"):
        margin = length_in_points(page.get(f"{FO}margin-{side}", page.get(f"{FO}margin", "")))
        if margin is not None:
            paper.margins[side] = margin / 72
    centring = page.get(f"{STYLE}table-centering", "")
    paper.centred = (centring in ("horizontal", "both"), centring in ("vertical", "both"))
    scale = page.get(f"{STYLE}scale-to", "").rstrip("%")
    paper.scale = int(scale) if scale.isdecimal() else 100
    across, down = (_pages(page.get(f"{STYLE}scale-to-{axis}", "")) for axis in "XY")
    if across or down:
        paper.fit = (across, down)
    elif _pages(page.get(f"{STYLE}scale-to-pages", "")):
        paper.fit = (1, 0)
    # in Excel a header stands inside the margin, here below it
    for part, side in (("header", "top"), ("footer", "bottom")):
        properties = layout.find(f"{STYLE}{part}-style/{STYLE}header-footer-properties")
        if part in shown and properties is not None and side in paper.margins:
            paper.margins[part] = paper.margins[side]
            paper.margins[side] += (length_in_points(properties.get(f"{FO}min-height", "")) or 0) / 72


def _pages(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 5 else 0


def _words(master: etree._Element, part: str) -> str:
    """A header or footer in Excel's signs, '' where there is none."""
    element = _shown(master, part)
    if element is None:
        return ""
    regions = [(sign, element.find(f"{STYLE}{name}")) for name, sign in _REGIONS.items()]
    if any(region is not None for _, region in regions):
        return "".join(
            sign + _said(region) for sign, region in regions if region is not None and _said(region)
        )
    said = _said(element)
    return f"&C{said}" if said else ""


def _shown(master: etree._Element, part: str) -> etree._Element | None:
    element = master.find(f"{STYLE}{part}")
    return None if element is None or element.get(f"{STYLE}display") == "false" else element


def _said(element: etree._Element) -> str:
    return "\n".join("".join(_pieces(paragraph)) for paragraph in element.iterchildren(f"{TEXT}p"))


def _pieces(element: etree._Element) -> Iterator[str]:
    yield (element.text or "").replace("&", "&&")
    for child in element:
        name = etree.QName(child).localname if isinstance(child.tag, str) else ""
        if name in _SIGNS:
            yield _SIGNS[name]
        elif name == "s":
            yield " "
        elif name == "span":
            yield from _pieces(child)
        yield (child.tail or "").replace("&", "&&")


def range_of(text: str) -> Range | None:
    """A print range such as 表.A1:表.H40; None where there is none, or several."""
    found = _RANGE.fullmatch(text)
    return parse_range(":".join(filter(None, found.groups()))) if found else None
