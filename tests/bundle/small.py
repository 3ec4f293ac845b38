"""A bundle without the registry: a program of a few lines in the place of perfbatch, and Python's own pip."""

from __future__ import annotations

import ensurepip
import hashlib
import sysconfig
import zipfile
from base64 import urlsafe_b64encode
from pathlib import Path

from bundle.archive import write_zip
from bundle.make import Interpreter, content
from bundle.platforms import Target

PYTHON = sysconfig.get_python_version()
HERE = Target(f"manylinux_{sysconfig.get_platform().removeprefix('linux-')}", PYTHON)

PROGRAM = """
import sys
from pathlib import Path
import pandas.tests_are_gone
if sys.argv[1] == "run":
    out = Path(sys.argv[sys.argv.index("--output") + 1])
    assert any(Path(sys.argv[2]).iterdir())
    out.mkdir(parents=True)
    (out / "汇总.xlsx").write_bytes(b"new")
"""
FAILS = "raise SystemExit('the sample does not go through')"
GONE = """
from pathlib import Path
assert not (Path(__file__).parent / "core/tests").exists()
"""


def small_wheels(folder: Path, *, version: str = "9.0", program: str = PROGRAM) -> dict[str, Path]:
    """Wheels of a "perfbatch" and of pip, as ``bundle.make`` gets them."""
    pip = next(Path(ensurepip.__file__).parent.glob("_bundled/pip-*.whl"))
    return {"perfbatch": _wheel(folder, version, program), "pip": pip}


def small_bundle(
    folder: Path, *, target: Target = HERE, archive: Interpreter | None = None, version: str = "9.0",
    program: str = PROGRAM,
) -> Path:  # fmt: skip
    """Made as a real one is, and unpacked: the folder that install.sh lies in."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "bundle.zip"
    write_zip(
        path, "unpacked", content(target, small_wheels(folder, version=version, program=program), archive)
    )
    with zipfile.ZipFile(path) as packed:
        packed.extractall(folder)
    path.unlink()
    return folder / "unpacked"


def _wheel(folder: Path, version: str, program: str) -> Path:
    info = f"perfbatch-{version}.dist-info"
    files = {
        "perfbatch/__init__.py": f"VERSION = {version!r}\n",
        "perfbatch/__main__.py": program,
        "perfbatch/desktop/__init__.py": "",
        "perfbatch/desktop/__main__.py": "import sys\nprint('dropped', sys.argv[1:])\n",
        "pandas/__init__.py": "",
        "pandas/tests_are_gone.py": GONE,
        "pandas/core/tests/test_much.py": "# only its developers use it\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: perfbatch\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    lines = [
        f"{name},sha256={urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip('=')},"
        for name, text in files.items()
    ]
    files[f"{info}/RECORD"] = "\n".join([*lines, f"{info}/RECORD,,", ""])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"perfbatch-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path
