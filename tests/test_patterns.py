"""Patterns that are kept between processes: the same patterns, and no harm in what lies there."""

from __future__ import annotations

import hashlib
import marshal
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from perfbatch import kept, patterns
from perfbatch.caching import forget_all
from perfbatch.rules.directions import FILE as DIRECTIONS

GRAMMAR = [
    (r"(?P<sign>≥|>=)(?P<value>[0-9][0-9,.]*)(?P=sign)?", 0),
    (r"(?i:abc)|(?<![A-Z])x{2,5}?(?=$|y)", re.IGNORECASE),
    ("[\u3400-\u9fff]+|[^\\W\\d_]", re.MULTILINE),
]
TEXTS = ["≥95≥", ">=1,000.5", "ABC", "xxx", "Xxxxxy", "预算执行率", "_a1", ""]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing known yet, and a place of the test's own."""
    path = tmp_path / "patterns.kept"
    monkeypatch.setattr(kept, "_path", lambda: path)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    next_process(monkeypatch)
    return path


def next_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what this process knows."""
    monkeypatch.setattr(kept, "_known", None)
    monkeypatch.setattr(kept, "_new", {})
    forget_all()


@pytest.mark.parametrize("before", [False, True], ids=["compiled", "kept"])
def test_finds_what_re_finds(home: Path, monkeypatch: pytest.MonkeyPatch, before: bool) -> None:
    if before:
        for pattern, flags in GRAMMAR:
            patterns.compiled(pattern, flags)
        kept.keep()
        next_process(monkeypatch)
        monkeypatch.setattr(patterns, "_code_of", None)  # nothing is compiled any more
    for pattern, flags in GRAMMAR:
        ours, theirs = patterns.compiled(pattern, flags), re.compile(pattern, flags)
        assert (ours, ours.flags, ours.groups, ours.groupindex) == (
            theirs, theirs.flags, theirs.groups, theirs.groupindex,
        )  # fmt: skip
        for text in TEXTS:
            found, wanted = ours.search(text), theirs.search(text)
            assert (found and (found.span(), found.groupdict())) == (
                wanted and (wanted.span(), wanted.groupdict())
            )


def test_what_is_kept_grows(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for pattern, flags in GRAMMAR:
        next_process(monkeypatch)
        patterns.compiled(pattern, flags)
        kept.keep()
    assert set(marshal.loads(home.read_bytes()[32:])) == {(text, int(flags)) for text, flags in GRAMMAR}


def damaged(content: bytes) -> dict[str, bytes]:
    other = marshal.dumps({("a+", 0): (0, [1, 2, 3], 0, {}, (None,))})
    foreign = marshal.dumps(["no", "table"])
    return {
        "empty": b"",
        "cut off": content[:-7],
        "one bit": content[:-1] + bytes([content[-1] ^ 1]),
        "not ours": b"x" * 4096,
        "another's table": hashlib.sha256(foreign).digest() + foreign,
        "code that is none": hashlib.sha256(other).digest() + other,
    }


@pytest.mark.parametrize("fault", list(damaged(b"x" * 40)))
def test_a_damaged_file_costs_time_only(home: Path, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    patterns.compiled("a+")
    kept.keep()
    home.write_bytes(damaged(home.read_bytes())[fault])
    next_process(monkeypatch)
    assert patterns.compiled("a+").fullmatch("aaa")
    kept.keep()
    next_process(monkeypatch)
    assert ("a+", 0) in kept._kept()


def test_nothing_is_left_where_python_leaves_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    patterns.compiled("a+")
    kept.keep()
    assert not home.exists()


def test_a_folder_that_cannot_be_written(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home.parent.joinpath("file").write_text("")
    monkeypatch.setattr(kept, "_path", lambda: home.parent / "file" / "patterns.kept")
    patterns.compiled("a+")
    kept.keep()


def test_a_wrong_pattern_is_said(home: Path) -> None:
    with pytest.raises(re.error):
        patterns.compiled("(")


def test_the_same_words_make_the_same_patterns() -> None:
    """Sets have another order in each process: what is kept would never be found."""
    said = "from perfbatch.values.lexicon import UNITS, BEFORE_RE; print(UNITS + BEFORE_RE)"
    made = {
        subprocess.run(
            [sys.executable, "-c", said], env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONUTF8": "1"},
            capture_output=True, check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(made) == 1


def test_workers_keep_the_grammar(tmp_path: Path) -> None:
    """A second process that loads everything compiles none of it."""
    said = (
        "from perfbatch.batch import preload; from perfbatch import kept;"
        "from perfbatch.rules import directions;"
        "print(len(kept._new), len(directions.direction_rules()))"
    )
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path), "PYTHONDONTWRITEBYTECODE": ""}
    counts = [
        subprocess.run(
            [sys.executable, "-c", said], env=environment, capture_output=True, check=True, text=True
        ).stdout.split()
        for _ in range(2)
    ]
    assert counts[0] == counts[1] == ["0", str(DIRECTIONS.read_text(encoding="utf-8").count("[[rule]]"))]
    [file] = tmp_path.rglob("kept*.kept")
    assert len(marshal.loads(file.read_bytes()[32:])) > 150
