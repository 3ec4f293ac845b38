"""What a unit, a list or an auditor wrote is text in every output, whatever it looks like to a spreadsheet, a
browser, Word or a template."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import openpyxl
import pytest

from perfbatch import Options, batch
from tests.cli.command import perfbatch
from tests.generator.workbook import make
from tests.season.audit import FINDINGS, nth, write

HOSTILE = (
    "=cmd|'/c calc'!A0", "+HYPERLINK(\"http://x/\")", "-1+cmd|' /c calc'!A0", "@SUM(1)", "\t=1+1", "\n=1+1",
    "＝1+1", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "{{ 7*7 }}{% for x in y %}",
    "]]></w:t><w:fldSimple w:instr=\"DDE\"/>", "&lt;b&gt;&amp;#61;1", "javascript:alert(1)", "x\u202etxt.exe",
)  # fmt: skip
FIELDS = ("project", "department", "unit", "leader", "phone", "goal", "outcome", "reason", "name")
_FORMULA = re.compile(r"[\t\r\n\s\u3000]*[=+@＝＋\uff20-]")
_NUMBER = re.compile(r"[-+]?[\d,.]+%?|[-=+@]")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Outputs of every kind over two forms whose names, goals and reasons are hostile, with such a roster."""
    top = tmp_path_factory.mktemp("hostile")
    (top / "in").mkdir()
    words = cycle(HOSTILE)
    for number in range(2):
        made = make(7, number, "national", "mixed", True)
        book = openpyxl.load_workbook(io.BytesIO(made.data))
        form = made.forms[0]
        for place, cell in form.places.items():
            if place.field in FIELDS:
                where = book[form.sheet].cell(cell[0] + 1, cell[1] + 1)
                where.value = next(words)
                where.data_type = "s"
        book.save(top / f"in/{number}.xlsx")
    rows = [
        ["主管部门", "实施单位", "项目名称", "联系人"],
        *([next(words) for _ in range(4)] for _ in range(5)),
    ]
    with (top / "名单.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    out = top / "out"
    options = Options(
        roster=top / "名单.csv", history=out / "历史.sqlite", period="2022-03", packages=True, notices=True,
        data="csv,parquet,sqlite", issuer=HOSTILE[7], workers=0,
    )  # fmt: skip
    batch.run([top / "in"], out, options=options)
    write(out / "汇总.xlsx", FINDINGS, nth(0), 审核意见="退回", 审核说明="'" + HOSTILE[0], 审核人=HOSTILE[7])
    batch.run([top / "in"], out, options=options)
    for suffix in (".csv", ".xlsx"):
        said = perfbatch("history", "export", out / "历史.sqlite", "-o", out / f"导出{suffix}")
        assert said.exit_code == 0, said.output
    return out


def files(folder: Path, ending: str) -> Iterator[tuple[str, bytes]]:
    """Every output with that ending but the units' own workbooks, those in packages too."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name.endswith(ending) and "批注/" not in name and "备份/" not in name:
            yield name, path.read_bytes()
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as package:
                for member in package.namelist():
                    assert not member.startswith("/") and ".." not in Path(member).parts, member
                    if member.endswith(ending) and "批注/" not in member:
                        yield f"{name}/{member}", package.read(member)


def test_no_cell_of_a_csv_is_a_formula(out: Path) -> None:
    """An apostrophe stands before what a spreadsheet would calculate; numbers stay numbers."""
    found = dict(files(out, ".csv"))
    assert len(found) >= 8
    cells = 0
    for name, data in found.items():
        for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")):
            for cell in row:
                cells += 1
                assert not _FORMULA.match(cell) or _NUMBER.fullmatch(cell.strip()), (name, cell)
    assert cells > 500


def test_no_formula_of_theirs_in_a_workbook(out: Path) -> None:
    """Formulas are ours, links lead within, and nothing is asked of another program."""
    found = dict(files(out, ".xlsx"))
    assert len(found) >= 3
    for name, data in found.items():
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for member in package.namelist():
                text = package.read(member).decode("utf-8", "replace")
                assert not re.search(r"<f[^>]*>[^<]*(cmd|calc|HYPERLINK\(.http)", text), (name, member)
                assert "ddeLink" not in text and "externalLink" not in member, (name, member)
                assert not member.endswith(".rels") or "http://x" not in text, (name, member)


def test_nothing_of_theirs_runs_in_a_page(out: Path) -> None:
    """Markup is shown, not obeyed."""
    found = dict(files(out, ".html"))
    assert found
    for name, data in found.items():
        text = data.decode("utf-8")
        assert "<script>alert" not in text and "<img src=x" not in text, name
        assert "alert(1)" in text, "it is not shown"
        assert not re.search(r"href=.javascript:", text)


def test_no_letter_holds_a_field_or_a_template_of_theirs(out: Path) -> None:
    """Neither is anything calculated that only looks like a template."""
    found = dict(files(out, ".docx"))
    assert found
    for name, data in found.items():
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            text = package.read("word/document.xml").decode("utf-8")
        assert "fldSimple" not in re.sub(r"&lt;.*?&gt;", "", text), name
    assert any("{{ 7*7 }}" in _plain(data) for data in found.values())


def _plain(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return re.sub("<[^>]+>", "", package.read("word/document.xml").decode("utf-8"))
