"""Files → frames: every kind of file, every refusal, and nothing lost."""

# ruff: noqa: E501  (drawn tables are as wide as forms are)

from __future__ import annotations

import hashlib
import logging
import shutil
from pathlib import Path

import pandas as pd
import pytest

from perfbatch import schema
from perfbatch.reading import read, read_sources
from perfbatch.reading.discover import discover
from perfbatch.words import load_words
from tests.drawn import draw, drawn
from tests.drawn_files import converted, with_openpyxl, with_xlsxwriter, with_xlwt
from tests.workbook.parts import GOALS, HEADER, INDICATORS, LABELS, NOTES, TITLE, table

office = [
    pytest.mark.office,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed"),
]


def save(folder: Path, name: str, *tables: str, hidden: tuple[int, ...] = ()) -> Path:
    """A workbook with a sheet for each drawn table; ``hidden`` lists the numbers of hidden ones."""
    grids = [draw(t, f"表{n + 1}", hidden=n in hidden) for n, t in enumerate(tables)]
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(with_xlsxwriter(grids))
    return path


def same(found: schema.Frames, expected: schema.Frames) -> None:
    """The frames of two files are the same but for the file's name, cost and kind."""
    for name in ("forms", "funds", "indicators"):
        drop = [c for c in ("form_id", "file") if c in getattr(found, name).columns]
        pd.testing.assert_frame_equal(
            getattr(found, name).drop(columns=drop), getattr(expected, name).drop(columns=drop)
        )


@pytest.fixture(scope="module")
def seed(tmp_path_factory) -> schema.Frames:
    """The frames of the seed from an .xlsx."""
    path = tmp_path_factory.mktemp("seed") / "seed.xlsx"
    path.write_bytes(with_xlsxwriter([draw(drawn("seed"), "自评表")]))
    return read(path)


def test_the_seed_from_a_file(seed):
    """One file, one form, fourteen indicators, four fund lines; valid frames of the room."""
    assert schema.validate(seed, "read") is seed
    assert [len(frame) for _, frame in seed.items()] == [1, 4, 14, 0, 1]
    assert seed.forms["form_id"].tolist() == ["seed.xlsx#自评表"]
    assert set(seed.indicators["form_id"]) == {"seed.xlsx#自评表"}
    file = seed.files.iloc[0]
    assert (file["path"], file["status"], file["reason"], file["kind"], file["forms"]) == (
        "seed.xlsx",
        "processed",
        "",
        "xlsx",
        1,
    )
    assert file["seconds"] > 0


@pytest.mark.parametrize("writer", [
    with_openpyxl, with_xlwt, lambda grids: with_xlsxwriter(grids, formulas=True),
], ids=["openpyxl", "xlwt", "formulas"])  # fmt: skip
def test_the_seed_from_other_writers(seed, tmp_path, writer):
    """The same frames from .xlsx by openpyxl, .xls by xlwt, and with a formula in every number cell."""
    (tmp_path / "other").write_bytes(writer([draw(drawn("seed"), "自评表")]))
    same(read(tmp_path / "other"), seed)


@pytest.mark.parametrize("kind", [pytest.param(kind, marks=office) for kind in ("ods", "xls", "xlsx")])
def test_the_seed_from_libreoffice(seed, tmp_path, kind):
    """The same frames from .ods, .xls and .xlsx as LibreOffice saves them."""
    data = with_xlsxwriter([draw(drawn("seed"), "自评表")])
    (tmp_path / f"seed.{kind}").write_bytes(converted(data, kind, tmp_path))
    same(read(tmp_path / f"seed.{kind}"), seed)


def test_a_moved_seed_from_a_file(seed, tmp_path):
    """Moved by some rows and columns, behind a cover: the same values."""
    grids = [draw("| 封面 |", "封面"), draw(drawn("seed"), "自评表", down=5, right=2)]
    (tmp_path / "a.xls").write_bytes(with_xlwt(grids))
    found = read(tmp_path)
    assert found.indicators["own_score"].tolist() == seed.indicators["own_score"].tolist()
    assert found.indicators["name_cell"].tolist() == [f"F{row}" for row in range(20, 34)]


