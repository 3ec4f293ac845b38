"""The columns of every sheet that has rows, once: key, kind and width.

A key names the column's heading and meaning in templates/summary.toml; the sheet's module fills it.
Widths are in characters, a Chinese one counting as two; the first rows decide between the two bounds. What
is printed adds up to some 200, which an A4 page across still shows in letters of 7 points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "short", "level", "integer", "plain", "score", "money", "percent", "link", "fill"]
"""What a column holds. ``plain`` is a number without separators (years, running numbers), ``fill`` a
place where a person writes."""


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column of a sheet; one that is not ``printed`` stands to the right of the page."""

    key: str
    kind: Kind
    low: int
    high: int
    printed: bool = True


def _c(key: str, kind: Kind, low: int, high: int | None = None) -> SheetColumn:
    return SheetColumn(key, kind, low, high or low)


_FORM = _c("form_no", "plain", 6)
_WHO = (_c("department", "text", 10, 14), _c("unit", "text", 10, 14), _c("project", "text", 12, 17))
_WHERE = (SheetColumn("file", "text", 16, 40, False), SheetColumn("sheet", "text", 8, 16, False))
_LEVEL = _c("level", "level", 11)

COLUMNS: Mapping[str, tuple[SheetColumn, ...]] = {
    "missing_reasons": (
        _FORM, _LEVEL, *_WHO, _c("level2", "text", 8, 10), _c("name", "text", 12, 18),
        _c("target", "text", 10, 14), _c("actual", "text", 10, 14), _c("points", "score", 7),
        _c("own_score", "score", 7), _c("deviation_kind", "short", 9), _c("deviation_size", "percent", 9),
        _c("missing", "short", 10), _c("reason", "text", 10, 14), _c("link", "link", 7),
        _c("remark", "fill", 22), _c("opinion", "fill", 16), *_WHERE,
    ),
    "projects": (
        _FORM, _c("department_no", "plain", 6), *_WHO, _c("year", "plain", 7),
        _c("budget", "money", 12, 16), _c("executed", "money", 12, 16), _c("rate", "percent", 9),
        _c("own_total", "score", 8), _c("computed_total", "score", 8), _c("total_difference", "score", 8),
        _c("grade_own", "short", 6), _c("grade_computed", "short", 6), _c("grade_change", "short", 8),
        _c("indicators", "integer", 7), _c("deviations", "integer", 8),
        _c("errors", "integer", 8), _c("warnings", "integer", 8), _c("infos", "integer", 8),
        _c("missing_errors", "integer", 8), _c("missing_warnings", "integer", 8),
        _c("copy", "link", 11), *_WHERE,
    ),
    "departments": (
        _c("department_no", "plain", 6), _c("department", "text", 16, 40), _c("units", "integer", 8),
        _c("forms", "integer", 8), _c("budget", "money", 16), _c("executed", "money", 16),
        _c("rate", "percent", 9), _c("own_mean", "score", 8), _c("computed_mean", "score", 8),
        _c("own_grades", "integer", 6), _c("computed_grades", "integer", 6), _c("changed", "integer", 9),
        _c("errors", "integer", 8), _c("warnings", "integer", 8), _c("infos", "integer", 8),
        _c("missing_errors", "integer", 8), _c("missing_warnings", "integer", 8),
        _c("missing_total", "integer", 8),
    ),
    "findings": (
        _FORM, _LEVEL, _c("check", "short", 7), _c("title", "text", 10, 15), *_WHO,
        _c("subject", "text", 10, 17), _c("field", "text", 8, 10), _c("link", "link", 7),
        _c("message", "text", 20, 34), _c("found", "text", 9, 12), _c("expected", "text", 9, 12),
        _c("advice", "text", 16, 28), _c("clause", "text", 10, 16), *_WHERE,
    ),
    "indicators": (
        _FORM, _c("number", "plain", 6), *_WHO, _c("level1", "text", 8, 9), _c("level2", "text", 8, 10),
        _c("name", "text", 12, 18), _c("target", "text", 10, 14), _c("actual", "text", 10, 14),
        _c("completion", "percent", 9), _c("points", "score", 7), _c("own_score", "score", 7),
        _c("computed_score", "score", 7), _c("accepted_score", "score", 7), _c("difference", "score", 7),
        _c("direction", "short", 6), _c("direction_source", "text", 8, 10), _c("rule", "text", 8, 10),
        _c("clause", "text", 10, 14), _c("deviation_kind", "short", 9), _c("deviation_size", "percent", 9),
        _c("reason", "text", 10, 24),
    ),
    "files": (
        _c("path", "text", 24, 60), _c("status", "short", 10), _c("kind", "short", 10),
        _c("size", "integer", 14), _c("forms", "integer", 8), _c("explanation", "text", 30, 60),
        _c("copy", "link", 11),
    ),
    "rules": (
        _c("topic", "short", 10), _c("place", "text", 12, 20), _c("id", "text", 8, 22),
        _c("term", "text", 16, 30), _c("value", "text", 12, 26), _c("basis", "text", 12, 24),
        _c("text", "text", 40, 60),
    ),
}  # fmt: skip
