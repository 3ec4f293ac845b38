"""What LibreOffice saved as .xls and .ods comes back as the .xlsx that it was saved from."""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from perfbatch.workbook.convert import convert
from perfbatch.workbook.open import load_grids
from tests.generator import make

pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed"),
]

KINDS = ("xls", "ods")
SAMPLES = Path(__file__).parents[3] / "sample_inputs"
SOURCES = ("seed", "platform", "formulas", "styled")
ACCOUNTING = '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ '
DAY = datetime(2021, 6, 30)  # noqa: DTZ001  a date cell has no time zone
THIN, THICK, RED = Side("thin", "FF000000"), Side("thick", "FFFF0000"), "FFFF0000"


def styled() -> bytes:
    """A sheet with the looks that forms have, formulas of several kinds, a note, hidden rows and columns."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "自评 表（一）"
    page["A1"] = "项目支出绩效自评表"
    page["A1"].font = Font("黑体", 18, b=True, color=RED)
    page["A1"].alignment = Alignment("center", "center", wrap_text=True)
    page.merge_cells("A1:D2")
    values: list[tuple[str, Any, str]] = [
        ("A3", 0.895, "0.00%"), ("B3", 152.1493, "#,##0.00"), ("C3", DAY, 'yyyy"年"m"月"d"日"'),
        ("D3", True, "General"), ("A4", "=A3*2", "0.0%"), ("B4", "=SUM(B3:B3)-(B3-1)", "General"),
        ("C4", "=1/0", "General"), ("D4", '=IF(B3>1,"是","否")', "General"), ("A5", -3.5, "0.00;[Red]-0.00"),
        ("B5", 0, ACCOUNTING), ("C5", "8.95分", "@"), ("D5", 7, '0"分"'),
        ("A6", "='资料'!A1+1", "General"), ("B6", 1e-7, "0.00E+00"), ("C6", "第一行\n第二行", "General"),
    ]  # fmt: skip
    for cell, value, code in values:
        page[cell] = value
        page[cell].number_format = code
        page[cell].border = Border(left=THIN, right=THICK, top=THIN, bottom=Side("double", "FF0000FF"))
        page[cell].fill = PatternFill("solid", "FFFFFF00")
        page[cell].alignment = Alignment(wrap_text=cell == "C6", vertical="top")
        page[cell].font = Font("仿宋", 10.5, i=True, u="single")
    page["B7"].border = Border(left=THIN)
    page["C7"], page["C7"].alignment = "竖排", Alignment(text_rotation=90, horizontal="right", indent=1)
    page["A3"].comment = Comment("请核对", "张三")
    page.column_dimensions["B"].width, page.row_dimensions[4].height = 25, 40
    page.row_dimensions[8].hidden = True
    page.column_dimensions["F"].hidden = True
    page["F8"] = "藏"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(fitToPage=True)
    page.print_title_rows = "1:2"
    page.freeze_panes = "A3"
    book.create_sheet("资料")["A1"] = 5
    book.create_sheet("隐").sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def source(name: str) -> bytes:
    """The .xlsx that LibreOffice is given."""
    if name == "seed":
        return next(SAMPLES.rglob("*履职平台*.xlsx")).read_bytes()
    if name == "styled":
        return styled()
    return make(
        3, 5 if name == "formulas" else 2, layout="platform" if name == "platform" else "national"
    ).data


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every source in every kind."""
    folder = tmp_path_factory.mktemp("office")
    paths = []
    for name in SOURCES:
        path = folder / f"{name}.xlsx"
        path.write_bytes(source(name))
        paths.append(str(path))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    for kind in KINDS:
        command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(folder), *paths]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder


def both(saved: Path, name: str, kind: str) -> tuple[openpyxl.Workbook, openpyxl.Workbook]:
    """The source, and the copy of what LibreOffice made of it."""
    made = convert((saved / f"{name}.{kind}").read_bytes(), kind).data
    return openpyxl.load_workbook(saved / f"{name}.xlsx"), openpyxl.load_workbook(io.BytesIO(made))


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_copy_is_read_as_the_file(saved: Path, name: str, kind: str) -> None:
    """Every cell with its value, text, state and place, every merge, every hidden sheet."""
    data = (saved / f"{name}.{kind}").read_bytes()
    before, after = load_grids(data).grids, load_grids(convert(data, kind).data).grids
    for old, new in zip(before, after, strict=True):
        assert (new.name, new.hidden, new.merges) == (old.name, old.hidden, old.merges)
        differing = {
            place: (old.cells.get(place), new.cells.get(place))
            for place in {*old.cells, *new.cells}
            if seen(old.cells.get(place)) != seen(new.cells.get(place))
        }
        assert differing == {}


