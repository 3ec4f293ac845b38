"""What lies in the inputs: every file is found once, and is read, refused or skipped, and none is lost."""

from __future__ import annotations

import os
import stat
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath

from perfbatch.own_outputs import MANIFEST, OWN_NAMES, STORE, Known, known_outputs
from perfbatch.reading.archive import ArchivedFile, list_members, read_member
from perfbatch.text import without_controls
from perfbatch.whole_files import is_link, place_on_disk
from perfbatch.words import Words
from perfbatch.workbook.bounds import DEFAULT, Bounds
from perfbatch.workbook.kind import sniff
from perfbatch.workbook.refusal import Refused, reason

_SYSTEM_NAMES = frozenset({
    ".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx", "$recycle.bin", "@eadir", "#recycle",
    "system volume information", ".spotlight-v100", ".trashes", ".fseventsd",
})  # fmt: skip
_ZIP_HEAD = 4
OWN_OUTPUT = "own_output"
Seen = Sequence[ArchivedFile] | Known | Refused | None
"""What a look into an archive or a run.json came to: None where it is neither."""
Look = Callable[[Sequence[Path]], Iterable[Seen]]
"""Looks into archives and into the run.json of earlier runs, in their order."""


class InputError(Exception):
    """An input that cannot be used at all; ``code`` names the sentence in templates/refusals.toml."""

    def __init__(self, code: str, path: Path) -> None:
        super().__init__(code, path)
        self.code = code
        self.path = path

    def sentence(self, words: Words) -> str:
        """What is wrong and what to do, in Chinese."""
        return reason(self.code, words, path=without_controls(str(self.path)))


@dataclass(frozen=True, slots=True)
class Source:
    """One file found. It may be sent to another process.

    ``file`` is the path of the real file, ``name`` its path below INPUT with '/' (unique in the batch),
    ``member`` its name within the archive ``file`` and ``entry`` its place there. ``skip`` is the code of the
    reason why it is skipped; ``refusal`` is set where it is known beforehand that it cannot be read.
    ``outside`` is the real path where a link led out of all inputs.
    """

    file: str
    name: str
    member: str = ""
    skip: str = ""
    refusal: Refused | None = None
    entry: int = -1
    outside: str = ""

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
            # Names and not Paths: a hundred thousand files are read.
            status = os.stat(self.file)  # noqa: PTH116
            if not stat.S_ISREG(status.st_mode):
                raise Refused("special_file")
            if status.st_size > limit:
                raise Refused("too_large", limit=limit, found=status.st_size)
            # Unbuffered: it is one read of all there is.
            with open(self.file, "rb", buffering=0) as file:  # noqa: PTH123
                # room is made for as much as is asked for: so not for the limit, unless the file has changed
                data = file.read(status.st_size + 1)
                while len(data) != status.st_size and (more := file.read(limit + 1 - len(data))):
                    data += more
        except FileNotFoundError as error:
            raise Refused("vanished", detail=str(error)) from error
        except OSError as error:
            raise Refused("unreadable", detail=str(error)) from error
        if len(data) > limit:
            raise Refused("too_large", limit=limit, found=len(data))
        return data


def discover(
    inputs: Sequence[Path],
    *,
    outputs: Path | None = None,
    bounds: Bounds = DEFAULT,
    look: Look | None = None,
) -> list[Source]:
    """Everything that lies in the inputs, in their order and then by name; overlapping inputs count once.

    Folders are searched to any depth, .zip archives one level deep. What this run writes (to the folder
    ``outputs``) and what earlier runs wrote is skipped, each file by itself and only where it is as it was
    written. Nothing of a file is parsed here but by ``look`` (None: in this process, without protection).
    Raises InputError for an input that does not exist, or that this run would write over.
    """
    walk = _Walk(inputs, outputs, bounds)
    found: list[list[Source]] = []
    for path in inputs:
        walk.must_be_safe(path)
        found.append(list(walk.input(path)))
    wanted = [source.path for sources in found for source in sources if _is_to_be_seen(source)]
    seen = dict(zip(map(str, wanted), (look or partial(look_here, bounds=bounds))(wanted), strict=True))
    earlier = {str(Path(file).parent): known for file, known in seen.items() if isinstance(known, Known)}
    expanded = [
        sorted(_expanded(sources, seen, earlier), key=lambda source: source.name.split("/"))
        for sources in found
    ]
    return _named_apart(list(inputs), expanded)


def must_be_safe(inputs: Sequence[Path], outputs: Path) -> None:
    """Raises InputError for an input that does not exist, or that a run into ``outputs`` would write over."""
    walk = _Walk(inputs, outputs, DEFAULT)
    for path in inputs:
        walk.must_be_safe(path)


