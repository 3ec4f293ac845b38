"""分值 and 得分 of a form: what they add up to, and what follows where they do not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from perfbatch.checking.evidence import EXACT, Bools, Evidence, Floats, Positions
from perfbatch.checking.judging.marks import differs, is_beyond_cap
from perfbatch.checking.judging.money import budget_points_are_wrong
from perfbatch.checking.yielding import left


@dataclass(frozen=True, slots=True)
class Level1Groups:
    """The 一级指标 of all forms.

    ``of`` is the group of each indicator; those without 一级指标 share one that has no weight. The other
    arrays have one entry a group: sum of 分值, weight (NaN for none), row of its first indicator, form,
    and whether sum and weight differ.
    """

    of: Positions
    sums: Floats
    weights: Floats
    first: Positions
    form: Positions
    wrong: Bools


def level1_groups(evidence: Evidence) -> Level1Groups:
    """Sums and weights of each 一级指标 of each form."""
    names, distinct = evidence.coded("indicators", "level1")
    named = ~evidence.equals("indicators", "level1", "")
    form = evidence.form_of("indicators")
    keys = np.where(named, form * (len(distinct) + 1) + names, -1)
    of, found = pd.factorize(keys)
    blank = (found == -1).nonzero()[0]
    first = np.full(len(found), -1)
    backwards = np.arange(len(of))[::-1]
    first[of[backwards]] = backwards
    sums = np.bincount(of, np.nan_to_num(evidence.number("indicators", "points")), len(found)).astype(float)
    weights = np.full(len(found), np.nan)
    printed = evidence.number("indicators", "level1_weight")
    there = backwards[~np.isnan(printed[backwards])]
    weights[of[there]] = printed[there]
    for entry in evidence.rules.value("total.level1_points"):
        meant = np.array([entry["level1"] in name for name in distinct], dtype=bool)
        ours = np.isnan(weights) & meant[names[first]] if len(distinct) else np.zeros(len(found), dtype=bool)
        weights[ours] = entry["points"]
    weights[blank] = np.nan
    unknown = np.bincount(of[_not_shared_out(evidence)], minlength=len(found)) > 0
    wrong = (np.abs(sums - weights) > evidence.tolerance) & ~(unknown & (sums < weights))
    return Level1Groups(of, sums, weights, first, form[first] if len(first) else first, wrong)


def reported_groups(evidence: Evidence) -> Bools:
    """The 一级指标 that T403 speaks of, one entry a group."""
    groups = evidence.recall(level1_groups)
    first = np.zeros(evidence.size("indicators"), dtype=bool)
    first[groups.first[groups.wrong]] = True
    speaks = left("T403", evidence, first)
    return groups.wrong & speaks[groups.first] if len(groups.first) else groups.wrong


def named_points_gap(evidence: Evidence) -> Floats:
    """What is to be added to the 分值 of each form where T403 or F102 says so."""
    groups, told = evidence.recall(level1_groups), evidence.recall(reported_groups)
    gap = np.where(told, groups.weights - groups.sums, 0.0)
    by_groups = np.bincount(groups.form, gap, evidence.size("forms"))
    usual = float(evidence.rules.value("total.budget_points"))
    odd = evidence.recall(budget_points_are_wrong)
    by_budget = evidence.per_form("funds", np.where(odd, usual - evidence.number("funds", "points"), 0.0))
    return by_groups + by_budget


def points_sum_is_wrong(evidence: Evidence) -> Bools:
    """Forms whose 分值 do not add up, for a cause that no other finding names (T402)."""
    total, sums = float(evidence.rules.value("total.points")), points_sum(evidence)
    unknown = evidence.some_in_form("indicators", _not_shared_out(evidence))
    unknown |= evidence.some_in_form("funds", _scored_without_points(evidence))
    off = (np.abs(sums - total) > evidence.tolerance) & ~(unknown & (sums < total))
    return left("T402", evidence, off)


def _not_shared_out(evidence: Evidence) -> Bools:
    """Indicators whose 分值 nobody can know: the layout has no column for them."""
    unknown = np.isnan(evidence.number("indicators", "points"))
    return unknown & ~evidence.has_points_column("indicators")


def _scored_without_points(evidence: Evidence) -> Bools:
    """年度资金总额 with a 得分 on a layout that prints no 分值 for it."""
    scored = evidence.equals("funds", "line", "total") & evidence.state("funds", "own_score", "value")
    return scored & evidence.state("funds", "points", "absent")


def printed_total_is_wrong(evidence: Evidence) -> Bools:
    """总分 row with another 分值 than the (right) sum of all 分值."""
    total = float(evidence.rules.value("total.points"))
    printed, sums = evidence.number("forms", "points_total"), points_sum(evidence)
    off = np.abs(printed - total) > evidence.tolerance
    return off & (np.abs(sums - total) <= evidence.tolerance)


def points_in_doubt(evidence: Evidence) -> Bools:
    """The one indicator whose score looks wrong only because its 分值 is, in a form whose 分值 do not add up
    (T402): with the 分值 that would make them add up, its score is right.
    """
    form = evidence.form_of("indicators")
    total = float(evidence.rules.value("total.points"))
    gap = np.where(evidence.recall(points_sum_is_wrong), points_sum(evidence) - total, 0.0)[form]
    own, points = evidence.number("indicators", "own_score"), evidence.number("indicators", "points")
    computed = evidence.number("indicators", "computed_score")
    mended = points - gap
    share = np.divide(computed, points, out=np.ones(len(points)), where=(points > 0) & ~np.isnan(computed))
    suspicious = evidence.recall(differs) | evidence.recall(is_beyond_cap)
    suspicious |= evidence.equals("indicators", "deviation_kind", "docked")
    right = (np.abs(own - share * mended) <= evidence.tolerance) & (mended > 0)
    candidate = suspicious & right & (np.abs(gap) > EXACT)
    # Two candidates leave it open which 分值 is wrong, and so excuse neither.
    alone: Bools = np.bincount(form[candidate], minlength=evidence.size("forms"))[form] == 1
    return candidate & alone


def possible_totals(evidence: Evidence) -> tuple[Floats, Floats]:
    """Least and most that 总分 can be: equal where no own score is missing."""
    least = np.nan_to_num(evidence.number("forms", "own_sum"))
    missing = np.isnan(evidence.number("indicators", "own_score"))
    points = evidence.number("indicators", "points")
    room = evidence.per_form("indicators", np.where(missing, points, 0.0))
    unset = evidence.some_in_form("indicators", missing & np.isnan(points))
    main = evidence.equals("funds", "line", "total") & np.isnan(evidence.number("funds", "own_score"))
    room += evidence.per_form("funds", np.where(main, evidence.number("funds", "points"), 0.0))
    rest = np.maximum(0, float(evidence.rules.value("total.points")) - points_sum(evidence))
    return least, least + room + np.where(unset, rest, 0.0)


def points_sum(evidence: Evidence) -> Floats:
    """Sum of all 分值, 0 where none is filled in."""
    return np.nan_to_num(evidence.number("forms", "points_sum"))


def budget_points(evidence: Evidence) -> Floats:
    """分值 of 年度资金总额 of each form, NaN where the form has none."""
    main = evidence.equals("funds", "line", "total")
    points = np.full(evidence.size("forms"), np.nan)
    points[evidence.form_of("funds")[main]] = evidence.number("funds", "points")[main]
    return points