def seen(cell: Any) -> Any:
    """What a person sees of a cell, and what counts; an empty text that a formula gave is nothing."""
    if cell is None or (cell.value == "" and cell.state == "value"):
        return None
    value = round(cell.value, 9) if isinstance(cell.value, float) else cell.value
    return value, cell.text, cell.state


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_copy_looks_like_the_source(saved: Path, name: str, kind: str) -> None:
    """Lines, fills, fonts, places and formats of every cell that holds something, row heights, merges."""
    old, new = both(saved, name, kind)
    assert new.sheetnames == old.sheetnames
    assert [page.sheet_state for page in new.worksheets] == [page.sheet_state for page in old.worksheets]
    for before, after in zip(old.worksheets, new.worksheets, strict=True):
        assert sorted(map(str, after.merged_cells.ranges)) == sorted(map(str, before.merged_cells.ranges))
        for row in before.iter_rows():
            for cell in row:
                if not isinstance(cell, MergedCell):
                    assert look(after[cell.coordinate], kind) == look(cell, kind), cell.coordinate
        for number, track in before.row_dimensions.items():
            if track.height is not None and track.customHeight:
                assert after.row_dimensions[number].height == pytest.approx(track.height, abs=0.3)
            assert bool(after.row_dimensions[number].hidden) == bool(track.hidden)


def look(cell: Any, kind: str) -> dict[str, Any]:
    """How a cell looks; the font only where it is written in."""
    sides = {
        side: getattr(getattr(cell.border, side), "style", None)
        for side in ("left", "right", "top", "bottom")
    }
    found: dict[str, Any] = {
        **sides,
        "fill": cell.fill.fgColor.rgb if cell.fill.patternType else None,
        "wrap": bool(cell.alignment.wrap_text),
        "across": cell.alignment.horizontal if cell.alignment.horizontal != "general" else None,
        "down": cell.alignment.vertical if cell.alignment.vertical != "bottom" else None,
        "turned": cell.alignment.text_rotation or 0,
        "indent": int(cell.alignment.indent),
    }
    if cell.value is not None:
        font = cell.font
        found |= {"size": font.sz, "bold": bool(font.b), "slope": bool(font.i), "line": font.u,
                  "format": spelt(cell.number_format)}  # fmt: skip
        if kind != "xls":  # LibreOffice writes the font of Chinese texts by its own choice there
            found["font"] = font.name
    return found


def spelt(code: str) -> str:
    """One spelling of a number format: LibreOffice quotes with backslashes, and drops padding."""
    for sign in ("\\", '"', "_)", "_ ", "* ", " ", "?", "#"):
        code = code.replace(sign, "")
    return code.replace("[RED]", "[Red]").replace("0,", "").replace("-;@", "-;")


@pytest.mark.parametrize("kind", KINDS)
def test_formulas_come_over_with_their_values(saved: Path, kind: str) -> None:
    """A formula stays one, and its cached value stands in the copy."""
    data = convert((saved / f"styled.{kind}").read_bytes(), kind).data
    formulas = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    values = openpyxl.load_workbook(io.BytesIO(data), data_only=True).worksheets[0]
    cells = ("A4", "B4", "C4", "D4", "A6")
    assert [str(formulas[cell].value).replace("'资料'", "资料") for cell in cells] == [
        "=A3*2", "=SUM(B3:B3)-(B3-1)", "=1/0", '=IF(B3>1,"是","否")', "=资料!A1+1",
    ]  # fmt: skip
    assert [values[cell].value for cell in cells] == [1.79, 1, "#DIV/0!", "是", 6]


@pytest.mark.parametrize("kind", KINDS)
def test_notes_paper_and_hidden_columns(saved: Path, kind: str) -> None:
    """The person's note, A4 landscape fitted to its width, repeated rows, what is hidden."""
    page = both(saved, "styled", kind)[1].worksheets[0]
    note = page["A3"].comment
    assert note is not None and "请核对" in note.text
    assert (page.page_setup.orientation, int(page.page_setup.paperSize)) == ("landscape", 9)
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.print_title_rows == "$1:$2"
    assert (page.column_dimensions["F"].hidden, page.row_dimensions[8].hidden) == (True, True)


@pytest.mark.parametrize("name", ["seed", "styled"])
@pytest.mark.parametrize("kind", KINDS)
def test_columns_keep_their_proportions(saved: Path, name: str, kind: str) -> None:
    """LibreOffice stretches all columns by what its font is wider than Excel's; one factor holds for all."""
    old, new = (book.worksheets[0] for book in both(saved, name, kind))
    letters = [
        letter for letter, track in old.column_dimensions.items() if track.customWidth and not track.hidden
    ]
    factors = [
        new.column_dimensions[letter].width / old.column_dimensions[letter].width for letter in letters
    ]
    assert max(factors) / min(factors) < 1.03
