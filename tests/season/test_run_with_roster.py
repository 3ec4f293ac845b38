"""A run with a roster, as an office makes it: every figure of the outputs, twice, and a word in 待确认."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import perfbatch
from perfbatch.options import Options
from perfbatch.season.errors import ListError
from tests.batch.test_redact import texts
from tests.drawn import draw
from tests.drawn_files import with_openpyxl
from tests.real_forms import by_xlsxwriter, drawing

FORM = "shandong_2021"
LIST = """
| 应报名单 | < | < | < | < |
| 主管部门 | 实施单位 | 项目名称 | 全年预算数（万元） | 应报日期 |
| {department} | {unit} | {project} | {budget} | 2022-03-15 |
| 市教育局 | 市教育考试院 | 考务专项 | 88 | 2022-03-15 |
"""
DAY = date(2022, 3, 20)


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A folder with one form, and what stands in its head."""
    folder = tmp_path_factory.mktemp("forms")
    (folder / "自评表.xlsx").write_bytes(by_xlsxwriter(drawing(FORM)))
    frames = perfbatch.read(folder)
    head = frames.forms.iloc[0]
    total = frames.funds[frames.funds["line"] == "total"].iloc[0]
    return folder, {
        **{name: head[name] for name in ("department", "unit", "project")},
        "budget": f"{total['budget']:g}",
    }


def roster(path: Path, said: dict[str, str]) -> Path:
    """The list as a workbook."""
    path.write_bytes(with_openpyxl([draw(LIST.format(**said))]))
    return path


def run(folder: Path, output: Path, listed: Path) -> pd.DataFrame:
    """Run over the folder; the findings about the roster."""
    options = Options(roster=listed, as_of=DAY, notices=True, workers=0)
    perfbatch.run([folder], output, options=options)
    found = pd.read_csv(output / "数据" / "findings.csv", dtype=str, keep_default_na=False)
    return found[found["check"].isin(["B502", "B503", "B504"])]


