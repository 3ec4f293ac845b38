"""``run --packages``: what each department is sent, and nobody else's."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import pytest
from openpyxl import load_workbook

from perfbatch.writing.chunk import name_key
from tests.cli.command import SAMPLES, perfbatch

FOLDERS = (SAMPLES / "市教育局", SAMPLES / "市农业农村局")


def run(output: Path, *more: object) -> None:
    """A run over two departments."""
    done = perfbatch("run", *FOLDERS, "-o", output, "--workers", 0, "-q", *more)
    assert done.exit_code == 0, done.stderr


def rows(output: Path, name: str) -> list[dict[str, str]]:
    """A data file of the run."""
    with (output / f"数据/{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its results."""
    folder = tmp_path_factory.mktemp("run") / "结果"
    run(folder, "--packages", "--notices")
    return folder


def test_a_package_for_each_department(output: Path) -> None:
    """By its name; listed among the outputs; nothing else is left lying about."""
    departments = sorted({form["department"] for form in rows(output, "forms")})
    packages = sorted(path.stem for path in (output / "分发").iterdir())
    assert packages == departments and len(packages) == 2
    listed = json.loads((output / "run.json").read_text("utf-8"))["outputs"]
    assert {f"分发/{name}.zip" for name in packages} <= listed.keys()
    assert not (output / ".perfbatch" / "packages").exists()


def test_each_unit_has_its_copies_and_letters_whole(output: Path) -> None:
    """Every copy and letter of the run is in exactly the package of its department, byte for byte."""
    forms = rows(output, "forms")
    found = set()
    for path in (output / "分发").iterdir():
        mine = [form for form in forms if form["department"] == path.stem]
        units = {name_key(form["unit"]) for form in mine}
        with zipfile.ZipFile(path) as package:
            assert package.testzip() is None
            names = package.namelist()
            assert names[0] == "汇总.xlsx" and len(set(names)) == len(names)
            for name in names[1:]:
                assert ".." not in PurePosixPath(name).parts and not name.startswith("/")
                unit, inside = name.split("/", 1)
                assert name_key(unit) in units or unit == "（未填写实施单位）"
                original = inside if inside.startswith("批注/") else f"通知/{path.stem}/{inside}"
                assert package.read(name) == (output / original).read_bytes()
                found.add(original)
    listed = json.loads((output / "run.json").read_text("utf-8"))["outputs"]
    assert found == {name for name in listed if name.startswith(("批注/", "通知/"))}


def test_the_summary_of_a_package_has_its_rows_alone_and_its_links_hold(output: Path) -> None:
    """As many forms and findings as the data files have of the department."""
    forms, findings = rows(output, "forms"), rows(output, "findings")
    for path in (output / "分发").iterdir():
        mine = {form["form_id"] for form in forms if form["department"] == path.stem}
        with zipfile.ZipFile(path) as package:
            book = load_workbook(io.BytesIO(package.read("汇总.xlsx")))
            for sheet, count in (
                ("项目汇总", len(mine)),
                ("问题清单", sum(one["form_id"] in mine for one in findings)),
                ("部门汇总", 2),  # itself and the sum
            ):
                assert book[sheet].max_row - 1 == count, sheet
            links = [cell.hyperlink.target for sheet in book for row in sheet.iter_rows() for cell in row
                     if cell.hyperlink is not None and cell.hyperlink.target]  # fmt: skip
            said = [str(cell.value) for row in book["总览"].iter_rows() for cell in row]
            assert not [text for text in said if str(output.parent) in text or str(SAMPLES) in text]
            files = {unquote(link).split("#")[0].removeprefix("./") for link in links}
            assert files and files <= set(package.namelist())


