"""Members of a zip are those that zipfile gives, and what is unusual about one is told."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perfbatch.workbook.archive import Archive
from perfbatch.workbook.bounds import Bounds
from perfbatch.workbook.package import Package
from perfbatch.workbook.refusal import Refused


def packed(*, streamed: bool = False, method: int = zipfile.ZIP_DEFLATED, name: str = "xl/a.xml") -> bytes:
    """A zip of two members, the first repetitive."""
    out = io.BytesIO()
    if streamed:
        out.seekable = lambda: False  # type: ignore[method-assign]
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr(name, "<a/>" * 50)
        archive.writestr("b.xml", "")
    return out.getvalue()


WHOLE = [
    packed(),
    packed(streamed=True),
    packed(method=zipfile.ZIP_STORED),
    packed(name="甲.xml"),
    b"PK\x03\x04" + packed(),
]


@pytest.mark.parametrize("data", WHOLE)
def test_members_are_read(data: bytes) -> None:
    """Packed or stored, with sizes before the data or behind it, whatever stands in front."""
    archive = Archive(data)
    assert [archive.read(member) for member in archive.members] == [b"<a/>" * 50, b""]


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(WHOLE), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=3))
def test_what_is_read_is_what_was_packed(data: bytes, changes: list[tuple[int, int]]) -> None:
    """Whatever is broken: nothing but a refusal comes out, and what zipfile reads as well reads alike."""
    broken = bytearray(data)
    for at, byte in changes:
        broken[at % len(data)] = byte
    data = bytes(broken)
    ours = contents(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            theirs = [archive.read(info) for info in archive.infolist()]
    except Exception:
        return
    assert ours is None or ours == theirs


def contents(data: bytes) -> list[bytes] | None:
    """All members, None where one or the whole is refused."""
    try:
        archive = Archive(data)
        return [archive.read(member) for member in archive.members]
    except Refused as refused:
        codes = ("damaged", "encrypted", "unpacks_too_large", "compression", "too_complex", "not_a_workbook")
        assert refused.code in codes
        return None


REFUSED: dict[str, tuple[str, bytes, Bounds]] = {
    "no zip": ("not_a_workbook", b"text", Bounds()),
    "cut off": ("damaged", packed()[:-30], Bounds()),
    "a foreign method": ("compression", packed(method=zipfile.ZIP_BZIP2), Bounds()),
    "too many members": ("too_complex", packed(), Bounds(members=1)),
    "a large part": ("unpacks_too_large", packed(), Bounds(part_bytes=199)),
    "large parts together": ("unpacks_too_large", packed(), Bounds(total_bytes=199)),
    "a bomb": ("unpacks_too_large", packed(), Bounds(ratio=2, ratio_from=100)),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    """Each with its own code."""
    code, data, bounds = REFUSED[case]
    with pytest.raises(Refused) as refused:
        package = Package(data, bounds)
        package.read("xl/a.xml")
    assert refused.value.code == code


def test_a_part_counts_once_towards_the_whole() -> None:
    """However often it is asked for."""
    package = Package(packed(), Bounds(total_bytes=250))
    assert {package.read("XL/A.xml") for _ in range(3)} == {b"<a/>" * 50}


def test_an_archive_is_not_written_beyond_the_bounds() -> None:
    """Parts that nobody reads count, too."""
    with pytest.raises(Refused) as refused:
        Archive(packed(), Bounds(total_bytes=199)).write()
    assert refused.value.code == "unpacks_too_large"
