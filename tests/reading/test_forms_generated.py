"""Generated workbooks, whose every place is known: each field is read from its cell."""

from __future__ import annotations

import pytest

from perfbatch.reading import read
from tests.generator import Workbook, make

WORKBOOKS = 40


@pytest.fixture(scope="module")
def workbooks() -> list[Workbook]:
    """Workbooks of both layouts in the generator's mix of habits."""
    return [make(2021, index) for index in range(WORKBOOKS)]


@pytest.fixture(scope="module")
def frames(workbooks, tmp_path_factory):
    """The frames of all of them."""
    folder = tmp_path_factory.mktemp("generated")
    for workbook in workbooks:
        path = folder / workbook.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(workbook.data)
    return read(folder)


def test_all_are_processed(frames):
    """No refusal, nothing taken by position, no remark on a form."""
    assert set(frames.files["status"]) == {"processed"}
    assert set(frames.forms["fallbacks"]) == {""}
    assert set(frames.forms["notes"]) == {""}


def test_every_form_is_found(frames, workbooks):
    """As many forms, in the same layouts, with as many indicators."""
    found = frames.forms.groupby("file")["layout"].apply(list).to_dict()
    assert found == {w.path: [rendered.form.layout for rendered in w.forms] for w in workbooks}
    counts = frames.indicators.groupby("form_id", sort=False).size()
    stated = {w.path: [len(rendered.form.indicators) for rendered in w.forms] for w in workbooks}
    by_file = frames.forms.set_index("form_id")["file"]
    for path, expected in stated.items():
        assert [counts[form_id] for form_id in by_file.index[by_file == path]] == expected


def test_every_field_is_read_from_its_cell(frames, workbooks):
    """Each place that the generator knows is the cell that the frames name."""
    wrong = []
    forms = dict(list(frames.forms.groupby("file")))
    funds = frames.funds.set_index(["form_id", "line"])
    indicators = frames.indicators.set_index(["form_id", "number"])
    tables = {"funds": funds, "indicators": indicators}
    for workbook in workbooks:
        for rendered, (_, form) in zip(workbook.forms, forms[workbook.path].iterrows(), strict=True):
            for place in rendered.places:
                column = f"{place.field}_cell"
                if place.frame == "form":
                    found = form[column]
                elif column in tables[place.frame].columns:
                    found = tables[place.frame].loc[(form["form_id"], place.key), column]
                else:
                    continue
                if found != rendered.cell(place):
                    wrong.append((form["form_id"], place, found, rendered.cell(place)))
    assert wrong == []
