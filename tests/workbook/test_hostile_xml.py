"""Small files whose tree, strings or merged ranges would take all memory are refused, the bound named."""

from __future__ import annotations

import time

import pytest

from perfbatch.workbook.bounds import DEFAULT
from perfbatch.workbook.open import load_grids
from perfbatch.workbook.parsing import elements, parse_xml
from perfbatch.workbook.refusal import Refused
from perfbatch.workbook.xlsx.strings import shared_strings
from tests.workbook.handmade import xlsx, zipped

MANY = DEFAULT.nodes + 1
SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
DEFAULTS = '<!DOCTYPE a [<!ATTLIST b c1 CDATA "x" c2 CDATA "x" c3 CDATA "x">]><a>' + "<b/>" * 10 + "</a>"


def refused(content: bytes) -> tuple[str, str]:
    """Code and part of the refusal of one XML part."""
    with pytest.raises(Refused) as caught:
        parse_xml(content)
    return caught.value.code, caught.value.values.get("part", "")


@pytest.mark.parametrize("content", [
    pytest.param(b"<a>" + b"<b/>" * MANY + b"</a>", id="elements"),
    pytest.param(b"<a>" + b'<b c="" d="" e="" f=""/>' * (MANY // 5 + 1) + b"</a>", id="attributes"),
    pytest.param(b"<a>" + b"<b c = '' />" * (MANY // 2 + 1) + b"</a>", id="attributes with blanks"),
    pytest.param(b"<a>" + b'<b xmlns:q="u"/>' * (MANY // 2 + 1) + b"</a>", id="namespaces"),
    pytest.param(("<a>" + "<b/>" * MANY + "</a>").encode("utf-16"), id="in UTF-16"),
    pytest.param(b'<!DOCTYPE a SYSTEM "x"><a>' + b"&q;" * MANY + b"</a>", id="references"),
])  # fmt: skip
def test_a_tree_is_counted_before_it_is_built(content: bytes) -> None:
    """A quarter of a kilobyte for each element and attribute, out of four bytes."""
    started = time.process_time()
    assert refused(content) == ("too_complex", "nodes")
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize("content", [
    pytest.param(DEFAULTS.encode(), id="UTF-8"),
    pytest.param((" " * 90 + DEFAULTS).encode(), id="behind blanks"),
    pytest.param(DEFAULTS.encode("utf-16"), id="UTF-16"),
    pytest.param(DEFAULTS.encode("utf-16-le"), id="UTF-16 without a mark"),
    pytest.param(DEFAULTS.encode("utf-16-be"), id="UTF-16 the other way"),
    pytest.param(DEFAULTS.encode("utf-32"), id="UTF-32"),
    pytest.param(DEFAULTS.encode("cp037"), id="EBCDIC"),
    pytest.param(b'<?xml version="1.0" encoding="UTF-7"?>' + DEFAULTS.encode("utf-7"), id="UTF-7"),
    pytest.param(b'<?xml version="1.0"  encoding = "ISO-2022-KR"?>' + DEFAULTS.encode(), id="ISO 2022"),
    pytest.param(b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", id="an entity"),
])  # fmt: skip
def test_a_document_type_gives_nothing_to_elements(content: bytes) -> None:
    """A thousand attributes for each of a hundred thousand elements are written in half a megabyte."""
    assert refused(content) == ("damaged", "")


@pytest.mark.parametrize("content", [
    "<a>甲</a>".encode("utf-16"), "<a>甲</a>".encode(), "\ufeff<a>甲</a>".encode(),
    b'<?xml version="1.0" encoding="GB2312"?><a>' + "甲".encode("gbk") + b"</a>",
    b"<?xml version='1.0' encoding='gbk' standalone='yes'?>\r\n<a>" + "甲".encode("gbk") + b"</a>",
    '<!DOCTYPE a><a>甲</a>'.encode(),
])  # fmt: skip
def test_encodings_that_are_written_are_read(content: bytes) -> None:
    """A document type that declares nothing is taken, as before."""
    assert parse_xml(content).text == "甲"


@pytest.mark.parametrize(("content", "part"), [
    (b"<a>" * 300 + b"</a>" * 300, "levels"),
    (b"<a>" + b"x" * 10_000_001 + b"</a>", "characters"),
    (b"<" + b"a" * 60_000 + b"/>", "characters"),
])  # fmt: skip
def test_bounds_of_the_parser_are_named(content: bytes, part: str) -> None:
    """Where libxml2 goes no further the file is too complex, not damaged."""
    assert refused(content) == ("too_complex", part)


@pytest.mark.parametrize("rows", [
    pytest.param("<row>" + "<c/>" * 900_000 + "</row>", id="one row"),
    pytest.param("</d><x/>" + "<y/>" * 900_000 + "<d>", id="between"),
    pytest.param("".join(f"</d>{'<y/>' * 9_000}<d><row/>" for _ in range(100)), id="among rows"),
    pytest.param(("<row/>" + '<y a=""/>' * 9_000 + "</d><d>") * 100, id="attributes"),
])  # fmt: skip
def test_a_sheet_that_is_read_row_by_row_holds_little_else(rows: str) -> None:
    """What is no row stays in the tree, and so does a row until it ends."""
    with pytest.raises(Refused) as caught:
        for _ in elements(f"<s><d>{rows}</d></s>".encode(), ("row",), nodes=300_000):
            pass
    assert (caught.value.code, caught.value.values["part"]) == ("too_complex", "nodes")


def test_many_rows_are_no_many_nodes() -> None:
    """Rows are gone when the next one comes, however many there are."""
    sheet = f"<s>{'<row><c><v>1</v></c></row>' * 400_000}</s>".encode()
    assert sum(1 for _ in elements(sheet, ("row",), nodes=300_000)) == 400_000


def test_merged_ranges_of_all_sheets_are_counted_together() -> None:
    """Two cells and one range are a million covered cells, in each of a hundred sheets."""
    parts, tabs, relations = {}, "", ""
    for n in range(1, 40):
        tabs += f'<sheet name="s{n}" sheetId="{n}" r:id="r{n}"/>'
        relations += (
            f'<Relationship Id="r{n}" Target="worksheets/s{n}.xml" '
            'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/>'
        )
        parts[f"xl/worksheets/s{n}.xml"] = (
            f'<worksheet {SPACE}><sheetData><row r="9000"><c r="J9000"><v>1</v></c></row></sheetData>'
            '<mergeCells><mergeCell ref="A1:J9000"/></mergeCells></worksheet>'
        )
    parts["xl/workbook.xml"] = (
        f'<workbook {SPACE} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        f"<sheets>{tabs}</sheets></workbook>"
    )
    parts["xl/_rels/workbook.xml.rels"] = (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relations}</Relationships>'
    )
    with pytest.raises(Refused) as caught:
        load_grids(xlsx(parts))
    assert (caught.value.code, caught.value.values["part"]) == ("too_complex", "covered")


def test_a_table_of_many_strings_is_refused() -> None:
    """Whether its items are read quickly or the general way."""
    items = "<si><t>a</t></si>" * (MANY // 2 + 1)
    for text in (items, items.replace("<si>", "<si >")):
        with pytest.raises(Refused) as caught:
            shared_strings(f"<sst {SPACE}>{text}</sst>".encode(), 100)
        assert caught.value.values["part"] == "nodes"


def test_an_ods_of_many_marks_is_refused() -> None:
    """Its content is one tree."""
    content = "<a>" + "<b/>" * MANY + "</a>"
    data = zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})
    with pytest.raises(Refused) as caught:
        load_grids(data)
    assert caught.value.values["part"] == "nodes"
