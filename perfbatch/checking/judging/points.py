"""分值 and 得分 of a form: what they add up to, and what follows where they do not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from perfbatch.checking.evidence import EXACT, UNREADABLE, Bools, Evidence, Floats, Positions
from perfbatch.checking.judging.marks import differs, is_beyond_cap


@dataclass(frozen=True, slots=True)
class Level1Groups:
    """The 一级指标 of all forms.

    ``of`` is the group of each indicator; those without 一级指标 share one that has no weight. The other
    arrays have one entry a group: sum of 分值, weight (NaN for none), row of its first indicator, form,
    and whether sum and weight differ (T403).
    """

    of: Positions
    sums: Floats
    weights: Floats
    first: Positions
    form: Positions
    wrong: Bools


def level1_groups(evidence: Evidence) -> Level1Groups:
    """Sums and weights of each 一级指标 of each form."""
    names, distinct = pd.factorize(evidence.text("indicators", "level1"))
    named = evidence.text("indicators", "level1").ne("").to_numpy(dtype=bool)
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
    unread = evidence.state("indicators", "points", *UNREADABLE) | _not_shared_out(evidence)
    unknown = np.bincount(of[unread], minlength=len(found)) > 0
    wrong = np.abs(sums - weights) > evidence.tolerance
    wrong &= ~(unknown & (sums < weights))
    return Level1Groups(of, sums, weights, first, form[first] if len(first) else first, wrong)


def points_sum_is_wrong(evidence: Evidence) -> Bools:
    """Forms whose 分值 do not add up, for a cause that T403 does not name (T402)."""
    total = float(evidence.rules.value("total.points"))
    sums = points_sum(evidence)
    off = np.abs(sums - total) > evidence.tolerance
    unread = evidence.some_in_form("indicators", evidence.state("indicators", "points", *UNREADABLE))
    unread |= evidence.some_in_form("indicators", _not_shared_out(evidence))
    main = evidence.equals("funds", "line", "total")
    unread |= evidence.some_in_form("funds", main & evidence.state("funds", "points", *UNREADABLE))
    off &= ~(unread & (sums < total))
    groups = evidence.recall(level1_groups)
    forms = len(off)
    told = np.bincount(groups.form[groups.wrong], minlength=forms) > 0
    right = np.where(groups.wrong, groups.weights - groups.sums, 0.0)
    mended = sums + np.bincount(groups.form, right, forms)
    return off & ~(told & (np.abs(mended - total) <= evidence.tolerance))


def _not_shared_out(evidence: Evidence) -> Bools:
    """Indicators whose 分值 nobody can know: the layout has no column for them."""
    import numpy as np

    unknown = np.isnan(evidence.number("indicators", "points"))
    return unknown & ~evidence.has_points_column("indicators")


def printed_total_is_wrong(evidence: Evidence) -> Bools:
    """总分 row with another 分值 than the (right) sum of all 分值."""
    total = float(evidence.rules.value("total.points"))
    printed, sums = evidence.number("forms", "points_total"), points_sum(evidence)
    off = np.abs(printed - total) > evidence.tolerance
    return off & (np.abs(sums - total) <= evidence.tolerance)


def points_in_doubt(evidence: Evidence) -> Bools:
    """The one indicator whose score looks wrong only because its 分值 is, in a 一级指标 (or a form) whose
    分值 do not add up: with the 分值 that would make them add up, its score is right.
    """
    groups = evidence.recall(level1_groups)
    form = evidence.form_of("indicators")
    total = float(evidence.rules.value("total.points"))
    form_gap = np.where(evidence.recall(points_sum_is_wrong), points_sum(evidence) - total, 0.0)
    group_gap = np.where(groups.wrong, groups.sums - groups.weights, 0.0)
    by_group = group_gap[groups.of] if len(groups.of) else np.zeros(0)
    gap = np.where(by_group != 0, by_group, form_gap[form])
    own, points = evidence.number("indicators", "own_score"), evidence.number("indicators", "points")
    computed = evidence.number("indicators", "computed_score")
    mended = points - gap
    share = np.divide(computed, points, out=np.ones(len(points)), where=(points > 0) & ~np.isnan(computed))
    suspicious = evidence.recall(differs) | evidence.recall(is_beyond_cap)
    suspicious |= evidence.equals("indicators", "deviation_kind", "docked")
    right = (np.abs(own - share * mended) <= evidence.tolerance) & (mended > 0)
    candidate = suspicious & right & (np.abs(gap) > EXACT)
    # Two candidates leave it open which 分值 is wrong, and so excuse neither.
    scope = np.where(by_group != 0, groups.of, len(groups.sums) + form)
    count = np.bincount(scope[candidate], minlength=int(scope.max(initial=0)) + 1)
    alone: Bools = count[scope] == 1
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
    left = np.maximum(0, float(evidence.rules.value("total.points")) - points_sum(evidence))
    return least, least + room + np.where(unset, left, 0.0)


def points_sum(evidence: Evidence) -> Floats:
    """Sum of all 分值, 0 where none is filled in."""
    return np.nan_to_num(evidence.number("forms", "points_sum"))


def budget_points(evidence: Evidence) -> Floats:
    """分值 of 年度资金总额 of each form, NaN where the form has none."""
    main = evidence.equals("funds", "line", "total")
    points = np.full(len(evidence.frame("forms")), np.nan)
    points[evidence.form_of("funds")[main]] = evidence.number("funds", "points")[main]
    return points
