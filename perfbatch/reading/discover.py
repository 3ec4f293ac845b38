"""What lies in the inputs: every file is found once, and is read, refused or skipped, and none is lost."""

from __future__ import annotations

import json
import os
import stat
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from perfbatch.reading.archive import list_members, read_member
from perfbatch.words import Words
from perfbatch.workbook.bounds import DEFAULT, Bounds
from perfbatch.workbook.kind import sniff
from perfbatch.workbook.refusal import Refused, reason

OWN_NAMES = frozenset({"汇总.xlsx", "报告.html", "run.json", "批注", "数据", "通知", "备份", ".perfbatch"})
"""What a run leaves at the top of its output folder, beside what its run.json lists."""
_SYSTEM_NAMES = frozenset({
    ".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx", "$recycle.bin", "@eadir", "#recycle",
    "system volume information", ".spotlight-v100", ".trashes", ".fseventsd",
})  # fmt: skip
_ZIP_HEAD = 4


class InputError(Exception):
    """An input that cannot be used at all; ``code`` names the sentence in templates/refusals.toml."""

    def __init__(self, code: str, path: Path) -> None:
        super().__init__(code, path)
        self.code = code
        self.path = path

    def sentence(self, words: Words) -> str:
        """What is wrong and what to do, in Chinese."""
        return reason(self.code, words, path=self.path)


@dataclass(frozen=True, slots=True)
class Source:
    """One file found. It may be sent to another process.

    ``file`` is the path of the real file, ``name`` its path below INPUT with '/' (unique in the batch),
    ``member`` its name within the archive ``file`` and ``entry`` its place there. ``skip`` is the code of the
    reason why it is skipped; ``refusal`` is set where it is known beforehand that it cannot be read.
    """

    file: str
    name: str
    member: str = ""
    skip: str = ""
    refusal: Refused | None = None
    entry: int = -1

    @property
    def path(self) -> Path:
        """``file`` as a Path, which takes three times the room: a batch may have a hundred thousand."""
        return Path(self.file)

    def load(self, limit: int = DEFAULT.file_bytes) -> bytes:
        """The content, read once and never written.

        Raises Refused: too_large, unreadable, vanished, special_file, or what ``refusal`` says.
        """
        if self.refusal is not None:
            raise self.refusal
        if self.member:
            return read_member(self.path, self.entry, limit)
        try:
            path = self.path
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):
                raise Refused("special_file")
            if status.st_size > limit:
                raise Refused("too_large", limit=limit, found=status.st_size)
            with path.open("rb") as file:
                # room is made for as much as is asked for: so not for the limit, unless the file has grown
                data = file.read(status.st_size + 1)
                if len(data) > status.st_size:
                    data += file.read(limit + 1 - len(data))
        except FileNotFoundError as error:
            raise Refused("vanished", detail=str(error)) from error
        except OSError as error:
            raise Refused("unreadable", detail=str(error)) from error
        if len(data) > limit:
            raise Refused("too_large", limit=limit, found=len(data))
        return data


def discover(
    inputs: Sequence[Path], *, outputs: Path | None = None, bounds: Bounds = DEFAULT
) -> list[Source]:
    """Everything that lies in the inputs, in their order and then by name; overlapping inputs count once.

    Folders are searched to any depth, .zip archives one level deep. ``outputs``, the folder that this run
    writes to, and what earlier runs wrote are skipped. Raises InputError for an input that does not exist.
    """
    found: list[list[Source]] = []
    walk = _Walk(outputs, bounds)
    for path in inputs:
        if not path.exists():
            raise InputError("no_input", path)
        found.append(sorted(walk.input(path), key=lambda source: source.name.split("/")))
    return _named_apart(list(inputs), found)


