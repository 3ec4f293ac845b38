"""The check room: scored frames → findings. What each check is stands in its topic's module."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from perfbatch.checking.catalogue import Check, catalogue
from perfbatch.checking.wording import wording

if TYPE_CHECKING:
    import pandas as pd

    from perfbatch.checking.evidence import Bools
    from perfbatch.rules import RuleBook
    from perfbatch.schema import Frames
    from perfbatch.scoring import Rules
    from perfbatch.words import Words

__all__ = ["Check", "catalogue", "check", "check_batch", "join_findings", "wording"]


def check(frames: Frames, rules: Rules = None, *, batch: bool = True, words: Words | None = None) -> Frames:
    """``frames`` of the score room with ``findings``, by form, then cell from top to bottom, then level.

    ``rules`` is what the score room was given: a book, its name or file, or one for each layout; None
    takes the shipped book that ``forms.rules`` names. ``batch=False`` leaves out the checks that need
    the whole batch (``check_batch``); ``words`` may hold an office's own sentences.

    Raises RuleBookError for an unknown rule book, TemplateError for unusable sentences.
    """
    from perfbatch.checking.evidence import Evidence
    from perfbatch.checking.table import findings, frame_of, identities, joined

    sentences = wording(words)
    parts = []
    for book, chosen in _by_book(frames.forms, rules):
        forms, funds, indicators = _of_forms(frames, chosen)
        evidence, places = Evidence(forms, funds, indicators, book), identities(forms)
        for one in catalogue():
            if one.topic == "batch" or book.levels.get(one.id) == "off":
                continue
            parts += [findings(one, found, places, book, sentences) for found in one.find(evidence)]
    found_here = [frame_of(parts)]
    if batch:
        from perfbatch.checking.batch import KEYS

        found_here.append(check_batch(frames.forms[list(KEYS)], rules, words=words))
    return frames.with_(findings=joined(found_here, frames.forms))


def check_batch(keys: pd.DataFrame, rules: Rules = None, *, words: Words | None = None) -> pd.DataFrame:
    """Findings that need the whole batch (B501), from the identities of its forms.

    ``keys`` has the columns ``perfbatch.checking.batch.KEYS`` of ``forms``, one row a form of the whole
    batch. ``rules`` and ``words`` as in ``check``.
    """
    import numpy as np

    from perfbatch.checking.evidence import Evidence
    from perfbatch.checking.table import findings, frame_of, identities, joined
    from perfbatch.schema import empty

    sentences = wording(words)
    none = empty("score")
    places = identities(keys)
    parts = []
    books = list(_by_book(keys, rules))
    for one in catalogue():
        if one.topic != "batch" or not books:
            continue
        # The whole batch is looked at together; each form's own book sets the level.
        for found in one.find(Evidence(keys, none.funds, none.indicators, books[0][0])):
            for book, chosen in books:
                ours = found if chosen is None else found.where(chosen[np.asarray(found.form, dtype=int)])
                parts.append(findings(one, ours, places, book, sentences))
    return joined([frame_of(parts)], keys)


def join_findings(frames: Frames, more: pd.DataFrame) -> Frames:
    """``frames`` with those findings of ``more`` that are about its forms sorted in."""
    from perfbatch.checking.table import joined

    ours = more[more["form_id"].isin(frames.forms["form_id"])]
    if ours.empty:
        return frames
    return frames.with_(findings=joined([frames.findings, ours], frames.forms))


def _by_book(forms: pd.DataFrame, rules: Rules) -> Iterator[tuple[RuleBook, Bools | None]]:
    """Each rule book with the forms that it is for; None stands for all of them."""
    from perfbatch.rules import load
    from perfbatch.scoring import book_for

    by = "rules" if rules is None else "layout"
    if not len(forms):
        return
    names = forms[by].unique().tolist()
    books = {name: load(name or None) if rules is None else book_for(rules, name) for name in names}
    for book in dict.fromkeys(books.values()):
        ours = [name for name in names if books[name] == book]
        yield book, None if len(ours) == len(names) else forms[by].isin(ours).to_numpy(dtype=bool)


def _of_forms(frames: Frames, chosen: Bools | None) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    if chosen is None:
        return frames.forms, frames.funds, frames.indicators
    forms = frames.forms[chosen]
    ids = forms["form_id"]
    return (
        forms,
        frames.funds[frames.funds["form_id"].isin(ids)],
        frames.indicators[frames.indicators["form_id"].isin(ids)],
    )
