"""sample_inputs is what the generator makes, small, and shows every check."""

from __future__ import annotations

import io
import zipfile
from functools import cache
from pathlib import Path

import msoffcrypto
import olefile
import pytest

from tests.generator.samples import (
    PASSWORD,
    Sample,
    expected_table,
    files_table,
    page,
    samples,
    write_samples,
)
from tests.generator.test_defects import SECTION_5

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "sample_inputs"


@cache
def made() -> list[Sample]:
    """All samples, made once."""
    return samples()


def content(data: bytes) -> object:
    """What a file says, whatever compressed it: another zlib may pack the same members otherwise."""
    if data[:4] == b"\xd0\xcf\x11\xe0":
        opened = msoffcrypto.OfficeFile(io.BytesIO(data))
        opened.load_key(password=PASSWORD)
        plain = io.BytesIO()
        opened.decrypt(plain)
        data = plain.getvalue()
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return [(member.filename, package.read(member)) for member in package.infolist()]


@pytest.mark.parametrize("path", [sample.path for sample in made()])
def test_the_committed_file_is_the_generated_one(path: str) -> None:
    """If not: run ``python -m tests.generator samples``, as CONTRIBUTING.md says."""
    sample = next(sample for sample in made() if sample.path == path)
    assert content((FOLDER / path).read_bytes()) == content(sample.data)


def test_making_the_samples_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    """Salts of the encrypted one included."""
    again = write_samples(tmp_path)
    assert [s.data for s in again] == [s.data for s in made()]
    assert all((tmp_path / s.path).read_bytes() == s.data for s in again)


def test_the_page_and_tables_are_of_this_day() -> None:
    """If not: the same command."""
    assert (ROOT / "docs" / "samples.md").read_text(encoding="utf-8") == page(made())
    data = ROOT / "tests" / "data"
    assert (data / "samples_expected.tsv").read_text(encoding="utf-8") == expected_table(made())
    assert (data / "samples_files.tsv").read_text(encoding="utf-8") == files_table(made())


def test_nothing_else_lies_in_the_folder() -> None:
    """A file that no list knows would be read by nobody's expectation."""
    there = {p.relative_to(FOLDER).as_posix() for p in FOLDER.rglob("*") if p.is_file()}
    assert there == {sample.path for sample in made()}


def test_the_samples_show_every_check_and_every_level() -> None:
    """Except B502 and B503, which need a roster."""
    found = [e for sample in made() for rendered in sample.forms for e in rendered.expected]
    assert {e.check for e in found} == set(SECTION_5)
    assert {e.level for e in found} == {"error", "warning", "info"}


def test_there_is_a_sample_of_every_kind() -> None:
    """Clean, two on a sheet, macros, refused, skipped, several departments and units."""
    files = made()
    assert any(s.status == "processed" and not any(r.expected for r in s.forms) for s in files)
    assert any(len(s.forms) == 2 and s.forms[0].sheet == s.forms[1].sheet for s in files)
    assert {(s.status, s.reason) for s in files} == {
        ("processed", ""), ("refused", "damaged"), ("refused", "encrypted"), ("skipped", "lock_file"),
        ("skipped", "system_file"),
    }  # fmt: skip
    assert len({s.path.split("/")[0] for s in files}) >= 6
    assert {r.form.layout for s in files for r in s.forms} == {"national", "platform"}


def test_the_folder_stays_small() -> None:
    """A clone should not feel it."""
    assert sum(p.stat().st_size for p in FOLDER.rglob("*") if p.is_file()) < 500_000


def test_the_damaged_sample_is_damaged_and_the_encrypted_one_opens() -> None:
    """Each is refused for the reason that it was made for."""
    damaged = next(s.data for s in made() if s.reason == "damaged")
    assert damaged[:2] == b"PK" and not zipfile.is_zipfile(io.BytesIO(damaged))
    secret = next(s.data for s in made() if s.reason == "encrypted")
    assert olefile.OleFileIO(io.BytesIO(secret)).exists("EncryptedPackage")
    assert "xl/workbook.xml" in dict(content(secret))  # type: ignore[call-overload]


def test_the_adorned_sample_carries_what_copies_must_keep() -> None:
    """Pictures, chart, text box, notes, drop-down, data bar, sparkline, rich text, a property of its own."""
    adorned = next(s for s in made() if "盖了章" in s.notes)
    with zipfile.ZipFile(io.BytesIO(adorned.data)) as package:
        names = package.namelist()
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
        drawing = package.read("xl/drawings/drawing1.xml").decode()
        assert "<r>" in package.read("xl/sharedStrings.xml").decode()
    for part in ("xl/charts/chart1.xml", "xl/comments1.xml", "docProps/custom.xml", "xl/media/image1.png"):
        assert part in names
    for mark in ("<dataValidation ", "sparkline", "dataBar", "legacyDrawingHF", "legacyDrawing "):
        assert mark in sheet
    assert "txBox" in drawing and "<xdr:pic>" in drawing


def test_the_macro_sample_carries_its_project() -> None:
    """A compound file with the streams that office suites read."""
    macros = next(s for s in made() if s.path.endswith(".xlsm"))
    with zipfile.ZipFile(io.BytesIO(macros.data)) as package:
        project = olefile.OleFileIO(io.BytesIO(package.read("xl/vbaProject.bin")))
        assert b"macroEnabled" in package.read("[Content_Types].xml")
    assert project.exists("VBA/dir") and project.exists("VBA/Module1") and project.exists("PROJECT")