def test_the_same_again_is_the_same_and_what_is_not_asked_for_is_gone(output: Path, tmp_path: Path) -> None:
    """Cut into other chunks, too; without --packages the folder goes."""
    again = tmp_path / "结果"
    run(again, "--packages", "--notices", "--workers", 2)
    for path in (output / "分发").iterdir():
        with zipfile.ZipFile(path) as one, zipfile.ZipFile(again / "分发" / path.name) as other:
            assert one.namelist() == other.namelist()
            assert {info.date_time for info in one.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            for name in one.namelist():
                if name != "汇总.xlsx":  # which says when and where the run was
                    assert one.read(name) == other.read(name)
    before = {path.name: path.read_bytes() for path in (again / "分发").iterdir()}
    run(again, "--packages", "--notices")
    assert {path.name: path.read_bytes() for path in (again / "分发").iterdir()} == before
    run(again)
    assert not (again / "分发").exists()


def test_names_that_are_none_or_look_alike_have_packages_of_their_own(tmp_path: Path) -> None:
    """No department; two whose names are one as names of files; two units the same."""
    import pandas as pd

    from perfbatch.batch.books import load_books
    from perfbatch.checking import catalogue, check
    from perfbatch.checking.identity import identified
    from perfbatch.options import Options
    from perfbatch.reading import read
    from perfbatch.schema import filled
    from perfbatch.scoring import score
    from perfbatch.words import load_words
    from perfbatch.writing.context import RunContext
    from perfbatch.writing.packages import Packages

    frames = identified(check(score(read(SAMPLES / "市农业农村局"))))
    count = len(frames.forms)
    names = [("", "甲"), ("市/局", "乙:丙"), ("市:局", "乙"), *[("市/局", "乙/丙")] * count][:count]
    assert count >= 4
    forms = frames.forms.assign(department=[one for one, _ in names], unit=[two for _, two in names])
    copies = tmp_path / "批注"
    copies.mkdir()
    paths = [f"批注/{number}.xlsx" for number in range(len(frames.files))]
    for path in paths:
        (tmp_path / path).write_bytes(path.encode())
    files = filled("files", frames.files, "batch").assign(copy=pd.array(paths, dtype="str"))
    findings = filled("findings", frames.findings, "batch")
    packages = Packages(tmp_path, load_words())
    packages.append(frames.with_(forms=forms, files=files, findings=findings), None)
    from datetime import UTC, datetime

    context = RunContext(version="0", started=datetime(2022, 1, 5, tzinfo=UTC), inputs=(), output="",
                         rules=load_books(Options()).used([]), checks=tuple(catalogue()))  # fmt: skip
    written = packages.close(context, {})
    assert written == ["分发/（未填写主管部门）.zip", "分发/市 局.zip", "分发/市 局(2).zip"]
    with zipfile.ZipFile(tmp_path / "分发/市 局.zip") as package:
        assert {name.split("/")[0] for name in package.namelist()} == {"汇总.xlsx", "乙 丙", "乙 丙(2)"}


def test_many_forms_are_found_in_the_packages_alone(output: Path, tmp_path: Path) -> None:
    """Above --summary-limit: totals and departments in the one for all, which says so."""
    count = len(rows(output, "forms"))
    folder = tmp_path / "结果"
    done = perfbatch("run", *FOLDERS, "-o", folder, "--workers", 0, "-q", "--packages",
                     "--summary-limit", count - 1)  # fmt: skip
    assert done.exit_code == 0 and "超过 --summary-limit" in done.stdout
    book = load_workbook(folder / "汇总.xlsx")
    assert book.sheetnames == ["总览", "部门汇总", "文件清单", "规则说明", "核验底稿"]
    said = [str(cell.value) for row in book["总览"].iter_rows() for cell in row if cell.value is not None]
    assert any("各部门自己的汇总.xlsx" in text for text in said)
    names = {cell.hyperlink.location.split("'")[1] for row in book["总览"].iter_rows() for cell in row
             if cell.hyperlink is not None and cell.hyperlink.location}  # fmt: skip
    assert names <= set(book.sheetnames)
    head, *departments = book["部门汇总"].iter_rows(values_only=True)
    forms = [row[head.index("自评表数")] for row in departments]
    assert forms == [*forms[:-1], count] and sum(forms[:-1]) == count
    assert len(rows(folder, "forms")) == count
    for path in (folder / "分发").iterdir():
        with zipfile.ZipFile(path) as package:
            own = load_workbook(io.BytesIO(package.read("汇总.xlsx")))
            assert {"项目汇总", "问题清单", "指标明细"} <= set(own.sheetnames)
    again = perfbatch("run", *FOLDERS, "-o", folder, "--workers", 0, "-q", "--packages",
                      "--summary-limit", count)  # fmt: skip
    assert "超过 --summary-limit" not in again.stdout
    assert "项目汇总" in load_workbook(folder / "汇总.xlsx").sheetnames
