"""Patterns that are compiled once for a machine, as Python keeps its own modules.

The grammar of values and the directions of indicators are long alternations of words. ``re`` takes a third of
a second to compile them, in every process that starts: as long as NumPy and lxml take to load. What it makes
of them is kept where Python keeps what it compiled of this package, under the same conditions: the same
Python, a folder that may be written to, and not where the office says PYTHONDONTWRITEBYTECODE. It may be
deleted at any time, and nothing but speed hangs on it (docs/decisions/026).
"""

from __future__ import annotations

import hashlib
import importlib.util
import marshal
import re
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from perfbatch.caching import cached
from perfbatch.whole_files import write_whole

_LARGEST = 32 << 20
"""Bytes of a kept file that is believed to be ours."""
_known: dict[tuple[str, int], Any] | None = None
_new: dict[tuple[str, int], Any] = {}


@cached(512)
def compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """As ``re.compile``, without the wait where the same was compiled on this machine before.

    Raises re.error.
    """
    kept = _kept().pop((pattern, int(flags)), None)  # as numbers it takes ten times what the engine does
    if kept is not None:
        try:
            return _from_code(pattern, *kept)
        except Exception:  # a file from who knows where: what it says is never needed
            _kept().clear()
    try:
        made = _code_of(pattern, int(flags))
        found = _from_code(pattern, *made)
    except re.error:
        raise
    except Exception:  # another Python, with other insides
        return re.compile(pattern, flags)
    _new[pattern, int(flags)] = made
    return found


def keep() -> None:
    """Leave what was compiled for the next process; in silence where that cannot be."""
    if not _new or sys.dont_write_bytecode:
        return
    content = marshal.dumps({**_read(_path()), **_new})
    try:
        _path().parent.mkdir(exist_ok=True)
        write_whole(_path(), hashlib.sha256(content).digest() + content)
    except OSError:
        return
    _new.clear()


def _kept() -> dict[tuple[str, int], Any]:
    global _known
    if _known is None:
        _known = _read(_path())
    return _known


def _path() -> Path:
    return Path(importlib.util.cache_from_source(__file__)).with_suffix(".kept")


def _read(path: Path) -> dict[tuple[str, int], Any]:
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


def _code_of(pattern: str, flags: int) -> tuple[int, list[int], int, dict[str, int], tuple[str | None, ...]]:
    """What ``re`` compiles a pattern to, as it hands it to its engine."""
    from re import _compiler, _parser  # type: ignore[attr-defined]

    parsed = _parser.parse(pattern, flags)
    code = [int(word) for word in _compiler._code(parsed, flags)]
    groups = dict(parsed.state.groupdict)
    names: list[str | None] = [None] * parsed.state.groups
    for name, number in groups.items():
        names[number] = name
    return int(flags | parsed.state.flags), code, parsed.state.groups - 1, groups, tuple(names)


def _from_code(pattern: str, *made: Any) -> re.Pattern[str]:
    engine: Any = import_module("_sre")
    found: re.Pattern[str] = engine.compile(pattern, *made)
    return found
