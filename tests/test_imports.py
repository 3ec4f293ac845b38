"""Imports go one way: no module knows, even lazily or for its types only, one that knows it."""

from __future__ import annotations

import ast
import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import perfbatch

ROOT = Path(__file__).parent.parent
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in (ROOT / "perfbatch").rglob("*.py")
}
WAY = ("reading", "scoring", "checking", "writing")
OVER = (
    "season", "blank_forms", "explaining", "batch", "settings", "verifying", "watching", "cli", "desktop",
    "serve", "pages", "perfbatch", "__main__",
)  # fmt: skip
"""What stands over the way; all other packages and modules are ground floors."""


def imported(path: Path) -> set[str]:
    """The modules of perfbatch that a file imports anywhere, in functions and for types too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {inside if (inside := f"{node.module}.{name.name}") in MODULES else node.module
                      for name in node.names}  # fmt: skip
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return found & MODULES.keys()


def package_of(module: str) -> str:
    """perfbatch.reading.form.find → reading; the package's own door → perfbatch."""
    return (*module.split("."), "")[1] or module


def circle(graph: dict[str, set[str]]) -> list[str]:
    """One circle of the graph, none where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_circle_of_modules() -> None:
    """Of two modules at most one knows the other."""
    assert circle({name: imported(path) - {name} for name, path in MODULES.items()}) == []


def test_no_circle_of_packages() -> None:
    """The same of packages, so that each can be read with only those below it in mind."""
    graph: dict[str, set[str]] = {}
    for name, path in MODULES.items():
        package = package_of(name)
        graph.setdefault(package, set()).update({package_of(other) for other in imported(path)} - {package})
    assert circle(graph) == []
    ground = graph.keys() - {*WAY, *OVER}
    for place, stage in enumerate(WAY):
        assert graph[stage] <= {*ground, *WAY[:place]}, stage
    for floor in ground:
        assert graph[floor] <= ground, floor


def test_the_version_is_stated_alike() -> None:
    """What the program says of itself is what its package is called."""
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert perfbatch.__version__ == stated
