"""Members taken straight from the bytes of a zip are those that zipfile gives."""

from __future__ import annotations

import io
import zipfile

from hypothesis import given, settings
from hypothesis import strategies as st

from perfbatch.workbook.refusal import Refused
from perfbatch.workbook.xlsx.read_package import Package
from perfbatch.workbook.xlsx.zip_entry import usual_entry


def packed(*, streamed: bool = False, stored: bool = False, name: str = "xl/a.xml") -> bytes:
    """A zip of two members, the first repetitive."""
    out = io.BytesIO()
    if streamed:
        out.seekable = lambda: False  # type: ignore[method-assign]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, "<a/>" * 50)
        archive.writestr("b.xml", "")
    return out.getvalue()


WHOLE = [
    packed(),
    packed(streamed=True),
    packed(stored=True),
    packed(name="甲.xml"),
    b"PK\x03\x04" + packed(),
]


def taken(data: bytes) -> list[bytes | None]:
    """Each member straight from the bytes, None where it is left to zipfile."""
    infos = zipfile.ZipFile(io.BytesIO(data)).infolist()
    return [usual_entry(data, info, len(data)) for info in infos]


def test_usual_members_are_taken_from_the_bytes() -> None:
    """Packed or stored, with sizes before the data or behind it; other names are left to zipfile."""
    both = [b"<a/>" * 50, b""]
    assert [taken(data) for data in WHOLE] == [both, both, both, [None, b""], both]


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(WHOLE), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=3))
def test_a_member_is_the_same_both_ways(data: bytes, changes: list[tuple[int, int]]) -> None:
    """Whatever is broken: what the quick way takes, zipfile reads alike; the package raises nothing else."""
    broken = bytearray(data)
    for at, byte in changes:
        broken[at % len(data)] = byte
    data = bytes(broken)
    try:
        package = Package(data)
    except Refused:
        return
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            content = usual_entry(data, info, len(data))
            if content is not None:
                assert content == archive.read(info)
    for name in package.names:
        try:
            package.read(name)
        except Refused as refused:
            assert refused.code in ("damaged", "encrypted", "unpacks_too_large")
