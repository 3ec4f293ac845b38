"""What can be said of batch files without cmd: their bytes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

FILES = sorted((Path(__file__).parents[2] / "bundle/windows").glob("*.bat"))
SHOWN = re.compile(r"\s*(?:echo|rem|title|set /p)\b", re.IGNORECASE)


@pytest.fixture(params=FILES, ids=[path.name for path in FILES])
def file(request: pytest.FixtureRequest) -> Path:
    """Each of them."""
    return Path(request.param)


def test_lines_end_as_cmd_wants_them(file: Path) -> None:
    """With LF alone cmd loses labels; git must not change that (.gitattributes)."""
    data = file.read_bytes()
    assert data.endswith(b"\r\n") and data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r")


def test_it_is_utf_8_without_a_mark(file: Path) -> None:
    """cmd would take a byte order mark for part of the first command."""
    data = file.read_bytes()
    assert data.startswith(b"@echo off\r\n")
    data.decode("utf-8")


def test_the_code_page_is_set_before_anything_chinese(file: Path) -> None:
    """And only what is shown is Chinese: in a window that cannot be set, the rest still works."""
    seen = False
    for line in file.read_text("utf-8").splitlines():
        seen = seen or 'chcp.com" 65001' in line
        if not line.isascii():
            assert seen and SHOWN.match(line), line


def test_no_program_is_looked_up_in_the_current_folder(file: Path) -> None:
    """A unit's folder may be the current one, and hold a find.exe or a chcp.com."""
    text = file.read_text("utf-8")
    assert 'set "NoDefaultCurrentDirectoryInExePath=1"' in text
    assert not re.search(
        r"^\s*(?:chcp|find|findstr|certutil|tar|cscript|powershell|where)\b", text, re.MULTILINE
    )
