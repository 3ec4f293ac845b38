"""Where a check yields to another: one function for each pair that the words of the checks declare.

Each says which rows the other finding explains. What it does not explain stays with the check: a score that
is wrong, or a reason that is missing, for a cause of its own.
"""

from __future__ import annotations

import numpy as np

from perfbatch.checking.evidence import EXACT, UNREADABLE, Bools, Evidence
from perfbatch.checking.judging.explanations import undecided
from perfbatch.checking.judging.marks import (
    is_beyond_cap,
    is_full_though_missed,
    is_incomparable,
    is_not_docked,
    is_outside_tier,
    needs_a_person,
)
from perfbatch.checking.judging.money import (
    budget_is_missing,
    budget_points_are_wrong,
    corrected,
    executed_sums,
    follows_sums,
    follows_written_rate,
    money_tolerance,
    overspending,
    rate_agrees,
    rate_by_sums,
)
from perfbatch.checking.judging.points import (
    level1_groups,
    named_points_gap,
    points_in_doubt,
    points_sum,
    possible_totals,
    reported_groups,
)
from perfbatch.checking.yielding import excuse
from perfbatch.scoring.form_totals import grade_totals
from perfbatch.scoring.texts import same


@excuse("S002", "F103")
def blank_amount_in_sums(evidence: Evidence, column: str) -> Bools:
    """A blank 全年执行数 of the total that the sum of the lines betrays."""
    said = evidence.recall(executed_sums).wrong[evidence.form_of("funds")]
    return said & (column == "executed")


@excuse("S002", "F104")
def no_score_without_budget(evidence: Evidence, column: str) -> Bools:
    """No 得分 where there is no budget to work it out from."""
    return evidence.recall(budget_is_missing) & (column == "own_score")


@excuse("F101", "F103")
def rate_of_right_sums(evidence: Evidence) -> Bools:
    """The rate is right with the sum that F103 asks for."""
    return rate_agrees(evidence, rate_by_sums(evidence))


@excuse("F102", "F101")
def score_of_written_rate(evidence: Evidence) -> Bools:
    """The score is what the wrong rate gives: F101 names the right one."""
    return follows_written_rate(evidence)


@excuse("F102", "F103")
def score_of_right_sums(evidence: Evidence) -> Bools:
    """The score is right with the sum that F103 asks for."""
    return follows_sums(evidence)


@excuse("F103", "F104")
def sums_without_budget(evidence: Evidence, column: str) -> Bools:
    """The total of 全年预算数 is what is missing."""
    return evidence.recall(budget_is_missing) & (column == "budget")


@excuse("F103", "S003")
def sums_with_unreadable(evidence: Evidence, column: str) -> Bools:
    """An amount of the column cannot be read."""
    return evidence.some_in_form("funds", evidence.state("funds", column, *UNREADABLE))[
        evidence.form_of("funds")
    ]


@excuse("F105", "F103")
def within_right_sums(evidence: Evidence) -> Bools:
    """The one line that is overspent, and is not with the amount that F103 asks for."""
    form, total = evidence.form_of("funds"), evidence.equals("funds", "line", "total")
    planned, over = evidence.recall(overspending)
    spare = corrected(evidence, "budget", planned) - corrected(evidence, "executed")
    alone = evidence.per_form("funds", (over & ~total).astype(np.float64)) == 1
    within = spare >= -evidence.recall(money_tolerance)[form]
    return np.asarray(within & alone[form] & ~total, dtype=bool)


@excuse("F105", "F104")
def spent_without_budget(evidence: Evidence) -> Bools:
    """The total has no budget to be above."""
    return evidence.recall(budget_is_missing) & evidence.equals("funds", "line", "total")


@excuse("I201", "T402")
@excuse("I202", "T402")
def score_of_right_points(evidence: Evidence) -> Bools:
    """The score is right with the 分值 that makes the sum right."""
    return evidence.recall(points_in_doubt)


@excuse("R301", "T402")
@excuse("R302", "T402")
def full_with_right_points(evidence: Evidence) -> Bools:
    """Docked only because the 分值 is too high: with the right one the score is full."""
    docked = evidence.equals("indicators", "deviation_kind", "docked")
    return docked & evidence.recall(points_in_doubt)