def look_here(paths: Sequence[Path], bounds: Bounds = DEFAULT) -> list[Seen]:
    """Look into archives and manifests in this process."""
    return [look_into(path, bounds) for path in paths]


def look_into(path: Path, bounds: Bounds = DEFAULT) -> Seen:
    """Members of an archive or why it cannot be opened, what a run.json says is ours, None for neither."""
    if path.name == MANIFEST:
        return known_outputs(path.parent)
    if not _is_plain_zip(path, bounds):
        return None
    try:
        return list_members(path, bounds)
    except Refused as refusal:
        return refusal


class _Walk:
    """One search through all inputs; remembers which folders and files it has seen."""

    def __init__(self, inputs: Sequence[Path], outputs: Path | None, bounds: Bounds) -> None:
        self._outputs = outputs
        self._output = place_on_disk(outputs) if outputs is not None else None
        self._own = set(_own_folders(outputs)) if outputs is not None else set()
        self._tops = [os.path.realpath(path) for path in inputs]
        self._bounds = bounds
        self._folders: set[tuple[int, int]] = set()
        self._files: set[str] = set()
        self._entries = 0

    def must_be_safe(self, path: Path) -> None:
        """Raises InputError where ``path`` is not there, or is a part of what this run writes, whatever it is
        called.

        Folders are compared by what they are on disk: links, other spellings and other mounts are the same.
        """
        if not path.exists():
            raise InputError("no_input", path)
        if self._output is None:
            return
        real = Path(os.path.realpath(path))
        for step in (real, *real.parents):
            if step.is_dir() and place_on_disk(step) in self._own:
                raise InputError("inside_output", path)
        own = {name.casefold() for name in OWN_NAMES}
        if not real.is_dir() and real.name.casefold() in own and place_on_disk(real.parent) == self._output:
            raise InputError("inside_output", path)

    def input(self, path: Path) -> Iterator[Source]:
        """Sources of one input, a folder or a file."""
        if not path.is_dir():
            name = _clean(Path(os.path.realpath(path)).name if path.name in ("", "..") else path.name)
            skip = skip_code(path.name)
            if skip:
                yield Source(str(path), name, skip=skip)
            else:
                yield from self._file(path, name)
            return
        if self._enter(path):
            yield from self._folder(path, "")

    def _folder(self, top: Path, prefix: str) -> Iterator[Source]:
        waiting = [(top, prefix, self._is_output(top))]
        # A link to a folder in which the input lies, at the worst the root, would bring in all of it.
        above = {place_on_disk(folder) for folder in Path(os.path.realpath(top)).parents}
        while waiting:
            folder, name, own = waiting.pop()
            try:
                with os.scandir(folder) as entries:
                    children = sorted(entries, key=lambda entry: entry.name)
            except OSError as error:
                refusal = Refused("unreadable_folder", detail=str(error))
                yield Source(str(folder), name.rstrip("/") or _clean(folder.name), refusal=refusal)
                continue
            real = os.path.realpath(folder)
            outside = self._leads_out(real)
            for child in children:
                self._entries += 1
                path, shown = folder / child.name, name + _clean(child.name)
                is_folder = _is_folder(child)
                skip = own.skip(path, is_folder) if own is not None else ""
                skip = skip or skip_code(child.name)
                if skip:
                    yield Source(str(path), shown, skip=skip)
                elif not is_folder:
                    plain = f"{real}{os.sep}{child.name}" if _is_plain(child) else ""
                    yield from self._file(path, shown, plain, plain if outside else "")
                elif self._entries > self._bounds.entries:
                    limit = self._bounds.entries
                    too_many = Refused("too_complex", limit=limit, found=self._entries, part="entries")
                    yield Source(str(path), shown, refusal=too_many)
                elif shown.count("/") >= self._bounds.depth:
                    yield Source(str(path), shown, refusal=Refused("too_deep", limit=self._bounds.depth))
                elif own is None and place_on_disk(path) in self._own:
                    # A link to our results is as good as the results; a mount of them would be written over.
                    if not is_link(path):
                        raise InputError("inside_output", path)
                    yield Source(str(path), shown, skip=OWN_OUTPUT)
                elif place_on_disk(path) in above:
                    yield Source(str(path), shown, skip="leads_up")
                elif not self._enter(path):
                    yield Source(str(path), shown, skip="seen_before")
                else:
                    waiting.append((path, f"{shown}/", own or self._is_output(path)))

    def _file(self, path: Path, name: str, real: str = "", outside: str = "") -> Iterator[Source]:
        """Sources of one file. ``real``: its path without links, where it is known to be a plain file."""
        if not real:
            refusal = _not_a_file(path)
            if refusal is not None:
                yield Source(str(path), name, refusal=refusal)
                return
            real = os.path.realpath(path)
            outside = real if self._leads_out(real) else ""
            if self._own and place_on_disk(Path(real).parent) in self._own:
                yield Source(str(path), name, skip=OWN_OUTPUT)
                return
        if real in self._files:
            yield Source(str(path), name, skip="seen_before")
            return
        self._files.add(real)
        yield Source(str(path), name, outside=outside)

    def _enter(self, folder: Path) -> bool:
        """Whether the folder is new; a link may lead back to one that was seen."""
        identity = place_on_disk(folder)
        if identity is None:
            return True
        if identity in self._folders:
            return False
        self._folders.add(identity)
        return True

    def _leads_out(self, real: str) -> bool:
        """Whether a path without links lies in none of the inputs."""
        return not any(real == top or real.startswith(top.rstrip(os.sep) + os.sep) for top in self._tops)

    def _is_output(self, folder: Path) -> _OwnOutput | None:
        """What is ours in ``folder``, where it is the one that this run writes to."""
        if self._output is None or place_on_disk(folder) != self._output:
            return None
        return _OwnOutput(folder, known_outputs(folder) or Known())