def test_every_file_has_its_row(tmp_path):
    """Found = processed + refused + skipped, in order, each with a reason and its hash."""
    good = save(tmp_path, "甲单位/表.xlsx", table())
    (tmp_path / "甲单位/~$表.xlsx").write_bytes(b"x")
    (tmp_path / "空.xlsx").write_bytes(b"")
    (tmp_path / "坏.xlsx").write_bytes(good.read_bytes()[:2000])
    (tmp_path / "说明.txt").write_text("说明", encoding="utf-8")
    found = read(tmp_path)
    rows = found.files.set_index("path")
    assert rows["status"].to_dict() == {
        "甲单位/表.xlsx": "processed", "甲单位/~$表.xlsx": "skipped", "空.xlsx": "refused", "坏.xlsx": "refused", "说明.txt": "refused",
    }  # fmt: skip
    assert rows["reason_code"].to_dict()["空.xlsx"] == "empty"
    assert rows.loc["甲单位/~$表.xlsx", "reason_code"] == "lock_file"
    assert (rows["reason"] != "").tolist() == (rows["status"] != "processed").tolist()
    assert rows.loc["甲单位/表.xlsx", "sha256"] == hashlib.sha256(good.read_bytes()).hexdigest()
    assert rows.loc["坏.xlsx", "size"] == 2000
    assert found.forms["file"].tolist() == ["甲单位/表.xlsx"]


def test_several_sheets_and_forms(tmp_path):
    """A cover, a hidden sheet, two forms on one sheet: three forms with identities of their own."""
    save(tmp_path, "a.xlsx", "| 封面 |", table(), "| 数据字典 |", table() + "\n|  |\n" + table(), hidden=(2,))
    found = read(tmp_path)
    assert found.forms["form_id"].tolist() == ["a.xlsx#表2", "a.xlsx#表4", "a.xlsx#表4#2"]
    assert found.files["notes"].tolist() == ["隐藏的工作表“表3”没有核验"]
    assert found.files["forms"].tolist() == [3]
    assert found.indicators.groupby("form_id")["number"].apply(list).tolist() == [[1, 2, 3]] * 3


def test_a_hidden_form_is_noted(tmp_path):
    """A form on a hidden sheet is not scored, and is said to be there."""
    save(tmp_path, "a.xlsx", table(), table(), hidden=(1,))
    found = read(tmp_path)
    assert len(found.forms) == 1
    assert found.files["notes"].tolist() == ["隐藏的工作表“表2”里有自评表，没有核验；需要核验的，请取消隐藏"]


BLANK_FORM = table(indicators="| ^ | 产出指标 | 数量指标 | 指标1： |  |  |  |  |  |")
BROKEN = LABELS.replace("实际完成值", "干得怎样")


@pytest.mark.parametrize(("tables", "hidden", "code", "said"), [
    (["| 封面 |"], (), "no_form", ["1 个工作表"]),
    (["| 项目名称 | 平台 |"], (), "no_form", ["只找到项目名称", "缺少三级指标"]),
    (["| 封面 |", table()], (1,), "only_hidden", ["表2", "取消隐藏"]),
    ([BLANK_FORM], (), "no_indicators", ["表1", "没有填写任何指标"]),
    ([table(labels=BROKEN)], (), "almost_form", ["工作表“表1”", "得分", "缺少实际完成值", "不认识的列名：干得怎样", "layouts"]),
    (["\n".join((TITLE, HEADER.strip(), GOALS.strip(), NOTES))], (), "almost_form", ["项目名称", "缺少三级指标、年度指标值、实际完成值、分值"]),
    (["| |"], (), "no_cells", ["没有任何内容"]),
    (["| |", "| 一份通知 |"], (1,), "all_hidden", ["表2", "隐藏的工作表"]),
])  # fmt: skip
def test_workbooks_without_a_form(tmp_path, tables, hidden, code, said):
    """Refused with what was found, what is missing and what to do."""
    save(tmp_path, "a.xlsx", *tables, hidden=hidden)
    file = read(tmp_path).files.iloc[0]
    assert (file["status"], file["reason_code"], file["forms"]) == ("refused", code, 0)
    assert all(word in file["reason"] for word in said), file["reason"]
    assert file["sha256"]


