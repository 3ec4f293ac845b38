"""The seed's form gives the same frames from every kind of file, in any disguise (property-based)."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perfbatch.workbook.convert import convert
from perfbatch.workbook.grid import Grid
from perfbatch.workbook.open import load_grids
from tests.drawn import draw
from tests.drawn_files import with_openpyxl, with_xlsxwriter, with_xlwt
from tests.reading.test_forms_seed import PLAIN, disguised, only_form, values
from tests.workbook.handmade import zipped

_MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
_OASIS = "urn:oasis:names:tc:opendocument:xmlns"


def with_ods(grid: Grid) -> bytes:
    """The sheet as an .ods, as short as the format allows."""
    extents = {(area.top, area.left): area for area in grid.merges}
    bottom = max(row for row, _ in [*grid.cells, *grid.anchor])
    right = max(column for _, column in [*grid.cells, *grid.anchor])
    rows = []
    for row in range(bottom + 1):
        cells = []
        for column in range(right + 1):
            extent = extents.get((row, column))
            spans = "" if extent is None else (
                f' table:number-columns-spanned="{extent.right - extent.left + 1}"'
                f' table:number-rows-spanned="{extent.bottom - extent.top + 1}"'
            )  # fmt: skip
            covered = "covered-" if (row, column) in grid.anchor else ""
            stated, words = _content(grid, row, column)
            cells.append(f"<table:{covered}table-cell{spans}{stated}>{words}</table:{covered}table-cell>")
        rows.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    names = " ".join(
        f'xmlns:{prefix}="{_OASIS}:{name}:1.0"' for prefix, name in [
            ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"),
            ("number", "datastyle"),
        ]
    )  # fmt: skip
    styles = "".join(map(_style, sorted({cell.number_format for cell in grid.cells.values()})))
    content = (
        f"<office:document-content {names}><office:automatic-styles>{styles}</office:automatic-styles>"
        "<office:body><office:spreadsheet>"
        f"<table:table table:name={quoteattr(grid.name)}>{''.join(rows)}</table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped({"mimetype": _MIMETYPE, "content.xml": content})


def _style(code: str) -> str:
    """The cell style of a number format such as 0.00 or 0.00%, named by it."""
    kind, sign = ("percentage", "<number:text>%</number:text>") if "%" in code else ("number", "")
    if code == "General":
        return ""
    decimals = len(code.partition(".")[2].rstrip("%"))
    return (
        f'<number:{kind}-style style:name="N{code}"><number:number number:decimal-places="{decimals}"'
        f' number:min-integer-digits="1"/>{sign}</number:{kind}-style>'
        f'<style:style style:name="{code}" style:family="table-cell" style:data-style-name="N{code}"/>'
    )


def _content(grid: Grid, row: int, column: int) -> tuple[str, str]:
    """Attributes and paragraphs of one cell."""
    cell = grid.cells.get((row, column))
    if cell is None:
        return "", ""
    words = "".join(
        f"<text:p>{''.join('<text:s/>' if sign == ' ' else escape(sign) for sign in line)}</text:p>"
        for line in cell.text.split("\n")
    )
    if isinstance(cell.value, float):
        kind = "percentage" if "%" in cell.number_format else "float"
        style = f' table:style-name="{cell.number_format}"' if cell.number_format != "General" else ""
        return f'{style} office:value-type="{kind}" office:value="{cell.value!r}"', words
    return ' office:value-type="string"', words


def in_every_kind(grid: Grid) -> dict[str, bytes]:
    """The sheet as a file of each kind, by each writer."""
    old, opened = with_xlwt([grid]), with_ods(grid)
    return {
        "xlsx by XlsxWriter": with_xlsxwriter([grid]),
        "xlsx by openpyxl": with_openpyxl([grid]),
        "xlsx of formulas": with_xlsxwriter([grid], formulas=True),
        "xls by xlwt": old,
        "ods": opened,
        "annotated copy's workbook of the xls": convert(old, "xls").data,
        "annotated copy's workbook of the ods": convert(opened, "ods").data,
    }


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(disguised())
def test_a_disguised_seed_is_the_same_in_every_kind(disguise: tuple[list[list[str]], int, int]) -> None:
    """Moved, labels broken by blanks, numbers as text, formulas: every kind of file says the same."""
    rows, down, right = disguise
    for kind, data in in_every_kind(draw(rows, down=down, right=right)).items():
        (grid,) = load_grids(data).grids
        found = values(only_form(grid))
        differing = [(a, b) for a, b in zip(found, PLAIN, strict=True) if a != b]
        assert (kind, differing) == (kind, [])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(disguised(), st.data())
def test_cells_do_not_depend_on_the_kind(
    disguise: tuple[list[list[str]], int, int], choose: st.DataObject
) -> None:
    """Texts, states and merges of the sheet are the same at the same places."""
    rows, down, right = disguise
    plain = draw(rows, down=down, right=right)
    kind, data = choose.draw(st.sampled_from(sorted(in_every_kind(plain).items())))
    (grid,) = load_grids(data).grids
    assert (kind, sorted(grid.merges)) == (kind, sorted(plain.merges))
    texts = {place: (cell.text, cell.state) for place, cell in grid.cells.items() if cell.text}
    assert texts == {place: (cell.text, cell.state) for place, cell in plain.cells.items() if cell.text}
