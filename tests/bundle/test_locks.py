"""The lock for running alone: what the developers test with, and nothing of what only they need."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
ONLY_DEVELOPERS = {"pytest", "mypy", "ruff", "hypothesis", "distributed", "dask", "hatchling", "pandas-stubs"}


def locked(name: str) -> dict[str, tuple[str, frozenset[str]]]:
    """Package and marker → version and hashes."""
    text = (ROOT / name).read_text("utf-8").replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        if match := re.match(r"([\w.-]+)==(\S+)\s*(;[^#]*?)?\s+(--hash=.*)", line):
            package, version, marker, hashes = match.groups()
            key = f"{package} {(marker or '').strip()}".strip()
            found[key] = version, frozenset(re.findall(r"sha256:[0-9a-f]{64}", hashes))
    return found


RUN, DEVELOP = locked("requirements-run.lock"), locked("requirements.lock")


def names(lock: dict[str, tuple[str, frozenset[str]]]) -> set[str]:
    """Without their markers."""
    return {key.split(" ")[0] for key in lock}


def test_all_that_runs_is_what_is_tested() -> None:
    """The same versions and the very same files; pip alone comes along to install the others."""
    brought = {group.split(">")[0] for group in PROJECT["dependency-groups"]["bundle"]}
    assert names(RUN) - names(DEVELOP) <= brought
    develop: dict[str, set[tuple[str, frozenset[str]]]] = {name: set() for name in names(DEVELOP)}
    for key, value in DEVELOP.items():
        develop[key.split(" ")[0]].add(value)
    for key, value in RUN.items():
        name = key.split(" ")[0]
        assert name in brought or value in develop[name], key


def test_every_dependency_is_in_it_and_no_tool() -> None:
    """Of the program and of its page; a lock that is behind pyproject.toml fails here: make lock."""
    wanted = [*PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"]["serve"]]
    assert {re.split("[>=<]", one)[0] for one in wanted} <= names(RUN)
    assert not names(RUN) & ONLY_DEVELOPERS and names(DEVELOP) >= ONLY_DEVELOPERS


def test_everything_has_its_hashes() -> None:
    """Of every file that a platform may take."""
    assert len(RUN) > 30 and all(hashes for _, hashes in RUN.values())
