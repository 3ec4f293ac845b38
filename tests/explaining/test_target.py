"""What a person may type to name a cell."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from perfbatch.explaining.target import ExplainError, Target, is_target, parse_target
from perfbatch.reading.discover import Source, discover


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
    source = Source(str(tmp_path / file), file)
    assert parse_target(f"{tmp_path / file}{rest}") == Target(source, sheet, row, column)


def test_a_file_in_an_archive(tmp_path: Path) -> None:
    """As the findings name it: archive.zip/folder/file."""
    path = tmp_path / "报送.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("局/表.xlsx", b"")
    [source] = discover([path])
    assert (source.name, source.path) == ("报送.zip/局/表.xlsx", path)
    assert parse_target(f"{path}/局/表.xlsx#自评表!A1") == Target(source, "自评表", 0, 0)


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
    with pytest.raises(ExplainError) as error:
        parse_target(text.format(file=file))
    assert error.value.code == code


def test_a_check_is_no_target() -> None:
    """R301 is explained from the catalogue, without reading anything."""
    assert not is_target("R301") and is_target("表.xlsx#H15")
