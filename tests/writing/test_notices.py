"""退回整改通知: who gets a letter, what stands in it, and that nothing a unit wrote can harm it."""

from __future__ import annotations

import re
import zipfile
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
from docx import Document

from perfbatch import check, read, score
from perfbatch.schema import Frames
from perfbatch.whole_files import UNFINISHED
from perfbatch.words import TemplateError, Words, load_words, templates_directory
from perfbatch.writing.context import RunContext
from perfbatch.writing.file_names import Names, file_name
from perfbatch.writing.letter import Letter
from perfbatch.writing.names import NOTICES
from perfbatch.writing.notices import KIND, LONGEST, Notices
from tests.cli.command import SAMPLES
from tests.writing.office import SOFFICE, convert

CONTEXT = RunContext("0", datetime(2022, 1, 5), (), "", (), ())  # noqa: DTZ001
DEADLINE = date(2022, 1, 31)


@pytest.fixture(scope="module")
def frames() -> Frames:
    """The samples after the check stage."""
    return check(score(read(SAMPLES)))


def letters(folder: Path, *chunks: Frames, deadline: date | None = DEADLINE) -> list[str]:
    """Write the letters of these chunks."""
    notices = Notices(folder, load_words(), deadline)
    for chunk in chunks:
        notices.append(chunk)
    return notices.close(CONTEXT)


def text_of(path: Path) -> str:
    """Every paragraph of a letter."""
    return "\n".join(paragraph.text for paragraph in Document(str(path)).paragraphs)


def table_of(path: Path) -> list[list[str]]:
    """The letter's table without its heading."""
    return [[cell.text for cell in row.cells] for row in Document(str(path)).tables[0].rows][1:]


def of_forms(frames: Frames, chosen: pd.Series) -> Frames:
    """The chosen forms with all that belongs to them."""
    ids = frames.forms.loc[chosen, "form_id"]
    return Frames(
        **{
            name: frame if name == "files" else frame[frame["form_id"].isin(ids)]
            for name, frame in frames.items()
        }
    )


def renamed(frames: Frames, **columns: str) -> Frames:
    """All forms with these header fields."""
    return frames.with_(forms=frames.forms.assign(**columns))


def test_a_unit_with_errors_gets_one_letter_and_no_other_unit_any(frames: Frames, tmp_path: Path) -> None:
    """通知/<主管部门>/<实施单位>.docx, in the order in which the units appear."""
    wrong = set(frames.findings.loc[frames.findings["level"] == "error", "form_id"])
    addressed = frames.forms[frames.forms["form_id"].isin(wrong)]
    wanted = [
        f"通知/{department}/{unit or '（未填写实施单位）'}.docx"
        for department, unit in zip(addressed["department"], addressed["unit"], strict=True)
    ]
    written = letters(tmp_path, frames)
    assert written == list(dict.fromkeys(wanted))
    assert sorted(written) == sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.*"))
    assert len(set(frames.forms["unit"])) > len(written)


def test_the_letter_of_the_seed_says_what_must_be_mended_by_when(frames: Frames, tmp_path: Path) -> None:
    """Addressee, counts, deadline, date; a row a finding with its place and the expected value."""
    letters(tmp_path, frames)
    path = next(tmp_path.rglob("北京市政协本级行政.docx"))
    said = text_of(path)
    for words in (
        "关于退回2021年度项目支出绩效自评表", "北京市政协本级行政：", "自评表共1张", "1张有5处必须整改",
        "请于2022年1月31日前按附表逐项改正，并写明其中5处偏差的原因", "另有3处请核实", "2022年1月5日",
        "（发文部门名称）",
    ):  # fmt: skip
        assert words in said, said
    rows = table_of(path)
    assert [row[0] for row in rows] == ["1", "2", "3", "4", "5"]
    assert [row[3] for row in rows] == ["I15", "I23", "I26", "I27", "I28"]
    assert rows[0][1:3] == ["北京市政协办公厅/政协委员履职平台专项运维.xlsx", "项目支出绩效自评表"]
    assert (
        rows[0][4] == "渗透测试次数" and "没有达到指标值" in rows[0][5] and rows[0][6] == "偏差原因和改进措施"
    )