class _Walk:
    """One search through all inputs; remembers which folders and files it has seen."""

    def __init__(self, outputs: Path | None, bounds: Bounds) -> None:
        self._outputs = _identity(outputs) if outputs is not None else None
        self._bounds = bounds
        self._folders: set[tuple[int, int]] = set()
        self._files: set[str] = set()
        self._entries = 0

    def input(self, path: Path) -> Iterator[Source]:
        """Sources of one input, a folder or a file."""
        if not path.is_dir():
            name = _clean(path.resolve().name if path.name in ("", "..") else path.name)
            skip = skip_code(path.name)
            if skip:
                yield Source(str(path), name, skip=skip)
            else:
                yield from self._file(path, name)
            return
        if self._enter(path):
            yield from self._folder(path, "", self._own_names(path, inside=False))

    def _folder(self, top: Path, prefix: str, own: frozenset[str]) -> Iterator[Source]:
        waiting = [(top, prefix, own)]
        while waiting:
            folder, name, own = waiting.pop()
            try:
                with os.scandir(folder) as entries:
                    children = sorted(entries, key=lambda entry: entry.name)
            except OSError as error:
                refusal = Refused("unreadable_folder", detail=str(error))
                yield Source(str(folder), name.rstrip("/") or _clean(folder.name), refusal=refusal)
                continue
            real = Path(os.path.realpath(folder))
            for child in children:
                self._entries += 1
                path, shown = folder / child.name, name + _clean(child.name)
                skip = "own_output" if child.name in own else skip_code(child.name)
                is_folder = _is_folder(child)
                if skip:
                    yield Source(str(path), shown, skip=skip)
                elif not is_folder:
                    yield from self._file(path, shown, str(real / child.name) if _is_plain(child) else "")
                elif self._entries > self._bounds.entries:
                    limit = self._bounds.entries
                    too_many = Refused("too_complex", limit=limit, found=self._entries, part="entries")
                    yield Source(str(path), shown, refusal=too_many)
                elif shown.count("/") >= self._bounds.depth:
                    yield Source(str(path), shown, refusal=Refused("too_deep", limit=self._bounds.depth))
                elif not self._enter(path):
                    yield Source(str(path), shown, skip="seen_before")
                else:
                    below = self._own_names(path, inside=True)
                    if not below or not _only(path, below):
                        waiting.append((path, f"{shown}/", below))
                    elif any(path.iterdir()):
                        yield Source(str(path), shown, skip="own_output")

    def _file(self, path: Path, name: str, real: str = "") -> Iterator[Source]:
        """Sources of one file. ``real``: its path without links, where it is known to be a plain file."""
        if not real:
            refusal = _not_a_file(path)
            if refusal is not None:
                yield Source(str(path), name, refusal=refusal)
                return
            real = os.path.realpath(path)
        if real in self._files:
            yield Source(str(path), name, skip="seen_before")
            return
        self._files.add(real)
        if path.suffix.lower() == ".zip" and _is_plain_zip(path, self._bounds):
            yield from self._archive(path, name)
        else:
            yield Source(str(path), name)

    def _archive(self, path: Path, name: str) -> Iterator[Source]:
        try:
            members = list_members(path, self._bounds)
        except Refused as refusal:
            yield Source(str(path), name, refusal=refusal)
            return
        for member in members:
            source = Source(str(path), f"{name}/{_clean(member.name)}", member.name, entry=member.entry)
            skip = next(filter(None, map(skip_code, member.name.split("/"))), "")
            why = member.refusal
            if why is None and member.name.lower().endswith((".zip", ".rar", ".7z")):
                why = Refused("nested_archive")
            yield replace(source, skip=skip) if skip else replace(source, refusal=why)

    def _enter(self, folder: Path) -> bool:
        """Whether the folder is new; a link may lead back to one that was seen."""
        identity = _identity(folder)
        if identity is None:
            return True
        if identity in self._folders:
            return False
        self._folders.add(identity)
        return True

    def _own_names(self, folder: Path, *, inside: bool) -> frozenset[str]:
        """Names in a folder that are ours: this run's output folder, or that of an earlier run."""
        manifest = _manifest(folder / "run.json")
        if manifest is not None:
            listed = manifest.get("outputs")
            names = listed if isinstance(listed, dict | list) else ()
            return OWN_NAMES | {str(name).split("/")[0] for name in names}
        if inside and self._outputs is not None and _identity(folder) == self._outputs:
            return OWN_NAMES
        return frozenset()


