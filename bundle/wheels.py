"""The wheels of a bundle: fetched by pip with their hashes, the program's own built here."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from packaging.utils import parse_wheel_filename

from bundle.lock import Pinned
from bundle.platforms import Target

ROOT = Path(__file__).parent.parent
_EPOCH = "1577836800"
"""2020-01-01, the time of every entry of the program's wheel."""


class NotFetchedError(RuntimeError):
    """pip did not bring what was asked for; the message is its own."""


def sha256(path: Path) -> str:
    """Hexadecimal, of the file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fetched(pinned: Sequence[Pinned], target: Target, folder: Path) -> dict[str, Path]:
    """Name of a package → its wheel in ``folder``, which is left with these and no others.

    Raises NotFetchedError where one cannot be had, or has none of the hashes of the lock.
    """
    folder.mkdir(parents=True, exist_ok=True)
    asked = folder / "asked.txt"
    asked.write_text("".join(f"{one.line}\n" for one in pinned), encoding="utf-8")
    _pip(
        "download", "--no-deps", "--require-hashes", *target.for_pip, "--dest", folder, "--requirement", asked
    )
    asked.unlink()
    wheels: dict[str, Path] = {}
    stated = {one.name: one for one in pinned}
    for path in sorted(folder.glob("*.whl")):
        name, version, _, _ = parse_wheel_filename(path.name)
        one = stated.get(name)
        if one is None or str(version) != one.version or f"sha256:{sha256(path)}" not in one.hashes:
            path.unlink()  # of an earlier bundle
        elif name in wheels:
            raise NotFetchedError(f"{name}: {wheels[name].name}, {path.name}")
        else:
            wheels[name] = path
    if absent := sorted(stated.keys() - wheels.keys()):
        raise NotFetchedError(f"没有取到：{'、'.join(absent)}")
    return wheels


def built(folder: Path) -> Path:
    """The program's own wheel, the same bytes from the same files."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("perfbatch-*.whl"):
        old.unlink()
    _pip("wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", folder, ROOT,
         environment={"SOURCE_DATE_EPOCH": _EPOCH})  # fmt: skip
    return next(folder.glob("perfbatch-*.whl"))


def _pip(*arguments: object, environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", *map(str, arguments), "--quiet", "--disable-pip-version-check"],
        capture_output=True, text=True, check=False, env=os.environ | (environment or {}),
    )  # fmt: skip
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if not line.startswith("WARNING")]
        raise NotFetchedError("\n".join(said[-20:]))
