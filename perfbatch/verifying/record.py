"""What a run.json says, taken apart: anybody may have written it, so what is odd is left out and counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from perfbatch.batch.remote import is_address
from perfbatch.fingerprint import marks_of
from perfbatch.own_outputs import inside

_DIGEST = 64
_LARGEST = 1 << 62


@dataclass(frozen=True, slots=True)
class InputRow:
    """A file that the run found. ``sha256`` is '' where it was not read, ``size`` None where it had none."""

    sha256: str
    size: int | None
    status: str


@dataclass(frozen=True, slots=True)
class OutputRow:
    """A file that the run wrote; older runs noted no ``sha256``."""

    size: int
    mtime_ns: int
    sha256: str


@dataclass(frozen=True, slots=True)
class BookRow:
    """A rule book that judged forms."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """A file of the office: see ``batch.proof.OfficeFile``."""

    option: str
    top: str
    name: str
    size: int
    sha256: str

    @property
    def path(self) -> Path:
        """Where it lay."""
        return Path(self.top) / self.name if self.name else Path(self.top)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """What proves a sheet of 汇总.xlsx: see ``Summary.sheets`` and ``fingerprint``."""

    name: str
    columns: tuple[str, ...]
    open: tuple[str, ...]
    rows: int
    total: str
    column_sums: tuple[int, ...]
    marks: tuple[bytes, ...]
    written: tuple[bytes, ...]
    live: tuple[bytes, ...]


@dataclass(slots=True)
class Record:
    """One run.json. What it does not have, since an older version wrote it, is None."""

    version: str = ""
    started: str = ""
    inputs: list[str] = field(default_factory=list)
    places: list[str] | None = None
    options: Mapping[str, Any] | None = None
    shipped: Mapping[str, Any] | None = None
    files: dict[str, InputRow] = field(default_factory=dict)
    outputs: dict[str, OutputRow] = field(default_factory=dict)
    books: list[BookRow] = field(default_factory=list)
    office: list[OfficeRow] | None = None
    sheets: list[SheetRow] | None = None
    odd: int = 0
    """Entries that no run writes."""


def record_of(manifest: Mapping[str, Any]) -> Record:
    """The record that a run.json holds. Never raises."""
    record = Record(_text(manifest.get("version")), _text(manifest.get("started")))
    record.inputs = [one for one in _list(manifest.get("inputs")) if isinstance(one, str)]
    if "places" in manifest:
        record.places = [one for one in _list(manifest["places"]) if isinstance(one, str)]
    record.options = _mapping(manifest["options"]) if "options" in manifest else None
    record.shipped = _mapping(manifest["shipped"]) if "shipped" in manifest else None
    for row in record_rows(record, manifest.get("files")):
        path, sha256, size = row.get("path"), _text(row.get("sha256")), _size(row.get("size"))
        if isinstance(path, str) and path and (not sha256 or _is_digest(sha256)):
            record.files[path] = InputRow(sha256, size, _text(row.get("status")))
        else:
            record.odd += 1
    for name, stamp in _mapping(manifest.get("outputs")).items():
        stamp = _mapping(stamp)
        size, mtime, sha256 = _size(stamp.get("size")), stamp.get("mtime_ns"), _text(stamp.get("sha256"))
        if inside(name) and size is not None and type(mtime) is int and (not sha256 or _is_digest(sha256)):
            record.outputs[name] = OutputRow(size, mtime, sha256)
        else:
            record.odd += 1
    for row in record_rows(record, manifest.get("rules")):
        name, sha256 = _text(row.get("name")), _text(row.get("sha256"))
        if name and _is_digest(sha256):
            record.books.append(BookRow(name, sha256))
        else:
            record.odd += 1
    if "office_files" in manifest:
        record.office = []
        for row in record_rows(record, manifest["office_files"]):
            option, top, name = (_text(row.get(key)) for key in ("option", "top", "name"))
            size, sha256 = _size(row.get("size")), _text(row.get("sha256"))
            placed = bool(option and top) and "\0" not in top and (not name or inside(name))
            if placed and size is not None and _is_digest(sha256):
                record.office.append(OfficeRow(option, top, name, size, sha256))
            else:
                record.odd += 1
    if "sheets" in manifest:
        record.sheets = []
        for row in record_rows(record, manifest["sheets"]):
            sheet = _sheet(row)
            if sheet is None:
                record.odd += 1
            else:
                record.sheets.append(sheet)
    return record


def is_elsewhere(place: str) -> bool:
    """Whether a place of a run.json is an address or a share of another machine.

    Those are not gone to: whoever wrote the run.json would decide whom this machine turns to.
    """
    return is_address(place) or place.startswith(("\\\\", "//"))


def record_rows(record: Record, listed: Any) -> Iterator[Mapping[str, Any]]:
    """The mappings in a list; what is none is odd."""
    for row in _list(listed):
        if isinstance(row, dict):
            yield row
        else:
            record.odd += 1


def _sheet(row: Mapping[str, Any]) -> SheetRow | None:
    try:
        columns, written = tuple(map(_sure, row["columns"])), tuple(map(_sure, row["open"]))
        sums, rows, total = tuple(row["column_sums"]), _size(row["rows"]), _text(row["sum"])
        marks, beside, live = (tuple(marks_of(_sure(row[key]))) for key in ("marks", "written", "live"))
    except (LookupError, TypeError, ValueError):
        return None
    if rows is None or not _is_digest(total) or any(type(one) is not int for one in sums):
        return None
    if sums and len(sums) != len(columns):
        return None
    return SheetRow(_text(row.get("name")), columns, written, rows, total, sums, marks, beside, live)


def _sure(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _is_digest(text: str) -> bool:
    return len(text) == _DIGEST and set(text) <= set("0123456789abcdef")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _size(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value < _LARGEST else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
