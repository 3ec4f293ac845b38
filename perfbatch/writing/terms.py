"""Words of the department-wide outputs: signs, levels, headings, terms for codes."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

from perfbatch.caching import cached
from perfbatch.schema import LEVELS, SCHEMAS
from perfbatch.words import Words, template_error

if TYPE_CHECKING:
    from perfbatch.writing.summary.columns import SheetColumn

TABLE = "summary"
# Letters of any script and _, but nothing that reads as a cell (A1, R1C1).
_DEFINED_NAME = re.compile(r"(?![A-Za-z]{1,3}[0-9]+$)(?![Rr][0-9]*[Cc]?[0-9]*$)(?![Cc]$)[^\W\d]\w{0,200}")
_SHEET_NAME_LIMIT = 31
_NOT_IN_SHEET_NAMES = set("[]:*?/\\")


class Terms:
    """Terms of templates/summary.toml, looked up once."""

    def __init__(self, words: Words) -> None:
        """Raises TemplateError where a term that is needed is absent or cannot be used."""
        self.words = words
        self._table = words.table(TABLE)
        names = list(self.sheets.values())
        for key, name in self.sheets.items():
            bad = not name or len(name) > _SHEET_NAME_LIMIT - 4 or _NOT_IN_SHEET_NAMES & set(name)
            if bad or name[0] == "'" or name[-1] == "'" or names.count(name) > 1:
                raise template_error("sheet_name", table=TABLE, key=key, name=name)
        for key, name in self.codes("names").items():
            if not _DEFINED_NAME.fullmatch(name):
                raise template_error("range_name", table=TABLE, key=key, name=name)

    def __call__(self, key: str, /, **values: Any) -> str:
        """The sentence ``key`` (dotted). Raises TemplateError for an unknown one."""
        if values:
            return self.words.text(TABLE, key, **values)
        node: Any = self._table
        for part in key.split("."):
            if not isinstance(node, dict) or part not in node:
                raise template_error("no_key", table=TABLE, key=key)
            node = node[part]
        return self.words.filled(str(node))

    def code(self, group: str, code: str) -> str:
        """What people say for ``code``; an unknown one stays as it is."""
        return str(self._table[group].get(code, code)) if code else ""

    def field(self, name: str) -> str:
        """What people call a field that a finding is about."""
        own = self._table["field"].get(name)
        return str(own) if own is not None else _labels().get(name, name)

    def codes(self, group: str) -> dict[str, str]:
        """All terms of a group by code."""
        return {code: str(term) for code, term in self._table[group].items()}

    def words_of(self, column: SheetColumn, **values: Any) -> tuple[str, str]:
        """Heading and meaning of a column: an office's own, else as declared."""
        own = self._table.get("columns", {}).get(column.key, {})
        heading, meaning = own.get("heading", column.heading), own.get("meaning", column.meaning)
        return self.words.filled(heading, **values), self.words.filled(meaning, **values)

    @cached_property
    def sheets(self) -> dict[str, str]:
        """Names of the sheets by key, in no particular order."""
        return self.codes("sheets")

    @cached_property
    def levels(self) -> dict[str, str]:
        """Levels with their sign, so that they can be told apart without colour."""
        return {level: f"{self('signs.' + level)} {word}" for level, word in LEVELS.items()}


@cached(1)
def _labels() -> dict[str, str]:
    """Labels of all fields of a form; the indicators' count where a fund line has one of the same name."""
    frames = ("indicators", "funds", "forms")
    return {column.name: column.label for frame in reversed(frames) for column in SCHEMAS[frame]}
