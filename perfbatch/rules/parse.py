"""One rule-book file → what it says itself, checked key by key; inheritance comes in load.py."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath
from typing import Any

from perfbatch.caching import cached
from perfbatch.rules import values
from perfbatch.rules.errors import Problem, RuleBookError, Said, problem
from perfbatch.rules.parameters import DIRECTIONS, LEVELS, PARAMETERS, TARGET_KINDS
from perfbatch.system_errors import system_error
from perfbatch.toml_file import BrokenTomlError, TomlFile, parse_toml
from perfbatch.toml_lines import Path
from perfbatch.whole_files import read_bounded

_TOP = (
    "name", "title", "scope", "extends", "printed_notes", "sources", "parameters", "checks", "indicators",
)  # fmt: skip
_SOURCE = ("title", "text", "short", "url", "confirmed")
_PARAMETER = ("value", "unit", "clause", "why")
_ENTRY = ("level2", "name", "direction", "unit", "target_kind", "judged", "clause", "why")
BOOKS = FilePath(__file__).parent / "books"
"""The shipped ones."""
_CHECK = re.compile(r"[A-Z][0-9]{3}")


@dataclass
class Draft:
    """What one file says, and what is wrong with it."""

    file: str
    written: TomlFile
    name: str
    title: str = ""
    scope: str = ""
    extends: str = ""
    printed_notes: tuple[str, ...] | None = None
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)
    parameters: dict[str, dict[str, Any]] = field(default_factory=dict)
    checks: dict[str, str] = field(default_factory=dict)
    indicators: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def complain(self, path: Path, said: Said, allowed: Iterable[str] = ()) -> None:
        """Note a problem at ``path``, on the line of the nearest key above it that has one."""
        self.problems.append(Problem(self.file, self.written.line(path), dotted(path), said, tuple(allowed)))


def dotted(path: Path) -> str:
    """A path as people read it: parameters.cap.value, indicators[2].name (counted from 1)."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def parse_book(data: bytes, file: str, name: str, *, shipped: bool = False) -> Draft:
    """What the book in ``data`` says. ``name`` is used where the book gives none; ``shipped``: it is our own.

    Raises RuleBookError where the text is not TOML; other problems are in ``Draft.problems``.
    """
    try:
        written = parse_toml(data, shipped=shipped)
    except BrokenTomlError as error:
        raise RuleBookError(
            [Problem(file, error.line, "", problem(error.code, detail=error.detail))]
        ) from error
    draft, content = Draft(file, written, name), written.content
    _known(draft, (), content, _TOP)
    for key in ("name", "title", "scope", "extends"):
        if key in content and _text(draft, (key,), content[key]):
            setattr(draft, key, content[key].strip())
    if "printed_notes" in content:
        _printed_notes(draft, content["printed_notes"])
    _sources(draft, content.get("sources", {}))
    _parameters(draft, content.get("parameters", {}))
    _checks(draft, content.get("checks", {}))
    _indicators(draft, content.get("indicators", []))
    return draft


def _known(draft: Draft, path: Path, table: dict[str, Any], allowed: Iterable[str]) -> None:
    known = tuple(allowed)
    for key in table:
        if key not in known:
            draft.complain((*path, key), problem("unknown_key", allowed=known, given=key), known)


def _text(draft: Draft, path: Path, value: Any) -> bool:
    if isinstance(value, str) and value.strip():
        return True
    draft.complain(path, problem("not_text"))
    return False


def _table(draft: Draft, path: Path, value: Any, below: Iterable[str]) -> bool:
    if isinstance(value, dict):
        return True
    draft.complain(path, problem("not_table", allowed=below, key=dotted(path)), below)
    return False


def _printed_notes(draft: Draft, patterns: Any) -> None:
    path: Path = ("printed_notes",)
    if not isinstance(patterns, list) or not all(isinstance(one, str) and one.strip() for one in patterns):
        draft.complain(path, problem("words"))
        return
    try:
        draft.printed_notes = tuple(values.pattern(one) for one in patterns)
    except values.BadValueError as error:
        draft.complain(path, error.said)


def _sources(draft: Draft, table: Any) -> None:
    if not _table(draft, ("sources",), table, ["title"]):
        return
    for id_, source in table.items():
        path: Path = ("sources", id_)
        if not _table(draft, path, source, _SOURCE):
            continue
        _known(draft, path, source, _SOURCE)
        if "title" not in source:
            draft.complain(path, problem("missing_key", allowed=["title"]), ["title"])
        right: dict[str, Any] = {
            key: value.strip()
            for key, value in source.items()
            if key in _SOURCE and key != "confirmed" and _text(draft, (*path, key), value)
        }
        confirmed = source.get("confirmed", True)
        if not isinstance(confirmed, bool):
            draft.complain((*path, "confirmed"), problem("flag"), ["true", "false"])
        draft.sources[id_] = {"title": id_, **right, "confirmed": confirmed is True}