def test_without_a_deadline_the_letter_names_none(frames: Frames, tmp_path: Path) -> None:
    """No empty place for a date either."""
    letters(tmp_path, frames, deadline=None)
    said = text_of(next(tmp_path.rglob("北京市政协本级行政.docx")))
    assert "请尽快按附表逐项改正" in said


def test_every_error_stands_in_exactly_one_letter(frames: Frames, tmp_path: Path) -> None:
    """Fund lines and whole forms too."""
    written = letters(tmp_path, frames)
    rows = [(row[1], row[2], row[3], row[5]) for name in written for row in table_of(tmp_path / name)]
    errors = frames.findings[frames.findings["level"] == "error"]
    columns = (errors[column] for column in ("file", "sheet", "cell", "message"))
    assert sorted(rows) == sorted(zip(*columns, strict=True))
    subjects = {row[4] for name in written for row in table_of(tmp_path / name)}
    assert {"年度资金总额", "（全表）"} <= subjects


def test_chunks_change_nothing_and_bytes_are_the_same_each_time(frames: Frames, tmp_path: Path) -> None:
    """Form by form or all at once."""
    one = letters(tmp_path / "一", frames)
    parts = [of_forms(frames, frames.forms["form_id"] == form_id) for form_id in frames.forms["form_id"]]
    assert letters(tmp_path / "二", *parts) == one
    for name in one:
        assert (tmp_path / "一" / name).read_bytes() == (tmp_path / "二" / name).read_bytes()


def test_what_waits_lies_beside_the_letters(frames: Frames, tmp_path: Path) -> None:
    """The findings fill no other folder than the output's, under a name that a later run clears."""
    notices = Notices(tmp_path / "out", load_words())
    notices.append(frames)
    waiting = list((tmp_path / "out").iterdir())
    assert waiting and all(UNFINISHED.fullmatch(path.name) for path in waiting)
    notices.close(CONTEXT)
    assert [path.name for path in (tmp_path / "out").iterdir()] == [NOTICES]


def test_two_spellings_of_a_unit_are_one_addressee(frames: Frames, tmp_path: Path) -> None:
    """Blanks and full-width signs do not count; the same name under another department is another unit."""
    one = renamed(frames, unit="第１中心", department="某局")
    two = renamed(frames, unit="第 1 中心", department="某局")
    other = renamed(frames, unit="第１中心", department="另一局")
    assert letters(tmp_path, one, two, other) == ["通知/某局/第１中心.docx", "通知/另一局/第１中心.docx"]
    assert f"自评表共{2 * len(frames.forms)}张" in text_of(tmp_path / "通知/某局/第１中心.docx")


@pytest.mark.parametrize(
    "name",
    [
        "<b>中心</b>", "../../中心", "中心 & 分中心", "{{ unit }}{% for %}", "中\x0b心\u202exslx.", "CON",
        "a/b\\c:d*e?",
        "超" * 300, "＝1+1", "中心\n第二行", '"引号"', "𠮷野家中心",
    ],
)  # fmt: skip
def test_hostile_names_stay_text_in_a_safe_file(frames: Frames, tmp_path: Path, name: str) -> None:
    """Markup, paths, template signs, control and direction marks, reserved and endless names."""
    seed = of_forms(frames, frames.forms["project"] == "政协委员履职平台专项运维")
    indicators = seed.indicators.assign(name=name)
    findings = seed.findings.assign(message=name)
    written = letters(
        tmp_path, renamed(seed, unit=name, department=name).with_(indicators=indicators, findings=findings)
    )
    assert len(written) == 1 and written[0].count("/") == 2 and ".." not in written[0]
    path = tmp_path / written[0]
    assert path.resolve().is_relative_to(tmp_path / "通知") and len(path.name.encode()) < 200
    shown = "".join(c for c in name if c != "\x0b")
    assert table_of(path)[0][5] == shown
    assert f"{' '.join(shown.split())}：" in text_of(path)


