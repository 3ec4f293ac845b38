"""Bytes of a sheet packed as they come, and put into the workbook's zip as they lie.

The sheets of a large batch have gigabytes. Packed in one go when the run ends, they would keep everybody
waiting; unpacked on disk, they would be written and read once for nothing.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from isal import isal_zlib

_LEVEL = 1
"""Effort: rows of sheets come down to a tenth at any level, and time is what counts."""
_BLOCK = 1 << 20
_LAST = b"\x03\x00"
"""An empty block of deflate that says that it is the last."""


class Packed:
    """Bytes deflated into ``file`` as they come.

    ``size`` and ``crc`` are those of the bytes before packing, ``packed_size`` is what they take in the file;
    they hold once it is finished.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self.size = self.packed_size = self.crc = 0
        self._file = file
        self._waiting = bytearray()

    def write(self, data: bytes) -> None:
        """Add bytes."""
        self._waiting += data
        # Cut by size alone: however the batch was cut into chunks, the same rows give the same file.
        whole = len(self._waiting) // _BLOCK * _BLOCK
        for start in range(0, whole, _BLOCK):
            self._pack(self._waiting[start : start + _BLOCK])
        del self._waiting[:whole]

    def finish(self) -> None:
        """Pack what waits for more."""
        if self._waiting:
            self._pack(self._waiting)
            self._waiting.clear()

    def copy_to(self, target: IO[bytes]) -> None:
        """Write the deflated bytes to ``target``."""
        self._file.seek(0)
        shutil.copyfileobj(self._file, target, _BLOCK)

    def close(self) -> None:
        """Remove the file."""
        self._file.close()

    def _pack(self, block: bytearray) -> None:
        packer = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, -15)
        # Flushed in full, a block ends on a whole byte and refers to none before it: they can be joined.
        packed = packer.compress(block) + packer.flush(isal_zlib.Z_FULL_FLUSH)
        self.crc = isal_zlib.crc32(block, self.crc)
        self.size += len(block)
        self.packed_size += len(packed)
        self._file.write(packed)


def temporary_file(directory: Path) -> IO[bytes]:
    """A file that is gone once it is closed, on the disk that the workbook goes to."""
    return tempfile.TemporaryFile(dir=directory, prefix=".汇总-")


def add_member(book: ZipFile, name: str, pieces: Sequence[Packed]) -> None:
    """Add to ``book`` a member of ``pieces``, one after the other; it is dated 1980.

    zip64 only from 2 GiB, where it must be: Excel is wary of it in a small file.
    """
    info = ZipInfo(name)
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    info.CRC, info.compress_size = 0, len(_LAST)
    for piece in pieces:
        piece.finish()
        info.CRC = isal_zlib.crc32_combine(info.CRC, piece.crc, piece.size)
        info.file_size += piece.size
        info.compress_size += piece.packed_size
    file = book.fp
    assert file is not None
    # Written as ZipFile.mkdir writes a member that needs no packing.
    file.seek(book.start_dir)
    info.header_offset = file.tell()
    file.write(info.FileHeader())
    for piece in pieces:
        piece.copy_to(file)
    file.write(_LAST)
    book.filelist.append(info)
    book.NameToInfo[name] = info
    book.start_dir = file.tell()
