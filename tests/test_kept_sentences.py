"""Sentences that are kept between processes: the same sentences, of our own templates alone."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from perfbatch import kept, words
from tests.test_patterns import next_process

SAID = ("cli", "error.interrupted")
LOGIC = "{% for one in of %}{{ one|upper }}{% endfor %}"
"""More than names of values, so that Jinja2 compiles it."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing known yet, and a place of the test's own."""
    path = tmp_path / "kept.kept"
    monkeypatch.setattr(kept, "_path", lambda: path)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    next_process(monkeypatch)
    return path


def no_compiler(*_: object, **__: object) -> None:
    """Stands for Jinja2's compiler where nothing may be compiled."""
    raise AssertionError("compiled anew")


def page(of: words.Words) -> str:
    """A document that includes another one."""
    return of.document("报告.css.j2").render()


def test_a_second_process_says_the_same(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = words.Words()
    said, loop, style = first.text(*SAID), first.filled(LOGIC, of="abc"), page(first)
    kept.keep()
    assert home.exists()
    next_process(monkeypatch)
    second = words.Words()
    for way in ("compile", "parse"):
        monkeypatch.setattr(second._env, way, no_compiler)
    assert (second.text(*SAID), second.filled(LOGIC, of="abc")) == (said, loop) == (said, "ABC")
    assert page(words.Words()) == style


def test_another_state_of_the_module_compiles_anew(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words.Words().filled(LOGIC, of="")
    kept.keep()
    next_process(monkeypatch)
    monkeypatch.setattr(words, "_made", lambda: (0, 0))
    later = words.Words()
    monkeypatch.setattr(later._env, "parse", no_compiler)
    with pytest.raises(AssertionError, match="compiled anew"):
        later.filled(LOGIC, of="")


def test_what_is_said_twice_is_new_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words.Words().filled(LOGIC, of="")
    kept.keep()
    next_process(monkeypatch)
    again = words.Words()
    for template in (again._compile(LOGIC, "a", "b"), again._compile(LOGIC, "c", "d")):
        template.render({"of": "x"})
    assert not kept._new


def test_nothing_of_an_office_is_kept(home: Path, tmp_path: Path) -> None:
    (tmp_path / "cli.toml").write_text('[error]\ninterrupted = "停下了"\n', encoding="utf-8")
    assert words.Words(tmp_path).text(*SAID) == "停下了"
    kept.keep()
    assert "停下了".encode() not in (home.read_bytes() if home.exists() else b"")
