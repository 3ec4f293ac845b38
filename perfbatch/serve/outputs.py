"""What a job has written, for a browser: only what its run.json lists, through no link, and as one zip."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from perfbatch.own_outputs import MANIFEST, inside, read_manifest
from perfbatch.whole_files import first_link, is_link

_PIECE = 256 * 1024
_PACKED = (".xlsx", ".xlsm", ".docx", ".zip")
"""Endings of what does not get smaller."""


def listed(output: Path) -> list[str]:
    """Paths of the outputs of a finished run, with ``/``."""
    manifest = read_manifest(output / MANIFEST)
    if manifest is None or manifest.get("state") != "done" or not isinstance(manifest.get("outputs"), dict):
        return []
    return [*(name for name in manifest["outputs"] if inside(name)), MANIFEST]


def output_file(output: Path, name: str) -> Path | None:
    """The output of that name; None where there is none, or where a link leads to it."""
    if not inside(name) or name not in listed(output):
        return None
    return _plain(output, name)


def _plain(output: Path, name: str) -> Path | None:
    path = output / name
    if is_link(output) or first_link(output, path) is not None or not path.is_file():
        return None
    return path


class _Pieces(io.RawIOBase):
    """What the zip writer writes, until it is fetched."""

    def __init__(self) -> None:
        super().__init__()
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._held += data
        return len(data)

    def flush(self) -> None:
        """Nothing is kept back."""

    def fetch(self) -> bytes:
        held, self._held = bytes(self._held), bytearray()
        return held


def as_zip(output: Path) -> Iterator[bytes]:
    """All outputs as one zip, piece by piece: none of it is held or written anywhere."""
    pieces = _Pieces()
    with zipfile.ZipFile(pieces, mode="w") as archive:
        for name in listed(output):
            path = _plain(output, name)
            if path is None:
                continue
            info = zipfile.ZipInfo.from_file(path, name, strict_timestamps=False)
            info.compress_type = zipfile.ZIP_STORED if name.endswith(_PACKED) else zipfile.ZIP_DEFLATED
            with path.open("rb") as file, archive.open(info, "w") as member:
                while piece := file.read(_PIECE):
                    member.write(piece)
                    if held := pieces.fetch():
                        yield held
            yield pieces.fetch()
    yield pieces.fetch()
