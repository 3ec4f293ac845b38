"""A zip with the same bytes from the same content: no time, no order of a disk, nothing compressed anew."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

_NO_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX = 3


def write_zip(path: Path, folder: str, content: Mapping[str, bytes | Path]) -> None:
    """``content`` by its name below ``folder``. Scripts (.sh) are executable.

    Entries are stored: wheels are compressed already, and what a compressor makes depends on its version.
    """
    part = path.with_name(f"{path.name}.part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(content):
            entry = zipfile.ZipInfo(f"{folder}/{name}", _NO_TIME)
            entry.create_system = _UNIX
            entry.external_attr = (stat.S_IFREG | (0o755 if name.endswith(".sh") else 0o644)) << 16
            value = content[name]
            archive.writestr(entry, value if isinstance(value, bytes) else value.read_bytes())
    part.replace(path)
