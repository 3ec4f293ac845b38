"""Name or file → complete rule book: the chain of ``extends``, merged parameter by parameter."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from perfbatch.caching import cached
from perfbatch.rules.book import Entry, Parameter, RuleBook, RuleSource
from perfbatch.rules.errors import Problem, RuleBookError, problem
from perfbatch.rules.parameters import PARAMETERS
from perfbatch.rules.parse import BOOKS as _BOOKS
from perfbatch.rules.parse import Draft, read_draft
from perfbatch.rules.show import in_force

DEFAULT = "beijing-2021"
"""The rule book that speaks where nobody names one."""


def names() -> list[str]:
    """Names of the shipped rule books, the default first."""
    found = sorted(path.stem for path in _BOOKS.glob("*.toml"))
    return [DEFAULT, *(name for name in found if name != DEFAULT)]


def shipped_path(name: str) -> Path:
    """The file of a shipped rule book. Raises RuleBookError for another name."""
    if name not in names():
        raise _unknown(name, "", None)
    return _BOOKS / f"{name}.toml"


def load(name_or_path: str | Path | None = None, *, known_checks: Collection[str] | None = None) -> RuleBook:
    """The rule book of that name (shipped) or in that file; None is the default, beijing-2021.

    With ``known_checks`` the ids in [checks] must be among them; without, only their shape counts.
    Raises RuleBookError, which lists everything wrong with file, line, key and what is allowed.
    """
    if name_or_path is None or (isinstance(name_or_path, str) and name_or_path in names()):
        name = name_or_path or DEFAULT
        book = _shipped(name)
        if known_checks is None or book.levels.keys() <= set(known_checks):
            return book
        return _resolve(_chain(shipped_path(name)), known_checks)
    path = Path(name_or_path)
    if not path.is_file() and isinstance(name_or_path, str) and path.suffix != ".toml":
        raise _unknown(name_or_path, "", None)
    return _resolve(_chain(path), known_checks)


@cached(128)
def _shipped(name: str) -> RuleBook:
    return _resolve(_chain(shipped_path(name)), None)


def _unknown(name: str, file: str, line: int | None) -> RuleBookError:
    sentence = problem("unknown_book", name=name, allowed=names(), given=name)
    return RuleBookError([Problem(file or name, line, "extends" if file else "", sentence, tuple(names()))])


def _chain(path: Path) -> list[Draft]:
    """The book's draft first, then those that it extends. Raises RuleBookError."""
    chain: list[Draft] = []
    seen: list[Path] = []
    while True:
        seen.append(Path(os.path.realpath(path)))
        draft = read_draft(path)
        chain.append(draft)
        if not draft.extends:
            return chain
        above = _BOOKS / f"{draft.extends}.toml"
        if draft.extends not in names():
            above = path.parent / draft.extends
            if not above.is_file():
                raise _unknown(draft.extends, draft.file, draft.written.line(("extends",)))
        if Path(os.path.realpath(above)) in seen:
            circle = [p.name for p in seen]
            draft.complain(("extends",), problem("circle", allowed=circle), names())
            raise RuleBookError(draft.problems)
        path = above


@dataclass(slots=True)
class _Laid:
    """What the drafts of a chain say together, laid over each other from the root on."""

    sources: dict[str, RuleSource] = field(default_factory=dict)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    levels: dict[str, str] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    title: str = ""
    scope: str = ""
    printed_notes: tuple[str, ...] = ()

    def lay(self, draft: Draft, known_checks: Collection[str] | None) -> None:
        """Put ``draft`` over what is there."""
        self.sources |= {id_: RuleSource(id_, **source) for id_, source in draft.sources.items()}
        _check_clauses(draft, self.sources)
        _check_known(draft, known_checks)
        for key, said in draft.parameters.items():
            self._lay_parameter(draft, key, said)
        self.levels |= draft.checks
        self.entries[:0] = [Entry(**entry, book=draft.name) for entry in draft.indicators]
        self.title = draft.title or (draft.name if self.title else "")
        self.scope = draft.scope or self.scope
        if draft.printed_notes is not None:
            self.printed_notes = draft.printed_notes
        self.problems += draft.problems

    def _lay_parameter(self, draft: Draft, key: str, said: dict[str, Any]) -> None:
        merged = _merge(self.parameters.get(key), key, said, draft.name)
        if merged is not None:
            self.parameters[key] = merged
        elif not draft.problems:
            missing = [k for k in ("value", "clause", "why") if k not in said]
            path = ("parameters", *key.split("."))
            draft.complain(path, problem("missing_key", allowed=missing), missing)


