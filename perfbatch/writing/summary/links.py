"""Links from 汇总.xlsx to the very cell in an annotated copy, beside it in the output folder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from perfbatch.caching import cached
from perfbatch.workbook.sheet_names import sheet_names
from perfbatch.writing.text import printable

LIMIT = 65_530
"""Links that Excel takes on one sheet."""
_LENGTH = 2_079
_ESCAPED = re.compile(r"[%# \"<>?\\^`{|}\[\]\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Link:
    """``target`` is a relative address as OOXML writes it, ``location`` a cell like 'Sheet'!D12."""

    target: str
    location: str


def cell_link(copy: str, sheet: str, cell: str) -> Link | None:
    """Link to ``cell`` (A1, if empty) of ``sheet`` in the workbook at ``copy`` below the output folder.

    None where there is no copy, or where Excel could not hold the link. A sheet whose name no .xlsx can hold
    has another one in the copy: the link then goes to the workbook.
    """
    target = _target(copy) if copy else ""
    quoted = _quoted(sheet)
    location = quoted + (cell or "A1") if quoted else ""
    if not target or len(location) > _LENGTH:
        return None
    return Link(target, location)


def cell_links(
    copies: Mapping[str, str], files: Iterable[str], sheets: Iterable[str], cells: Iterable[str]
) -> Iterator[Link | None]:
    """A link for each row."""
    for file, sheet, cell in zip(files, sheets, cells, strict=True):
        yield cell_link(copies.get(file, ""), sheet, cell)


@cached(4_096)
def _target(copy: str) -> str:
    """The address as Excel writes it: signs of its own escaped, Chinese as it is; "" if too long."""
    target = _ESCAPED.sub(lambda sign: _percent(sign[0]), copy)
    if ":" in target.partition("/")[0]:
        target = "./" + target
    return target if len(target.encode("utf-16-le")) // 2 <= _LENGTH else ""


@cached(4_096)
def _quoted(sheet: str) -> str:
    """The sheet as a formula names it, '' where its name is not one."""
    if not sheet or sheet_names([sheet]) != [sheet]:
        return ""
    return "'" + printable(sheet).replace("'", "''") + "'!"


def _percent(sign: str) -> str:
    return "".join(f"%{byte:02X}" for byte in sign.encode("utf-8", "replace"))
