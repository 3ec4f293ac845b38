"""Units of measure: which can be compared, and by what factor (docs/specification.md, section 2).

The units themselves are data, in units.toml. A unit is an optional scale (万, 亿 …) before a base unit, or
several of these with ``/`` between them (万元/人, 微克/立方米). Three are special:

* ``""``, a bare number, takes the other side's unit;
* a scale alone (2.5万) takes the other side's base unit: 万 beside 万元 is 万元, beside 元 10,000 元;
* ``个`` stands for any counting unit, and so for units that the table does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from perfbatch.caching import cached
from perfbatch.patterns import compiled
from perfbatch.text import compact
from perfbatch.toml_file import shipped_toml

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

PERCENT = "%"
_ANY_COUNT = "个"
_LEAST_SIZE = 1e4
"""Nobody takes 3千元 for 3000千元."""
_YEARLY = compiled("/年度?$")
# 元/人·天 is 元/人/天.
_PARTS = compiled("[/·]")
_TABLE = Path(__file__).with_name("units.toml")


class UnitsError(ValueError):
    """units.toml cannot be used; the message names the entry."""


class Dimension(NamedTuple):
    """One kind of units that convert into each other: ``units`` maps each to a multiple of the base unit."""

    name: str
    title: str
    counted: bool
    units: dict[str, float]


class Scaled(NamedTuple):
    """A unit taken apart: 万元 is 10,000 × 元."""

    scale: float
    base: str


class Together(NamedTuple):
    """Two sides brought to one unit, a row an indicator."""

    actual: Floats
    """the actual number in the target's unit (the target's own number stands unchanged)"""
    inferred: Bools
    """the unit of one side was inferred from the other"""
    comparable: Bools
    """the units can be compared; where False, ``actual`` is NaN"""
    off: Floats
    """where a bare number could be read in two sizes, how many times off the target the nearer one lies;
    infinite on a tie, 1 where there is nothing to choose"""


@cached(1)
def dimensions() -> tuple[Dimension, ...]:
    """The dimensions of units.toml, in the order of the file. Raises UnitsError for an unusable entry."""
    return _load()[0]


@cached(1)
def scales() -> dict[str, float]:
    """Scales that may stand before a unit: 万 → 10000.0."""
    return _load()[1]


@cached(1)
def unit_names() -> frozenset[str]:
    """Every unit that the table knows, without scales, as written there (NFKC)."""
    return frozenset(name for dimension in dimensions() for name in dimension.units) | {_ANY_COUNT}


def canonical(unit: str) -> str:
    """``unit`` as the frames hold it: NFKC without blanks; ``%`` for ％, 百分比, 百分点 and 个百分点."""
    short = compact(unit)
    return PERCENT if short.removeprefix(_ANY_COUNT) in {"%", "百分比", "百分点", "pct"} else short


def is_percent(units: Iterable[str]) -> Bools:
    """Which of ``units`` are shares of a hundred: %, ‰, 成, 倍. One bool a unit."""
    return _by_unit(units, lambda unit: "percent" in _factors(unit), bool)


def factor_to(units_from: Iterable[str], units_to: Iterable[str]) -> Floats:
    """By what a number in ``units_from`` is multiplied to be in ``units_to``, float64.

    NaN where they cannot be compared; 1 where either is ``""``. Each distinct pair is worked out once.
    """
    from_codes, from_units = pd.factorize(_objects(units_from))
    to_codes, to_units = pd.factorize(_objects(units_to))
    if len(from_codes) == 0:
        return np.empty(0)
    pairs, rows = np.unique(from_codes * len(to_units) + to_codes, return_inverse=True)
    factors = [
        _factor(str(from_units[pair // len(to_units)]), str(to_units[pair % len(to_units)])) for pair in pairs
    ]
    return np.array(factors, dtype=np.float64)[rows]


def comparable(units_a: Iterable[str], units_b: Iterable[str]) -> Bools:
    """Which pairs of units can be compared; a bare number (``""``) can be with any."""
    return ~np.isnan(factor_to(units_a, units_b))


def bring_together(
    target_number: Iterable[float],
    target_unit: Iterable[str],
    actual_number: Iterable[float],
    actual_unit: Iterable[str],
) -> Together:
    """The actual numbers in the targets' units (docs/specification.md, section 2).

    A bare number takes the other side's unit; beside a percentage it is read as n% or n×100%, beside 万 or 亿
    as n or n×10,000 (n×100,000,000), whichever lies nearer the other side in ratio: 0.96 beside ≥95% is 96,
    0.8 beside ≤1% is 0.8, 96% beside 0.95 is 0.96, 45000 beside 5万人 is 4.5, 25万元 beside 200000 is
    250,000.
    NaN where a number is missing.
    """
    target = np.asarray(target_number, dtype=np.float64)
    actual = np.asarray(actual_number, dtype=np.float64)
    units_t, units_a = _objects(target_unit), _objects(actual_unit)
    factor = factor_to(units_a, units_t)
    bare_t, bare_a = units_t == "", units_a == ""
    alone_t, alone_a = _by_unit(units_t, _is_scale, bool), _by_unit(units_a, _is_scale, bool)
    full_t, full_a = _by_unit(units_t, _full_size, float), _by_unit(units_a, _full_size, float)
    hundred_t, hundred_a = _hundred(units_t), _hundred(units_a)

    together = actual * factor
    off = np.ones(len(actual))
    in_percent = actual * np.where(np.isnan(hundred_a), 1.0, 100.0 / hundred_a)
    readings = [
        # (rows, number read as it stands, number read as a fraction or in full)
        (bare_a & (hundred_t != 1) & ~np.isnan(hundred_t), actual, actual * hundred_t),  # 倍 has one
        (bare_t & ~np.isnan(hundred_a), in_percent, in_percent / 100.0),
        (bare_a & (full_t > 1), actual, actual / full_t),
        (bare_t & (full_a > 1), actual, actual * full_a),
    ]
    for rows, as_it_stands, otherwise in readings:
        if rows.any():
            one, other = _distance(as_it_stands, target), _distance(otherwise, target)
            nearer = other < one
            together = np.where(rows, np.where(nearer, otherwise, as_it_stands), together)
            far = np.minimum(one, other)
            known = rows & np.isfinite(far)
            with np.errstate(over="ignore", invalid="ignore"):
                tie = np.abs(one - other) <= _SAME * far
                off = np.where(known, np.where(tie, np.inf, np.exp(far)), off)
    inferred = (bare_t != bare_a) | (alone_t != alone_a)
    can = ~np.isnan(factor)
    return Together(together, inferred & can, can, off)


_SAME = 1e-9


def _distance(numbers: Floats, target: Floats) -> Floats:
    """How far ``numbers`` lie from ``target`` in ratio; 0 and negative numbers have no ratio (infinite)."""
    usable = (numbers > 0) & (target > 0)
    ratio = np.divide(numbers, target, out=np.ones_like(numbers), where=usable)
    return np.where(usable, np.abs(np.log(ratio)), np.inf)


def _hundred(units: npt.NDArray[np.object_]) -> Floats:
    """What 100 % is in each unit: 100 for %, 1000 for ‰; NaN for what is no percentage."""
    return _by_unit(units, lambda unit: 100.0 / _factors(unit).get("percent", np.nan), float)


def _by_unit(units: Iterable[str], of_one: Callable[[str], Any], dtype: type) -> npt.NDArray[Any]:
    codes, uniques = pd.factorize(_objects(units))
    return np.array([of_one(str(unit)) for unit in uniques], dtype=dtype)[codes]


def _objects(units: Iterable[str]) -> npt.NDArray[np.object_]:
    if isinstance(units, pd.Series):
        return units.fillna("").to_numpy(dtype=object)
    return np.asarray(list(units), dtype=object)


def _full_size(unit: str) -> float:
    """10,000 for 万 and 万人: what makes a number in full of one in ``unit``; 1 where nothing does."""
    scale = _split(unit).scale
    return scale if _is_scale(unit) or scale >= _LEAST_SIZE else 1.0


def _is_scale(unit: str) -> bool:
    return unit != "" and _split(unit).base == ""


@cached(1 << 14)
def _factor(unit_from: str, unit_to: str) -> float:
    """Factor between two units; NaN where they cannot be compared."""
    if unit_from == unit_to or not unit_from or not unit_to:
        return 1.0
    ours, theirs = _factors(unit_from), _factors(unit_to)
    for dimension, factor in ours.items():
        if dimension in theirs:
            return factor / theirs[dimension]
    yearly_from, yearly_to = _YEARLY.search(unit_from), _YEARLY.search(unit_to)
    if bool(yearly_from) != bool(yearly_to) and unit_from.count("/") != unit_to.count("/"):
        # A form is of one year: 4次 beside 4次/年.
        return _factor(_YEARLY.sub("", unit_from), _YEARLY.sub("", unit_to))
    if "/" in unit_from and "/" in unit_to:
        return _compound(_PARTS.split(unit_from), _PARTS.split(unit_to))
    (scale_from, base_from), (scale_to, base_to) = _split(unit_from), _split(unit_to)
    if base_from == base_to:
        return scale_from / scale_to
    if (not base_from and "percent" not in theirs) or (not base_to and "percent" not in ours):
        return scale_from / scale_to
    if (base_from == _ANY_COUNT and _counted(base_to)) or (base_to == _ANY_COUNT and _counted(base_from)):
        return scale_from / scale_to
    return float("nan")


def _compound(parts_from: list[str], parts_to: list[str]) -> float:
    if len(parts_from) != len(parts_to) or not all(parts_from + parts_to):
        return float("nan")
    factor = _factor(parts_from[0], parts_to[0])
    for below_from, below_to in zip(parts_from[1:], parts_to[1:], strict=True):
        factor /= _factor(below_from, below_to)
    return factor


def _counted(base: str) -> bool:
    """A counting unit, or one that the table does not know (which 个 may stand for)."""
    if "/" in base:
        return False
    found = [dimension for dimension in dimensions() if _known(dimension, base)]
    return any(dimension.counted for dimension in found) or not found


def _known(dimension: Dimension, base: str) -> bool:
    return base in dimension.units or base.casefold() in dimension.units


@cached(1 << 12)
def _factors(unit: str) -> dict[str, float]:
    """The dimensions that ``unit`` belongs to, in the order of the file, with its multiple of the base."""
    scale, base = _split(unit)
    found = {}
    for dimension in dimensions():
        if base in dimension.units:
            found[dimension.name] = scale * dimension.units[base]
        elif base.casefold() in dimension.units:
            found[dimension.name] = scale * dimension.units[base.casefold()]
    return found


@cached(1 << 12)
def _split(unit: str) -> Scaled:
    short = canonical(unit)
    for candidate in (short, short.removeprefix(_ANY_COUNT)):
        if candidate and (candidate in unit_names() or candidate.casefold() in unit_names()):
            return Scaled(1.0, candidate)
    for scale in sorted(scales(), key=len, reverse=True):
        if short.startswith(scale):
            rest = _split(short[len(scale) :])
            # 百万 is one scale; 万百 and the like are no units.
            return Scaled(scales()[scale], rest.base) if rest.scale == 1.0 else Scaled(1.0, short)
    return Scaled(1.0, short)


@cached(1)
def _load() -> tuple[tuple[Dimension, ...], dict[str, float]]:
    data = shipped_toml(_TABLE)
    found: list[Dimension] = []
    for entry in data["dimension"]:
        units = {compact(unit): float(factor) for unit, factor in entry["units"].items()}
        if any(factor <= 0 for factor in units.values()):
            raise UnitsError(f"units.toml: {entry['name']}: a factor must be above 0")
        if any(entry["name"] == dimension.name for dimension in found):
            raise UnitsError(f"units.toml: {entry['name']}: the name is taken")
        found.append(Dimension(entry["name"], entry["title"], entry.get("counted", False), units))
    return tuple(found), {scale: float(factor) for scale, factor in data["scales"].items()}
