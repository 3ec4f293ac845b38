"""What an office names itself (rules, layouts, words, lists, settings, histories) may be anything: a pipe
that nobody writes to, a device without an end, TOML nested without end. The command says so, at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.command import SEED, perfbatch

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pipes or devices with names there")


def _written(text: bytes) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path.write_bytes(text)
        return path

    return write


def _pipe(path: Path) -> Path:
    os.mkfifo(path)
    return path


def _linked(target: str) -> Callable[[Path], Path]:
    def link(path: Path) -> Path:
        path.symlink_to(target)
        return path

    return link


ODD: dict[str, Callable[[Path], Path]] = {
    "pipe": _pipe,
    "endless": _linked("/dev/zero"),
    "nowhere": _linked("nowhere"),
    "circle": _linked("x.toml"),
    "deep": _written(b"a = " + b"[" * 100_000),
    "dots": _written(b"a." * 200_000 + b"b = 1"),
    "digits": _written(b"a = " + b"1" * 5_000),
    "bytes": _written(b"\xff\xfe\0\0\x81"),
}
OPTIONS = ("rules", "layouts", "config", "roster", "targets", "history", "review", "templates")


@pytest.mark.parametrize(
    ("option", "odd"),
    # a link to nowhere is where a history begins
    [(option, odd) for option in OPTIONS for odd in ODD if (option, odd) != ("history", "nowhere")],
)
def test_an_odd_file_of_the_office_is_said(option: str, odd: str, tmp_path: Path) -> None:
    """One sentence, no traceback, no waiting, nothing written."""
    folder = tmp_path / "words"
    folder.mkdir()
    given = ODD[odd](folder / ("cli.toml" if option == "templates" and odd != "circle" else "x.toml"))
    given = folder if option == "templates" else given
    done = perfbatch("run", SEED, "-o", tmp_path / "out", "-q", "--workers", "0", f"--{option}", given)
    assert done.exit_code == 2, (done.output, done.exception)
    assert done.stderr.startswith("错误：") and len(done.stderr.splitlines()) == 1, done.stderr
    assert not (tmp_path / "out" / "汇总.xlsx").exists()
