"""What decides an outcome beside the files: program, words, rules, layouts and passwords, as one hash."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from perfbatch.caching import cached
from perfbatch.version import __version__
from perfbatch.words import templates_directory

if TYPE_CHECKING:
    from perfbatch.options import Options
    from perfbatch.rules import Books

READING = 16
"""Characters at the start of an outcome's hash that tell how files were read, whatever judged them then."""
_PACKAGE = Path(__file__).parent.parent
_OURS = (".py", ".toml", ".j2")
# Passwords of an office are short; a plain hash of one, lying beside the results, could be tried out.
_SCRYPT = {"n": 1 << 14, "r": 8, "p": 1}


def outcome_hash(options: Options, books: Books, decided: bytes = b"") -> str:
    """The same for two runs exactly if the same file must come out of both the same way.

    ``decided`` stands for what a person decided on near misses of approved targets.

    Content counts and not dates: what an office edits in templates/, in its layouts or in a rule book makes
    another hash, and so does another version of the program. Hashes of one reading begin alike
    (``READING``).
    """
    digest = hashlib.sha256(_options_hash(options.deciding("judgement")) + decided)
    whose = {"asked": books.asked} if books.asked else books.layouts
    for layout, book in sorted(whose.items()):
        digest.update(f"\0{layout}\0{book.name}\0{book.hash}".encode())
    read = hashlib.sha256(shipped() + _options_hash(options.deciding("outcome"))).hexdigest()
    return read[:READING] + digest.hexdigest()


def documents_hash(options: Options) -> str:
    """The same for two runs exactly if the options leave the same to be said of the same files."""
    return _options_hash(options.deciding("documents")).hex()


@cached(8)
def shipped() -> bytes:
    """Hash of the program and its words, as they were when this process first asked."""
    return hashlib.sha256(b"".join((__version__.encode(), *shipped_parts()))).digest()


@cached(1)
def shipped_parts() -> tuple[bytes, bytes]:
    """Hashes of the program, with its rule books, layouts and checks, and of its words: as ``shipped``."""
    return _content_hash(_PACKAGE), _content_hash(templates_directory())


def _options_hash(values: Mapping[str, object]) -> bytes:
    """Of files and folders the content counts. A rule book has a hash of its own."""
    digest = hashlib.sha256()
    for name, value in values.items():
        if name == "rules":
            continue
        digest.update(f"\0{name}".encode())
        for one in value if isinstance(value, tuple) else (value,):
            if name == "passwords":
                digest.update(hashlib.scrypt(_bytes(one), salt=b"perfbatch", **_SCRYPT))
            else:
                digest.update(_content_hash(one, name == "targets") if isinstance(one, Path) else _bytes(one))
    return digest.digest()


def _bytes(value: object) -> bytes:
    return f"\0{value}".encode("utf-8", "surrogatepass")


def _content_hash(path: Path, given: bool = False) -> bytes:
    """Hash of a file, or of the names and contents in a folder that can change an outcome.

    ``given``: files of any kind count, with the name of the one given, which findings show.
    """
    digest = hashlib.sha256(_bytes(path.name) if given else b"")
    single = path.is_file()
    for name in ["."] if single else _names_in(path):
        if (given or single or name.endswith(_OURS)) and (file := path / name).is_file():
            data = file.read_bytes()
            digest.update(f"{name}\0{len(data)}\0".encode("utf-8", "replace"))
            digest.update(data)
    return digest.digest()


def _names_in(folder: Path) -> Iterator[str]:
    """Of what lies in it and below, with slashes, in the order of paths: those are slow to sort."""
    found = []
    for at, _, names in os.walk(folder):
        parts = Path(at).relative_to(folder).parts
        found += [[*parts, name] for name in names]
    return map("/".join, sorted(found))
