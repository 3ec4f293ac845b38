"""One member of a zip that is in memory, without the file objects that ``zipfile`` builds around each."""

from __future__ import annotations

import struct
import zipfile
import zlib

_LOCAL = struct.Struct("<4s22xHH")
_USUAL_FLAGS = 0x80E
"""How hard it was packed, that sizes follow the data, and that the name is UTF-8."""


def usual_entry(data: bytes, info: zipfile.ZipInfo, end: int) -> bytes | None:
    """The content of a member that ends at ``end`` or before, and no larger than it says.

    None where anything about it is unusual or wrong: then ``zipfile`` reads it, or says what is wrong.
    """
    start = info.header_offset
    if info.flag_bits & ~_USUAL_FLAGS or not info.orig_filename.isascii():
        return None
    if not 0 <= start <= len(data) - _LOCAL.size:
        return None
    mark, name_length, extra_length = _LOCAL.unpack_from(data, start)
    name_start = start + _LOCAL.size
    name_end = name_start + name_length
    body = name_end + extra_length
    body_end = body + info.compress_size
    if mark != b"PK\x03\x04" or body_end > end or data[name_start:name_end] != info.orig_filename.encode():
        return None
    content = data[body:body_end]
    if info.compress_type == zipfile.ZIP_DEFLATED:
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            content = inflate.decompress(content, info.file_size + 1)
        except zlib.error:
            return None
        if not inflate.eof or inflate.unused_data:
            return None
    elif info.compress_type != zipfile.ZIP_STORED:
        return None
    return content if len(content) == info.file_size and zlib.crc32(content) == info.CRC else None
