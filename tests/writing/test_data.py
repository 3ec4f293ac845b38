"""数据/*.csv: every column, exact numbers, Chinese that Excel reads, and no text that becomes a formula."""

from __future__ import annotations

import csv
import sqlite3
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from perfbatch import schema
from perfbatch.schema import HEADERS, SCHEMAS, Frames
from perfbatch.writing.data import DataFiles
from tests.writing.build import frames


def _written(folder: Path, *chunks: Frames) -> dict[str, list[dict[str, str]]]:
    with DataFiles(folder) as files:
        for chunk in chunks:
            files.append(chunk)
    found = {}
    for name in SCHEMAS:
        with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            found[name] = list(csv.DictReader(file))
    return found


def _indicators(**columns: list[object]) -> Frames:
    return schema.empty("batch").with_(indicators=schema.build("indicators", columns, "batch"))


def test_every_column_of_the_schema_in_its_order_with_a_byte_order_mark(tmp_path: Path) -> None:
    """Excel reads UTF-8 only behind a BOM; a program reads columns by the schema's names."""
    _written(tmp_path, frames(3))
    for name, columns in SCHEMAS.items():
        head = (tmp_path / f"{name}.csv").read_bytes().split(b"\n")[0]
        assert head.startswith(b"\xef\xbb\xbf")
        assert next(csv.reader([head.decode("utf-8-sig")])) == [column.name for column in columns]


def test_columns_may_be_headed_by_what_people_call_them(tmp_path: Path) -> None:
    """The same records below other heads."""
    for headers in HEADERS:
        with DataFiles(tmp_path / headers, headers=headers) as files:
            files.append(frames(2))
    for name, columns in SCHEMAS.items():
        keys, labels = ((tmp_path / h / f"{name}.csv").read_bytes().split(b"\n", 1) for h in HEADERS)
        assert next(csv.reader([labels[0].decode("utf-8-sig")])) == [column.label for column in columns]
        assert labels[1] == keys[1]


def test_chunks_stand_one_below_the_other(tmp_path: Path) -> None:
    found = _written(tmp_path, frames(3), frames(2, start=3))
    assert [row["project"] for row in found["forms"]] == [
        f"信息化平台第 {number} 期专项运维项目" for number in range(5)
    ]
    assert len(found["indicators"]) == 5 * 15


def test_a_run_without_forms_still_leaves_headers(tmp_path: Path) -> None:
    assert all(rows == [] for rows in _written(tmp_path).values())


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0.1 + 0.2, "0.30000000000000004"),
        (8.95, "8.95"),
        (170.0, "170"),
        (-3.5, "-3.5"),
        (1e20, "1e+20"),
        (None, ""),
    ],
)
def test_numbers_in_their_shortest_exact_form(tmp_path: Path, number: float | None, written: str) -> None:
    rows = _written(tmp_path, _indicators(form_id=["a"], own_score=[number]))["indicators"]
    assert rows[0]["own_score"] == written


def test_dates_and_truth_values(tmp_path: Path) -> None:
    rows = _written(
        tmp_path,
        _indicators(
            form_id=["a", "b"], target_from=[pd.Timestamp(date(2021, 6, 30)), None], missed=[True, False]
        ),
    )["indicators"]
    assert [(row["target_from"], row["missed"]) for row in rows] == [("2021-06-30", "true"), ("", "false")]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+8613800000000", "'+8613800000000"),
        ("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1+1", "'\t=1+1"),
        ("\r=1+1", "'\r=1+1"),
        ("  =1+1", "'  =1+1"),
        ("\u3000=1+1", "'\u3000=1+1"),
        ("＝1+1", "'＝1+1"),
        ("-", "-"),
        (" -  ", " -  "),
        ("=", "="),
        ("-3.5", "-3.5"),
        ("-1,234.50%", "-1,234.50%"),
        ("≥95%", "≥95%"),
        ("a=1", "a=1"),
        ('他说"好"，\n下一行', '他说"好"，\n下一行'),
    ],
)
def test_text_is_never_a_formula(tmp_path: Path, text: str, written: str) -> None:
    """An apostrophe stands before what a spreadsheet could run; everyday signs stay as they are."""
    rows = _written(tmp_path, _indicators(form_id=["a"], target=[text]))["indicators"]
    assert rows[0]["target"] == written


def test_frames_that_were_only_read_leave_the_other_columns_empty(tmp_path: Path) -> None:
    read = schema.empty("read").with_(forms=schema.build("forms", {"form_id": ["a"], "project": ["项目"]}))
    rows = _written(tmp_path, read)["forms"]
    assert rows[0]["project"] == "项目"
    assert rows[0]["grade_own"] == ""


def test_nothing_is_left_of_a_run_that_breaks_off(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="broken off"), DataFiles(tmp_path) as files:
        files.append(frames(2))
        raise RuntimeError("broken off")
    assert list(tmp_path.iterdir()) == []


def test_the_same_frames_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("first", "second"):
        _written(tmp_path / name, frames(4))
    for path in (tmp_path / "first").iterdir():
        assert path.read_bytes() == (tmp_path / "second" / path.name).read_bytes()


def test_other_tools_get_the_same(tmp_path: Path) -> None:
    """Parquet and SQLite: the same columns and rows, texts as they were read, types of their own."""
    formula = "=1+1"
    chunk = frames(3)
    chunk.forms["project"] = pd.array([formula] * 3, dtype="str")
    with DataFiles(tmp_path, data="csv,parquet,sqlite") as files:
        files.append(chunk)
        files.append(frames(2))
    assert files.files == [
        *(f"{name}.csv" for name in SCHEMAS), *(f"{name}.parquet" for name in SCHEMAS), "perfbatch.sqlite"
    ]  # fmt: skip
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(files.files)
    database = sqlite3.connect(tmp_path / "perfbatch.sqlite")
    for name, columns in SCHEMAS.items():
        heads = [column.name for column in columns]
        table = pd.read_parquet(tmp_path / f"{name}.parquet")
        rows = pd.read_sql(f"SELECT * FROM {name}", database)
        lines = pd.read_csv(tmp_path / f"{name}.csv")
        assert list(table) == list(rows) == list(lines) == heads
        assert len(table) == len(rows) == len(lines)
    assert pd.read_parquet(tmp_path / "forms.parquet")["project"].tolist()[:3] == [formula] * 3
    assert database.execute("SELECT project FROM forms LIMIT 1").fetchone() == (formula,)
    assert database.execute("SELECT DISTINCT typeof(number) FROM indicators").fetchall() == [("integer",)]
    database.close()


def test_nothing_is_left_of_other_formats_either(tmp_path: Path) -> None:
    """A run that breaks off."""
    with pytest.raises(ZeroDivisionError), DataFiles(tmp_path, data="csv,parquet,sqlite") as files:
        for _ in range(60):
            files.append(frames(2))
        raise ZeroDivisionError
    assert not list(tmp_path.iterdir())
