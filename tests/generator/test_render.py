"""What the renderers say about places is true: openpyxl finds each value in the stated cell."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest

from tests.generator import make
from tests.generator.canvas import Canvas, Ink, address, lines
from tests.generator.model import Form, Formula, Percent, Place, Value
from tests.generator.seed_form import seed_canvas, seed_form
from tests.generator.workbook import Rendered
from tests.generator.write_xlsx import Sheet, write_xlsx


def model_value(form: Form, place: Place) -> Value:
    """The value of the model that belongs to a place."""
    holder: object = form
    if place.frame == "funds":
        holder = next(fund for fund in form.funds if fund.line == place.key)
    elif place.frame == "indicators":
        holder = form.indicators[int(place.key) - 1]
    value: Value = getattr(holder, place.field)
    return value


def stored(value: Value) -> object:
    """What a file holds for it."""
    if isinstance(value, Formula):
        return stored(value.cached)
    if isinstance(value, Percent):
        return pytest.approx(float(value.value / 100))
    if isinstance(value, int | Decimal):
        return pytest.approx(float(value))
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 (openpyxl gives none)
    return value or None


def compare(data: bytes, rendered: Rendered) -> int:
    """Compare every place of a form; the number of places compared."""
    sheet = openpyxl.load_workbook(io.BytesIO(data), data_only=True)[rendered.sheet]
    labels = {"year", "title", "level1", "level2", "label"}
    places = [place for place in rendered.places if place.field not in labels]
    for place in places:
        found = sheet[rendered.cell(place)].value
        assert (found or None if found == "" else found) == stored(model_value(rendered.form, place)), place
    return len(places)


@pytest.mark.parametrize("layout", ["national", "platform"])
@pytest.mark.parametrize("disguised", [False, True])
def test_every_value_stands_where_the_renderer_says(layout: str, disguised: bool) -> None:
    """Disguised or not, moved or not, first form or second on the sheet."""
    compared = 0
    for index in range(8):
        workbook = make(7, index, layout, "mixed", disguised)
        for rendered in workbook.forms:
            compared += compare(workbook.data, rendered)
    assert compared > 8 * 60


def test_levels_are_found_where_the_renderer_says() -> None:
    """Merged, repeated or given once: the place of an indicator's level holds that level's name."""
    for index in range(15):
        workbook = make(3, index)
        for rendered in workbook.forms:
            sheet = openpyxl.load_workbook(io.BytesIO(workbook.data))[rendered.sheet]
            for number, indicator in enumerate(rendered.form.indicators, 1):
                for field in ("level1", "level2"):
                    found = str(sheet[rendered.cell(Place("indicators", number, field))].value)
                    assert "".join(found.split()).startswith(getattr(indicator, field))


def test_the_seed_is_laid_out_as_published() -> None:
    """A few cells, as a person would check them."""
    canvas = seed_canvas().bound()
    sheet = openpyxl.load_workbook(io.BytesIO(write_xlsx([Sheet("a", canvas)])))["a"]
    form = Rendered(seed_form(), "a", canvas.places)
    assert compare(write_xlsx([Sheet("a", canvas)]), form) > 100
    assert sheet["A2"].value == "项目支出绩效自评表"
    assert sheet["A3"].value == "（2021年度）"
    assert sheet["H8"].number_format == "0.00%" and sheet["H8"].value == 0.895
    assert sheet["I8"].number_format == "0.00" and sheet["I8"].value == 8.95
    assert sheet["D10"].value == "-"
    assert sheet["A12"].value == "年\n度\n总\n体\n目\n标"
    assert sheet["B15"].value == "产\n出\n指\n标\n\n(50分)"
    assert "A12:A13" in [str(merge) for merge in sheet.merged_cells.ranges]
    assert sheet.page_setup.paperSize == 9 and sheet.sheet_properties.pageSetUpPr


def test_inserting_rows_moves_places_and_grows_merges() -> None:
    """A blank row inside a merged range makes it longer."""
    canvas = Canvas()
    canvas.block(0, 0, 1, 0, "一级", "label")
    canvas.put(1, 1, 5, "value", Place("form", "", "own_total"))
    grown = canvas.insert(0, 1)
    assert grown.merges == [(0, 0, 2, 0)]
    assert grown.places[Place("form", "", "own_total")] == (2, 1)
    assert grown.cells[0, 0] == Ink("一级", "label")


@pytest.mark.parametrize("row, column, name", [(0, 0, "A1"), (9, 25, "Z10"), (0, 26, "AA1"), (4, 701, "ZZ5")])
def test_addresses(row: int, column: int, name: str) -> None:
    """0-based to A1."""
    assert address(row, column) == name


def test_wrapped_text_gets_the_lines_that_it_needs() -> None:
    """Chinese characters are two wide; a break starts a line."""
    assert lines("一" * 10, 30) == 1
    assert lines("一" * 40, 21) == 5
    assert lines("年\n度", 5) == 2
