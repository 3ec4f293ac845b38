"""The indicators frame as plain arrays: what every rule needs, texts already turned into codes."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from perfbatch.rules import RuleBook
from perfbatch.scoring import direction as directions
from perfbatch.scoring.columns import Columns, at
from perfbatch.scoring.entries import NONE, match_entries
from perfbatch.scoring.texts import Bools, lookup, same
from perfbatch.values.units import bring_together

Floats = NDArray[np.float64]
Small = NDArray[np.int8]

KINDS = ("", "number", "date", "text", "tier")
"""Kinds of the value grammar, in the order of the codes."""
BLANK, NUMBER, DATE, TEXT, TIER = range(5)
assert len({kind[1:2] for kind in KINDS}) == len(KINDS), "the second letter tells the kinds apart"


@dataclass(frozen=True, slots=True)
class Encoded:
    """One array item an indicator. Numbers are NaN where the form has none."""

    points: Floats
    own: Floats
    target: Floats
    """A, in the target's unit (lower bound of a range)"""
    upper: Floats
    """upper bound of a target range, else NaN"""
    actual: Floats
    """B in the target's unit; NaN where it is no number or cannot be compared"""
    actual_upper: Floats
    """upper bound of an actual range in the target's unit, else NaN"""
    target_kind: Small
    actual_kind: Small
    numeric: Bools
    """both sides are numbers"""
    comparable: Bools
    """numeric, and in units that can be compared"""
    inferred: Bools
    off: Floats
    """how many times off the target a bare number lies that could be read in two sizes; see bring_together"""
    direction: Small
    direction_source: Small
    sure: Bools
    """the direction is stated, or none is needed"""
    about: Bools
    """the target is a rough number"""
    falls: Bools
    """the target is an amount of decrease: 4 % beside 3 % is no over-completion by a third"""
    target_points: Small
    """where the target's operator points: a direction, or 0"""
    actual_points: Small
    target_equal: Bools
    """the target's operator, if it points anywhere, includes equality"""
    actual_equal: Bools
    entry: NDArray[np.int16]
    """index of the rule book's entry, or NONE"""
    by_entry: Bools
    """the rule book's entry leaves the indicator to a person"""

    def part(self, rows: Any) -> Encoded:
        """The items of ``rows``, a slice or an index array."""
        return Encoded(*(getattr(self, f.name)[rows] for f in fields(self)))


def encode(indicators: Columns, book: RuleBook) -> Encoded:
    """The arrays that the rules of ``book`` work on."""
    entry = match_entries(indicators, book)
    target_kind = _kinds(indicators["target_kind"])
    actual_kind = _kinds(indicators["actual_kind"])
    target_unit = indicators["target_unit"]
    by_entry = np.zeros(len(indicators), dtype=bool)
    if book.indicators:
        by_entry = _flags([e.judged for e in book.indicators], entry)
        target_kind, actual_kind, unfit = _as_told(target_kind, actual_kind, entry, book)
        by_entry |= unfit
        target_unit = _units_as_told(target_unit, entry, book)
    numeric = (target_kind == NUMBER) & (actual_kind == NUMBER)
    actual, actual_upper, inferred, comparable, off = _together(indicators, numeric, target_unit)
    target_points = directions.pointing(indicators["target_operator"])
    upper = indicators["target_upper"]
    # A range has no direction: outside it on either side is a miss.
    decided = directions.decide(indicators, numeric & np.isnan(upper), target_points, entry, book)
    return Encoded(
        points=indicators["points"],
        own=indicators["own_score"],
        target=indicators["target_number"],
        upper=upper,
        actual=actual,
        actual_upper=actual_upper,
        target_kind=target_kind,
        actual_kind=actual_kind,
        numeric=numeric,
        comparable=comparable,
        inferred=inferred,
        off=off,
        direction=decided.direction,
        direction_source=decided.source,
        sure=decided.sure,
        about=indicators["target_about"],
        falls=lookup(indicators["target_change"], 0, {"f": 1}) > 0,
        target_points=target_points,
        actual_points=directions.pointing(indicators["actual_operator"]),
        target_equal=_includes_equality(indicators["target_operator"]),
        actual_equal=_includes_equality(indicators["actual_operator"]),
        entry=entry,
        by_entry=by_entry,
    )


