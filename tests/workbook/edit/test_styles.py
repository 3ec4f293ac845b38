"""Styles are added as text: whatever way a part is spelt, it gets the new entries and keeps all else."""

from __future__ import annotations

import pytest
from lxml import etree

from perfbatch.workbook.xlsx import xml
from perfbatch.workbook.xlsx.edit.stylesheet import open_stylesheet

NAMES = f'xmlns="{xml.MAIN}" xmlns:x="{xml.MAIN}" xmlns:mc="urn:mc" xmlns:a="urn:a"'
FONTS = '<fonts count="7" a:known="1"><font/>\n <!-- <fonts count="1"> --><font><sz val="9"/></font> </fonts>'
FORMATS = (
    '<cellXfs>\n<xf fontId="1" fillId="0"/>\n<!--x--><mc:AlternateContent><mc:Choice><xf fillId="0"/>'
    '</mc:Choice><mc:Fallback><xf fillId="0"/></mc:Fallback></mc:AlternateContent>'
    '<xf applyFill="0"><alignment horizontal="left"/><extLst>&lt;/cellXfs&gt;</extLst></xf></cellXfs>'
)
FILLS = '<fills count="2"><fill/><fill/></fills>'
BORDERS = "<borders><border/></borders>"
NUMBERS = '<numFmts count="1"><numFmt numFmtId="170" formatCode="0&quot;%&quot;"/></numFmts>'
TAIL = '<cellStyles count="1"><cellStyle name="&amp;"/></cellStyles><?tail x?><extLst/>'
PARTS = {
    "plain": f"<styleSheet {NAMES}>{NUMBERS}{FONTS}{FILLS}{BORDERS}{FORMATS}{TAIL}</styleSheet><!--end-->",
    "only formats": f"<styleSheet {NAMES}>{FORMATS}</styleSheet>",
    "nothing": f"<styleSheet {NAMES}> </styleSheet>",
    "empty sections": f'<styleSheet {NAMES}><fonts/><fills count="0"/><cellXfs></cellXfs></styleSheet>',
    "prefixes": f'<x:styleSheet {NAMES}><x:fonts count="1"><x:font><x:sz val="9"/></x:font></x:fonts>'
    f'<x:cellXfs><x:xf fillId="0"/></x:cellXfs>{TAIL}</x:styleSheet>',
    "no namespace": f"<styleSheet>{FILLS}<cellXfs><xf/></cellXfs></styleSheet>",
    "strict": f'<styleSheet xmlns="{xml.MAIN_STRICT}">{FILLS}<cellXfs><xf/></cellXfs></styleSheet>',
}  # fmt: skip
NEW = {
    "numFmts": ['<numFmt numFmtId="171" formatCode="0"/>'],
    "fonts": ["<font><b/></font>", "<font><i/></font>"],
    "fills": ["<fill><patternFill/></fill>"],
    "borders": ["<border><left/></border>"],
    "cellXfs": ['<xf numFmtId="171"/>'],
}


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_without_entries_the_part_is_the_same(name: str, encoding: str) -> None:
    """Whitespace, comments and instructions, counts that are wrong, sections that are not there."""
    content = PARTS[name].encode(encoding)
    same = open_stylesheet(content, "x").with_entries({"fonts": []})
    assert etree.tostring(etree.fromstring(same), method="c14n") == etree.tostring(
        etree.fromstring(content), method="c14n"
    )


@pytest.mark.parametrize("name", PARTS)
def test_entries_come_last(name: str) -> None:
    """A section has its entries as before, then the new ones, in the part's namespace; nothing else moves."""
    content = PARTS[name].encode()
    sheet = open_stylesheet(content, "x")
    new = {
        section: [sheet.sections[section].entry(markup) for markup in entries]
        for section, entries in NEW.items()
    }
    grown, before = etree.fromstring(sheet.with_entries(new)), etree.fromstring(content)
    names = [etree.QName(child).localname for child in grown.iterchildren("*")]
    assert names[:5] == list(NEW)
    for section, entries in NEW.items():
        grown_section = grown.find(f"{{*}}{section}")
        old_section = before.find(f"{{*}}{section}")
        assert grown_section is not None
        old = list(old_section.iterchildren("*")) if old_section is not None else []
        entries_now = list(grown_section.iterchildren("*"))
        assert grown_section.get("count") == str(len(entries_now)) == str(len(old) + len(entries))
        assert sheet.sections[section].entries == len(old)
        for element in entries_now[len(old) :]:
            assert {etree.QName(e).namespace for e in element.iter()} == {etree.QName(grown).namespace}
            element.getparent().remove(element)
        if old_section is None:
            grown.remove(grown_section)
        else:
            grown_section.attrib.pop("count")
            old_section.attrib.pop("count", None)
    assert etree.tostring(grown, method="c14n") == etree.tostring(before, method="c14n")


def test_formats_are_entries_and_take_a_mark() -> None:
    """Comments count for nothing, every branch of AlternateContent takes the mark, all else stays."""
    sheet = open_stylesheet(PARTS["plain"].encode(), "x")
    assert sheet.formats == (
        '<xf fontId="1" fillId="0"/>\n',
        FORMATS[FORMATS.index("<mc:A") : FORMATS.index("<xf applyFill")],
        FORMATS[FORMATS.index("<xf applyFill") : FORMATS.index("</cellXfs>")],
    )
    mark = 'fillId="5" applyFill="1" borderId="3" applyBorder="1"'
    assert sheet.with_mark(sheet.formats[0], 5, 3) == f'<xf fontId="1" {mark}/>\n'
    assert sheet.with_mark(sheet.formats[1], 5, 3).count('fillId="5"') == 2
    assert sheet.with_mark(sheet.formats[2], 5, 3) == sheet.formats[2].replace(
        '<xf applyFill="0">', '<xf applyFill="1" fillId="5" borderId="3" applyBorder="1">'
    )


def test_number_formats() -> None:
    """Ids by code; a new one gets the first id that nobody has."""
    sheet = open_stylesheet(PARTS["plain"].encode(), "x")
    assert (dict(sheet.number_formats), sheet.next_number_format) == ({'0"%"': 170}, 171)
    assert open_stylesheet(PARTS["nothing"].encode(), "x").next_number_format == 164