def test_a_long_table_is_cut_with_a_note(frames: Frames, tmp_path: Path) -> None:
    """The copies have all findings; the letter says how many it left out."""
    seed = of_forms(frames, frames.forms["project"] == "政协委员履职平台专项运维")
    errors = seed.findings[seed.findings["level"] == "error"]
    many = seed.with_(findings=pd.concat([errors] * 201, ignore_index=True))
    path = tmp_path / letters(tmp_path, many)[0]
    assert len(table_of(path)) == LONGEST
    assert "其余5处从略" in text_of(path) and "1005处必须整改" in text_of(path)


def test_file_names_are_told_apart() -> None:
    """As Windows and macOS tell them apart; nothing usable gives the fallback."""
    names = Names()
    assert [names.unique(n, ".docx") for n in ("A", "a", "A")] == ["A.docx", "a(2).docx", "A(3).docx"]
    assert file_name(" . ", "无") == file_name("\u200f\u202e", "无") == "无"
    assert file_name("nul.txt", "无") == "_nul.txt"


def office_template(folder: Path, old: str, new: str) -> Words:
    """The shipped letter with some of its XML changed, in an office's own folder."""
    folder.mkdir()
    with (
        zipfile.ZipFile(templates_directory() / KIND.template) as shipped,
        zipfile.ZipFile(folder / KIND.template, "w") as own,
    ):
        for member in shipped.namelist():
            data = shipped.read(member)
            if member == "word/document.xml":
                assert old.encode() in data
                data = data.replace(old.encode(), new.encode())
            own.writestr(member, data)
    return Words(folder)


def test_an_office_edits_the_letter_in_word(frames: Frames, tmp_path: Path) -> None:
    """--templates DIR with its own 退回整改通知.docx."""
    words = office_template(tmp_path / "本单位", "（发文部门名称）", "某市财政局")
    notices = Notices(tmp_path, words, DEADLINE)
    notices.append(frames)
    written = notices.close(CONTEXT)
    assert "某市财政局" in text_of(tmp_path / written[0])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{{ date }}", "{{ dat }}", "没有的值：'dat' is undefined。可以用的值：unit、department"),
        ("{{ date }}", "{{ date }", "模板语法有误"),
        ("{{ date }}", "{{ f.name }}", "没有的值"),
        ("{%tr endfor %}", "", "模板语法有误"),
        ("{{ f.message }}", "{{ f.mesage }}", "没有的值"),
        ("</w:body>", "", "不是 Word 文档"),
    ],
)
def test_a_broken_letter_is_refused_by_name(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Before anything is read: the template is filled in once when it is opened."""
    words = office_template(tmp_path / "本单位", old, new)
    with pytest.raises(TemplateError) as error:
        Letter(KIND, words)
    assert str(error.value).startswith(f"{KIND.template}：") and said in str(error.value)


def test_what_is_no_word_file_is_refused_by_name(tmp_path: Path) -> None:
    """An old .doc under the new name, say."""
    (tmp_path / KIND.template).write_bytes(b"\xd0\xcf\x11\xe0 old")
    with pytest.raises(TemplateError, match=f"{KIND.template}：不是 Word 文档"):
        Letter(KIND, Words(tmp_path))


@pytest.mark.office
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_the_letter(frames: Frames, tmp_path: Path) -> None:
    """An upright page for the letter and a wide one for its table."""
    written = letters(tmp_path, frames)
    pdf = convert(tmp_path / written[0], "pdf", tmp_path).read_bytes()
    boxes = re.findall(rb"/MediaBox *\[ *0 0 ([0-9.]+) ([0-9.]+) *\]", pdf)
    shapes = ["upright" if float(width) < float(height) else "wide" for width, height in boxes]
    assert shapes[0] == "upright" and set(shapes[1:]) == {"wide"} and len(shapes) <= 3
