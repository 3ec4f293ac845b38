"""Members of a .zip archive that people send instead of a folder."""

from __future__ import annotations

import os
import re
import zipfile
import zlib
from pathlib import Path
from typing import NamedTuple

from perfbatch.caching import cached
from perfbatch.workbook.bounds import DEFAULT, Bounds
from perfbatch.workbook.refusal import Refused

_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1
_UNICODE_PATH = 0x7075
_HEADER = 30
"""Bytes of a member's header without its name."""
_DRIVE = re.compile(r"\s*[A-Za-z]:\s*")
_CONTROL = re.compile("[\x00-\x1f\x7f:]")
_ERRORS = (
    zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError, OverflowError,
    LookupError,
)  # fmt: skip


class ArchivedFile(NamedTuple):
    """One file of an archive: its place in the directory, its harmless name, why it cannot be read."""

    entry: int
    name: str
    refusal: Refused | None


def list_members(path: Path, bounds: Bounds = DEFAULT) -> list[ArchivedFile]:
    """The files of an archive in the order of its directory; names are unique.

    Raises Refused: damaged_archive, empty_archive, too_complex, unpacks_too_large, unreadable.
    """
    members: list[ArchivedFile] = []
    taken: set[str] = set()
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
        with path.open("rb") as file:
            starts = file.read(4) == b"PK\3\4"
    except OSError as error:
        raise Refused("unreadable", detail=str(error)) from error
    except _ERRORS as error:
        raise Refused("damaged_archive", detail=str(error)) from error
    if starts and min((info.header_offset for info in entries), default=0) >= _HEADER:
        # Cut off: the directory that was found is that of a workbook in it.
        raise Refused("damaged_archive", detail="another archive in front of it")
    if len(entries) > bounds.members:
        raise Refused("too_complex", limit=bounds.members, found=len(entries), part="entries")
    total = sum(info.file_size for info in entries)
    if total > bounds.archive_bytes:
        raise Refused("unpacks_too_large", limit=bounds.archive_bytes, found=total)
    for entry, info in enumerate(entries):
        name = harmless(member_name(info))
        if info.is_dir() or name == "" or member_name(info).endswith(("/", "\\")):
            continue
        members.append(ArchivedFile(entry, _unique(name, taken), _refusal(info, bounds)))
    if not members:
        raise Refused("empty_archive")
    return members


def read_member(path: Path, entry: int, limit: int) -> bytes:
    """The content of the member at place ``entry`` of the directory.

    Raises Refused: damaged_archive, encrypted_archive, too_large, unreadable.
    """
    try:
        status = path.stat()
        archive = _opened(path, (status.st_mtime_ns, status.st_size, os.getpid()))
        info = archive.infolist()[entry]
        if info.flag_bits & _ENCRYPTED_FLAG:
            raise Refused("encrypted_archive")
        with archive.open(info) as member:
            content = member.read(limit + 1)
    except OSError as error:
        raise Refused("unreadable", detail=str(error)) from error
    except _ERRORS as error:
        raise Refused("damaged_archive", detail=str(error)) from error
    if len(content) > limit:
        raise Refused("too_large", limit=limit, found=max(info.file_size, len(content)))
    return content


def member_name(info: zipfile.ZipInfo) -> str:
    """The name as its sender wrote it: flagged UTF-8, UTF-8 without the flag, or GBK."""
    unicode_path = _unicode_path(info.extra)
    if unicode_path:
        return unicode_path
    if info.flag_bits & _UTF8_FLAG:
        return info.orig_filename
    try:
        raw = info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return info.orig_filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.orig_filename


def harmless(name: str) -> str:
    """A relative path with '/', without steps upwards, drives, colons, control characters; '' for nothing."""
    parts = []
    for part in name.replace("\\", "/").split("/"):
        if _DRIVE.fullmatch(part):
            continue
        part = _CONTROL.sub("_", part).strip()
        if part not in ("", ".", ".."):
            parts.append(part)
    return "/".join(parts)


def _refusal(info: zipfile.ZipInfo, bounds: Bounds) -> Refused | None:
    if info.flag_bits & _ENCRYPTED_FLAG:
        return Refused("encrypted_archive")
    if info.file_size > bounds.file_bytes:
        return Refused("too_large", limit=bounds.file_bytes, found=info.file_size)
    if info.file_size > max(bounds.ratio_from, info.compress_size * bounds.ratio):
        return Refused("unpacks_too_large", limit=bounds.ratio_from, found=info.file_size)
    return None


def _unicode_path(extra: bytes) -> str:
    """The name in the extra field of Info-ZIP, '' if there is none."""
    while len(extra) >= 4:
        field, size = int.from_bytes(extra[:2], "little"), int.from_bytes(extra[2:4], "little")
        body = extra[4 : 4 + size]
        if field == _UNICODE_PATH and len(body) > 5 and body[0] == 1:
            return body[5:].decode("utf-8", "replace")
        extra = extra[4 + size :]
    return ""


def _unique(name: str, taken: set[str]) -> str:
    stem, dot, ending = name.rpartition(".")
    number, candidate = 1, name
    while candidate in taken:
        number += 1
        candidate = f"{stem}({number}){dot}{ending}" if dot else f"{name}({number})"
    taken.add(candidate)
    return candidate


@cached(1)
def _opened(path: Path, stamp: tuple[int, int, int]) -> zipfile.ZipFile:  # noqa: ARG001  a key of the cache
    """The archive that was read last stays open: its directory is long, and its members come in a row.

    ``stamp`` is its time and size, which notice another file of that name, and the process: one that was
    forked must not share the file's position.
    """
    return zipfile.ZipFile(path)
