"""A form as its unit filled it in: what stands in each cell, and beside it what is true of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple


class Place(NamedTuple):
    """Where a value belongs: frame, key and field as in perfbatch's frames.

    ``Place("form", "", "project")``, ``Place("funds", "total", "rate")``,
    ``Place("indicators", 3, "own_score")`` (the third indicator from the top).
    """

    frame: str
    key: str | int
    field: str


@dataclass(frozen=True)
class Percent:
    """A number cell under a percent format: ``Percent(Decimal("89.5"), 2)`` shows 89.50%."""

    value: Decimal
    decimals: int


@dataclass(frozen=True)
class Formula:
    """A formula over other places, ``{0}`` the first of them. ``cached`` None: never calculated."""

    template: str
    places: tuple[Place, ...]
    cached: Value


Value = str | int | Decimal | date | Percent | Formula | None
"""What a cell holds. A str beginning with # inside a Formula's ``cached`` is an error value."""


@dataclass(frozen=True)
class Truth:
    """What an indicator's target and actual mean, in numbers of one unit.

    ``rule``: positive, reverse, unsure (either of the two), range (``a`` to ``upper``), several (``parts``),
    deadline, late, text, tier, judgement or incomparable. ``a`` and ``b`` are target and actual; ``tier`` is
    achieved, partly or missed.
    """

    rule: str
    a: Decimal = Decimal(0)
    b: Decimal = Decimal(0)
    upper: Decimal = Decimal(0)
    tier: str = ""
    strict: bool = False
    """``a`` itself does not meet the target: ＞90, 低于3"""
    about: bool = False
    """约, 左右: within 5 % of ``a`` meets it"""
    words: str = ""
    """where the actual lies by its own words: "below" or "above" ``b``, "from" it on or "up to" it"""
    scale: Decimal | None = None
    """``b`` is a bare number that may also be read as ``scale`` times as much"""
    parts: tuple[Truth, ...] = ()


@dataclass
class Fund:
    """One line of the funds; ``line`` as in perfbatch's frames."""

    line: str
    label: str
    initial: Value = None
    budget: Value = None
    executed: Value = None
    rate: Value = None
    points: Value = None
    own_score: Value = None
    reason: Value = None


@dataclass
class Indicator:
    """One 三级指标. ``nature`` and ``unit`` are cells of their own in the platform layout only."""

    level1: str
    level2: str
    name: str
    target: Value
    actual: Value
    points: Value
    own_score: Value
    truth: Truth
    reason: Value = None
    nature: Value = None
    unit: Value = None


@dataclass
class Form:
    """A whole form. ``layout``: national or platform. ``weights``: printed weight of each 一级指标."""

    layout: str
    year: int | None
    project: Value
    department: Value
    unit: Value
    leader: Value
    phone: Value
    goal: Value
    outcome: Value
    funds: list[Fund]
    indicators: list[Indicator]
    weights: dict[str, Decimal]
    points_total: Value = Decimal(100)
    own_total: Value = None
    code: str = ""
    remarks: tuple[str, ...] = ()
    touched: set[int] = field(default_factory=set)
    """Numbers of indicators that carry a defect already."""

    @property
    def total(self) -> Fund:
        """The line 年度资金总额."""
        return self.funds[0]


def number(value: Value) -> Decimal | None:
    """The number that a cell stands for; percent cells in %; None for text and blanks."""
    if isinstance(value, Formula):
        return number(value.cached)
    if isinstance(value, Percent):
        return value.value
    if isinstance(value, int | Decimal):
        return Decimal(value)
    return None


def own_sum(form: Form) -> Decimal:
    """Sum of the unit's own scores, blanks as 0."""
    scores = [form.total.own_score, *(indicator.own_score for indicator in form.indicators)]
    return sum((number(score) or Decimal(0) for score in scores), Decimal(0))
