"""Cells whose value is not known, without those that merely follow from another."""

from __future__ import annotations

import numpy as np

from perfbatch.checking.evidence import UNREADABLE, Bools, Evidence, Kind
from perfbatch.checking.judging.money import below_floor
from perfbatch.checking.labels import HEADER

Cells = list[tuple[Kind, str, Bools]]


LOST = ("#REF!", "#NAME?")
"""Errors that no missing budget explains."""


def unreadable_cells(evidence: Evidence) -> Cells:
    """Frame, field and rows of the cells that S003 speaks of, without what merely follows from them.

    A reason counts only where one is needed, 分值 and 得分 of the funds only on 年度资金总额.
    """
    below = [*_funds(evidence), *_indicators(evidence)]
    return [*_forms(evidence, below), *below]


def _funds(evidence: Evidence) -> Cells:
    total = evidence.equals("funds", "line", "total")
    amounts_lost = _errors(evidence, "funds", "budget", "executed")
    # #DIV/0! beside a budget of 0 is ordinary, and what is computed from an error is one.
    ordinary = ~(evidence.number("funds", "budget") > 0)
    rate = amounts_lost | (ordinary & ~evidence.equals("funds", "rate_text", *LOST))
    score = amounts_lost | (ordinary & ~evidence.equals("funds", "own_score_text", *LOST))
    score |= _errors(evidence, "funds", "rate", "points")
    low = evidence.recall(below_floor)
    return [
        *(("funds", name, _unread(evidence, "funds", name)) for name in ("initial", "budget", "executed")),
        ("funds", "rate", _unread(evidence, "funds", "rate", rate)),
        ("funds", "points", _unread(evidence, "funds", "points") & total),
        ("funds", "own_score", _unread(evidence, "funds", "own_score", score) & total),
        ("funds", "reason", _unread(evidence, "funds", "reason") & low),
    ]


def _indicators(evidence: Evidence) -> Cells:
    follows = _errors(evidence, "indicators", "target", "actual", "points")
    needed = evidence.flag("indicators", "deviation")
    fields = ("name", "target", "actual", "points")
    return [
        *(("indicators", name, _unread(evidence, "indicators", name)) for name in fields),
        ("indicators", "own_score", _unread(evidence, "indicators", "own_score", follows)),
        ("indicators", "reason", _unread(evidence, "indicators", "reason") & needed),
    ]


def _forms(evidence: Evidence, below: Cells) -> Cells:
    """A total that is an error because a value above it is one is not said again."""
    follows = np.zeros(evidence.size("forms"), dtype=bool)
    for kind, field, where in below:
        follows |= evidence.some_in_form(kind, where & evidence.state(kind, field, "error"))
    totals = ("points_total", "own_total")
    return [
        *(("forms", name, _unread(evidence, "forms", name)) for name in HEADER),
        *(("forms", name, _unread(evidence, "forms", name, follows)) for name in totals),
    ]


def _unread(evidence: Evidence, kind: Kind, field: str, follows: Bools | None = None) -> Bools:
    """Cells without a known value; an error value does not count where it ``follows`` from another."""
    unread = evidence.state(kind, field, *UNREADABLE)
    return unread if follows is None else unread & ~(evidence.state(kind, field, "error") & follows)


def _errors(evidence: Evidence, kind: Kind, *fields: str) -> Bools:
    return np.asarray(
        np.logical_or.reduce([evidence.state(kind, f, "error") for f in fields]), dtype=np.bool_
    )
