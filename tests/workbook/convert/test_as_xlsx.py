"""What a copy is made of, and how it is put in its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from perfbatch.whole_files import write_whole
from perfbatch.words import load_words
from perfbatch.workbook.convert import as_ooxml
from perfbatch.workbook.refusal import Refused
from perfbatch.workbook.xlsx.edit.marking import mark_workbook
from tests.workbook.edit.making import plain, zipped


def test_a_workbook_that_was_read_is_taken_as_it_is() -> None:
    """Known or sniffed, an .xlsx is the bytes that it is."""
    words = load_words()
    assert as_ooxml(plain(), "a.xlsx", (), words, "xlsx") == as_ooxml(plain(), "a.xlsx", (), words)


def test_a_file_that_has_become_something_else_is_refused() -> None:
    """The kind known is that of an earlier look: marking sees what has changed since."""
    opened = as_ooxml(zipped({"content.xml": b"<x/>"}), "a.xlsx", (), load_words(), "xlsx")
    with pytest.raises(Refused) as refused:
        mark_workbook(opened.data, [], {}, load_words())
    assert refused.value.code == "not_a_workbook"


def test_nothing_is_left_where_a_file_could_not_be_put(tmp_path: Path) -> None:
    """A target that cannot be replaced leaves no half-written file beside it."""
    (tmp_path / "a.xlsx").mkdir()
    with pytest.raises(OSError, match=r"a\.xlsx"):
        write_whole(tmp_path / "a.xlsx", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]
    write_whole(tmp_path / "b.xlsx", b"x" * 100_000)
    assert (tmp_path / "b.xlsx").read_bytes() == b"x" * 100_000