def _resolve(chain: list[Draft], known_checks: Collection[str] | None) -> RuleBook:
    """The book of the first draft over all that it extends. Raises RuleBookError."""
    laid, own = _Laid(), chain[0]
    for draft in reversed(chain):
        laid.lay(draft, known_checks)
    if not laid.problems:
        sentence = problem("missing_parameter")
        lacking = (key for key in PARAMETERS if key not in laid.parameters)
        laid.problems += [Problem(own.file, None, f"parameters.{key}", sentence) for key in lacking]
    if laid.problems:
        raise RuleBookError(laid.problems)
    used = {p.clause for p in laid.parameters.values()} | {e.clause for e in laid.entries} | set(own.sources)
    sources = {id_: source for id_, source in laid.sources.items() if id_ in used}
    parameters = {key: laid.parameters[key] for key in PARAMETERS}
    title = laid.title or own.name
    content = {
        "name": own.name,
        "title": title,
        "scope": laid.scope,
        "sources": {id_: asdict(source) for id_, source in sources.items()},
        "parameters": {key: asdict(parameter) for key, parameter in parameters.items()},
        "levels": laid.levels,
        "indicators": [asdict(entry) for entry in laid.entries],
        "printed_notes": laid.printed_notes,
    }
    return RuleBook(
        name=own.name,
        title=title,
        scope=in_force(laid.scope, parameters),
        extends=tuple(draft.name for draft in chain[1:]),
        sources=sources,
        parameters=parameters,
        levels=laid.levels,
        indicators=tuple(laid.entries),
        printed_notes=laid.printed_notes,
        hash=_digest(content),
    )


def _merge(below: Parameter | None, key: str, own: dict[str, Any], book: str) -> Parameter | None:
    """``own`` over the inherited parameter; None where the two together are not complete."""
    if below is None:
        if not {"value", "clause", "why"} <= set(own):
            return None
        return Parameter(key, own["value"], PARAMETERS[key].unit, own["clause"], own["why"], book)
    changed = "value" in own and own["value"] != below.value
    return Parameter(
        key=key,
        value=own.get("value", below.value),
        unit=below.unit,
        clause=own.get("clause", below.clause),
        why=own.get("why", below.why),
        book=book if changed or "clause" in own else below.book,
        amended="clause" not in own and (changed or below.amended),
        why_of="" if "why" in own else below.why_of or (below.book if changed else ""),
    )


def _check_clauses(draft: Draft, sources: dict[str, RuleSource]) -> None:
    """Every clause must name a source of this book or of one that it extends."""
    named = [(("parameters", *key.split(".")), own) for key, own in draft.parameters.items()]
    named += [(("indicators", index), own) for index, own in enumerate(draft.indicators)]  # type: ignore[misc]
    for path, own in named:
        clause = own.get("clause")
        if clause is not None and clause not in sources:
            sentence = problem("clause", clause=clause, allowed=sources, given=clause)
            draft.complain((*path, "clause"), sentence, sources)


def _check_known(draft: Draft, known: Collection[str] | None) -> None:
    for check in draft.checks:
        if known is not None and check not in known:
            allowed = sorted(known)
            draft.complain(("checks", check), problem("check_unknown", allowed=allowed, given=check), allowed)


def _digest(content: dict[str, Any]) -> str:
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
