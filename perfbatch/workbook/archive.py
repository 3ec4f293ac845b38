"""The zip around the parts of a workbook. All that is unpacked passes here, and is bounded here.

Members that nobody touched are copied as the compressed bytes they are: the standard zipfile can only
decompress and compress again, and drops what it does not know. Order, names, dates, attributes, extra fields
and comments of every member stay. Headers are written anew from the central directory, so that streamed
members (data descriptors, needless zip64 fields) come out plain.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from isal import isal_zlib

from perfbatch.caching import cached_if_small
from perfbatch.workbook.bounds import DEFAULT, Bounds
from perfbatch.workbook.parsing import has_doctype
from perfbatch.workbook.refusal import Refused

_END = struct.Struct("<4s4H2LH")
_END64_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_NAMES = struct.Struct("<2H")
_ZIP64_EXTRA = 0x0001
_ENCRYPTED, _EFFORT, _UTF8 = 0x0001, 0x0006, 0x0800
_KEPT_FLAGS = _EFFORT | _UTF8
_STORED, _DEFLATED = 0, 8
_PIECE = 1 << 20  # bytes unpacked at a time
_SMALL = 1 << 13  # bytes of a member that may well come again in another workbook
_PROLOG = 1 << 12  # bytes in which a document type would stand
_NEW_DATE = 0x0021  # 1980-01-01, so that the same input gives the same bytes


class Member:
    """One entry of the central directory; ``content`` is set once it has been replaced."""

    __slots__ = (
        "comment", "compressed", "content", "crc", "date", "doctype", "external", "extra", "flags",
        "internal", "made_by", "method", "name", "offset", "raw_name", "size", "time", "verified",
    )  # fmt: skip

    def __init__(self) -> None:
        self.content: bytes | None = None
        self.verified = self.doctype = False
        self.raw_name = self.extra = self.comment = b""
        self.name = ""
        self.made_by = 20
        self.flags = self.time = self.internal = self.external = 0
        self.method, self.date = _DEFLATED, _NEW_DATE
        self.crc = self.compressed = self.size = self.offset = 0


class Archive:
    """The members of a zip held in memory; read, replace, add, and write the whole out again."""

    def __init__(self, data: bytes, bounds: Bounds = DEFAULT) -> None:
        """Raises Refused: not_a_workbook (no zip), damaged, too_complex (too many members)."""
        self._data = data
        self._bounds = bounds
        self._spent = 0
        self.comment = b""
        try:
            self.members = list(self._directory())
        except (struct.error, IndexError, OverflowError) as error:
            raise Refused("damaged", detail=f"directory: {error}") from error

    def read(self, member: Member) -> bytes:
        """The member's content, its size and checksum verified.

        Raises Refused: damaged, unpacks_too_large (whatever the header says, no more is unpacked than the
        bounds allow), encrypted (a password on the member), compression (a method other than deflate).
        """
        if member.content is not None:
            return member.content
        _ensure_readable(member)
        bounds, size = self._bounds, member.size
        limit = bounds.part_bytes
        if not member.verified:
            limit = min(limit, bounds.total_bytes - self._spent)
        if size > bounds.ratio_from:
            limit = min(limit, max(bounds.ratio_from, member.compressed * bounds.ratio))
        if size > limit:
            raise Refused("unpacks_too_large", limit=limit, found=size, detail=member.name)
        unpack = _unpacked_again if size <= _SMALL else _unpacked
        content = unpack(self._raw(member), member.method, member.crc, size)
        if content is None:
            raise Refused("damaged", detail=f"{member.name}: not what its header says")
        if not member.verified:
            self._spent += size
            member.verified, member.doctype = True, has_doctype(content[:_PROLOG])
        return content

    def replace(self, member: Member, content: bytes) -> None:
        """Give ``member`` new content; a duplicate of the same name and content gets it too."""
        for twin in self.members:
            if twin.raw_name == member.raw_name and (twin.crc, twin.size) == (member.crc, member.size):
                twin.content = content
        member.content = content

    def add(self, name: str, content: bytes) -> Member:
        """A new last member."""
        member = Member()
        member.name = name
        member.raw_name = name.encode()
        member.flags = 0 if name.isascii() else _UTF8
        member.content = content
        self.members.append(member)
        return member

    def write(self) -> bytes:
        """The whole archive.

        Raises Refused (damaged, encrypted, compression, doctype, unpacks_too_large) where a member that
        nobody read cannot be unpacked or is a bomb: a copy must not look whole that is not.
        """
        self._ensure_plausible()
        body: list[bytes] = []
        directory: list[bytes] = []
        offset = 0
        for member in self.members:
            if member.content is None:
                method, crc, size = member.method, member.crc, member.size
                raw, flags, needed = self._verified(member), member.flags & _KEPT_FLAGS, 20
            else:
                method, needed, size = _DEFLATED, 20, len(member.content)
                (raw, crc), flags = _packed(member.content), member.flags & _UTF8
            fields = (
                needed, flags, method, member.time, member.date, crc, len(raw), size, len(member.raw_name),
            )  # fmt: skip
            body += (_LOCAL.pack(b"PK\3\4", *fields, 0), member.raw_name, raw)
            directory += (
                _CENTRAL.pack(
                    b"PK\1\2", member.made_by, *fields, len(member.extra), len(member.comment), 0,
                    member.internal, member.external, offset,
                ),
                member.raw_name, member.extra, member.comment,
            )  # fmt: skip
            offset += _LOCAL.size + len(member.raw_name) + len(raw)
        size, count = sum(map(len, directory)), len(self.members)
        end = _END.pack(b"PK\5\6", 0, 0, count, count, size, offset, len(self.comment))
        return b"".join((*body, *directory, end, self.comment))

    def verify(self) -> None:
        """Unpack every member once. Raises Refused as ``write``."""
        self._ensure_plausible()
        for member in self.members:
            self._verified(member)

    def _ensure_plausible(self) -> None:
        """No member lies over another, and all of them together are no more than the bounds allow."""
        untouched = [member for member in self.members if member.content is None]
        if sum(member.compressed for member in untouched) > len(self._data):
            raise Refused("damaged", detail="members overlap")
        size = sum(member.size for member in untouched)
        if size > self._bounds.total_bytes:
            raise Refused("unpacks_too_large", limit=self._bounds.total_bytes, found=size)

    def _verified(self, member: Member) -> bytes:
        """The compressed bytes, unpacked once to see that they can be; nothing is held of it."""
        raw = self._raw(member)
        if not member.verified:
            _ensure_readable(member)
            sound, member.doctype = _verdict(raw, member.method, member.crc, member.size)
            if not sound:
                raise Refused("damaged", detail=f"{member.name}: not what its header says")
            member.verified = True
        if member.doctype and member.name.casefold().endswith((".xml", ".rels", ".vml")):
            raise Refused("doctype", detail=member.name)  # a bomb for whoever opens the copy
        return raw

    def _raw(self, member: Member) -> bytes:
        """The compressed bytes as they lie in the file."""
        data = self._data
        if not data.startswith(b"PK\3\4", member.offset):
            raise Refused("damaged", detail=f"{member.name}: not where the directory says")
        name, extra = _NAMES.unpack_from(data, member.offset + 26)
        start = member.offset + _LOCAL.size + name + extra
        raw = data[start : start + member.compressed]
        if len(raw) != member.compressed:
            raise Refused("damaged", detail=f"{member.name}: cut off")
        return raw

    def _directory(self) -> Iterator[Member]:
        data = self._data
        end = data.rfind(b"PK\5\6", max(0, len(data) - 0xFFFF - _END.size))
        if end < 0:
            raise Refused("damaged" if data[:4] == b"PK\3\4" else "not_a_workbook", detail="no directory")
        _, _, _, _, count, size, start, comment = _END.unpack_from(data, end)
        self.comment = data[end + _END.size : end + _END.size + comment]
        locator = end - _END64_LOCATOR.size
        if locator >= 0 and data[locator : locator + 4] == b"PK\6\7":
            end = data.rfind(b"PK\6\6", 0, locator)
            if end < 0:
                raise Refused("damaged", detail="no directory where it is said to be")
            count, size, start = _END64.unpack_from(data, end)[7:10]
        if count > self._bounds.members:
            raise Refused("too_complex", limit=self._bounds.members, found=count, part="members")
        # Bytes in front of the archive (a stub, a mail header) shift every offset in it.
        shift = end - size - start
        position = end - size
        if shift < 0 or position < 0:
            raise Refused("damaged", detail="no directory where it is said to be")
        if shift >= _LOCAL.size and data.startswith(b"PK\3\4"):
            # The end is cut off: this directory is that of the last workbook in it.
            raise Refused("damaged", detail="another archive in front of it")
        for _ in range(count):
            member = Member()
            (
                mark, member.made_by, _, member.flags, member.method, member.time, member.date,
                member.crc, member.compressed, member.size, name, extra, note, _, member.internal,
                member.external, member.offset,
            ) = _CENTRAL.unpack_from(data, position)  # fmt: skip
            if mark != b"PK\1\2":
                raise Refused("damaged", detail="no directory where it is said to be")
            position += _CENTRAL.size
            member.raw_name = data[position : position + name]
            position += name
            member.extra = data[position : position + extra]
            position += extra
            member.comment = data[position : position + note]
            position += note
            if extra and 0xFFFFFFFF in (member.compressed, member.size, member.offset):
                _widen(member)
            if extra:
                member.extra = _plain(member.extra)
            member.offset += shift
            member.name = _decode(member.raw_name)
            yield member


def _ensure_readable(member: Member) -> None:
    if member.flags & _ENCRYPTED:
        raise Refused("encrypted", detail=member.name)
    if member.method not in (_STORED, _DEFLATED):
        raise Refused("compression", detail=member.name)


def _unpacked(raw: bytes, method: int, crc: int, size: int) -> bytes | None:
    """The content of compressed bytes; None where it is not what was declared."""
    if method == _STORED:
        content = raw
    else:
        try:
            # One byte more than declared is enough to know that the declaration is a lie.
            content = zlib.decompressobj(-15).decompress(raw, size + 1)
        except zlib.error:
            return None
    return content if len(content) == size and isal_zlib.crc32(content) == crc else None


_unpacked_again = cached_if_small(_SMALL)(_unpacked)


@cached_if_small(_SMALL)
def _verdict(raw: bytes, method: int, crc: int, size: int) -> tuple[bool, bool]:
    """Whether compressed bytes hold what was declared, and whether that begins with a document type."""
    got_crc, got_size = 0, 0
    if method == _STORED:
        got_crc, got_size, start = zlib.crc32(raw), len(raw), raw[:_PROLOG]
    else:
        unpacker, rest = zlib.decompressobj(-15), raw
        start = b""
        try:
            while got_size <= size and (piece := unpacker.decompress(rest, _PIECE)):
                start = start or piece[:_PROLOG]
                got_crc, got_size, rest = (
                    zlib.crc32(piece, got_crc),
                    got_size + len(piece),
                    unpacker.unconsumed_tail,
                )
        except zlib.error:
            return False, False
    return (got_crc, got_size) == (crc, size), has_doctype(start)


@cached_if_small(_SMALL)
def _packed(content: bytes) -> tuple[bytes, int]:
    """Deflated content and its checksum."""
    # A quarter of the time of zlib at its lowest level, and no larger. What others packed is left to zlib:
    # it has been tried longest on hostile bytes.
    return isal_zlib.compress(content, 1, -15), isal_zlib.crc32(content)


def _decode(name: bytes) -> str:
    """Names are UTF-8 in practice, flagged or not; what is not is an old Chinese zip tool's GBK."""
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode("gb18030", "replace")


def _fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    position = 0
    while position + 4 <= len(extra):
        kind, size = struct.unpack_from("<2H", extra, position)
        yield kind, extra[position : position + 4 + size]
        position += 4 + size


def _widen(member: Member) -> None:
    """Take the sizes and the offset that zip64 keeps in its extra field."""
    for kind, field in _fields(member.extra):
        if kind == _ZIP64_EXTRA:
            position = 4
            for name in ("size", "compressed", "offset"):
                if getattr(member, name) == 0xFFFFFFFF:
                    setattr(member, name, struct.unpack_from("<Q", field, position)[0])
                    position += 8


def _plain(extra: bytes) -> bytes:
    """The extra fields without zip64, which a copy of this size does not need."""
    return b"".join(field for kind, field in _fields(extra) if kind != _ZIP64_EXTRA)
