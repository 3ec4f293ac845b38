"""Forms of many places, from the workbook to the findings: everything that is read, scored and found.

Each file of tests/data/forms is a case that a finance officer can read: the drawn form, and below it what
must be read from it, with cell addresses, and exactly the findings that it deserves.
"""

from __future__ import annotations

import pytest

from perfbatch.schema import Frames
from tests.real_forms import FOLDER, by_openpyxl, by_xlsxwriter, drawing, drawings
from tests.real_forms_record import record, results

NAMES = list(drawings())
WRITERS = {"xlsxwriter": by_xlsxwriter, "openpyxl": by_openpyxl}


@pytest.fixture(scope="module", params=WRITERS)
def frames(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Frames]:
    """All drawings as workbooks of one writer, taken the whole way."""
    folder = tmp_path_factory.mktemp(request.param)
    forms = [form for name in NAMES if _can_write(request.param, form := drawing(name))]
    return request.param, results(forms, WRITERS[request.param], folder)


def _can_write(writer: str, form) -> bool:
    """openpyxl writes formulas without their values, XlsxWriter never without."""
    return not form.formulas or form.is_uncached == (writer == "openpyxl")


@pytest.mark.parametrize("name", NAMES)
def test_a_real_form_is_read_right_and_gets_its_findings(name: str, frames: tuple[str, Frames]) -> None:
    """Every field with its cell, every line of funds, every indicator, and the findings, exactly."""
    writer, found = frames
    if not _can_write(writer, drawing(name)):
        pytest.skip(f"{writer} cannot write these formulas")
    expected = (FOLDER / f"{name}.md").read_text(encoding="utf-8").partition("\n## ")[2]
    assert record(found, name).splitlines() == f"## {expected}".splitlines()


def test_there_are_forms_of_many_places() -> None:
    """The collection does not shrink unnoticed."""
    assert len(NAMES) >= 40
