"""Every check of the catalogue over scored frames: which book speaks for which forms, and the findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from perfbatch.checking.batch import keys_of
from perfbatch.checking.catalogue import OFF, catalogue
from perfbatch.checking.evidence import ApprovedTargets, Bools, Evidence
from perfbatch.checking.functions import functions
from perfbatch.checking.table import frame_of, identities, joined, tabulate
from perfbatch.checking.wording import wording
from perfbatch.rules import RuleBook, Rules, books_of, load
from perfbatch.schema import Frames, empty
from perfbatch.scoring.columns import Columns
from perfbatch.scoring.form_totals import form_runs
from perfbatch.words import Words


def check(
    frames: Frames,
    rules: Rules = None,
    *,
    batch: bool = True,
    words: Words | None = None,
    approved: ApprovedTargets | None = None,
) -> Frames:
    """``frames`` of the score stage with ``findings``, by form, then cell from top to bottom, then level.

    ``rules`` is what the score stage was given; each form is judged by the book that ``forms.rules`` names,
    a book that was asked for judges all. ``batch=False`` leaves out the checks that need the whole batch
    (``check_batch``); ``words`` may hold an office's own sentences. ``approved``: the approved targets that
    the columns approved_* of ``indicators`` come from, None where there are none.

    Raises RuleBookError for an unknown rule book, TemplateError for unusable sentences.
    """
    sentences = wording(words)
    parts = []
    whole = [Columns(frame) for frame in (frames.forms, frames.funds, frames.indicators)]
    for book, chosen in _by_book(frames.forms, rules):
        forms, funds, indicators = _of_forms(whole, chosen)
        evidence, places = Evidence(forms, funds, indicators, book, approved=approved), identities(forms)
        hidden = forms["hidden"].to_pylist()
        for one in catalogue():
            if one.topic in WHOLE_BATCH or book.levels.get(one.id) == OFF:
                continue
            parts += [
                tabulate(one, found, places, book, sentences, hidden)
                for found in functions()[one.id](evidence)
            ]
    found_here = [frame_of(parts)]
    if batch:
        found_here.append(check_batch(keys_of(frames.forms, frames.funds), rules, words=words))
    return frames.with_(findings=joined(found_here, frames.forms))


def check_batch(
    keys: pd.DataFrame,
    rules: Rules = None,
    *,
    roster: pd.DataFrame | None = None,
    words: Words | None = None,
) -> pd.DataFrame:
    """Findings that need the whole batch (B501 to B504), from the identities of its forms.

    ``keys`` is ``checking.batch.keys_of`` the whole batch, one row a form. ``rules`` and
    ``words`` as in ``check``. ``roster``: the projects expected, columns row, department, unit, project,
    money_unit (str), budget (float64), handed_in (bool), days_overdue (Int64); then ``keys`` has for each
    form roster_row (int64: position in ``roster``, -1 for none) and roster_near (str: the nearest name) as
    well. Findings about no form (B502) have form_id ''.
    """
    sentences = wording(words)
    none = empty("score")
    places = identities(Columns(keys))
    parts = []
    books = list(_by_book(keys, rules)) or [(books_of(rules).asked or load(), None)]
    for one in catalogue():
        if one.topic not in WHOLE_BATCH:
            continue
        # The whole batch is looked at together; each form's own book sets the level, the first one's that
        # of findings about no form.
        evidence = Evidence(keys, none.funds, none.indicators, books[0][0], roster=roster)
        for found in functions()[one.id](evidence):
            at = np.asarray(found.form, dtype=int)
            for number, (book, chosen) in enumerate(books):
                mine = (number == 0) & (at < 0)
                ours = found if chosen is None else found.where(np.where(at < 0, mine, chosen[at]))
                parts.append(tabulate(one, ours, places, book, sentences))
    return joined([frame_of(parts)], keys)


def check_last_year(
    forms: pd.DataFrame, indicators: pd.DataFrame, rules: Rules = None, *, words: Words | None = None
) -> pd.DataFrame:
    """Findings against last year's forms of the same projects (B521, B522).

    ``forms`` has form_id, file, sheet, rules, hidden (str), year (Int64); ``indicators`` number (Int64),
    name, target and reason with their cells and states, target_kind, direction, last_target, last_reason
    (str), direction_sure (bool). ``rules`` and ``words`` as in ``check``.
    """
    sentences, none = wording(words), empty("score")
    parts = []
    for book, chosen in _by_book(forms, rules):
        ours = forms if chosen is None else forms[chosen]
        theirs = indicators[indicators["form_id"].isin(ours["form_id"])]
        evidence, places = Evidence(ours, none.funds, theirs, book, last_year=True), identities(Columns(ours))
        hidden = ours["hidden"].tolist()
        for one in catalogue():
            if one.topic == LAST_YEAR:
                parts += [
                    tabulate(one, found, places, book, sentences, hidden)
                    for found in functions()[one.id](evidence)
                ]
    return joined([frame_of(parts)], forms)


LAST_YEAR = "last_year"
WHOLE_BATCH = ("batch", "roster", LAST_YEAR)
"""Topics whose checks know more than one form under one book: they are made once all forms are known."""


def join_findings(frames: Frames, more: pd.DataFrame) -> Frames:
    """``frames`` with those findings of ``more`` that are about its forms sorted in."""
    ours = more[more["form_id"].isin(frames.forms["form_id"])]
    if ours.empty:
        return frames
    return frames.with_(findings=joined([frames.findings, ours], frames.forms))


def _by_book(forms: pd.DataFrame, rules: Rules) -> Iterator[tuple[RuleBook, Bools | None]]:
    """Each rule book with the forms that it is for; None stands for all of them."""
    if not len(forms):
        return
    books, names = books_of(rules), forms["rules"].unique().tolist()
    if books.asked is not None:
        yield books.asked, None
        return
    for name in names:
        yield books.named(name), None if len(names) == 1 else (forms["rules"] == name).to_numpy(dtype=bool)


def _of_forms(frames: Sequence[Columns], chosen: Bools | None) -> Sequence[Columns]:
    """Of forms, funds and indicators those of the ``chosen`` forms; None stands for all."""
    if chosen is None:
        return frames
    ids = frames[0]["form_id"]
    return [frame.take(chosen[form_runs(frame["form_id"], ids).rows()].nonzero()[0]) for frame in frames]
