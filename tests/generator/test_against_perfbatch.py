"""perfbatch finds in generated workbooks exactly what the generator put there: check, level and cell.

The two know nothing of each other, so agreement is evidence for both.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from perfbatch.checking import check
from perfbatch.reading import read
from perfbatch.scoring import score
from tests.generator import Workbook, faulty, faulty_variants, make
from tests.generator.samples import expected_rows, samples

FOLDER = Path(__file__).parents[2] / "sample_inputs"
ONLY_NATIONAL = ("T403",)
"""The platform export prints no weight into 一级指标."""

Row = tuple[str, ...]


def found_in(folder: Path) -> Counter[Row]:
    """file, sheet, check, level and cell of every finding."""
    findings = check(score(read([folder]))).findings
    columns = ["file", "sheet", "check", "level", "cell"]
    return Counter(findings[columns].itertuples(index=False, name=None))


def put(folder: Path, prefix: str, workbook: Workbook) -> Counter[Row]:
    """Write a workbook; what must be found in it."""
    path = f"{prefix}/{workbook.path}"
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(workbook.data)
    return Counter(
        (path, rendered.sheet, e.check, e.level, rendered.cell(e.place))
        for rendered in workbook.forms
        for e in rendered.expected
    )


def test_the_instructions_that_the_platform_prints_are_no_reason(tmp_path: Path) -> None:
    """All three sentences of the 原因 cell, as the platform exports it."""
    expected = put(tmp_path, "platform", faulty("F106-instruction"))
    assert found_in(tmp_path) == expected


def test_one_defect_gives_that_finding_and_no_other(tmp_path: Path) -> None:
    """Every check of the spec but the roster's, in both layouts."""
    expected: Counter[Row] = Counter()
    for name in faulty_variants():
        expected += put(tmp_path, f"national/{name}", faulty(name))
        if not name.startswith(ONLY_NATIONAL):
            expected += put(tmp_path, f"platform/{name}", faulty(name, layout="platform"))
    assert found_in(tmp_path) == expected


@pytest.mark.parametrize("layout", ["national", "platform"])
def test_a_right_form_gives_no_finding(layout: str, tmp_path: Path) -> None:
    """Of every size, disguised as units do."""
    for index in range(40):
        put(tmp_path, "right", make(21, index, layout, "none"))
    assert found_in(tmp_path) == Counter()


def test_mixed_mistakes_under_mixed_disguises_are_all_found(tmp_path: Path) -> None:
    """The mix that benchmarks measure."""
    expected: Counter[Row] = Counter()
    for index in range(80):
        expected += put(tmp_path, "mixed", make(22, index))
    assert found_in(tmp_path) == expected


def test_the_samples_hold_what_their_readme_says() -> None:
    """tests/data/samples_expected.tsv, line by line."""
    assert found_in(FOLDER) == Counter(expected_rows(samples()))
