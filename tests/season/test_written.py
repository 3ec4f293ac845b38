"""A 汇总.xlsx as it comes back: sorted, moved, renamed, saved by other programs, broken, torn."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from perfbatch.season.errors import WrittenError
from tests.generator.encrypt import encrypted
from tests.season.audit import (
    FINDINGS,
    MISSING,
    PROJECTS,
    REVIEW,
    Row,
    decided,
    forms,
    nth,
    rows,
    run,
    standings,
    with_mark,
    write,
)
from tests.writing.office import SOFFICE, rearranged

SAID = ["decision", "decision_score", "decision_note", "reviewer", "decided_on", "remark"]


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forms in ``in`` and the outputs of a run in ``out``, not to be touched."""
    home = tmp_path_factory.mktemp("settled")
    run(forms(home / "in", 8, 2021), home / "out")
    return home


@pytest.fixture
def home(settled: Path, tmp_path: Path) -> Path:
    """A copy of them."""
    shutil.copytree(settled, tmp_path / "home")
    return tmp_path / "home"


def of_scores(row: Row) -> bool:
    """A finding that stands on one sheet only."""
    return str(row["核验项"]).startswith("I")


def fill(out: Path) -> None:
    """Decide on several rows of every sheet."""
    path = out / "汇总.xlsx"
    write(
        path, MISSING, nth(0), 审核意见="认可", 审核说明="-疫情，见附件", 审核人="甲", 审核日期="2022-03-05"
    )
    write(path, MISSING, nth(1), 单位补充说明="第一行\n第二行", 审核意见="要再问一次")
    for number, word in enumerate(("退回", "不认可", "已电话核实")):
        write(path, FINDINGS, nth(number, of_scores), 审核意见=word, 审核人=f"审核{number}")
    write(path, PROJECTS, nth(2), 审核得分=66.5, 审核说明="按佐证材料")


def everything(out: Path) -> tuple[list[dict[str, Any]], list[tuple[Any, ...]]]:
    """All that is decided, of findings and of projects."""
    found = decided(out)[["finding_id", *SAID]].sort_values("finding_id").to_dict("records")
    projects = [
        (row["项目名称"], row["审核得分"], row["复核后得分"], row["审核说明"])
        for row in rows(out / "汇总.xlsx", PROJECTS)
    ]
    return found, projects


