"""Which part of the package may know which: the drawing in CONTRIBUTING.md, as data.

An import that is not stated here is either a mistake or a change of the house: then state it, and draw it.
"""

from __future__ import annotations

import re

import pytest

from tests.test_imports import MODULES, OVER, imported, package_of

MAY_IMPORT = {
    "caching": "",
    "fingerprint": "workbook",
    "options": "schema",
    "own_process": "",
    "schema": "caching",
    "system_errors": "words",
    "text": "caching patterns",
    "toml_lines": "",
    "toml_file": "kept toml_lines travelling",
    "travelling": "",
    "version": "",
    "whole_files": "travelling",
    "words": "caching kept schema toml_file travelling whole_files",
    "kept": "whole_files",
    "patterns": "caching kept",
    "progress": "",
    "own_outputs": "whole_files",
    "form_identity": "text",
    "folder_lock": "own_outputs travelling whole_files",
    "rules": "caching patterns system_errors text toml_file toml_lines whole_files words",
    "values": "caching patterns text toml_file",
    "workbook": "caching words",
    "reading": "caching form_identity own_outputs patterns schema text toml_file values whole_files words "
    "workbook",
    "scoring": "caching rules schema text values",
    "checking": "caching rules schema scoring text toml_file travelling values words workbook",
    "writing": "caching checking fingerprint folder_lock own_outputs progress reading rules schema "
    "system_errors version whole_files words workbook",
}
"""By package or module; what stands over the way (``OVER``) may know all of these."""

SHARED = "addresses archive bounds cell_value grid iso_dates merging number_text package parsing refusal"
WORKBOOK = {
    "grid": "",
    "iso_dates": "",
    "number_text": "",
    "refusal": "",
    "sheet_names": "",
    "addresses": "grid",
    "bounds": "addresses",
    "parsing": "bounds refusal",
    "cell_value": "grid number_text",
    "archive": "bounds parsing refusal",
    "merging": "bounds grid refusal",
    "package": "archive bounds parsing refusal",
    "ole": "refusal",
    "kind": "ole package refusal",
    "encrypted": "ole refusal",
    "pages": "addresses bounds grid",
    "xlsx": SHARED,
    "xlsx.edit": f"{SHARED} kind ole sheet_names xlsx",
    "xls": f"{SHARED} ole pages",
    "ods": f"{SHARED} pages",
    "open": f"{SHARED} encrypted kind ods ole xls xlsx",
    "headed": f"{SHARED} encrypted kind open xlsx",
    "convert": f"{SHARED} encrypted kind ods pages sheet_names xls",
}
"""The same within perfbatch.workbook: each kind of file stands alone, above what all of them share."""


def arrows(graph: dict[str, set[str]], allowed: dict[str, str]) -> list[str]:
    """The imports that are not stated."""
    return sorted(
        f"{one} → {other}"
        for one, others in graph.items()
        for other in others - {one, *allowed.get(one, "").split()}
    )


def test_packages_import_what_is_stated() -> None:
    """Every package, the stages of the way and their ground floors."""
    graph: dict[str, set[str]] = {}
    for name, path in MODULES.items():
        if package_of(name) not in OVER:
            graph.setdefault(package_of(name), set()).update(map(package_of, imported(path)))
    assert arrows(graph, MAY_IMPORT) == []


def test_rooms_of_the_workbook_import_what_is_stated() -> None:
    """Kinds of files know the shared modules, and of one another nothing."""
    graph: dict[str, set[str]] = {}
    for name, path in MODULES.items():
        if name.startswith("perfbatch.workbook."):
            inside = {other for other in imported(path) if other.startswith("perfbatch.workbook.")}
            graph.setdefault(_room(name), set()).update(map(_room, inside))
    assert arrows(graph, WORKBOOK) == []


def test_the_workbook_knows_no_form() -> None:
    """Spreadsheet files, and nothing of what is filled in on them."""
    for name, path in MODULES.items():
        if package_of(name) == "workbook":
            assert not re.search("自评|绩效|指标|整改", path.read_text("utf-8")), name


@pytest.mark.parametrize("allowed", [MAY_IMPORT, WORKBOOK], ids=["packages", "workbook"])
def test_nothing_is_stated_of_what_is_gone(allowed: dict[str, str]) -> None:
    """A table that names what no longer stands would let something else in by that name."""
    names = {package_of(name) for name in MODULES} | {_room(name) for name in MODULES}
    assert {word for one, others in allowed.items() for word in (one, *others.split())} <= names


def test_an_import_that_is_not_stated_is_found() -> None:
    """The walk sees it."""
    assert arrows({"values": {"text", "reading"}}, MAY_IMPORT) == ["values → reading"]


def _room(module: str) -> str:
    """perfbatch.workbook.xlsx.edit.cells → xlsx.edit; perfbatch.workbook.grid → grid."""
    inside = module.split(".")[2:]
    return "xlsx.edit" if inside[:2] == ["xlsx", "edit"] else "".join(inside[:1])
