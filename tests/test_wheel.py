"""The wheel is complete: it works from any folder, without the source checkout beside it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from perfbatch.version import __version__

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from this checkout with the locked build backend."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(ROOT)], check=True)
    (built,) = folder.glob("*.whl")
    return built


def test_every_data_file_is_inside(wheel: Path) -> None:
    """Templates, rule books, layouts and units as in the checkout, and the mark of a typed package."""
    names = set(zipfile.ZipFile(wheel).namelist())
    templates = {f"perfbatch/templates/{p.name}" for p in (ROOT / "templates").iterdir() if p.is_file()}
    data = {p.relative_to(ROOT).as_posix() for p in (ROOT / "perfbatch").rglob("*.toml")}
    assert templates and data
    assert templates | data | {"perfbatch/py.typed"} <= names


def test_pages_that_sentences_point_to_are_inside(wheel: Path) -> None:
    """Who has only the wheel has them too."""
    told = {
        page
        for path in (ROOT / "templates").glob("*.toml")
        for page in re.findall(r"docs/[a-z]+\.md", path.read_text(encoding="utf-8"))
    }
    assert told
    assert {f"perfbatch/{page}" for page in told} <= set(zipfile.ZipFile(wheel).namelist())


def test_one_version_is_stated_everywhere() -> None:
    """In the package, for the installer, and as the latest of the change log, with its date."""
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    log = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[?([0-9.]+)\]? - [0-9]{4}-[0-9]{2}-[0-9]{2}$", log, re.MULTILINE)
    assert __version__ == stated == versions[0]


def test_the_installed_wheel_works_from_any_folder(wheel: Path, tmp_path: Path) -> None:
    """Installed alone, it scores the seed's form and writes every output."""
    site = tmp_path / "site"
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--target",
        str(site),
        str(wheel),
    ]
    subprocess.run(install, check=True)
    elsewhere = tmp_path / "任意 文件夹"
    elsewhere.mkdir()
    seed = next((ROOT / "sample_inputs").rglob("*履职平台*.xlsx"))
    environment = {**os.environ, "PYTHONPATH": str(site), "PYTHONUTF8": "1"}
    subprocess.run(
        [sys.executable, "-m", "perfbatch", "run", str(seed), "--output", "结果", "--quiet"],
        cwd=elsewhere,
        env=environment,
        check=True,
    )
    left = {p.name for p in (elsewhere / "结果").iterdir()}
    assert left == {"汇总.xlsx", "报告.html", "批注", "数据", "run.json", ".perfbatch"}
    where = [sys.executable, "-c", "import perfbatch; print(perfbatch.__file__)"]
    shown = subprocess.run(where, cwd=elsewhere, env=environment, check=True, capture_output=True, text=True)
    assert Path(shown.stdout.strip()).is_relative_to(site)