def skip_code(name: str) -> str:
    """Code of the reason for skipping a file or folder of this name, '' if it is not skipped."""
    if name.startswith(("~$", ".~")) or (name.startswith("~") and name.lower().endswith(".tmp")):
        return "lock_file"
    if name.lower() in _SYSTEM_NAMES or name.startswith("._"):
        return "system_file"
    return "hidden_file" if name.startswith(".") else ""


def _named_apart(inputs: list[Path], found: list[list[Source]]) -> list[Source]:
    """All sources under unique names; where inputs share a name, each is shown below its input's own name."""
    owners: dict[str, set[int]] = {}
    for number, sources in enumerate(found):
        for source in sources:
            owners.setdefault(source.name, set()).add(number)
    clashing = {number for numbers in owners.values() if len(numbers) > 1 for number in numbers}
    prefixes: set[str] = set()
    result: list[Source] = []
    taken: set[str] = set()
    for number, sources in enumerate(found):
        prefix = ""
        if number in clashing:
            path = inputs[number].resolve()
            base = _clean(path.name if path.is_dir() else path.parent.name) or "input"
            prefix = f"{_numbered(base, prefixes)}/"
        for source in sources:
            # Interned, so that what an earlier part of the run wrote down and loads again takes no more room.
            name = sys.intern(_numbered(prefix + source.name, taken))
            result.append(source if name is source.name else replace(source, name=name))
    return result


def _numbered(name: str, taken: set[str]) -> str:
    number, candidate = 1, name
    while candidate in taken:
        path = PurePosixPath(name)
        number += 1
        candidate = str(path.with_name(f"{path.stem}({number}){path.suffix}"))
    taken.add(candidate)
    return candidate


def _clean(name: str) -> str:
    """A name that can be written anywhere: composed (NFC), and read as GBK where it is no UTF-8."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        name = os.fsencode(name).decode("gb18030", "replace")
    return unicodedata.normalize("NFC", name)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_plain(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a file and no link, as far as the folder itself tells: nothing more is asked."""
    try:
        return entry.is_file(follow_symlinks=False)
    except OSError:
        return False


def _not_a_file(path: Path) -> Refused | None:
    """Why a path is nothing that could be opened: a link to nowhere, a device, a pipe."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError as error:
        return Refused("vanished", detail=str(error))
    except OSError as error:
        return Refused("unreadable", detail=str(error))
    return None if stat.S_ISREG(mode) else Refused("special_file")


def _is_plain_zip(path: Path, bounds: Bounds) -> bool:
    """Whether a .zip is an archive, and not a workbook of that ending."""
    try:
        with path.open("rb") as file:
            head = file.read(_ZIP_HEAD)
            if not head.startswith(b"PK"):
                return False
            if path.stat().st_size > bounds.file_bytes:
                return True
            return sniff(head + file.read()) in ("zip", "damaged")
    except OSError:
        return False


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino)


def _manifest(path: Path) -> dict[str, object] | None:
    """The run.json of an earlier run, None where there is none of ours."""
    try:
        if path.stat().st_size > DEFAULT.file_bytes:
            return None
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return manifest if isinstance(manifest, dict) and manifest.get("tool") == "perfbatch" else None


def _only(folder: Path, names: frozenset[str]) -> bool:
    """Whether a folder holds nothing but these names and what is skipped anyway."""
    try:
        children = [child.name for child in folder.iterdir()]
    except OSError:
        return False
    return all(child in names or skip_code(child) for child in children)
