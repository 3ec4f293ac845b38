"""From a target to its zip."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import jinja2

from bundle.archive import write_zip
from bundle.lock import INSTALLER, LOCK, needed
from bundle.platforms import GLIBC, Target
from bundle.wheels import ROOT, built, fetched, sha256
from perfbatch.version import __version__

HERE = Path(__file__).parent
SITE = HERE / "site"
SAMPLE = ROOT / "sample_inputs" / "市文化和旅游局" / "市图书馆-公共文化设施免费开放.xlsx"
PICTURES = {
    "annotated": "annotated.png",
    "overview": "overview.png",
    "missing_reasons": "missing-reasons.png",
}
_BROKEN_LINE = re.compile(r"(?<=[，。；：、）”])\n\s*")
"""A browser shows the end of a line as a blank, which Chinese has not."""
ARCHIVES = {True: (".exe", ".zip", ".tar.gz", ".tgz", ".nupkg"), False: (".tar.gz", ".tgz")}
"""By whether it is Windows: the kinds of file that a Python may come in. tar.exe there reads zips as well."""


@dataclass(frozen=True)
class Interpreter:
    """A Python that the builder adds, an installer or an archive: where it lies and its SHA-256."""

    path: Path
    sha256: str


def interpreter(path: Path, target: Target) -> Interpreter:
    """Raises ValueError with a sentence where there is none, or of a kind that cannot be unpacked there."""
    if not path.is_file():
        raise ValueError(f"没有这个文件：{path}（PYTHON_ARCHIVE）。")
    kinds = ARCHIVES[target.windows]
    if not path.name.lower().endswith(kinds):
        raise ValueError(f"PYTHON_ARCHIVE 应是 {'、'.join(kinds)} 文件，不是“{path.name}”。")
    if not path.name.isascii() or set(path.name) & set(" &^%!\"'`$"):
        raise ValueError(f"PYTHON_ARCHIVE 的文件名只能用字母、数字、点和短横：“{path.name}”。")
    return Interpreter(path, sha256(path))


def make(target: Target, folder: Path, store: Path, archive: Interpreter | None = None) -> Path:
    """The zip in ``folder``; wheels are kept in ``store`` for the next one.

    Raises NotFetchedError where a wheel cannot be had.
    """
    pinned = needed(LOCK.read_text("utf-8"), target)
    wheels = fetched(pinned, target, store / f"{target.platform}-{target.python}")
    with tempfile.TemporaryDirectory() as scratch:
        wheels["perfbatch"] = built(Path(scratch))
        name = f"perfbatch-{__version__}-{target.platform}-python{target.python}"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.zip"
        write_zip(path, name, content(target, wheels, archive))
    return path


def content(
    target: Target, wheels: Mapping[str, Path], archive: Interpreter | None = None
) -> dict[str, bytes | Path]:
    """All that the zip holds, by name; files/bundle.json has the SHA-256 of everything else."""
    found: dict[str, bytes | Path] = {
        "使用说明.html": page(target, archive),
        "files/install.py": SITE / "install.py",
        "files/words.json": SITE / "words.json",
        "files/sample/样例.xlsx": SAMPLE,
        "files/requirements.txt": _requirements(wheels),
        "files/site/使用说明.html": page(target, archive),
    }
    for name, wheel in wheels.items():
        found[f"files/{'pip' if name == INSTALLER else 'wheels'}/{wheel.name}"] = wheel
    named = archive.path.name if archive else ""
    words = {"@PYTHON@": target.python, "@ARCHIVE@": named, "@SHA256@": archive.sha256 if archive else ""}
    if archive:
        found[f"files/{named}"] = archive.path
    if target.windows:
        found["安装.bat"] = _filled(HERE / "windows/安装.bat", words)
        found["files/shortcut.js"] = SITE / "shortcut.js"
        found |= {f"files/site/{name}": HERE / "windows" / name for name in ("核验.bat", "卸载.bat")}
    else:
        found["install.sh"] = _filled(HERE / "linux/install.sh", words)
        found["files/perfbatch.desktop"] = SITE / "perfbatch.desktop"
        found |= {f"files/site/{name}": HERE / "linux" / name for name in ("核验.sh", "卸载.sh")}
    version = wheels["perfbatch"].name.split("-")[1]
    found["files/bundle.json"] = _stated(target, version, found)
    return found


def page(target: Target, archive: Interpreter | None) -> bytes:
    """使用说明.html for it, pictures inside."""
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string((SITE / "使用说明.html.j2").read_text("utf-8"))
    pictures = {
        key: base64.b64encode((ROOT / "docs/pictures" / name).read_bytes()).decode()
        for key, name in PICTURES.items()
    }
    text = template.render(
        target=target, archive=archive, version=__version__, pictures=pictures,
        css=(ROOT / "templates/色彩.css.j2").read_text("utf-8"),
    )  # fmt: skip
    return _BROKEN_LINE.sub("", text).encode("utf-8")


def _filled(path: Path, words: Mapping[str, str]) -> bytes:
    data = path.read_bytes()
    for word, value in words.items():
        data = data.replace(word.encode(), value.encode("ascii"))
    return data


def _requirements(wheels: Mapping[str, Path]) -> bytes:
    """The very wheels that came along, each with the one hash that it has."""
    lines = [
        f"{name}=={wheel.name.split('-')[1]} --hash=sha256:{sha256(wheel)}\n"
        for name, wheel in sorted(wheels.items())
        if name != INSTALLER
    ]
    return "".join(lines).encode("ascii")


def _stated(target: Target, version: str, found: Mapping[str, bytes | Path]) -> bytes:
    """files/bundle.json: what the bundle is for, and what is in it."""
    hashes = {
        name: hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else sha256(value)
        for name, value in sorted(found.items())
    }
    stated = {
        "name": "perfbatch", "version": version, "platform": target.platform, "python": target.python,
        "system": target.system, "glibc": None if target.windows else f"2.{GLIBC}", "files": hashes,
    }  # fmt: skip
    return json.dumps(stated, ensure_ascii=False, indent=1).encode("utf-8")
