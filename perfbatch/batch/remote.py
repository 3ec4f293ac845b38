"""Inputs and outputs that lie at an address (s3://, sftp://, http:// …) and not in a folder.

They are brought here, worked on, and what has changed is sent back. Everything that fsspec has a filesystem
for will do; keys and passwords are its own affair (environment, configuration files) and never pass through
here.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from perfbatch.batch.errors import RunError
from perfbatch.own_outputs import MANIFEST

# A path has lost its second slash where it went through pathlib. One letter is a drive of Windows.
_ADDRESS = re.compile(r"(?P<protocol>[A-Za-z][A-Za-z0-9+.-]+(::[a-z0-9+.-]+)*):/{1,2}(?P<rest>[^/].*)")


def is_address(path: Path | str) -> bool:
    """Whether ``path`` names a place that only fsspec can reach."""
    return _ADDRESS.fullmatch(str(path)) is not None


def named(path: Path | str) -> str:
    """``path`` as a person wrote it."""
    match = _ADDRESS.fullmatch(str(path))
    return f"{match['protocol']}://{match['rest']}" if match else str(path)


@contextmanager
def brought_here(inputs: Sequence[Path | str], output: Path | str) -> Iterator[tuple[list[Path], Path]]:
    """``inputs`` and ``output`` as local paths; what was written to the output is sent back at the end.

    Raises RunError where fsspec is missing or an address cannot be reached.
    """
    if not any(map(is_address, (*inputs, output))):
        yield [Path(path) for path in inputs], Path(output)
        return
    with tempfile.TemporaryDirectory(prefix="perfbatch-") as folder:
        near = [_fetched(path, Path(folder) / "in" / str(at)) for at, path in enumerate(inputs)]
        if not is_address(output):
            yield near, Path(output)
            return
        result = Path(folder) / "out"
        system, root = _opened(output)
        with _told(output):
            known = _below(system, root)
            _get(system, root, known, result)
        _set_times(result)
        before = _stamps(result)
        yield near, result
        with _told(output):
            _send(system, root, known, result, before)


def _fetched(path: Path | str, folder: Path) -> Path:
    if not is_address(path):
        return Path(path)
    system, root = _opened(path)
    with _told(path):
        target = folder / PurePosixPath(root).name
        if system.isfile(root):
            folder.mkdir(parents=True)
            system.get_file(root, str(target))
            return target
        if not system.exists(root):
            raise FileNotFoundError(str(path))
        _get(system, root, _below(system, root), target)
        return target


def _get(system: Any, root: str, names: Sequence[str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    targets = [folder / name for name in names]
    for target in targets:
        target.parent.mkdir(parents=True, exist_ok=True)
    if names:
        system.get([f"{root}/{name}" for name in names], [str(target) for target in targets])


def _send(system: Any, root: str, known: Sequence[str], folder: Path, before: dict[str, Any]) -> None:
    """Send what is new or changed, the manifest last; then remove what is gone."""
    after = _stamps(folder)
    changed = [name for name in after if after[name] != before.get(name) or name not in known]
    changed.sort(key=lambda name: name == MANIFEST)
    for name in changed:
        target = f"{root}/{name}"
        system.makedirs(target.rpartition("/")[0], exist_ok=True)
        system.put_file(str(folder / name), target)
    gone = [f"{root}/{name}" for name in known if name not in after]
    if gone:
        system.rm(gone)


def _below(system: Any, root: str) -> list[str]:
    """Files below ``root``, as paths below it."""
    if not system.exists(root):
        return []
    prefix = root.rstrip("/") + "/"
    names = [str(name).removeprefix(prefix) for name in system.find(root)]
    return [name for name in names if ".." not in PurePosixPath(name).parts and not name.startswith("/")]


def _set_times(folder: Path) -> None:
    """Give outputs the times at which they were written: what is as large as then counts as untouched."""
    try:
        outputs = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["outputs"]
        stamps = [
            (folder / name, int(stamp["size"]), int(stamp["mtime_ns"])) for name, stamp in outputs.items()
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return
    for path, size, mtime_ns in stamps:
        if path.is_relative_to(folder) and path.is_file() and path.stat().st_size == size:
            os.utime(path, ns=(mtime_ns, mtime_ns))


def _stamps(folder: Path) -> dict[str, Any]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_size, path.stat().st_mtime_ns) for path in files
    }


def _opened(path: Path | str) -> tuple[Any, str]:
    address = named(path)
    try:
        import fsspec
    except ImportError as error:
        raise RunError("fsspec_missing", path=address) from error
    with _told(path):
        system, root = fsspec.core.url_to_fs(address)
        return system, str(root).rstrip("/")


@contextmanager
def _told(path: Path | str) -> Iterator[None]:
    """What goes wrong with a filesystem far away, in one sentence; each has exceptions of its own."""
    try:
        yield
    except RunError:
        raise
    except Exception as error:
        raise RunError("unreachable", path=named(path), error=f"{type(error).__name__}: {error}") from error