def test_who_has_sent_and_who_has_not(form: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    """One sent, one owed: findings.csv with an empty form_id, roster.csv, the sheet, the letter."""
    folder, head = form
    found = run(folder, tmp_path / "out", roster(tmp_path / "名单.xlsx", head))
    assert found[["form_id", "check", "level"]].to_numpy().tolist() == [["", "B502", "error"]]
    table = pd.read_csv(tmp_path / "out" / "数据" / "roster.csv", dtype=str, keep_default_na=False)
    assert table[["project", "handed_in", "days_overdue", "matched"]].to_numpy().tolist() == [
        [head["project"], "true", "0", "name"], ["考务专项", "false", "5", ""],
    ]  # fmt: skip
    owed = openpyxl.load_workbook(tmp_path / "out" / "汇总.xlsx")["未报送"]
    assert [row[3].value for row in owed.iter_rows(min_row=2)] == ["考务专项"]
    assert (tmp_path / "out" / "通知" / "市教育局" / "市教育考试院（催报函）.docx").is_file()


def test_redact_masks_who_is_to_be_asked(form: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    """联系人 of the roster is a person: masked in every output."""
    listed = tmp_path / "名单.csv"
    heads, owed = "主管部门,实施单位,项目名称,联系人", "市教育局,市教育考试院,考务专项,欧阳测试13800001234"
    listed.write_text(f"{heads}\n{owed}\n", encoding="utf-8")
    options = Options(roster=listed, redact=True, notices=True, workers=0)
    perfbatch.run([form[0]], tmp_path / "结果", options=options)
    table = pd.read_csv(tmp_path / "结果/数据/roster.csv", dtype=str, keep_default_na=False)
    assert table["project"].tolist() == ["考务专项"] and table["contact"][0] not in (
        "",
        "欧阳测试13800001234",
    )
    for name, text in texts(tmp_path / "结果").items():
        assert "欧阳测试" not in text and "13800001234" not in text, name


def test_a_changed_roster_reads_no_form_again(form: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    """What was read is taken over; only what the roster decides is made anew."""
    folder, head = form
    output = tmp_path / "out"
    run(folder, output, roster(tmp_path / "名单.xlsx", head))
    parts = sorted(path.name for path in (output / ".perfbatch").rglob("forms.arrow"))
    times = [path.stat().st_mtime_ns for path in (output / ".perfbatch").rglob("forms.arrow")]
    found = run(folder, output, roster(tmp_path / "名单.xlsx", {**head, "budget": "1"}))
    assert found["check"].tolist() == ["B503", "B502"]
    assert parts == sorted(path.name for path in (output / ".perfbatch").rglob("forms.arrow"))
    assert times == [path.stat().st_mtime_ns for path in (output / ".perfbatch").rglob("forms.arrow")]


def test_a_word_in_the_last_summary_counts(form: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    """Even where the run after it was broken off and the edited workbook lies in 备份/."""
    folder, head = form
    output, listed = (
        tmp_path / "out",
        roster(tmp_path / "名单.xlsx", {**head, "project": f"{head['project']}经费"}),
    )
    assert run(folder, output, listed)["check"].tolist() == ["B504", "B502", "B502"]
    book = openpyxl.load_workbook(output / "汇总.xlsx")
    sheet = book["待确认"]
    place = [cell.value for cell in sheet[1]].index("是否同一个") + 1
    sheet.cell(2, place).value = "是"
    book.save(output / "汇总.xlsx")
    put_away = output / "备份" / "20220320-090000"
    put_away.mkdir(parents=True)
    (output / "汇总.xlsx").rename(put_away / "汇总.xlsx")
    assert run(folder, output, listed)["check"].tolist() == ["B502"]
    again = openpyxl.load_workbook(output / "汇总.xlsx")["待确认"]
    assert again.cell(2, place).value == "是"


ENCRYPTED = next((Path(__file__).parents[2] / "sample_inputs").rglob("*（加密）.xlsx")).read_bytes()


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        pytest.param("单.xlsx", b"", "文件是空的", id="empty"),
        pytest.param("单.xlsx", b"PK\x03\x04junk", "已损坏", id="damaged"),
        pytest.param("单.xlsx", ENCRYPTED, "密码", id="encrypted"),
        pytest.param(
            "单.csv", "项目名称,金额\n一号,1\n".encode("gb18030"), "看到的表头有：项目名称", id="labels"
        ),
        pytest.param("单.csv", "甲,乙\n1,2\n".encode("utf-16"), "没有看到任何认得的表头", id="another table"),
        pytest.param("单.csv", b"\xff\xff\xff\x00\x81", "文字编码", id="no text"),
        pytest.param("单.txt", "随便一段话。".encode(), "没有看到任何认得的表头", id="prose"),
    ],
)
@pytest.mark.parametrize("option", ["roster", "targets"])
def test_what_is_no_list_ends_the_run_before_anything_is_written(
    option: str, name: str, data: bytes, says: str, form: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    """One sentence: which file, what is wrong, what to do."""
    (tmp_path / name).write_bytes(data)
    given = tmp_path / name if option == "roster" else (tmp_path / name,)
    options = Options(workers=0).with_given(**{option: given})
    with pytest.raises(ListError, match=says) as raised:
        perfbatch.run([form[0]], tmp_path / "out", options=options)
    assert name in str(raised.value) and "请" in str(raised.value)
    assert not (tmp_path / "out").exists()


def test_an_unusable_roster_ends_the_run_before_anything_is_written(
    form: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    """The sentence says which labels were found."""
    listed = tmp_path / "名单.xlsx"
    listed.write_bytes(with_openpyxl([draw("| 项目名称 |\n| 一号 |")]))
    with pytest.raises(ListError, match="实施单位"):
        run(form[0], tmp_path / "out", listed)
    assert not (tmp_path / "out").exists()
