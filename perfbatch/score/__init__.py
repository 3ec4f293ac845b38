"""The score room: frames in, the same frames with every score recomputed out (spec sections 3 and 4).

Vectorised over all indicators of the batch at once; knows no files, cells or messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from perfbatch import schema
from perfbatch.rooms import make_callable
from perfbatch.rules import DEFAULT, RuleBook, load
from perfbatch.schema import Frames
from perfbatch.score.budget import score_budget
from perfbatch.score.indicators import score_indicators
from perfbatch.score.rounding import round_half_up
from perfbatch.score.totals import runs, total

Rules = str | Path | RuleBook | Mapping[str, "str | Path | RuleBook"] | None
"""One rule book for all forms (name, file or book), or one for each layout family by its name, with
the key ``""`` for all others; None is the default book."""

__all__ = ["Rules", "book_for", "round_half_up", "score"]


def score(frames: Frames, rules: Rules = None) -> Frames:
    """``frames`` with the columns of room 'score' in forms, funds and indicators.

    Frames that were scored already are scored anew. ``forms.rules`` names the book of each form.
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
    books = {layout: book_for(rules, layout) for layout in plain.forms["layout"].unique()}
    distinct = list(dict.fromkeys(books.values()))
    if len(distinct) <= 1:
        book = distinct[0] if distinct else book_for(rules, "")
        return schema.validate(_with_book(plain, book), "score")
    number = {layout: distinct.index(book) for layout, book in books.items()}
    speaks = plain.forms["layout"].map(number).to_numpy()
    parts = [_with_book(_part(plain, speaks == index), book) for index, book in enumerate(distinct)]
    return schema.validate(_together(plain, parts), "score")


def book_for(rules: Rules, layout: str) -> RuleBook:
    """The book that scores forms of ``layout``. Raises RuleBookError."""
    if isinstance(rules, Mapping):
        rules = rules.get(layout, rules.get("", DEFAULT))
    return rules if isinstance(rules, RuleBook) else load(rules)


def _with_book(frames: Frames, book: RuleBook) -> Frames:
    ids = frames.forms["form_id"]
    fund_runs, indicator_runs = runs(frames.funds["form_id"], ids), runs(frames.indicators["form_id"], ids)
    funds = _beside(frames.funds, score_budget(frames.funds, book))
    columns, arrays = score_indicators(frames.indicators, book)
    forms = {
        "rules": pd.Series([book.name] * len(frames.forms), dtype="str"),
        **total(frames.forms, funds, fund_runs, arrays, indicator_runs, book),
    }
    return frames.with_(
        forms=_beside(frames.forms, forms),
        funds=funds,
        indicators=_beside(frames.indicators, columns),
    )


def _part(frames: Frames, chosen: NDArray[np.bool_]) -> Frames:
    """The ``chosen`` forms and what belongs to them; the index keeps where each row came from."""

    def mine(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[chosen[runs(frame["form_id"], frames.forms["form_id"]).rows()]]

    return frames.with_(
        forms=frames.forms[chosen], funds=mine(frames.funds), indicators=mine(frames.indicators)
    )


def _together(frames: Frames, parts: list[Frames]) -> Frames:
    """The parts in the order of the whole."""
    whole = {
        name: pd.concat([getattr(part, name) for part in parts]).sort_index()
        for name in ("forms", "funds", "indicators")
    }
    return frames.with_(**whole)


def _read_columns(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """``frame`` with a plain index and without what an earlier scoring left."""
    scored = {column.name for column in schema.columns(name) if column.room != "read"}
    left = [column for column in frame.columns if column not in scored]
    frame = frame if len(left) == len(frame.columns) else frame[left]
    return frame.reset_index(drop=True)


def _beside(frame: pd.DataFrame, columns: dict[str, Any]) -> pd.DataFrame:
    added = {
        name: column.set_axis(frame.index) if isinstance(column, pd.Series) else column
        for name, column in columns.items()
    }
    return pd.concat([frame, pd.DataFrame(added, index=frame.index, copy=False)], axis=1)


make_callable(__name__)
