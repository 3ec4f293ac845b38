"""--redact: nobody's name or number in what is sent on, and everything else as without it."""

from __future__ import annotations

import io
import pickle
import re
import sqlite3
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from urllib.parse import quote

import openpyxl
import pandas as pd
import pytest

import perfbatch
from perfbatch import Options, batch
from perfbatch.season.export import KINDS
from perfbatch.watching.rounds import Round
from perfbatch.watching.status import LOG, PAGE, Status
from perfbatch.words import load_words
from tests.cli.command import perfbatch as perfbatch_command
from tests.generator.workbook import make
from tests.season.audit import FINDINGS, nth, write
from tests.serve.test_page import ask, finished, job_of, server

LEADER, PHONE, CONTACT = "欧阳测试", "13800001234", "诸葛联系 010-88776655"
OTHERWISE = (
    "138-0000-1234",
    "".join(chr(ord(digit) + 0xFEE0) for digit in PHONE),
    "138 0000 1234",
    "欧阳 测试",
)
"""The same, as it is written elsewhere in the form."""


def workbook() -> bytes:
    """A form whose leader and number stand in their fields, in reasons, and in the head of a sheet that is
    nearly a form."""
    made = make(7, 0, "national", "mixed", True)
    book = openpyxl.load_workbook(io.BytesIO(made.data))
    form, several = made.forms[0], cycle(OTHERWISE)
    page = book[form.sheet]
    almost = book.copy_worksheet(page)
    for row in almost.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and "完成值" in cell.value:
                cell.value = f"找{LEADER}"
    for place, cell in form.places.items():
        where = page.cell(cell[0] + 1, cell[1] + 1)
        if place.field in ("leader", "phone"):
            where.value = LEADER if place.field == "leader" else PHONE
        elif place.field in ("reason", "goal", "outcome"):
            where.value = f"因招标延期未完成，请联系{LEADER}（{PHONE}，即{next(several)}、{next(several)}）"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def outs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A form whose leader and number stand in their fields and in reasons; outputs of every kind, with and
    without: letters, packages, data of all formats, the roster's contact, the history and what is exported
    of it, an auditor's word."""
    top = tmp_path_factory.mktemp("redact")
    (top / "in").mkdir()
    (top / "in/表.xlsx").write_bytes(workbook())
    head = perfbatch.read(top / "in").forms.iloc[0]
    lines = [
        ["主管部门", "实施单位", "项目名称", "联系人"],
        [head["department"], head["unit"], head["project"], CONTACT],
        ["市教育局", "市考试院", "没有报的项目", CONTACT],
    ]
    (top / "名单.csv").write_text("\n".join(map(",".join, lines)), encoding="utf-8-sig")
    for redact in (True, False):
        out = top / f"{redact}"
        options = Options(
            roster=top / "名单.csv", history=out / "历史.sqlite", period="2022-03", packages=True,
            notices=True, data="csv,parquet,sqlite", redact=redact, workers=0,
        )  # fmt: skip
        batch.run([top / "in"], out, options=options)
        write(out / "汇总.xlsx", FINDINGS, nth(0), 审核意见="退回", 审核人="审核员")
        # what is taken over is as masked as what is read, and the next round quotes the one before
        batch.run([top / "in"], out, options=replace(options, period="2022-04"))
        for suffix in KINDS:
            exported = perfbatch_command(
                "history", "export", out / "历史.sqlite", "-o", out / f"导出{suffix}"
            )
            assert exported.exit_code == 0, exported.output
    return top / "True", top / "False"


