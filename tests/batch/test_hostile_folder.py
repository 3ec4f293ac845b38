"""One folder with everything that a name, a file system or an archive can hold against a run."""

from __future__ import annotations

import io
import os
import re
import socket
import sqlite3
import sys
import unicodedata
import warnings
import zipfile
from collections import Counter
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from tests.batch.test_run import hashes
from tests.cli.command import SEED, perfbatch
from tests.workbook.handmade import zipped

FORM = SEED.read_bytes()
NAMES = (
    "CON.xlsx", "NUL.xlsx", "aux", "com1.报表.xlsx", "LPT¹.xlsx", "点.xlsx.", "点.xlsx", "空 .xlsx",
    "空.xlsx ", " 空.xlsx", "a<b>|c?*\"d:e.xlsx", "..xlsx", "...", "-rf.xlsx", "'; rm.xlsx",
    "\\\\server\\x.xlsx", "..\\上.xlsx", "\u202excod.xlsx", "\u200f右.xlsx", "大A.xlsx", "大a.xlsx",
    "大A.XLSX", "e\u0301.xlsx", "\u00e9.xlsx", "x" * 245 + ".xlsx", "字" * 83 + ".xls", "批注/汇总.xlsx",
    "数据/files.csv", "nul/con/prn.xlsx", "尾./尾 /表.xlsx",
    "run.json.xlsx", "表#2.xlsx", "%2e%2e%2f.xlsx", "$(id).xlsx",
)  # fmt: skip
MEMBERS = (
    "../上去.xlsx", "..\\..\\上去.xlsx", "/根/表.xlsx", "C:\\盘\\表.xlsx", "CON.xlsx", "大A.xlsx", "大a.xlsx",
    "尾./表 .xlsx", "尾/表 .xlsx", "同.xlsx", "同.xlsx", "里面.zip", "a/" * 200 + "深.xlsx",
    "长" * 200 + ".xlsx", "e\u0301.xlsx", "\u00e9.xlsx", "\u202e右.xlsx",
)  # fmt: skip
SPECIAL = {
    "管道.xlsx": "special_file", "口.xlsx": "special_file", "真.xlsx": "special_file", "断.xlsx": "vanished",
    "圈.xlsx": "unreadable", "空.zip": "empty_archive", "断.zip": "damaged_archive",
    "零.zip/0.xlsx": "unpacks_too_large", "零.zip/1.xlsx": "unpacks_too_large",
    "乱.zip/里面.zip": "nested_archive",
}  # fmt: skip


def archive() -> bytes:
    """Members stored as they are, so that a workbook's own directory is seen in the archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of a second member of a name
        for name in MEMBERS:
            made.writestr(zipfile.ZipInfo(name), zipped({"表.xlsx": FORM}) if ".zip" in name else FORM)
    return out.getvalue()


def lay(folder: Path) -> None:
    """The hostile folder; every fourth file of an odd name is a form."""
    for number, name in enumerate(NAMES):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" if number % 4 else FORM)
    deep = folder.joinpath(*["深"] * 60)
    deep.mkdir(parents=True)
    (deep / "表.xlsx").write_bytes(FORM)
    os.mkfifo(folder / "管道.xlsx")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("口.xlsx")  # in the folder where we are: its whole path would be too long
    Path("口.xlsx").rename(folder / "口.xlsx")
    for name, target in {"断": "没有", "圈": "圈.xlsx", "真": "/dev/zero"}.items():
        (folder / f"{name}.xlsx").symlink_to(target)
    (folder / "乱.zip").write_bytes(archive())
    (folder / "断.zip").write_bytes(archive()[:-40])
    (folder / "零.zip").write_bytes(zipped({f"{number}.xlsx": bytes(32 << 20) for number in range(2)}))
    (folder / "空.zip").write_bytes(zipped({}))


def shown(name: str) -> str:
    """Composed, with a sign for what turns the direction of writing."""
    return unicodedata.normalize("NFC", name).replace("\u202e", "\ufffd").replace("\u200f", "\ufffd")


def as_windows_knows(name: str) -> str:
    """Neither case nor dots and blanks behind a name tell files apart there."""
    return re.sub("[. ]+(?=/|$)", "", name.casefold())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows allows no such names")
def test_a_hostile_folder_is_accounted_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file under its own name, read or with its reason; a copy for each that is read, or why there is
    none; nothing written but in the output; the same once more."""
    inputs, out = tmp_path / "in", tmp_path / "out"
    for name in ("in", "here", "temporary"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.chdir(tmp_path / "here")
    lay(inputs)
    there = {path.relative_to(inputs).as_posix() for path in inputs.rglob("*") if not path.is_dir()}
    assert len(there) == len(NAMES) + 1 + 5 + 4
    before, rounds = hashes(inputs), []
    for _ in range(2):
        done = perfbatch("run", inputs, "-o", out, "--notices", "--data", "csv,sqlite", "--workers", "1")
        assert done.exit_code in (0, 1), done.output
        assert not set(done.output) & {"\u202e", "\u200f"}
        rounds.append(listed(out))
    first, again = rounds
    assert first == again
    outside = Counter(name for name in first if not name.startswith(("乱.zip/", "零.zip/")))
    assert outside.total() == len(there) - 2
    assert {shown(name) for name in there} - outside.keys() == {"乱.zip", "零.zip"}
    assert sum(name.startswith("乱.zip/") for name in first) == len(MEMBERS)
    assert {name: first[name]["reason_code"] for name in SPECIAL} == SPECIAL
    assert all(row["reason"] for row in first.values() if row["status"] != "processed")
    read = [row for row in first.values() if row["status"] == "processed"]
    assert len(read) >= len(MEMBERS) - 1 + len(NAMES) // 4
    assert all(row["copy"] or "没有批注件" in row["notes"] for row in read)
    copies = [row["copy"] for row in read if row["copy"]]
    assert len({as_windows_knows(copy) for copy in copies}) == len(copies)
    for copy in copies:
        assert zipfile.ZipFile(out / copy).testzip() is None
    assert before == hashes(inputs)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["here", "in", "out", "temporary"]
    assert not [*(tmp_path / "here").iterdir(), *(tmp_path / "temporary").iterdir()]
    assert not [path for path in out.rglob("*") if path.is_symlink() or not (path.is_file() or path.is_dir())]


def listed(out: Path) -> dict[str, dict[str, str]]:
    """The rows of the table of files by the name of the file, without what tells the time."""
    with closing(sqlite3.connect(out / "数据/perfbatch.sqlite")) as db:
        rows = pd.read_sql("SELECT * FROM files", db).drop(columns="seconds")
    assert rows["path"].is_unique
    return {row["path"]: row for row in rows.astype(str).to_dict("records")}
