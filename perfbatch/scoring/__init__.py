"""The score stage: frames in, the same frames with every score recomputed out.

The rules are those of docs/specification.md, sections 3 and 4. Vectorised over all indicators of the
batch at once; knows no files, cells or messages.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from perfbatch import schema
from perfbatch.rules import Judge, RuleBook, Rules, books_of
from perfbatch.schema import Frames
from perfbatch.scoring.budget import score_budget
from perfbatch.scoring.form_totals import form_runs, total
from perfbatch.scoring.indicators import score_indicators
from perfbatch.scoring.rounding import round_half_up

_Scored = dict[str, dict[str, Any]]
"""Frame → column → its values, one a row."""

__all__ = ["Rules", "round_half_up", "score"]


def score(frames: Frames, rules: Rules = None) -> Frames:
    """``frames`` with the columns of stage 'score' in forms, funds and indicators.

    Frames that were scored already are scored anew. ``forms.rules`` names the book of each form,
    ``rules_source`` says why that one, ``rules_printed`` whether the form prints its notes.
    Raises RuleBookError for an unusable book, SchemaError for unusable frames, KeyError where a
    fund line or indicator names a form that is not there.
    """
    plain = Frames(
        forms=_read_columns("forms", frames.forms),
        funds=_read_columns("funds", frames.funds),
        indicators=_read_columns("indicators", frames.indicators),
        files=frames.files,
        findings=frames.findings,
    )
    judges, judged_by = _judges(plain.forms, rules)
    distinct = list(dict.fromkeys(judge.book for judge in judges))
    forms = {
        "rules_source": pd.Series([judge.source for judge in judges], dtype="str").take(judged_by),
        "rules_printed": np.array([judge.printed for judge in judges], dtype=bool)[judged_by],
    }
    if len(distinct) == 1:
        scored = _scored(plain, distinct[0])
    else:
        speaks = np.array([distinct.index(judge.book) for judge in judges])[judged_by]
        parts = []
        for index, book in enumerate(distinct):
            rows = _rows(plain, speaks == index)
            parts.append((rows, _scored(_part(plain, rows), book)))
        scored = _together(parts)
    scored["forms"] |= forms
    return schema.validate(_beside(plain, scored), "score")


def _judges(forms: pd.DataFrame, rules: Rules) -> tuple[list[Judge], NDArray[np.intp]]:
    """The judges of all forms, and which of them judges each; forms alike in what decides are asked once."""
    books = books_of(rules)
    if not len(forms):
        return [books.judge("", "")], np.empty(0, dtype=np.intp)
    layout, layouts = pd.factorize(forms["layout"])
    notes, texts = pd.factorize(forms["printed_notes"])
    pairs, judged_by = np.unique(layout * len(texts) + notes, return_inverse=True)
    return [books.judge(layouts[p // len(texts)], texts[p % len(texts)]) for p in pairs], judged_by


def _scored(frames: Frames, book: RuleBook) -> _Scored:
    """The columns of stage 'score' of the frames forms, funds and indicators."""
    ids = frames.forms["form_id"]
    fund_runs, indicator_runs = (
        form_runs(frames.funds["form_id"], ids),
        form_runs(frames.indicators["form_id"], ids),
    )
    funds = score_budget(frames.funds, book)
    indicators, arrays = score_indicators(frames.indicators, book)
    forms = {
        "rules": pd.Series([book.name] * len(frames.forms), dtype="str"),
        **total(frames.forms, frames.funds, funds, fund_runs, arrays, indicator_runs, book),
    }
    return {"forms": forms, "funds": funds, "indicators": indicators}


def _rows(frames: Frames, chosen: NDArray[np.bool_]) -> dict[str, NDArray[np.intp]]:
    """The rows of the ``chosen`` forms and of what belongs to them."""
    belongs = {
        name: chosen[form_runs(getattr(frames, name)["form_id"], frames.forms["form_id"]).rows()]
        for name in ("funds", "indicators")
    }
    return {name: np.flatnonzero(mine) for name, mine in {"forms": chosen, **belongs}.items()}


def _part(frames: Frames, rows: dict[str, NDArray[np.intp]]) -> Frames:
    return frames.with_(
        **{name: getattr(frames, name).take(mine).reset_index(drop=True) for name, mine in rows.items()}
    )


def _together(parts: Sequence[tuple[dict[str, NDArray[np.intp]], _Scored]]) -> _Scored:
    """The columns of the parts, their items in the order of the whole."""
    whole: _Scored = {}
    for name, columns in parts[0][1].items():
        order = np.argsort(np.concatenate([rows[name] for rows, _ in parts]))
        whole[name] = {}
        for column, first in columns.items():
            items = [scored[name][column] for _, scored in parts]
            whole[name][column] = (
                pd.concat(items, ignore_index=True).take(order)
                if isinstance(first, pd.Series)
                else np.concatenate(items)[order]
            )
    return whole


def _read_columns(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """``frame`` with a plain index and without what an earlier scoring left."""
    scored = {column.name for column in schema.columns(name) if column.stage != "read"}
    left = [column for column in frame.columns if column not in scored]
    frame = frame if len(left) == len(frame.columns) else frame[left]
    return frame.reset_index(drop=True)


def _beside(frames: Frames, scored: _Scored) -> Frames:
    """The frames with the scored columns behind their own."""
    wider = {}
    for name, columns in scored.items():
        frame = getattr(frames, name)
        added = {
            column: values.array if isinstance(values, pd.Series) else values
            for column, values in columns.items()
        }
        wider[name] = pd.concat([frame, pd.DataFrame(added, index=frame.index, copy=False)], axis=1)
    return frames.with_(**wider)