@pytest.fixture(scope="module")
def expected(settled: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What comes of ``fill`` where nobody moved anything."""
    home = tmp_path_factory.mktemp("expected") / "home"
    shutil.copytree(settled, home)
    fill(home / "out")
    run(home / "in", home / "out")
    found = everything(home / "out")
    assert len(found[0]) == 5
    return found


@pytest.mark.skipif(SOFFICE is None, reason="needs LibreOffice")
@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_sorting_and_moving_by_libreoffice_does_no_harm(
    kind: str, home: Path, expected: Any, tmp_path: Path
) -> None:
    """Saved over 汇总.xlsx, or beside it in another format."""
    out = home / "out"
    fill(out)
    came = rearranged(out / "汇总.xlsx", kind, tmp_path / "office")
    if kind != "xlsx":
        shutil.copy(home / "out" / "汇总.xlsx", tmp_path / "edited.xlsx")
        run(home / "in", home / "fresh")  # what was written lies in the other file alone
        out = home / "fresh"
        shutil.copy(came, out / f"汇总.{kind}")
    else:
        shutil.copy(came, out / "汇总.xlsx")
    run(home / "in", out)
    assert everything(out) == expected
    assert rows(out / "汇总.xlsx", REVIEW) == []


def test_hidden_columns_make_no_row_higher(home: Path) -> None:
    """What is written in them is long, and nobody sees it."""
    path = home / "out" / "汇总.xlsx"
    write(path, PROJECTS, nth(0), 审核得分=120, 审核意见="退回")
    run(home / "in", home / "out")
    book = openpyxl.load_workbook(path)
    for name in (MISSING, FINDINGS, PROJECTS, REVIEW):
        assert max(book[name].row_dimensions[row].height or 0 for row in range(2, 6)) < 100, name


def test_dates_and_numbers_as_excel_keeps_them(home: Path) -> None:
    """A date that became a serial, a score that became text, full-width signs."""
    path = home / "out" / "汇总.xlsx"
    write(path, MISSING, nth(0), 审核日期=pd.Timestamp("2022-03-05").to_pydatetime(), 审核意见="认 可")
    write(path, MISSING, nth(1), 审核日期=44625, 审核意见="退回")
    write(path, MISSING, nth(2), 审核日期="２０２２．３．５", 审核意见="不认可")  # noqa: RUF001
    write(path, MISSING, nth(3), 审核日期="下周", 审核意见="不认可")
    write(path, PROJECTS, nth(0), 审核得分="８５．５分")  # noqa: RUF001
    run(home / "in", home / "out")
    shown = rows(path, MISSING)[:4]
    assert [row["审核日期"] for row in shown] == ["2022-03-05"] * 3 + [None]
    assert [row["审核意见"] for row in shown] == ["认可", "退回", "不认可", "不认可"]
    assert shown[3]["审核说明"] == "（下周）"
    assert rows(path, PROJECTS)[0]["审核得分"] == 85.5


def test_ids_torn_from_their_rows_decide_nothing_and_lose_nothing(home: Path) -> None:
    """Somebody sorted the columns that are seen and left the hidden ones: every decision is listed."""
    path = home / "out" / "汇总.xlsx"
    write(path, MISSING, nth(0), 审核意见="认可")
    book = openpyxl.load_workbook(path)
    page = book[MISSING]
    head = [cell.value for cell in page[1]]
    seen = len(head) - 2
    assert head[seen:] == ["识别码", "上次"]
    below = [[cell.value for cell in row[:seen]] for row in page.iter_rows(min_row=2)]
    for number, row in enumerate(reversed(below), 2):
        for at, value in enumerate(row, 1):
            page.cell(number, at).value = value
    book.save(path)
    run(home / "in", home / "out")
    assert len(decided(home / "out")) == 0
    (listed,) = rows(path, REVIEW)
    assert (listed["事项"], listed["写的内容"]) == ("认不出", "审核意见：认可")
    run(home / "in", home / "out")
    assert len(rows(path, REVIEW)) == 1
    write(path, REVIEW, nth(0), 处理="不采用")
    run(home / "in", home / "out")
    assert rows(path, REVIEW) == []


def test_a_sheet_without_its_ids_is_listed_row_by_row(home: Path) -> None:
    """The hidden columns deleted, or an output of an older version."""
    path = home / "out" / "汇总.xlsx"
    write(path, MISSING, nth(0), 审核意见="认可", 单位补充说明="疫情")
    book = openpyxl.load_workbook(path)
    page = book[MISSING]
    page.delete_cols(page.max_column - 1, 2)
    book.save(path)
    run(home / "in", home / "out")
    (listed,) = rows(path, REVIEW)
    assert (listed["事项"], listed["写的内容"]) == ("认不出", "审核意见：认可；单位补充说明：疫情")


def test_reviewers_copies(home: Path, tmp_path: Path) -> None:
    """Two decide on different rows, and differ on one."""
    out = home / "out"
    mark = rows(out / "汇总.xlsx", MISSING)[0]["识别码"]
    one, other = tmp_path / "甲.xlsx", tmp_path / "乙.xlsx"
    write(out / "汇总.xlsx", MISSING, nth(0), one, 审核意见="认可", 审核人="甲")
    write(one, MISSING, nth(1), 审核意见="退回", 审核人="甲")
    write(out / "汇总.xlsx", MISSING, nth(0), other, 审核意见="不认可", 审核人="甲")
    write(other, MISSING, nth(2), 审核意见="退回", 审核人="乙")
    for _ in range(2):
        run(home / "in", out, one, other)
        assert sorted(decided(out)["decision"]) == ["退回", "退回"]
        listed = rows(out / "汇总.xlsx", REVIEW)
        assert sorted((row["事项"], row["写的内容"]) for row in listed) == [
            ("意见不一致", "审核意见：不认可"), ("意见不一致", "审核意见：认可"),
        ]  # fmt: skip
        assert {Path(row["写在哪个文件"]).name for row in listed} == {"甲.xlsx", "乙.xlsx"}
    write(out / "汇总.xlsx", REVIEW, lambda row: "不认可" not in row["写的内容"], 处理="采用")
    run(home / "in", out)
    assert rows(out / "汇总.xlsx", REVIEW) == []
    (row,) = [row for row in rows(out / "汇总.xlsx", MISSING) if row["识别码"] == mark]
    assert (row["审核意见"], row["审核人"]) == ("认可", "甲")


def test_a_summary_that_cannot_be_read_stops_before_anything_is_overwritten(home: Path) -> None:
    """Nothing is on record yet: what was written would be gone."""
    path = home / "out" / "汇总.xlsx"
    data = path.read_bytes()[:5000]
    path.write_bytes(data)
    with pytest.raises(WrittenError, match="已损坏"):
        run(home / "in", home / "out")
    assert path.read_bytes() == data


def test_with_a_record_a_damaged_summary_is_said_and_the_record_holds(home: Path) -> None:
    """The file itself goes to 备份."""
    out = home / "out"
    fill(out)
    run(home / "in", out)
    before = everything(out)
    for spoilt in (b"", b"no workbook", (out / "汇总.xlsx").read_bytes()[:5000]):
        (out / "汇总.xlsx").write_bytes(spoilt)
        result = run(home / "in", out)
        assert "已损坏" in result.remarks[0]
        assert everything(out) == before
        assert any((out / name).read_bytes() == spoilt for name in result.backups)
    assert run(home / "in", out).remarks != ("",)


def test_a_record_that_is_gone_or_spoilt_is_made_good_from_the_summary(home: Path) -> None:
    """数据 deleted, or edited in Excel and saved in another encoding."""
    out = home / "out"
    fill(out)
    write(out / "汇总.xlsx", PROJECTS, nth(0), 审核得分=120)
    run(home / "in", out)
    before, stand, path = everything(out), standings(out), out / "数据" / "decisions.csv"
    shutil.rmtree(out / "数据")
    run(home / "in", out)
    assert (everything(out), standings(out)) == (before, stand)
    path.write_bytes(b"\n".join(path.read_bytes().split(b"\n")[:2]))
    result = run(home / "in", out)
    assert "decisions.csv" in result.remarks[0]
    assert (everything(out), standings(out)) == (before, stand)
    path.write_bytes(path.read_text("utf-8-sig").encode("gb18030"))
    (out / "汇总.xlsx").unlink()
    shutil.rmtree(out / "备份")
    assert run(home / "in", out).remarks == ()
    assert (everything(out), standings(out)) == (before, stand)


def test_a_summary_with_a_password(home: Path) -> None:
    """Opened with it; a copy that is named must be readable."""
    out = home / "out"
    fill(out)
    path = out / "汇总.xlsx"
    path.write_bytes(encrypted(path.read_bytes(), "审核"))
    with pytest.raises(WrittenError, match="--password"):
        run(home / "in", out)
    run(home / "in", out, passwords=("审核",))
    assert len(decided(out)) == 5
    (home / "甲.xlsx").write_bytes(b"no workbook")
    with pytest.raises(WrittenError, match="--review"):
        run(home / "in", out, home / "甲.xlsx")
    with pytest.raises(WrittenError, match="找不到"):
        run(home / "in", out, home / "没有.xlsx")


def test_an_open_summary_is_said(home: Path) -> None:
    """What is not saved cannot be read; the run goes on, since a lock may be left from yesterday."""
    (home / "out" / "~$汇总.xlsx").write_bytes(b"x")
    write(home / "out" / "汇总.xlsx", MISSING, nth(0), 审核意见="认可")
    result = run(home / "in", home / "out")
    assert "保存后关闭" in result.remarks[0]
    assert decided(home / "out")["decision"].tolist() == ["认可"]


def test_what_changed_since_must_be_looked_at_again(home: Path) -> None:
    """The decision is not in force, and not forgotten; adopted, it holds for what is there now."""
    out = home / "out"
    row = write(out / "汇总.xlsx", FINDINGS, lambda row: bool(row["表中所填"]), 审核意见="认可", 审核人="甲")
    run(home / "in", out)
    (csv,) = decided(out).to_dict("records")
    form = home / "in" / csv["file"]
    book = openpyxl.load_workbook(form)
    cell = book[csv["sheet"]][csv["cell"].split(":")[0].split("、")[0]]
    old = cell.value
    cell.value = f"{old}9"
    book.save(form)
    run(home / "in", out)
    listed = rows(out / "汇总.xlsx", REVIEW)
    assert [one["事项"] for one in listed] in (["需重新审核"], ["对不上"]), row
    assert decided(out)["decision"].tolist() == []
    cell.value = old
    book.save(form)
    run(home / "in", out)
    assert decided(out)["decision"].tolist() == ["认可"]
    assert with_mark(row["识别码"])


def test_a_form_that_is_not_sent_keeps_its_decisions(home: Path) -> None:
    """They wait, listed, until it comes again."""
    out = home / "out"
    fill(out)
    run(home / "in", out)
    before = everything(out)
    away = [(path, path.read_bytes()) for path in sorted((home / "in").iterdir())[1:]]
    for path, _ in away:
        path.unlink()
    run(home / "in", out)
    assert {one["事项"] for one in rows(out / "汇总.xlsx", REVIEW)} <= {"对不上"}
    for path, data in away:
        path.write_bytes(data)
    run(home / "in", out)
    assert everything(out) == before
    assert rows(out / "汇总.xlsx", REVIEW) == []
