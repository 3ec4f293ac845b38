"""The quick way through sheets and strings of the usual shape gives what the general way gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perfbatch.workbook.bounds import DEFAULT
from perfbatch.workbook.grid import Grid
from perfbatch.workbook.merging import make_grid
from perfbatch.workbook.parsing import parse_xml
from perfbatch.workbook.refusal import Refused
from perfbatch.workbook.xlsx.cell import Context
from perfbatch.workbook.xlsx.plain_sheet import SheetParts, plain_sheet
from perfbatch.workbook.xlsx.sheet import any_sheet
from perfbatch.workbook.xlsx.strings import all_texts, mostly_plain
from tests.workbook.handmade import MAIN

_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SHEET = (
    f'{_DECLARED}<worksheet xmlns="{MAIN}" xmlns:x="urn:x"><dimension ref="A1"/>'
    '<cols><col min="1" max="2"/></cols><sheetData>{}</sheetData>{}<pageMargins left="1"/></worksheet>'
)
CELLS = (
    '<c r="A1" s="1"/>', '<c r="B2" s="1"></c>', '<c r="C3" s="1" />', '<c r="AB4" t="s"><v>0</v></c>',
    '<c r="D5" s="2" t="s"><v>1</v></c>', '<c r="A6" s="1"><v>0.895</v></c>', '<c r="A7"><v>1E3</v></c>',
    '<c r="A8" t="n"><v>5</v></c>', '<c r="A9" t="str"><v>完成</v></c>', '<c r="A1" t="b"><v>1</v></c>',
    '<c r="A2" t="e"><v>#REF!</v></c>', '<c r="A3"><f>B1/A1</f><v>0.5</v></c>', '<c r="A4"><f>B1</f></c>',
    '<c r="A5"><f>B1</f><v/></c>', '<c r="A6" t="str"><f>IF(A1&gt;0,"",1)</f><v></v></c>',
    '<c r="A7" t="str"><f>B1</f><v /></c>', '<c r="A8"><f t="shared" ref="A1:A2" si="0">B1</f><v>7</v></c>',
    '<c r="A9"><f t="shared" si="0"/><v>3</v></c>', '<c r="A1" t="str"><v>_x5206_</v></c>',
    '<c r="A2" t="d"><v>2021-06-30</v></c>', '<c r="A3"><v></v></c>', '<c r="A4"><v> 5 </v></c>',
)  # fmt: skip
"""Cells that the quick way takes."""
ODD_CELLS = (
    "<c r='A1'><v>1</v></c>", "<c><v>1</v></c>", '<c r="A2" cm="1"><v>2</v></c>',
    '<c r="A3"><v>&#49;</v></c>',
    '<c r="A4" t="inlineStr"><is><t>三级</t></is></c>', '<x:c r="A5"><v>1</v></x:c>', "<!-- a -->", "<?e f?>",
    '<c r="A6"><v><![CDATA[6]]></v></c>', '<c r="A7"><f t="array" ref="A1:A2">B1:B2</f><v>3</v></c>',
    " \r\n ",
    '<c r="A8" xmlns="urn:y"><v>1</v></c>', '<c r="A9"><v>1</v><v>2</v></c>', '<c r="a1"><v>9</v></c>',
    '<c r="A1" t="str"><v>a\rb</v></c>', '<c r="A2" t="s"><v>9</v></c>', '<c r="XFE1"><v>1</v></c>', "字",
    '<c r="A1" r="A2"><v>1</v></c>', '<c r="A3"><v>1</v>', "</row>", '<c r="A4"><v>a]]>b</v></c>', "<v/>",
    '<c r="A5"><v>\x0c</v></c>', '<c r="A6"><v>\uffff</v></c>', '<c r="A7"><v>&a;</v></c>', "<row/>",
)  # fmt: skip
ROWS = (
    '<row r="{}">', '<row r="{}" spans="1:9" ht="20.25" customHeight="1">', '<row r="{}" x:dyDescent="0.15">',
    '<row r="2"/><row r="3" ht="9"></row><row r="{}">',
)  # fmt: skip
ODD_ROWS = (
    '<row r="{}" ht="9" ht="9">', '<row r="{}" ht="9"s="1">', '<row r="{}" ht="&a;">', "<row r='{}' ht=9'>",
    "<row>", "<row r='{}'>", '<row ht="9" r="{}">', '<row r="{}" r="1">', '<row r="0{}">',
    '<row r="{}" a="/">',
    '<row r="{}" y:z="1">', '<row r="{}" xmlns="urn:y">', '<row r="{}" a="b>', '<row r="123456{}">', "<row/>",
    '<row r="1048577"/><row r="{}">', '<row r="{}"/>', '<x:row r="{}">', '<row r="{}" ht=1>',
)  # fmt: skip
ENDS = (
    "", '<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>',
    '<mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="$D$1:$D$3" /></mergeCells>',
)  # fmt: skip
ODD_ENDS = (
    "<mergeCells/>", '<mergeCells><mergeCell ref="A1:A1048576"/></mergeCells>', "<!-- a -->",
    '<x:mergeCells><mergeCell ref="A1:B2"/></x:mergeCells>', "<x:sheetData><row/></x:sheetData>",
    '<ext><mergeCells><mergeCell ref="A1:B2"/></mergeCells></ext>', "<sheetData/>", "<mergeCells>", "</x>",
    '<mergeCells><mergeCell ref="A1:B2" ref="A3"/></mergeCells>', '<a b="',
    '<mergeCells><mergeCell ref="甲"/><mergeCell ref="A1:B2"/></mergeCells>',
)  # fmt: skip
STRANGE_WHOLES: tuple[tuple[str, str], ...] = (
    (_DECLARED, ""), (_DECLARED, "\ufeff"), (_DECLARED, "<!DOCTYPE a>"), ("UTF-8", "GBK"), ("<sheetData>",
    "<sheetData >"),
    ("UTF-8", "utf-8"), ("<sheetData>", "<x:sheetData/><sheetData>"), (f'xmlns="{MAIN}"', 'xmlns=""'),
    (f'xmlns="{MAIN}"', ""), ("<dimension", "<!--"), ('<dimension ref="A1"/>',
    "<!--<sheetData>--><a b='<'/>"),
    ("<cols>", '<cols a=">">'), ("<worksheet", "<c r=\"A1\"/><worksheet"), ("</worksheet>",
    '</worksheet><c r="A1"/>'),
    ("<sheetData>", "<x><sheetData>"), ("</sheetData>", "</sheetData></x>"), ("<row", "<x:row"), ("?>",
    '?><?a "?>'),
)  # fmt: skip

STRANGE_STRINGS: tuple[tuple[str, str], ...] = (
    (_DECLARED, ""), (_DECLARED, "\ufeff"), (_DECLARED, "<!DOCTYPE a>"), ("UTF-8", "GBK"), ("<sst ",
    "<sst\n"),
    (f'xmlns="{MAIN}"', 'xmlns=""'), (f'xmlns="{MAIN}"', ""), ("<sst", "<si><t>a</t></si><sst"), ("</sst>",
    ""),
    ("</sst>", "</sst><si><t>a</t></si>"), ("</sst>", "<extLst><ext/></extLst></sst>"), ('count="9"',
    'count="9'),
    ('count="9"', 'count="9" count="9"'), ('count="9"', 'y:count="9"'), ('"9">', '"9"/>'), ("</sst>", "</x>"),
)  # fmt: skip
PUT = (
    "",
    "<",
    ">",
    '"',
    "/",
    "&",
    "</row>",
    "<!--",
    "-->",
    "]]>",
    " ",
    "&lt;",
    "\x0b",
    "\x7f",
    "\ud800",
    "</t>",
)
ITEMS = (
    "<si><t>每天</t></si>", '<si><t xml:space="preserve">  甲 \n\t</t></si>', "<si><t></t></si>",
    '<si><t>乙</t><phoneticPr fontId="1" type="noConversion"/></si>', "<si><t>A&amp;B&#10;</t></si>", "<si/>",
    "<si><r><rPr><b/></rPr><t>偏差</t></r><r><t> 原因</t></r></si>", "<si><t/></si>", "<si><t>a>b</t></si>",
    "<si><t>丙</t><rPh sb='0' eb='1'><t>bing</t></rPh></si>", "<si><t>\x7f\x80</t></si>", " \r\n", "字",
)  # fmt: skip
ODD_ITEMS = (
    "<si><t>_x0041_</t></si>", "<si><t>a\rb</t></si>", "<si><t>a]]>b</t></si>", "<!-- a -->", "<?e f?>",
    "</sst>",
    "<x:si><t>丁</t></x:si>", "<si><x:t>丁</x:t></si>", "<t>戊</t>", "<si><t>己</si>", "<si><t>&a;</t></si>",
    "<a b='",
    "<si xmlns='urn:y'><t>庚</t></si>", "<si xmlns=''><t>庚</t></si>", "<si><t><![CDATA[辛]]></t></si>",
    "<a>", "</a>",
    "<si><t>\x0c</t></si>", "<si><t>\uffff</t></si>", "</sst><sst>", f"<si><t>{'长' * 30}</t></si>", "<a",
)  # fmt: skip

TRIALS = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def context() -> Context:
    """What a small workbook gives its sheets."""
    return Context(["每天", "#DIV/0!"], {"0": "General", "1": "0.00%", "2": "@"}, 0, DEFAULT, 50)


def grid_or_refusal(
    read: Callable[[bytes, Context], SheetParts | None], part: str
) -> tuple[Grid, list[Any]] | str | None:
    """The grid with the order of its cells, the code of the refusal, or None where that way is not taken."""
    try:
        parts = read(part.encode("utf-8", "surrogatepass"), context())
        if parts is None:
            return None
        cells, merges, used = parts
        grid = make_grid("表", cells, merges, hidden=False, used=used, bounds=DEFAULT)
        return grid, list(grid.cells)
    except Refused as refused:
        return refused.code


@st.composite
def sheets(draw: st.DrawFn) -> tuple[str, bool]:
    """A worksheet part; whether nothing in it is odd."""
    odd = draw(st.sampled_from(["", "cell", "row", "end", "whole", "bytes"]))
    rows = []
    wrong = draw(st.integers(0, 2))
    for number in range(3):
        here = number == wrong
        tag = draw(st.sampled_from(ODD_ROWS if odd == "row" and here else ROWS)).format(number + 4)
        cells = draw(st.lists(st.sampled_from(CELLS), min_size=1, max_size=4))
        if odd == "cell" and here:
            cells.insert(draw(st.integers(0, len(cells))), draw(st.sampled_from(ODD_CELLS)))
        rows.append(f"{tag}{''.join(cells)}</row>")
    part = _SHEET.format("".join(rows), draw(st.sampled_from(ODD_ENDS if odd == "end" else ENDS)))
    if odd == "whole":
        part = part.replace(*draw(st.sampled_from(STRANGE_WHOLES)), 1)
    return (broken(draw, part) if odd == "bytes" else part), not odd


def broken(draw: Callable[[Any], Any], part: str) -> str:
    """The part with a few characters put in, left out or moved."""
    for _ in range(draw(st.integers(1, 3))):
        at, length = draw(st.integers(0, len(part) - 1)), draw(st.integers(0, 6))
        put = draw(st.sampled_from([*PUT, part[:at][-9:], part[at:][:30]]))
        part = part[:at] + put + part[at + length :]
    return part


@TRIALS
@given(sheets())
def test_a_sheet_is_the_same_both_ways(drawn: tuple[str, bool]) -> None:
    """Whatever the quick way takes, the general way reads the same; and it takes all that is usual."""
    part, usual = drawn
    quick = grid_or_refusal(plain_sheet, part)
    assert quick is not None or not usual
    if quick is not None:
        assert quick == grid_or_refusal(any_sheet, part)


def texts_or_refusal(read: Callable[[bytes], list[str] | None], part: str) -> list[str] | str | None:
    """The texts that way, the code of the refusal, or None where the way does not take the part."""
    try:
        return read(part.encode("utf-8", "surrogatepass"))
    except Refused as refused:
        return refused.code


@TRIALS
@given(st.data())
def test_strings_are_the_same_both_ways(data: st.DataObject) -> None:
    """As for sheets; rich texts and references among plain ones are taken by the quick way."""
    items = data.draw(st.lists(st.sampled_from(ITEMS), min_size=1, max_size=8))
    odd = data.draw(st.sampled_from(["", "item", "whole", "bytes"]))
    if odd == "item":
        items.insert(data.draw(st.integers(0, len(items))), data.draw(st.sampled_from(ODD_ITEMS)))
    part = f'{_DECLARED}<sst xmlns="{MAIN}" xmlns:x="urn:x" count="9">{"".join(items)}</sst>\n'
    if odd == "whole":
        part = part.replace(*data.draw(st.sampled_from(STRANGE_STRINGS)), 1)
    elif odd == "bytes":
        part = broken(data.draw, part)
    quick = texts_or_refusal(lambda content: mostly_plain(content, 20), part)
    assert quick is not None or odd
    if quick is not None:
        assert quick == texts_or_refusal(lambda content: all_texts(parse_xml(content), 20), part)