@dataclass(frozen=True, slots=True)
class _OwnOutput:
    """The output folder of this run, as the walk came to it."""

    top: Path
    known: Known

    def skip(self, path: Path, is_folder: bool) -> str:
        """Code of the reason for skipping what lies at ``path``, '' for an input that happens to lie here."""
        name = path.relative_to(self.top).as_posix()
        first = name.split("/")[0]
        if first.startswith(STORE):
            return OWN_OUTPUT
        if is_folder:
            return ""
        if name == MANIFEST:
            return OWN_OUTPUT
        try:
            if self.known.ours(name, path.stat(follow_symlinks=False)):
                return OWN_OUTPUT
        except OSError:
            return ""
        return "in_output" if first in OWN_NAMES else ""


def _own_folders(output: Path) -> Iterator[tuple[int, int]]:
    """Identities of the folders that a run writes to below ``output``, as far as they are there."""
    for name in sorted(OWN_NAMES):
        top = output / name
        if top.is_dir():
            for folder, _, _ in os.walk(top):
                identity = place_on_disk(Path(folder))
                if identity is not None:
                    yield identity


def _is_to_be_seen(source: Source) -> bool:
    """Whether it may hold members, or say what else is to be skipped."""
    name = source.file.rpartition(os.sep)[2]
    wanted = name == MANIFEST or name.lower().endswith(".zip")
    return wanted and not source.skip and source.refusal is None


def _expanded(
    sources: Iterable[Source], seen: Mapping[str, Seen], earlier: Mapping[str, Known]
) -> Iterator[Source]:
    """Sources with the members of archives; what is as an earlier run wrote it is skipped."""
    for source in sources:
        if source.skip or source.refusal is not None:
            yield source
        elif earlier and _is_earlier_output(source.file, earlier):
            yield replace(source, skip=OWN_OUTPUT)
        else:
            yield from _members(source, seen.get(source.file))


def _is_earlier_output(file: str, earlier: Mapping[str, Known]) -> bool:
    folder, name = os.path.split(file)
    while folder not in earlier:
        above, step = os.path.split(folder)
        if above == folder or not step:
            return False
        folder, name = above, f"{step}/{name}"
    try:
        return name == MANIFEST or earlier[folder].ours(name, os.lstat(file))
    except OSError:
        return False


def _members(source: Source, seen: Seen) -> Iterator[Source]:
    if isinstance(seen, Refused):
        yield replace(source, refusal=seen)
    elif seen is None or isinstance(seen, Known):
        yield source
    else:
        for member in seen:
            shown = f"{source.name}/{_clean(member.name)}"
            one = replace(source, name=shown, member=member.name, entry=member.entry)
            skip = next(filter(None, map(skip_code, member.name.split("/"))), "")
            why = member.refusal
            if why is None and member.name.lower().endswith((".zip", ".rar", ".7z")):
                why = Refused("nested_archive")
            yield replace(one, skip=skip) if skip else replace(one, refusal=why)


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
            path = Path(os.path.realpath(inputs[number]))
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
    """A name that can be shown anywhere: composed (NFC), read as GBK where it is no UTF-8, no controls."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        name = os.fsencode(name).decode("gb18030", "replace")
    return without_controls(unicodedata.normalize("NFC", name))


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
