"""--redact: nobody's name or number in what is sent on, and everything else as without it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from perfbatch import batch
from tests.generator.workbook import make

LEADER, PHONE = "欧阳测试", "13800001234"


@pytest.fixture(scope="module")
def outs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A form whose leader and number stand in their fields and in a reason; outputs with and without."""
    top = tmp_path_factory.mktemp("redact")
    (top / "in").mkdir()
    made = make(7, 0, "national", "mixed", True)
    path = top / "in/表.xlsx"
    path.write_bytes(made.data)
    book = openpyxl.load_workbook(path)
    form = made.forms[0]
    page = book[form.sheet]
    for place, cell in form.places.items():
        where = page.cell(cell[0] + 1, cell[1] + 1)
        if place.field in ("leader", "phone"):
            where.value = LEADER if place.field == "leader" else PHONE
        elif place.field == "reason":
            where.value = f"因招标延期未完成，已督促整改，请联系{LEADER}（{PHONE}）"
    book.save(path)
    for redact in (True, False):
        for _ in range(2):  # what is taken over is as masked as what is read
            batch.run([top / "in"], top / f"{redact}", workers=0, redact=redact, notices=True)
    return top / "True", top / "False"


def texts(folder: Path) -> dict[str, str]:
    """All that a file holds, unpacked, by its path."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".xlsx", ".docx"):
            with zipfile.ZipFile(path) as package:
                data = b"\n".join(map(package.read, package.namelist()))
        elif path.suffix == ".arrow":
            data = pd.read_feather(path).to_csv().encode()
        elif path.is_file():
            data = path.read_bytes()
        else:
            continue
        found[path.relative_to(folder).as_posix()] = data.decode("utf-8", "replace")
    return found


def test_only_the_units_own_workbook_has_them(outs: tuple[Path, Path]) -> None:
    """Not the summary, the report, the letters, the data files, run.json, or what is kept."""
    for secret in (LEADER, PHONE):
        masked = [name for name, text in texts(outs[0]).items() if secret in text]
        assert masked == ["批注/表.xlsx"]
        plain = [name for name, text in texts(outs[1]).items() if secret in text]
        assert {"数据/forms.csv", "数据/indicators.csv", "批注/表.xlsx"} <= set(plain)


def test_all_else_is_as_without(outs: tuple[Path, Path]) -> None:
    """The same findings, scores and identities: a reason that is masked is still a reason. The hash of what
    a finding shows is that of the mask: one of a telephone number could be tried out."""
    for name in ("forms", "indicators", "findings", "funds", "files"):
        with_, without = (pd.read_csv(out / f"数据/{name}.csv", dtype=str).fillna("") for out in outs)
        pairs = {
            (a, b) for column in with_ if column not in ("seconds", "content_id")
            for a, b in zip(with_[column], without[column], strict=True) if a != b
        }  # fmt: skip
        assert all("（已隐去）" in a and (LEADER in b or PHONE in b) for a, b in pairs)
        assert pairs or name in ("files", "funds", "findings")