def _includes_equality(operators: pa.Array) -> Bools:
    """>= and <=; = and none point nowhere."""
    return lookup(operators, 1, {"=": 1}) > 0


def _kinds(column: pa.Array) -> Small:
    return lookup(column, 1, {kind[1]: code for code, kind in enumerate(KINDS) if kind})


def _flags(flags: list[bool], entry: NDArray[np.int16]) -> Bools:
    return np.array([*flags, False])[entry]  # NONE takes the last


def _as_told(
    target_kind: Small, actual_kind: Small, entry: NDArray[np.int16], book: RuleBook
) -> tuple[Small, Small, Bools]:
    """Kinds where the rule book states target_kind; the last array: the values are not of that kind.

    Any value can be compared as text; a number, date or tier that is none is left to a person.
    """
    stated = np.array([*(KINDS.index(e.target_kind) for e in book.indicators), 0], dtype=np.int8)[entry]
    as_text = stated == TEXT
    target_kind = np.where(as_text & (target_kind != BLANK), np.int8(TEXT), target_kind)
    actual_kind = np.where(as_text & (actual_kind != BLANK), np.int8(TEXT), actual_kind)
    filled = (target_kind != BLANK) & (actual_kind != BLANK)
    unfit = filled & np.isin(stated, (NUMBER, DATE)) & ((target_kind != stated) | (actual_kind != stated))
    unfit |= filled & (stated == TIER) & (actual_kind != TIER)
    # The tier rule asks only for a target in words; the rule book vouches for this one.
    target_kind = np.where((stated == TIER) & (actual_kind == TIER) & filled, np.int8(TEXT), target_kind)
    return target_kind, actual_kind, unfit


def _units_as_told(units: pa.Array, entry: NDArray[np.int16], book: RuleBook) -> pa.Array:
    """Target units, blank ones replaced where the rule book states a unit."""
    if not any(e.unit for e in book.indicators):
        return units
    told = np.array([*(e.unit for e in book.indicators), ""], dtype=object)[entry]
    written = units.to_numpy(zero_copy_only=False)
    return pa.array(np.where(written == "", told, written), type=pa.large_string())


def _together(
    indicators: Columns, numeric: Bools, target_unit: pa.Array
) -> tuple[Floats, Floats, Bools, Bools, Floats]:
    """B and its upper bound in the target's unit, inferred, comparable, times off the target."""
    actual_unit = indicators["actual_unit"]
    target = indicators["target_number"]
    actual = np.where(numeric, indicators["actual_number"], np.nan)
    upper = np.where(numeric, indicators["actual_upper"], np.nan)
    inferred = np.zeros(len(indicators), dtype=bool)
    comparable = numeric.copy()
    off = np.ones(len(indicators))
    # Equal units need no conversion, and nearly all are equal.
    rows = np.flatnonzero(numeric & ~same(target_unit, actual_unit))
    if len(rows):
        units_t, units_a = (
            at(unit, rows).to_numpy(zero_copy_only=False) for unit in (target_unit, actual_unit)
        )
        one = bring_together(target[rows], units_t, actual[rows], units_a)
        converted, guessed, can, off[rows] = one
        ends = np.flatnonzero(~np.isnan(upper[rows]))
        if len(ends):
            span = rows[ends]
            upper[span] = bring_together(
                target[span], units_t[ends], upper[span], units_a[ends]
            )[0]  # fmt: skip
        actual[rows], inferred[rows], comparable[rows] = converted, guessed, can
        upper[rows] = np.where(can, upper[rows], np.nan)
    return actual, upper, inferred, comparable, off


assert NONE == -1, "arrays indexed by entry keep 'no entry' as their last item"
