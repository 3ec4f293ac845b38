"""What a person may type to name a cell."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from perfbatch.explaining.target import StoryError, Target, is_target, parse


@pytest.mark.parametrize(
    ("file", "rest", "sheet", "row", "column"),
    [
        ("表.xlsx", "#自评表!H15", "自评表", 14, 7),
        ("表.xlsx", "#H15", "", 14, 7),
        ("表.xlsx", "!H15", "", 14, 7),
        ("表.xlsx", "#自评表#H15", "自评表", 14, 7),
        ("表.xlsx", "!自评表!H15", "自评表", 14, 7),
        ("表.xlsx", "#'自评 表'!$h$15", "自评 表", 14, 7),
        ("表.xlsx", "#'部门''2021'!AA1", "部门'2021", 0, 26),
        ("表.xlsx", "#自评表!H15:H17", "自评表", 14, 7),
        ("表.xlsx", "#一!二#三!B2", "一!二#三", 1, 1),
        ("第#1号!表.xlsx", "#自评表!A1", "自评表", 0, 0),
    ],
)
def test_file_sheet_and_cell(tmp_path: Path, file: str, rest: str, sheet: str, row: int, column: int) -> None:
    """Both signs, quotes, absolute addresses, ranges; names that hold the signs themselves."""
    (tmp_path / file).write_bytes(b"")
    assert parse(f"{tmp_path / file}{rest}") == Target(tmp_path / file, "", sheet, row, column)


def test_a_file_in_an_archive(tmp_path: Path) -> None:
    """As the findings name it: archive.zip/folder/file."""
    path = tmp_path / "报送.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("局/表.xlsx", b"")
    assert parse(f"{path}/局/表.xlsx#自评表!A1") == Target(path, "局/表.xlsx", "自评表", 0, 0)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("没有.xlsx#H15", "no_file"),
        ("{file}#", "no_cell"),
        ("{file}#自评表", "no_cell"),
        ("{file}#H0", "no_cell"),
    ],
)
def test_what_names_no_cell_is_said_so(tmp_path: Path, text: str, code: str) -> None:
    """No such file; no cell behind it."""
    file = tmp_path / "表.xlsx"
    file.write_bytes(b"")
    with pytest.raises(StoryError) as error:
        parse(text.format(file=file))
    assert error.value.code == code


def test_a_check_is_no_target() -> None:
    """R301 is explained from the catalogue, without reading anything."""
    assert not is_target("R301") and is_target("表.xlsx#H15")
