"""What run.json keeps so that ``perfbatch verify`` can prove what belongs together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from perfbatch.batch.identity import shipped_parts
from perfbatch.options import flag_of
from perfbatch.writing.context import OfficeFile

if TYPE_CHECKING:
    from perfbatch.options import Options

_BLOCK = 1 << 20


def digest_of_file(path: Path) -> str:
    """SHA-256 of a file, read block by block. Raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def office_files(options: Options) -> list[OfficeFile]:
    """Rule book, layouts, templates, lists: every file as it lies there now. Raises OSError."""
    found = []
    for option, top in _given(options):
        for path, name in files_below(top):
            found.append(OfficeFile(option, str(top), name, path.stat().st_size, digest_of_file(path)))
    return found


def files_below(top: Path) -> Iterator[tuple[Path, str]]:
    """The file ``top``, or the files in the folder, hidden ones left out; each with its name below it."""
    if top.is_file():
        yield top, ""
        return
    for path in sorted(top.rglob("*")):
        name = path.relative_to(top)
        if path.is_file() and not any(part.startswith((".", "~$")) for part in name.parts):
            yield path, name.as_posix()


def _given(options: Options) -> Iterator[tuple[str, Path]]:
    not_of_the_forms = options.deciding("process")  # the history, which every run changes
    for option, value in options.places():
        if option not in not_of_the_forms:
            for one in value if isinstance(value, tuple) else (value,):
                yield option, Path(one).absolute()


_HOW = frozenset({"fresh", "workers", "cluster"})
"""By whom the work is done and what is taken over: the same outputs, so they are not said in them."""


def in_force(options: Options) -> dict[str, Any]:
    """Options that are not what they are anyway, as JSON; passwords are only counted."""
    said: dict[str, Any] = {}
    for each in fields(options):
        value = getattr(options, each.name)
        if value == each.default or each.name == "limits":
            continue
        if each.metadata.get("secret"):
            said[each.name] = len(value)
        elif isinstance(value, tuple):
            said[each.name] = [str(one) for one in value]
        else:
            said[each.name] = str(value) if isinstance(value, Path | date) else value
    return said


def shown_options(options: Options) -> tuple[tuple[str, str], ...]:
    """The same for people: name and value."""
    flags = {each.name: flag_of(each) for each in fields(options)}
    return tuple(
        (flags[name], "\n".join(value) if isinstance(value, list) else "" if value is True else str(value))
        for name, value in in_force(options).items()
        if name not in _HOW
    )


def of_program() -> Mapping[str, str]:
    """SHA-256 of the program and of its words, as they are now."""
    return dict(zip(("program", "words"), (part.hex() for part in shipped_parts()), strict=True))
