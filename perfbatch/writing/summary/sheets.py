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
    to_review,
    tracking,
    working_paper,
)
from perfbatch.writing.summary.columns import SheetColumn

FROZEN: Mapping[str, str] = {
    "missing_reasons": "name",
    "projects": "project",
    "departments": "department",
    "findings": "subject",
    "indicators": "name",
    "owed": "listed_project",
    "tracking": "project",
    "to_review": "review_project",
    "files": "path",
    "working_paper": "paper_item",
}
"""The last column that stays in view, by sheet; where none is named only the headings do."""

OF_ROUNDS = frozenset({"state", "first_seen", "times"})
"""Columns of findings that there are only where a history was given."""

COLUMNS: Mapping[str, tuple[SheetColumn, ...]] = {
    "missing_reasons": missing_reasons.COLUMNS,
    "projects": projects.COLUMNS,
    "departments": departments.COLUMNS,
    "findings": findings.COLUMNS,
    "indicators": indicator_details.COLUMNS,
    "owed": owed.COLUMNS,
    "to_confirm": to_confirm.COLUMNS,
    "tracking": tracking.COLUMNS,
    "to_review": to_review.COLUMNS,
    "files": files.COLUMNS,
    "rules": rules.COLUMNS,
    "working_paper": working_paper.COLUMNS,
}
