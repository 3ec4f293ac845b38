"""Every code that an exception is raised with has its sentence, and every sentence says what to do."""

from __future__ import annotations

import ast
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from perfbatch.pages.refusals import TABLES, refusals_page, sentences
from perfbatch.reading.layouts import LayoutError, load_layouts
from perfbatch.rules import RuleBookError
from perfbatch.rules.load import load
from perfbatch.words import TemplateError, load_words

PACKAGE = Path(__file__).parent.parent / "perfbatch"
MAKERS = {"template_error": "TemplateError", "problem": "RuleBookError"}
"""Functions that make an exception from its code."""


def raised() -> Iterator[tuple[str, str, str]]:
    """Exception, code and place of every one that is made with a literal code."""
    for path in sorted(PACKAGE.rglob("*.py")):
        local = {**MAKERS, "_error": "LayoutError"} if path.name == "layouts.py" else MAKERS
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or not node.args:
                continue
            name, first = local.get(node.func.id, node.func.id), node.args[0]
            if name in TABLES and isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield name, first.value, f"{path.relative_to(PACKAGE)}:{node.lineno}"


def test_every_code_has_a_sentence() -> None:
    """A new refusal without its words fails here, not in front of an office."""
    found = list(raised())
    assert len(found) > 60
    known = {exception: sentences(exception) for exception in TABLES}
    assert [place for name, code, place in found if code not in known[name]] == []


def test_the_page_lists_every_code() -> None:
    """With its sentence, readable."""
    text = refusals_page()
    assert all(f"| `{code}` |" in text for exception in TABLES for code in sentences(exception))
    assert "{{" not in text and "{%" not in text


def test_errors_carry_code_and_values(tmp_path: Path) -> None:
    """Also after they crossed from another process."""
    with pytest.raises(LayoutError) as layout:
        load_layouts(tmp_path / "没有.toml")
    with pytest.raises(TemplateError) as template:
        load_words(tmp_path / "没有")
    (tmp_path / "本单位.toml").write_text('name = "甲"\n[oops]\n', encoding="utf-8")
    with pytest.raises(RuleBookError) as book:
        load(tmp_path / "本单位.toml")
    assert pickle.loads(pickle.dumps(book.value)).code == book.value.code in sentences("RuleBookError")
    for error, code in ((layout.value, "no_file"), (template.value, "not_a_folder")):
        there = pickle.loads(pickle.dumps(error))
        assert (there.code, str(there)) == (code, str(error))
        assert "没有" in str(there) and there.values["path"]
