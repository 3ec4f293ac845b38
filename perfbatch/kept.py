"""What is worked out once for a machine, as Python keeps its own modules: compiled patterns and sentences,
and what the shipped TOML files say.

It lies where Python keeps what it compiled of this package, under the same conditions: the same Python, a
folder that may be written to, and not where the office says PYTHONDONTWRITEBYTECODE. It may be deleted at any
time, and nothing but speed hangs on it (docs/decisions/026). What an office wrote itself is not kept.
"""

from __future__ import annotations

import hashlib
import importlib.util
import marshal
import sys
from pathlib import Path
from typing import Any

from perfbatch.whole_files import write_whole

_LARGEST = 32 << 20
"""Bytes of a kept file that is believed to be ours."""
_known: dict[Any, Any] | None = None
_new: dict[Any, Any] = {}


def taken(key: object) -> Any:
    """What is kept for ``key``, None for nothing; once in a process, since whoever asks keeps what he makes
    of it."""
    known = _kept()
    found = known.get(key)
    if found is not None:
        known[key] = None  # which stays kept, also where it is made again in this process
    return found


def noted(key: object, value: object) -> None:
    """``value`` for ``key``, of kinds that ``marshal`` knows, to be kept with the next ``keep``."""
    if key not in _kept():
        _new[key] = value


def forget() -> None:
    """Take nothing any more: what lies there is not what was noted."""
    _kept().clear()


def keep() -> None:
    """Leave what was noted for the next process; in silence where that cannot be."""
    if not _new or sys.dont_write_bytecode:
        return
    content = marshal.dumps({**_read(_path()), **_new})
    try:
        _path().parent.mkdir(exist_ok=True)
        write_whole(_path(), hashlib.sha256(content).digest() + content)
    except OSError:
        return
    _new.clear()


def _kept() -> dict[Any, Any]:
    global _known
    if _known is None:
        _known = _read(_path())
    return _known


def _path() -> Path:
    return Path(importlib.util.cache_from_source(__file__)).with_suffix(".kept")


def _read(path: Path) -> dict[Any, Any]:
    """What an earlier process left; nothing where it is not whole."""
    try:
        if path.stat().st_size > _LARGEST:
            return {}
        content = path.read_bytes()
        if hashlib.sha256(content[32:]).digest() != content[:32]:
            return {}
        kept = marshal.loads(content[32:])  # noqa: S302  (Python does the same with the file beside it)
        return kept if isinstance(kept, dict) else {}
    except (OSError, ValueError, EOFError, TypeError):
        return {}
