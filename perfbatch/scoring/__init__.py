"""The score stage: frames in, the same frames with every score recomputed out.

The rules are those of docs/specification.md, sections 3 and 4. Vectorised over all indicators of the
batch at once; knows no files, cells or messages.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from perfbatch import schema
from perfbatch.rules import Judge, RuleBook, Rules, books_of
from perfbatch.schema import Frames
from perfbatch.scoring.budget import score_budget
from perfbatch.scoring.columns import Array, Columns, at
from perfbatch.scoring.form_totals import form_runs, total
from perfbatch.scoring.indicators import score_indicators
from perfbatch.scoring.rounding import round_half_up
from perfbatch.scoring.texts import decode

_Plain = dict[str, Columns]
"""Frame → its columns, of forms, funds and indicators."""
_Scored = dict[str, dict[str, Array]]
"""Frame → column → its values, one a row."""

__all__ = ["Rules", "round_half_up", "score"]


def score(frames: Frames, rules: Rules = None) -> Frames:
    """``frames`` with the columns of stage 'score' in forms, funds and indicators.

    Frames that were scored already are scored anew. ``forms.rules`` names the book of each form,
    ``rules_source`` says why that one, ``rules_printed`` whether the form prints its notes.
    Raises RuleBookError for an unusable book, SchemaError for unusable frames, KeyError where a
    fund line or indicator names a form that is not there.
    """
    read = {name: _read_columns(name, getattr(frames, name)) for name in ("forms", "funds", "indicators")}
    plain = {name: Columns(frame) for name, frame in read.items()}
    judges, judged_by = _judges(plain["forms"], rules)
    distinct = list(dict.fromkeys(judge.book for judge in judges))
    forms = {
        "rules_source": decode(judged_by, [judge.source for judge in judges]),
        "rules_printed": np.array([judge.printed for judge in judges], dtype=bool)[judged_by],
    }
    if len(distinct) == 1:
        scored = _scored(plain, distinct[0])
    else:
        speaks = np.array([distinct.index(judge.book) for judge in judges])[judged_by]
        parts = []
        for index, book in enumerate(distinct):
            rows = _rows(plain, speaks == index)
            parts.append((rows, _scored({name: plain[name].take(mine) for name, mine in rows.items()}, book)))
        scored = _together(parts)
    scored["forms"] |= forms
    wider = {name: _beside(read[name], columns) for name, columns in scored.items()}
    return schema.validate(frames.with_(**wider), "score")


def _judges(forms: Columns, rules: Rules) -> tuple[list[Judge], NDArray[np.intp]]:
    """The judges of all forms, and which of them judges each; forms alike in what decides are asked once."""
    books = books_of(rules)
    if not len(forms):
        return [books.judge("", "")], np.empty(0, dtype=np.intp)
    layout, layouts = _factorized(forms["layout"])
    notes, texts = _factorized(forms["printed_notes"])
    pairs, judged_by = np.unique(layout * len(texts) + notes, return_inverse=True)
    return [books.judge(layouts[p // len(texts)], texts[p % len(texts)]) for p in pairs], judged_by


def _factorized(texts: pa.Array) -> tuple[NDArray[np.int32], list[str]]:
    """Each text's position among the distinct ones, and these."""
    encoded = texts.dictionary_encode()
    return encoded.indices.to_numpy(), encoded.dictionary.to_pylist()


def _scored(frames: _Plain, book: RuleBook) -> _Scored:
    """The columns of stage 'score' of the frames forms, funds and indicators."""
    of_forms = frames["forms"]
    fund_runs, indicator_runs = (
        form_runs(frames[name]["form_id"], of_forms["form_id"]) for name in ("funds", "indicators")
    )
    funds = score_budget(frames["funds"], book)
    indicators, arrays = score_indicators(frames["indicators"], book)
    forms = {
        "rules": pa.repeat(pa.scalar(book.name, pa.large_string()), len(of_forms)),
        **total(of_forms, frames["funds"], funds, fund_runs, arrays, indicator_runs, book),
    }
    return {"forms": forms, "funds": funds, "indicators": indicators}


def _rows(frames: _Plain, chosen: NDArray[np.bool_]) -> dict[str, NDArray[np.intp]]:
    """The rows of the ``chosen`` forms and of what belongs to them."""
    belongs = {
        name: chosen[form_runs(frames[name]["form_id"], frames["forms"]["form_id"]).rows()]
        for name in ("funds", "indicators")
    }
    return {name: np.flatnonzero(mine) for name, mine in {"forms": chosen, **belongs}.items()}


def _together(parts: Sequence[tuple[dict[str, NDArray[np.intp]], _Scored]]) -> _Scored:
    """The columns of the parts, their items in the order of the whole."""
    whole: _Scored = {}
    for name, columns in parts[0][1].items():
        order = np.argsort(np.concatenate([rows[name] for rows, _ in parts]))
        whole[name] = {}
        for column, first in columns.items():
            items = [scored[name][column] for _, scored in parts]
            whole[name][column] = at(
                pa.concat_arrays(items) if isinstance(first, pa.Array) else np.concatenate(items), order
            )
    return whole


def _read_columns(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """``frame`` with a plain index and without what an earlier scoring left."""
    scored = {column.name for column in schema.columns(name) if column.stage != "read"}
    left = [column for column in frame.columns if column not in scored]
    frame = frame if len(left) == len(frame.columns) else frame[left]
    return frame.reset_index(drop=True)


def _beside(frame: pd.DataFrame, scored: dict[str, Array]) -> pd.DataFrame:
    """A frame with the scored columns behind its own."""
    added = {
        name: schema.texts(values) if isinstance(values, pa.Array) else values
        for name, values in scored.items()
    }
    return pd.concat([frame, pd.DataFrame(added, index=frame.index, copy=False)], axis=1)
