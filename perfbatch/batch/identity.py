"""What decides an outcome beside the files: program, words, rules, layouts and passwords, as one hash."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from perfbatch.version import __version__
from perfbatch.words import shipped_directory

if TYPE_CHECKING:
    from perfbatch.batch.settings import Settings
    from perfbatch.rules import Books

_PACKAGE = Path(__file__).parent.parent
_OURS = frozenset({".py", ".toml", ".j2"})
# Passwords of an office are short; a plain hash of one, lying beside the results, could be tried out.
_SCRYPT = {"n": 1 << 14, "r": 8, "p": 1}


def settings_hash(settings: Settings, books: Books) -> str:
    """The same for two runs exactly if the same file must come out of both the same way.

    Content counts and not dates: what an office edits in templates/, in its layouts or in a rule book makes
    another hash, and so does another version of the program.
    """
    digest = hashlib.sha256(shipped())
    for folder in (settings.templates, settings.layouts):
        digest.update(_content_hash(folder))
    whose = {"asked": books.asked} if books.asked else books.layouts
    for layout, book in sorted(whose.items()):
        digest.update(f"\0{layout}\0{book.name}\0{book.hash}".encode())
    for password in settings.passwords:
        secret = password.encode("utf-8", "surrogatepass")
        digest.update(hashlib.scrypt(secret, salt=b"perfbatch", **_SCRYPT))
    return digest.hexdigest()


@cache
def shipped() -> bytes:
    """Hash of the program and its words, as they were when this process first asked."""
    parts = (__version__.encode(), _content_hash(_PACKAGE), _content_hash(shipped_directory()))
    return hashlib.sha256(b"".join(parts)).digest()


def _content_hash(path: Path | None) -> bytes:
    """Hash of the names and contents in a file or folder that can change an outcome."""
    digest = hashlib.sha256()
    if path is not None:
        files = [path] if path.is_file() else sorted(path.rglob("*"))
        for file in files:
            if file.suffix in _OURS and file.is_file():
                data = file.read_bytes()
                digest.update(
                    f"{file.relative_to(path).as_posix()}\0{len(data)}\0".encode("utf-8", "replace")
                )
                digest.update(data)
    return digest.digest()
