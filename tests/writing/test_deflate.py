"""Bytes packed as they come: the same member however they came, and one that any zip reader reads."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perfbatch.writing.summary import deflate as packed
from perfbatch.writing.summary.deflate import Packed, add_member

PIECES = st.lists(st.binary(max_size=300), max_size=12)


def _packed(pieces: Iterable[bytes]) -> Packed:
    made = Packed(io.BytesIO())
    for piece in pieces:
        made.write(piece)
    return made


def _book(members: dict[str, list[list[bytes]]]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as book:
        for name, parts in members.items():
            add_member(book, name, [_packed(pieces) for pieces in parts])
    return file.getvalue()


@settings(deadline=None)
@given(st.lists(PIECES, max_size=4), st.integers(1, 200))
def test_a_zip_reader_reads_what_was_written(parts: list[list[bytes]], block: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packed, "_BLOCK", block)
        book = zipfile.ZipFile(io.BytesIO(_book({"一.xml": parts, "two.xml": [[b"2"]]})))
    assert book.testzip() is None
    assert book.read("一.xml") == b"".join(b"".join(pieces) for pieces in parts)
    assert book.read("two.xml") == b"2"


@settings(deadline=None)
@given(PIECES, st.integers(1, 200))
def test_the_bytes_do_not_depend_on_how_they_came(pieces: list[bytes], block: int) -> None:
    whole = b"".join(pieces)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packed, "_BLOCK", block)
        assert _book({"a": [pieces]}) == _book({"a": [[whole]]})


def test_large_members_are_packed_by_blocks() -> None:
    rows = [b'<row r="%d"><c s="3"><v>%d</v></c></row>' % (n, n * n) for n in range(100_000)]
    data = _book({"xl/worksheets/sheet1.xml": [rows]})
    assert len(data) < sum(map(len, rows)) / 4
    assert zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml") == b"".join(rows)


def test_zip64_comes_where_it_must_and_not_before(monkeypatch: pytest.MonkeyPatch) -> None:
    small = _book({"a": [[b"x" * 5_000]]})
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 4_000)
    large = _book({"a": [[b"x" * 5_000]]})
    zip64 = b"\x01\x00\x10\x00"
    assert zip64 not in small
    assert zip64 in large
    assert zipfile.ZipFile(io.BytesIO(large)).read("a") == b"x" * 5_000