def test_a_good_form_beside_an_almost_form_and_a_blank_one(tmp_path):
    """The good one is processed; the notes say what became of the others."""
    save(tmp_path, "a.xlsx", table(), table(labels=BROKEN), BLANK_FORM)
    found = read(tmp_path)
    assert found.forms["sheet"].tolist() == ["表1"]
    notes = found.files["notes"][0]
    assert "工作表“表2”像自评表而不全" in notes
    assert "缺少实际完成值；不认识的列名：干得怎样" in notes
    assert "工作表“表3”里的自评表没有填写任何指标" in notes


class Panic(BaseException):
    """What a reader written in another language raises."""


@pytest.mark.parametrize("error", [ValueError("x"), MemoryError(), RecursionError(), Panic("x")], ids=repr)
def test_nothing_that_happens_in_a_file_stops_the_batch(tmp_path, monkeypatch, caplog, error):
    """Anything unexpected is that file's refusal, with the stack in the log at debug level only."""
    import perfbatch.workbook.open as workbook

    bad = save(tmp_path, "a.xlsx", table()).read_bytes()
    save(tmp_path, "b.xlsx", "| 封面 |", table())
    load = workbook.load_grids

    def load_or_fail(data, **more):
        if data == bad:
            raise error
        return load(data, **more)

    monkeypatch.setattr(workbook, "load_grids", load_or_fail)
    with caplog.at_level(logging.DEBUG, logger="perfbatch"):
        found = read(tmp_path)
    assert found.files["status"].tolist() == ["refused", "processed"]
    assert found.files["reason_code"].tolist() == ["internal", ""]
    assert "意外错误" in found.files["reason"][0]
    assert [record.levelno for record in caplog.records if record.exc_info] == [logging.DEBUG]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_a_person_may_stop_the_run(tmp_path, monkeypatch, stop):
    """Ctrl-C is not a fault of the file."""
    import perfbatch.workbook.open as workbook

    save(tmp_path, "a.xlsx", table())

    def stopped(data, **more):
        raise stop

    monkeypatch.setattr(workbook, "load_grids", stopped)
    with pytest.raises(stop):
        read(tmp_path)


def test_an_offices_own_layout(tmp_path):
    """--layouts: a form that is almost one is read once its label is in the office's file."""
    save(tmp_path / "in", "a.xlsx", table(labels=BROKEN))
    own = tmp_path / "own.toml"
    own.write_text(
        'name = "ours"\nextends = "national"\n[indicators.columns]\nactual = ["干得怎样"]\n', encoding="utf-8"
    )
    found = read(tmp_path / "in", layouts=own)
    assert found.forms["layout"].tolist() == ["ours"]
    assert found.indicators["actual"].tolist() == ["12次", "3%", "95%"]


def test_an_offices_own_words(tmp_path):
    """Reasons come from the templates, an office's own first."""
    own = tmp_path / "templates"
    own.mkdir()
    (own / "refusals.toml").write_text('[no_form]\nreason = "不是我们要的表。"\n', encoding="utf-8")
    save(tmp_path / "in", "a.xlsx", "| 封面 |")
    assert read(tmp_path / "in", words=load_words(own)).files["reason"].tolist() == ["不是我们要的表。"]


def test_nothing_to_read():
    """No source, no row; the frames are valid all the same."""
    found = read_sources([])
    assert [len(frame) for _, frame in found.items()] == [0, 0, 0, 0, 0]


def test_originals_are_not_touched(tmp_path):
    """Reading leaves content and time of the file as they were."""
    path = save(tmp_path, "a.xlsx", table())
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    read_sources(discover([tmp_path]))
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_a_date_without_year_takes_the_forms(tmp_path):
    """6月底前 in a form of 2021 is 2021-06-30."""
    rows = INDICATORS.replace("≥12次 | 12次", "6月底前 | 6月30日")
    save(tmp_path, "a.xlsx", table(indicators=rows))
    found = read(tmp_path).indicators.iloc[0]
    assert (found["target_kind"], found["target_until"]) == ("date", pd.Timestamp("2021-06-30"))
    assert found["actual_from"] == pd.Timestamp("2021-06-30")