def _parameters(draft: Draft, node: Any, names: tuple[str, ...] = ()) -> None:
    path: Path = ("parameters", *names)
    prefix = ".".join(names)
    if prefix in PARAMETERS:
        _parameter(draft, prefix, node)
        return
    start = f"{prefix}." if prefix else ""
    below = sorted({key.removeprefix(start).split(".")[0] for key in PARAMETERS if key.startswith(start)})
    if not _table(draft, path, node, below):
        return
    for key, value in node.items():
        if key in below:
            _parameters(draft, value, (*names, key))
        else:
            draft.complain((*path, key), problem("unknown_key", allowed=below, given=key), below)


def _parameter(draft: Draft, key: str, table: Any) -> None:
    path: Path = ("parameters", *key.split("."))
    if not _table(draft, path, table, _PARAMETER):
        return
    _known(draft, path, table, _PARAMETER)
    spec = PARAMETERS[key]
    own: dict[str, Any] = {}
    if "value" in table:
        try:
            own["value"] = values.checked(spec, table["value"])
        except values.BadValueError as error:
            draft.complain((*path, "value"), error.said, error.allowed)
    if "unit" in table and table["unit"] != spec.unit:
        draft.complain((*path, "unit"), problem("unit", allowed=[spec.unit]), [spec.unit])
    for text in ("clause", "why"):
        if text in table and _text(draft, (*path, text), table[text]):
            own[text] = table[text].strip()
    draft.parameters[key] = own


def _checks(draft: Draft, table: Any) -> None:
    if not _table(draft, ("checks",), table, ['R303 = "off"']):
        return
    for check, level in table.items():
        path: Path = ("checks", check)
        if not _CHECK.fullmatch(check):
            draft.complain(path, problem("check_shape"))
        elif level not in LEVELS:
            draft.complain(path, problem("choice", allowed=LEVELS, given=str(level)), LEVELS)
        else:
            draft.checks[check] = level


def _indicators(draft: Draft, entries: Any) -> None:
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        draft.complain(("indicators",), problem("not_tables", key="indicators", allowed=_ENTRY), _ENTRY)
        return
    for index, entry in enumerate(entries):
        path: Path = ("indicators", index)
        _known(draft, path, entry, _ENTRY)
        if not {"level2", "name"} & set(entry):
            draft.complain(path, problem("entry_pattern"), ["level2", "name"])
        if not {"direction", "unit", "target_kind", "judged"} & set(entry):
            draft.complain(path, problem("entry_effect"), ["direction", "unit", "target_kind", "judged"])
        draft.indicators.append({k: v for k, v in entry.items() if _entry_value(draft, (*path, k), k, v)})


def _entry_value(draft: Draft, path: Path, key: str, value: Any) -> bool:
    allowed = {"direction": DIRECTIONS, "target_kind": TARGET_KINDS}.get(key)
    if key not in _ENTRY:
        return False
    if key == "judged":
        if not isinstance(value, bool):
            draft.complain(path, problem("flag"), ["true", "false"])
        return isinstance(value, bool)
    if allowed is not None:
        if value not in allowed:
            draft.complain(path, problem("choice", allowed=allowed, given=str(value)), allowed)
        return value in allowed
    if not _text(draft, path, value):
        return False
    if key in ("level2", "name"):
        try:
            values.pattern(value)
        except values.BadValueError as error:
            draft.complain(path, error.said)
            return False
    return True


def read_draft(path: FilePath) -> Draft:
    """``parse_book`` of a file. Raises RuleBookError where it cannot be read."""
    try:
        data = read_bounded(path)
    except OSError as error:
        detail = system_error(error)
        raise RuleBookError([Problem(str(path), None, "", problem("unreadable", detail=detail))]) from error
    return _fresh(_parsed(data, str(path), path.stem, path.parent == BOOKS))


@cached(64)
def _parsed(data: bytes, file: str, name: str, shipped: bool) -> Draft:
    """A book that others extend is read for each of them."""
    return parse_book(data, file, name, shipped=shipped)


def _fresh(draft: Draft) -> Draft:
    """``draft`` to complain of further."""
    return replace(draft, problems=list(draft.problems))