def texts(folder: Path) -> dict[str, str]:
    """All that a file holds, unpacked, by its path; what a package holds by the path of each of its files."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found |= dict(_texts(path.relative_to(folder).as_posix(), path.read_bytes()))
    return found


def _texts(name: str, data: bytes) -> Iterator[tuple[str, str]]:
    suffix = name.rpartition(".")[2]
    if suffix == "zip":
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for member in package.namelist():
                yield from _texts(f"{name}/{member}", package.read(member))
        return
    if suffix in ("xlsx", "docx"):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            data = b"\n".join(map(package.read, package.namelist()))
    elif suffix == "arrow":
        head, _, rest = data.partition(b"\n")
        data = pd.read_feather(io.BytesIO(rest if len(head) == 64 else data)).to_csv().encode()
    elif suffix == "parquet":
        data = pd.read_parquet(io.BytesIO(data)).to_csv().encode()
    elif suffix in ("sqlite", "db"):
        db = sqlite3.connect(":memory:")
        db.deserialize(data)
        rows = [row for table, in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
                for row in db.execute(f'SELECT * FROM "{table}"')]  # fmt: skip
        data += "".join(_unpacked(cell) for row in rows for cell in row).encode()
        db.close()
    yield name, data.decode("utf-8", "replace")


def _unpacked(cell: object) -> str:
    """A value of SQLite as text; the indicators of a history are packed."""
    if isinstance(cell, bytes):
        with suppress(zlib.error):
            return zlib.decompress(cell).decode("utf-8", "replace")
    return f"{cell}"


def test_only_the_units_own_workbook_has_them(outs: tuple[Path, Path]) -> None:
    """Not the summary, the report, the letters, the packages but for the same workbook, the data files, the
    history, run.json, or what is kept. What people of the office write is theirs."""
    masked, plain = map(texts, outs)
    assert {Path(name).suffix for name in plain} >= {
        ".xlsx", ".csv", ".parquet", ".sqlite", ".html", ".docx", ".arrow", ".json"
    }  # fmt: skip
    for secret in (LEADER, PHONE, *OTHERWISE, *CONTACT.split()):
        there = [name for name, text in masked.items() if secret in text]
        assert all(name == "批注/表.xlsx" or name.endswith("/批注/表.xlsx") for name in there), (
            secret,
            there,
        )
        there = [name for name, text in plain.items() if secret in text]
        if secret in CONTACT:
            assert "数据/roster.csv" in there
        else:
            assert {"数据/indicators.csv", "批注/表.xlsx", "历史.sqlite", "数据/perfbatch.sqlite"} <= set(
                there
            )
    assert "审核员" in masked["数据/findings.csv"]


SECRETS = (LEADER, PHONE, *OTHERWISE)


def told(found: dict[str, str]) -> set[str]:
    """Names of what holds a secret, the unit's own workbook left out."""
    return {
        name for name, text in found.items()
        if any(secret in text for secret in SECRETS) and not re.search("(^|/)批注/[^/]*$", name)
    }  # fmt: skip


@pytest.mark.parametrize("redact", [True, False])
def test_the_page_and_the_log_of_the_watcher(tmp_path: Path, redact: bool) -> None:
    """A round as the watcher makes it, and what it shows of it and of a file that it could not read."""
    inbox, out = tmp_path / "收件", tmp_path / "结果"
    inbox.mkdir()
    (inbox / "表.xlsx").write_bytes(workbook())
    (inbox / "坏.xlsx").write_bytes(b"no workbook")
    job = pickle.dumps(([inbox], out, Options(redact=redact, workers=0)))
    outcome = Round([sys.executable, "-m", "perfbatch.cli.round"], job)()
    assert not outcome.failed and [path for path, _ in outcome.refused] == ["坏.xlsx"]
    status = Status(out, inbox, load_words(), events=False)
    status.round(outcome)
    status.say("idle", 0, files=2)
    status.close()
    found = texts(out)
    assert "坏.xlsx" in found[PAGE] and LOG in found
    assert bool(told(found)) != redact


@pytest.mark.skipif(sys.platform == "win32", reason="ends by signals")
def test_the_pages_and_results_of_the_server(tmp_path: Path) -> None:
    """Whoever may look at the page sees neither name nor number: page, job and results."""
    with server(tmp_path / "d", "--redact") as (port, _):
        job = job_of(port, {"表.xlsx": workbook(), "坏.xlsx": b"no workbook"})
        state = finished(port, job)
        assert state["state"] == "done", state
        links = ["/", f"/api/jobs/{job}", *map(quote, state["links"].values())]
        found: dict[str, str] = {}
        for link in links:
            code, body, kind = ask(port, "GET", link)
            found |= dict(_texts("a.zip" if "zip" in kind["content-type"] else link, body))
            assert code == 200, link
    assert {"a.zip/汇总.xlsx", "a.zip/批注/表.xlsx", "a.zip/数据/indicators.csv"} <= found.keys()
    assert any(LEADER in text for name, text in found.items() if "批注/表.xlsx" in name)
    assert told(found) == set()


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
