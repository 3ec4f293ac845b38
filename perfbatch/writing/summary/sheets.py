"""The sheets that have rows, by their keys in templates/summary.toml, with their columns."""

from __future__ import annotations

from collections.abc import Mapping

from perfbatch.writing.summary import (
    departments,
    files,
    findings,
    indicator_details,
    missing_reasons,
    owed,
    projects,
    rules,
    to_confirm,
)
from perfbatch.writing.summary.columns import SheetColumn

FROZEN: Mapping[str, str] = {
    "missing_reasons": "name",
    "projects": "project",
    "departments": "department",
    "findings": "subject",
    "indicators": "name",
    "owed": "listed_project",
    "files": "path",
}
"""The last column that stays in view, by sheet; where none is named only the headings do."""

COLUMNS: Mapping[str, tuple[SheetColumn, ...]] = {
    "missing_reasons": missing_reasons.COLUMNS,
    "projects": projects.COLUMNS,
    "departments": departments.COLUMNS,
    "findings": findings.COLUMNS,
    "indicators": indicator_details.COLUMNS,
    "owed": owed.COLUMNS,
    "to_confirm": to_confirm.COLUMNS,
    "files": files.COLUMNS,
    "rules": rules.COLUMNS,
}
