"""S…: what must stand in the form, and cells that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from perfbatch.checking.evidence import NOTHING_WRITTEN, UNREADABLE, Evidence, Picked
from perfbatch.checking.figures import EMPTY, scores
from perfbatch.checking.found import Found
from perfbatch.checking.functions import check
from perfbatch.checking.judging.cells import unreadable_cells
from perfbatch.checking.judging.money import missing_executed, missing_own_score
from perfbatch.checking.labels import FORM_LABELS, FUND_LABELS, HEADER, INDICATOR_LABELS, TEXTS
from perfbatch.checking.yielding import left


@check("S001")
def empty_header(evidence: Evidence) -> Iterator[Found]:
    """Required header fields without a value, and a 项目名称 without a place on a project's form."""
    for field, label in HEADER.items():
        absent = evidence.state("forms", field, "absent")
        if field == "year":
            known = ~np.isnan(evidence.number("forms", "year"))
            rows = evidence.pick("forms", ~known & ~evidence.state("forms", field, *UNREADABLE))
            written = rows.text("title")
        else:
            # what the layout does not print is not missing; a project's name is what a form is known by
            needed = absent & evidence.equals("forms", "kind", "project", "") & (field == "project")
            rows = evidence.pick("forms", evidence.state("forms", field, *NOTHING_WRITTEN) | needed)
            written = rows.text(field)
        gone = absent[rows.rows].tolist()
        yield rows.findings(
            field,
            cell=_cell_or(rows, f"{field}_cell", "title_cell"),
            found=[text if text.strip() and field != "year" else EMPTY for text in written],
            expected=label,
            label=label,
            problem=[
                "在表内找不到填写的地方" if no_place else _problem(text if field != "year" else "")
                for no_place, text in zip(gone, written, strict=True)
            ],
        )


@check("S002")
def missing_value(evidence: Evidence) -> Iterator[Found]:
    """Indicators with 分值, and the scoring fund line, where a value that scoring needs is missing."""
    scored = evidence.number("indicators", "points") > 0
    scored |= ~evidence.has_points_column("indicators")
    for field in ("target", "actual"):
        missing = scored & evidence.state("indicators", field, *NOTHING_WRITTEN)
        yield _missing(evidence.pick("indicators", missing), field, INDICATOR_LABELS[field], field)
    missing = scored & evidence.state("indicators", "own_score", *NOTHING_WRITTEN, "nonsense")
    yield _missing(evidence.pick("indicators", missing), "own_score", "得分", "own_score_text")
    for field, where in (
        ("executed", evidence.recall(missing_executed)),
        ("own_score", evidence.recall(missing_own_score)),
    ):
        speaks = left("S002", evidence, where, field)
        yield _missing(evidence.pick("funds", speaks), field, FUND_LABELS[field], f"{field}_text")


@check("S003")
def unreadable_cell(evidence: Evidence) -> Iterator[Found]:
    """Cells that count and hold an error value or a formula that was never calculated."""
    for kind, field, where in evidence.recall(unreadable_cells):
        rows = evidence.pick(kind, where)
        if not len(rows):
            continue
        label = {"forms": FORM_LABELS, "funds": FUND_LABELS, "indicators": INDICATOR_LABELS}[kind][field]
        uncached = evidence.state(kind, field, "uncached")[rows.rows].tolist()
        texts = _written(rows, field)
        yield rows.findings(
            field,
            found=["（未计算的公式）" if u else t or EMPTY for u, t in zip(uncached, texts, strict=True)],
            expected=label,
            where=[f"“{name}”的{label}" if name else label for name in rows.names()],
            problem=[
                "是没有计算结果的公式" if u else f"显示为 {text or '错误值'}，不能计算"
                for u, text in zip(uncached, texts, strict=True)
            ],
        )


def _missing(rows: Picked, field: str, label: str, written: str) -> Found:
    return rows.findings(
        field,
        found=rows.quoted(written),
        expected=label,
        label=label,
        scored=[
            f"有分值（{points} 分），但" if points != EMPTY else "的"
            for points in scores(rows.number("points"))
        ],
        problem=[_problem(text) for text in rows.quoted(written)],
    )


def _problem(text: str) -> str:
    text = text.strip()
    if text in ("", EMPTY):
        return "没有填写"
    sign_only = not any(character.isalnum() for character in text)
    return f"只填了“{text}”" if sign_only else f"填的“{text}”不是有效的内容"


def _cell_or(rows: Picked, column: str, fallback: str) -> list[str]:
    return [a or b for a, b in zip(rows.text(column), rows.text(fallback), strict=True)]


def _written(rows: Picked, field: str) -> list[str]:
    if field == "year":
        return [""] * len(rows)
    return rows.quoted(field if field in TEXTS else f"{field}_text")
