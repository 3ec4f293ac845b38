"""What a person types to name a cell: FILE#SHEET!CELL, FILE#CELL, FILE!CELL.

File and sheet names may hold # and ! themselves: the file is the longest beginning that exists.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from perfbatch.reading.discover import Source, discover
from perfbatch.workbook.addresses import COLUMNS

_REST = re.compile(r"(?:(?P<sheet>.+)[!#])?\$?(?P<column>[A-Za-z]{1,3})\$?(?P<row>[1-9][0-9]{0,6})(?::.*)?")


class ExplainError(Exception):
    """Nothing can be explained; ``code`` names the sentence in templates/story.toml, ``values`` fill it."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values

    def __reduce__(self) -> tuple[Any, ...]:
        # keyword arguments would be lost on the way back from a worker process
        return _rebuild, (self.code, self.values)


def _rebuild(code: str, values: dict[str, Any]) -> ExplainError:
    return ExplainError(code, **values)


@dataclass(frozen=True, slots=True)
class Target:
    """One cell of the workbook ``source``. ``sheet`` is '' where none was named; ``row`` and ``column`` count
    from 0.
    """

    source: Source
    sheet: str
    row: int
    column: int


def is_target(text: str) -> bool:
    """Whether ``text`` is meant to name a cell (and not a check)."""
    return "#" in text or "!" in text


def parse_target(text: str) -> Target:
    """Raises ExplainError: no_file, no_member, or no_cell where the rest names no cell."""
    ends = [index for index, character in enumerate(text) if character in "#!"]
    for end in reversed(ends):
        if Path(text[:end]).is_file():
            return _target(Source(text[:end], Path(text[:end]).name), text[end + 1 :].strip())
    return _in_archive(text, ends)


def _in_archive(text: str, ends: list[int]) -> Target:
    """A member of an archive, archive.zip/folder/file."""
    path = Path(text[: ends[0]] if ends else text)
    archive = next((parent for parent in path.parents if parent.is_file()), None)
    if archive is None:
        raise ExplainError("no_file", path=path)
    members = {source.name.partition("/")[2]: source for source in discover([archive])}
    for end in reversed(ends):
        member = Path(text[:end]).relative_to(archive).as_posix()
        if member in members:
            return _target(members[member], text[end + 1 :].strip())
    raise ExplainError("no_member", path=archive, member=path.relative_to(archive).as_posix())


def _target(source: Source, rest: str) -> Target:
    match = _REST.fullmatch(rest)
    if match is None:
        raise ExplainError("no_cell", path=source.file, text=rest)
    sheet = match["sheet"] or ""
    if len(sheet) > 1 and sheet[0] == sheet[-1] == "'":
        sheet = sheet[1:-1].replace("''", "'")
    return Target(source, sheet, int(match["row"]) - 1, COLUMNS[match["column"].upper()])
