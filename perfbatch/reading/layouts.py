"""Layout families as data: which labels a form prints for which field, from TOML files.

perfbatch/layouts/*.toml are shipped; an office adds its own file or folder (``--layouts``). A family may
stand on another one (``extends``): its labels come before the other's. docs/layouts.md says how to write one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from perfbatch.caching import CachedByArgument, cached
from perfbatch.patterns import compiled
from perfbatch.reading.labels import LONGEST, label_of
from perfbatch.toml_file import BrokenTomlError, parse_toml
from perfbatch.whole_files import read_bounded
from perfbatch.words import load_words

HEADER = ("project", "project_code", "department", "unit", "leader", "phone")
MONEY_COLUMNS = ("initial", "budget", "executed")
FUND_COLUMNS = (*MONEY_COLUMNS, "change", "rate", "points", "own_score", "reason", "reviewer_score")
LINES = ("total", "fiscal", "special_account", "unit_funds", "carryover", "other")
LEVELS = ("level1", "level2", "name")
INDICATOR_COLUMNS = (
    *LEVELS, "nature", "target", "adjusted", "measure", "actual", "points", "own_score", "reason",
    "improvement", "reviewer_score",
)  # fmt: skip
KINDS = ("project", "department", "targets")
"""What a form is of: a project's or a department's self-evaluation, or targets without actual values."""
POINTS = ("column", "labels", "none", "any")
"""Where the forms of a family have their 分值: in a column, printed in labels, nowhere, or any of these."""

_LABELS: tuple[str, ...] = (
    "form.title", "form.foreign", "form.never", "form.year", "form.money", "form.total",
    "form.reviewer_total", "form.subtotal", "form.end", "form.notes", "form.reasons", "form.measures",
    *(f"header.{name}" for name in HEADER), "header.other",
    "funds.part", *(f"funds.columns.{name}" for name in FUND_COLUMNS),
    *(f"funds.lines.{name}" for name in LINES), "funds.lines.within",
    "goals.part", "goals.goal", "goals.outcome", "goals.other",
    "indicators.part", *(f"indicators.columns.{name}" for name in INDICATOR_COLUMNS),
    "indicators.columns.ignored",
)  # fmt: skip
_NO_FIELD = (
    ".other", ".part", ".end", ".notes", ".ignored", ".within", ".subtotal", ".foreign", ".never", ".reasons",
    ".measures",
)  # fmt: skip
"""Ends of roles whose labels bound fields and name none."""
_PLAIN = ("name", "about", "extends", "kind", "default_rules", "money_unit", "indicators.points")
_LISTS = ("replace", "indicators.order", "indicators.required", "indicators.without")
KEYS = (*_PLAIN, *_LISTS, *_LABELS)
"""Every key that a layout file may hold, dotted."""
_ALLOWED = {"money_unit": ("元", "万元", "亿元"), "kind": KINDS, "indicators.points": POINTS}
"""The words that a key may hold, where it may not hold just any."""
_INLINE = compiled("[:：∶\ufe30\ufe55]")
_LONGEST_GLOB = 24
_TITLES = ("form.title", "form.foreign", "form.never")
_LONGEST_TITLE = 60
_CACHE_SIZE = 65536
_Written = dict[str, tuple[Path, dict[str, Any]]]
"""Families as written: name → file and its dotted keys."""


class LayoutError(ValueError):
    """A layout file cannot be used; the message names file, key, and what is allowed.

    ``code`` names its sentence in templates/layouts.toml, ``values`` fill it.
    """

    def __init__(self, sentence: str, code: str, values: Mapping[str, Any]) -> None:
        super().__init__(sentence, code, values)
        self.code = code
        self.values = dict(values)

    def __str__(self) -> str:
        return str(self.args[0])


def _error(key: str, /, **values: Any) -> LayoutError:
    """The error with that sentence of templates/layouts.toml."""
    return LayoutError(load_words().text("layouts", key, **values), key, values)


class LabelMeaning(NamedTuple):
    """What a cell's text means to a family.

    ``roles`` maps roles (``indicators.columns.points``) to the rank of the label in its list, 0 first.
    ``rest`` is what follows the colon where label and value share the cell, None where the cell is a label.
    ``exact``: matched a label as listed, not one with ``*``. ``names_field``: it names a field, and does not
    only bound one. ``indicator_columns`` and ``fund_columns`` are those that it may stand over.
    """

    roles: Mapping[str, int]
    rest: str | None
    exact: bool
    names_field: bool
    indicator_columns: tuple[str, ...]
    fund_columns: tuple[str, ...]


class Meanings(NamedTuple):
    """What a label means to each family, and for each 1 where it names a field there, else 0."""

    by_family: tuple[LabelMeaning | None, ...]
    names_field: tuple[int, ...]


def _glob(written: str) -> re.Pattern[str]:
    """The pattern of a label with ``*``. Each part is taken where it first fits and never looked for again
    (atomic groups): many stars could otherwise hold up the reader with one text.
    """
    first, *middle, last = [re.escape(label_of(part)) for part in written.split("*")]
    return compiled(first + "".join(f"(?>.*?{part})" for part in middle if part) + f".*{last}")


def _longest_part(written: str) -> str:
    """What a text needs to have in it to be a label with ``*``."""
    return max(map(label_of, written.split("*")), key=len)


def _any_of(parts: Iterable[str]) -> re.Pattern[str]:
    """Finds any of these in a text; nothing where there are none."""
    return compiled("|".join(map(re.escape, dict.fromkeys(parts))) or "(?!)")


def _entry(roles: Mapping[str, int], rest: str | None, *, exact: bool) -> LabelMeaning:
    names_field = any(not role.endswith(_NO_FIELD) for role in roles)
    over: dict[str, list[str]] = {"indicators.columns": [], "funds.columns": []}
    for role in roles if rest is None else ():
        table, _, name = role.rpartition(".")
        if table in over:
            over[table].append(name)
    return LabelMeaning(roles, rest, exact, names_field, *map(tuple, over.values()))


@dataclass(frozen=True, slots=True)
class Layout:
    """One family. ``labels`` lists, for each role, the labels in order of preference.

    A form of the family has the columns ``required`` and none of ``without``; ``points`` is one of POINTS.
    """

    name: str
    about: str
    kind: str
    default_rules: str
    money_unit: str
    labels: Mapping[str, tuple[str, ...]]
    order: tuple[str, ...]
    required: tuple[str, ...]
    without: tuple[str, ...]
    points: str
    _exact: dict[str, dict[str, int]] = field(default_factory=dict, repr=False, compare=False)
    _globs: list[tuple[re.Pattern[str], str, int]] = field(default_factory=list, repr=False, compare=False)
    _parts: list[str] = field(default_factory=list, repr=False, compare=False)

    def __post_init__(self) -> None:
        for role, labels in self.labels.items():
            for rank, written in enumerate(labels):
                if "*" in written:
                    self._globs.append((_glob(written), role, rank))
                    self._parts.append(_longest_part(written))
                else:
                    self._exact.setdefault(label_of(written), {}).setdefault(role, rank)

    @property
    def size(self) -> int:
        """How many labels the family knows."""
        return len(self._exact) + len(self._globs)

    def first_label(self, role: str) -> str:
        """The preferred label of ``role``, as the layout file writes it."""
        return next((text for text in self.labels.get(role, ()) if "*" not in text), role)

    def lookup(self, text: str) -> LabelMeaning | None:
        """What ``text`` means to this family, None where it is no label."""
        whole = text[:LONGEST]
        if len(text) <= LONGEST:
            key = label_of(text)
            if not key:
                return None
            roles = self._exact.get(key)
            if roles:
                return _entry(roles, None, exact=True)
            globbed: dict[str, int] = {}
            for (pattern, role, rank), part in zip(self._globs, self._parts, strict=True):
                if part not in key:
                    continue
                longest = _LONGEST_TITLE if role in _TITLES else _LONGEST_GLOB
                if len(key) <= longest and pattern.fullmatch(key):
                    globbed[role] = min(rank, globbed.get(role, rank))
            inline = self._inline(text, whole)
            # a title may have a colon in it; 未完成原因：… is a label with its value and no column's label
            if globbed and (inline is None or globbed.keys() & set(_TITLES)):
                return _entry(globbed, None, exact=False)
            return inline
        return self._inline(text, whole)

    def _inline(self, text: str, whole: str) -> LabelMeaning | None:
        """A label and, behind a colon, its value in one cell; None for anything else."""
        colon = _INLINE.search(whole)
        roles = self._exact.get(label_of(whole[: colon.start()])) if colon else None
        return _entry(roles, text[colon.end() :], exact=True) if colon and roles else None


class Layouts:
    """The families in the order in which they are preferred, an office's own first.

    ``meanings[text]`` is what a text means to each; None where it is a label to none. Short texts are
    remembered.
    """

    def __init__(self, families: tuple[Layout, ...]) -> None:
        self.families = families
        self.meanings = CachedByArgument(self._meanings, lambda text: len(text) <= LONGEST, _CACHE_SIZE)
        self._keys = frozenset(key for family in families for key in family._exact)
        self._any_part = _any_of(part for family in families for part in family._parts)

    def _meanings(self, text: str) -> Meanings | None:
        if not self._may_be_label(text):  # as most texts, and one look tells so for all families
            return None
        entries = tuple([family.lookup(text) for family in self.families])
        if not any(entries):
            return None
        return Meanings(entries, tuple([int(entry is not None and entry.names_field) for entry in entries]))

    def _may_be_label(self, text: str) -> bool:
        """False only where ``text`` is a label to no family."""
        if _INLINE.search(text, 0, LONGEST):
            return True
        key = label_of(text) if len(text) <= LONGEST else ""
        return key in self._keys or (0 < len(key) <= _LONGEST_TITLE and bool(self._any_part.search(key)))

    def __iter__(self) -> Iterator[Layout]:
        return iter(self.families)


def layouts_directory() -> Path:
    """The folder of the shipped layout files."""
    return Path(__file__).parent.parent / "layouts"


def load_layouts(path: Path | None = None) -> Layouts:
    """The shipped families, and before them those of ``path`` (a file, or a folder of .toml files).

    A family of the same name as a shipped one takes its place. Loaded once for each state of the files.
    Raises LayoutError naming file, key and what is allowed.
    """
    own = _files(path) if path is not None else []
    shipped = sorted(layouts_directory().glob("*.toml"))
    return _load(tuple((file, file.stat().st_mtime_ns) for file in own), tuple(shipped))


@cached(8)
def _load(own: tuple[tuple[Path, int], ...], shipped: tuple[Path, ...]) -> Layouts:
    written: _Written = {}
    for file in shipped:
        _add(file, written, shipped=True)
    names = list(written)
    office: _Written = {}
    for file, _ in own:
        _add(file, office)
    sources = {**written, **office}
    order = [*office, *(name for name in names if name not in office)]
    return Layouts(tuple(_layout(name, sources, written) for name in order))


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        files = sorted(path.glob("*.toml"))
        if not files:
            raise _error("empty_folder", path=path)
        return files
    if not path.is_file():
        raise _error("no_file", path=path)
    return [path]


def _add(file: Path, written: _Written, *, shipped: bool = False) -> None:
    """Read one file into ``written`` with dotted keys."""
    try:
        tables = parse_toml(read_bounded(file), shipped=shipped).content
    except (BrokenTomlError, OSError) as error:
        raise _error("unreadable", file=file, detail=error) from error
    flat = dict(_flatten(tables))
    for key, value in flat.items():
        _check_key(file, key, value)
    name = flat.get("name")
    if not name:
        raise _error("no_name", file=file)
    if name in written:
        raise _error("name_taken", file=file, name=name, other=written[name][0])
    written[name] = (file, flat)


def _flatten(tables: Mapping[str, Any], above: str = "") -> Iterable[tuple[str, Any]]:
    for key, value in tables.items():
        dotted = f"{above}.{key}" if above else key
        if isinstance(value, dict):
            yield from _flatten(value, dotted)
        else:
            yield dotted, value


def _check_key(file: Path, key: str, value: Any) -> None:
    if key in _PLAIN:
        _check_word(file, key, value)
        return
    _check_known(file, key)
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise _error("no_list", file=file, key=key, value=repr(value))
    allowed = _allowed_items(key)
    if allowed and (wrong := [item for item in value if item not in allowed]):
        raise _error("unknown_value", file=file, key=key, value=wrong[0], allowed=list(allowed))
    if not allowed and (unusable := [item for item in value if not label_of(item.replace("*", ""))]):
        raise _error("no_label", file=file, key=key, value=unusable[0])


def _check_word(file: Path, key: str, value: Any) -> None:
    if not isinstance(value, str):
        raise _error("no_text", file=file, key=key, value=repr(value))
    allowed = _ALLOWED.get(key)
    if allowed and value not in allowed:
        raise _error("unknown_value", file=file, key=key, value=value, allowed=list(allowed))


def _check_known(file: Path, key: str) -> None:
    known_keys = (*_LABELS, *_LISTS)
    if key in known_keys:
        return
    parent = key.rpartition(".")[0]
    near = [known for known in known_keys if known.rpartition(".")[0] == parent] if parent else []
    raise _error("unknown_key", file=file, key=key, allowed=near or [*KEYS])


def _allowed_items(key: str) -> tuple[str, ...]:
    """Names that the list ``key`` may hold; () where it holds labels."""
    if key in ("indicators.order", "indicators.required", "indicators.without"):
        return INDICATOR_COLUMNS
    if key == "replace":
        parts = (
            part for known in _LABELS for part in (known, known.rpartition(".")[0], known.partition(".")[0])
        )
        return tuple(dict.fromkeys(parts))
    return ()


def _layout(name: str, sources: _Written, shipped: _Written) -> Layout:
    merged = _merged(name, sources, shipped, ())
    labels = {key: tuple(merged[key]) for key in _LABELS if merged.get(key)}
    required = tuple(merged.get("indicators.required", ("target", "actual", "points")))
    for column in ("name", *required):
        if f"indicators.columns.{column}" not in labels:
            raise _error("no_column", file=sources[name][0], column=column)
    return Layout(
        name=name,
        about=merged.get("about", ""),
        kind=merged.get("kind", KINDS[0]),
        default_rules=merged.get("default_rules", ""),
        money_unit=merged.get("money_unit", "万元"),
        labels=labels,
        order=tuple(merged.get("indicators.order", INDICATOR_COLUMNS)),
        required=required,
        without=tuple(merged.get("indicators.without", ())),
        points=merged.get("indicators.points", POINTS[0]),
    )


def _merged(name: str, sources: _Written, shipped: _Written, above: tuple[str, ...]) -> dict[str, Any]:
    """The keys of a family over those of the family that it extends."""
    file, own = sources[name]
    base_name = own.get("extends", "")
    if not base_name:
        return own
    if base_name in above:
        raise _error("circle", file=file, name=base_name)
    if base_name == name:  # an office's own version of a shipped family may stand on that one
        if name not in shipped or shipped[name][0] == file:
            raise _error("itself", file=file, name=base_name)
        base = _merged(name, shipped, shipped, (*above, name))
    elif base_name in sources:
        base = _merged(base_name, sources, shipped, (*above, name))
    else:
        raise _error("no_base", file=file, name=base_name, allowed=list(sources))
    dropped = tuple(own.get("replace", ()))
    merged = {
        key: value for key, value in base.items()
        if not any(key == drop or key.startswith(f"{drop}.") for drop in dropped)
    }  # fmt: skip
    for key, value in own.items():
        merged[key] = [*value, *merged.get(key, ())] if key in _LABELS else value
    return merged