@excuse("I202", "I201")
@excuse("I203", "I201")
@excuse("I204", "I201")
@excuse("I209", "I201")
@excuse("I210", "I201")
def beyond_the_cap(evidence: Evidence) -> Bools:
    """A score above 分值 or below 0, with the computed one named there."""
    return evidence.recall(is_beyond_cap)


@excuse("I202", "I203")
def over_and_not_docked(evidence: Evidence) -> Bools:
    """A target set too low, and not docked."""
    return evidence.recall(is_not_docked)


@excuse("I202", "I204")
def full_marks_for_a_miss(evidence: Evidence) -> Bools:
    """Full marks although the target was missed."""
    return evidence.recall(is_full_though_missed)


@excuse("I202", "I209")
@excuse("I204", "I209")
def out_of_its_band(evidence: Evidence) -> Bools:
    """A score outside the band of its tier."""
    return evidence.recall(is_outside_tier)


@excuse("I206", "I207")
@excuse("R304", "I207")
def not_comparable(evidence: Evidence) -> Bools:
    """Values that cannot be compared."""
    return evidence.recall(is_incomparable)


@excuse("R304", "I206")
def for_a_person(evidence: Evidence) -> Bools:
    """Whether the target was met is for a person to judge."""
    return evidence.recall(needs_a_person)


@excuse("R304", "S002")
def not_known(evidence: Evidence) -> Bools:
    """Without 得分, 分值 or one of the values nobody knows whether anything deviates."""
    return evidence.recall(undecided)


@excuse("T401", "S002")
@excuse("T401", "S003")
def scores_to_come(evidence: Evidence) -> Bools:
    """The scores that are missing or unreadable (each 0 to its 分值) can explain the total, or its blank."""
    own = evidence.number("forms", "own_total")
    least, most = evidence.recall(possible_totals)
    within = (own >= least - evidence.tolerance) & (own <= most + evidence.tolerance)
    blank = evidence.state("forms", "own_total", "blank", "not_applicable")
    return (most - least > EXACT) & (within | blank)


@excuse("T402", "S003")
def points_to_come(evidence: Evidence) -> Bools:
    """分值 that cannot be read may be what is lacking."""
    unread = evidence.some_in_form("indicators", evidence.state("indicators", "points", *UNREADABLE))
    main = evidence.equals("funds", "line", "total")
    unread |= evidence.some_in_form("funds", main & evidence.state("funds", "points", *UNREADABLE))
    return unread & (points_sum(evidence) < float(evidence.rules.value("total.points")))


@excuse("T402", "T403")
def weights_named(evidence: Evidence) -> Bools:
    """With the weights that T403 asks for the sum is right."""
    groups, reported = evidence.recall(level1_groups), evidence.recall(reported_groups)
    told = np.bincount(groups.form[reported], minlength=evidence.size("forms")) > 0
    return told & _mended(evidence)


@excuse("T402", "F102")
def budget_points_named(evidence: Evidence) -> Bools:
    """With the 分值 of the budget that F102 asks for the sum is right."""
    return evidence.some_in_form("funds", evidence.recall(budget_points_are_wrong)) & _mended(evidence)


@excuse("T403", "S003")
def weights_to_come(evidence: Evidence) -> Bools:
    """分值 of the 一级指标 that cannot be read may be what is lacking."""
    groups = evidence.recall(level1_groups)
    unread = evidence.state("indicators", "points", *UNREADABLE)
    unknown = np.bincount(groups.of[unread], minlength=len(groups.sums)) > 0
    return (unknown & (groups.sums < groups.weights))[groups.of]


@excuse("T404", "T401")
def grade_of_the_sum(evidence: Evidence) -> Bools:
    """The unit's own scores, added up rightly, give the grade that the recomputed ones give."""
    by_sum = grade_totals(evidence.number("forms", "own_sum"), evidence.rules)
    return same(by_sum, evidence.text("forms", "grade_computed"))


@excuse("T404", "S002")
@excuse("T404", "S003")
def grade_to_come(evidence: Evidence) -> Bools:
    """Scores are missing or unreadable: no total, and so no grade."""
    least, most = evidence.recall(possible_totals)
    return most - least > EXACT


def _mended(evidence: Evidence) -> Bools:
    """The sum of 分值 is right once every gap that has a finding of its own is closed."""
    gap = points_sum(evidence) + named_points_gap(evidence) - float(evidence.rules.value("total.points"))
    return np.abs(gap) <= evidence.tolerance
