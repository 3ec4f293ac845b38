"""Totals and books form by form, and what score() promises about frames."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from perfbatch import schema
from perfbatch.rules import RuleBookError
from perfbatch.schema import Frames
from perfbatch.scoring import score
from tests.scoring.making import ab, frames, number, text
from tests.scoring.tables import book

BUDGET = {"budget": 100, "executed": 90, "points": 10, "own_score": 9}


def form(scored: Frames, row: int = 0) -> dict[str, Any]:
    return scored.forms.to_dict("records")[row]


def test_totals_add_budget_and_indicators() -> None:
    """points_sum, own_sum and the recomputed total; sub-lines of the funds do not count."""
    lines = [BUDGET, {**BUDGET, "line": "fiscal"}]
    scored = score(frames([ab(4, 2, 50, 30), ab(5, 5, 40, 40)], lines, [{"own_total": 80}]))
    found = form(scored)
    assert (found["points_sum"], found["own_sum"], found["computed_total"]) == (100, 79, 74)
    assert (found["grade_own"], found["grade_computed"]) == ("良", "中")
    assert list(scored.funds["accepted_score"]) == [9, 9]


def test_a_total_of_many_hundredths_has_no_noise() -> None:
    """Ten times 0.1 is 1, and 8.95 thirty times is 268.5."""
    found = form(score(frames([ab(1, 1, 0.1, 0.1) for _ in range(10)])))
    assert (found["points_sum"], found["own_sum"], found["computed_total"]) == (1, 1, 1)


def test_a_missing_score_leaves_no_total() -> None:
    """A judged indicator without own score: the total cannot be recomputed, the sums leave it out."""
    judged = {**text("target", "效果明显"), **text("actual", "已见成效"), "points": 10}
    found = form(score(frames([ab(5, 5, 20, 20), judged])))
    assert (found["points_sum"], found["own_sum"]) == (30, 20)
    assert math.isnan(found["computed_total"])
    assert (found["grade_own"], found["grade_computed"]) == ("", "")


def test_a_missing_own_score_does_not_hide_a_computed_one() -> None:
    """The formula still gives the score."""
    assert form(score(frames([ab(5, 4, 20)])))["computed_total"] == 16


def test_a_row_without_points_and_score_is_not_scored() -> None:
    """It neither adds to the total nor makes it unknown."""
    found = form(score(frames([ab(5, 5, 20, 20), ab(5, 5, math.nan)], [{"budget": 5}])))
    assert (found["points_sum"], found["computed_total"]) == (20, 20)


def test_a_form_with_nothing_scored_has_no_sums() -> None:
    """Nothing to add is not zero."""
    found = form(score(frames([])))
    assert all(math.isnan(found[column]) for column in ("points_sum", "own_sum", "computed_total"))
    assert found["rules"] == "beijing-2021"


def test_empty_frames_can_be_scored() -> None:
    """A batch of refused files only."""
    scored = score(schema.empty("read"))
    assert [len(frame) for _, frame in scored.items()] == [0] * 5


def test_each_layout_can_have_its_book() -> None:
    """A mapping by layout; '' is for all others; rows stay in their order."""
    rows = [{**ab(2, 7, 10, 10), "form_id": f"f{n}"} for n in (1, 2, 3, 1)]
    lines = [{**BUDGET, "form_id": f"f{n}"} for n in (3, 2, 1)]
    given = frames(rows, lines, [{"layout": "national"}, {"layout": "platform"}, {"layout": "local"}])
    scored = score(given, {"platform": "platform-2023", "local": book("weights.toml")})
    assert list(scored.forms["rules"]) == ["beijing-2021", "platform-2023", "weights"]
    assert list(scored.indicators["computed_score"]) == [9, 10, 8.5, 9]
    assert list(scored.indicators["form_id"]) == ["f1", "f2", "f3", "f1"]
    assert list(scored.funds["form_id"]) == ["f3", "f2", "f1"]
    assert list(scored.forms["computed_total"]) == [27, 19, 17.5]
    books = ("beijing-2021", "platform-2023", book("weights.toml"))
    alone = [score(frames(rows[:1]), one) for one in books]
    assert [float(one.indicators["computed_score"].iloc[0]) for one in alone] == [9, 10, 8.5]
    other = score(given, {"": "mof-2020"})
    assert set(other.forms["rules"]) == {"mof-2020"}


def test_the_clause_is_the_books() -> None:
    """The same over-completion, three books, three clauses."""
    found = [
        score(frames([ab(2, 7)]), book).indicators[["parameter", "clause"]].to_numpy().tolist()[0]
        for book in ("beijing-2021", "mof-2020", "platform-2023")
    ]
    assert found == [
        ["positive.excess_bands", "北京市2021年度自评表填报注意事项第2条"],
        ["positive.formula", "财预〔2020〕10号（定量指标）"],
        ["positive.formula", "财预〔2020〕10号（定量指标）"],
    ]


def test_scoring_again_with_another_book() -> None:
    """Scored frames can be scored anew; nothing of the first book stays."""
    given = frames([ab(2, 7)], [BUDGET])
    again = score(score(given, "platform-2023"), "beijing-2021")
    fresh = score(given, "beijing-2021")
    for (_, one), (_, other) in zip(again.items(), fresh.items(), strict=True):
        assert one.equals(other)


def test_the_frames_handed_in_are_left_alone() -> None:
    """score() gives new frames."""
    given = frames([ab(2, 7)], [BUDGET])
    before = {name: frame.copy(deep=True) for name, frame in given.items()}
    score(given)
    assert all(frame.equals(before[name]) for name, frame in given.items())


def test_an_index_of_its_own_does_no_harm() -> None:
    """Frames that were filtered or sorted before."""
    given = frames([ab(4, 2), ab(2, 7), {**text("target", "三级"), **text("actual", "三级"), "points": 3}])
    turned = given.with_(indicators=given.indicators.iloc[::-1])
    assert list(score(turned).indicators["computed_score"]) == [3, 9, 5]


def test_an_indicator_of_an_unknown_form_is_refused() -> None:
    """Frames that do not belong together."""
    with pytest.raises(KeyError, match="f9"):
        score(frames([{**ab(4, 2), "form_id": "f9"}]))


def test_an_unknown_book_is_refused() -> None:
    """By name, before anything is scored."""
    with pytest.raises(RuleBookError, match="beijing-2021"):
        score(frames([ab(4, 2)]), "beijing-2012")


def test_a_long_batch_is_scored_as_its_parts_are() -> None:
    """More rows than one block of the arithmetic, in forms of uneven length."""
    rng = np.random.default_rng(3)
    count = 40_000
    target, actual = rng.integers(-2, 9, count), rng.integers(-2, 30, count)
    ids = np.sort(rng.integers(1, 400, count))
    forms = {"form_id": [f"f{n}" for n in range(1, 400)], "layout": ["national"] * 399}
    indicators = schema.build("indicators", {
        "form_id": [f"f{n}" for n in ids], "name": rng.choice(["人数", "投诉"], count),
        "target_kind": ["number"] * count, "actual_kind": ["number"] * count,
        "target_number": target.astype(float), "actual_number": actual.astype(float),
        "points": rng.choice([3.0, 7.0, np.nan], count), "own_score": rng.choice([3.0, np.nan], count),
    })  # fmt: skip
    given = schema.empty("read").with_(forms=schema.build("forms", forms), indicators=indicators)
    whole = score(given)
    cut = ids.searchsorted(200)
    for rows in (slice(0, cut), slice(cut, None)):
        part = score(given.with_(indicators=indicators.iloc[rows]))
        assert part.indicators.equals(whole.indicators.iloc[rows].reset_index(drop=True))
    sums = indicators.groupby("form_id")["points"].sum(min_count=1)
    assert np.allclose(
        whole.forms["points_sum"], sums.reindex(whole.forms["form_id"]).to_numpy(), equal_nan=True
    )


def test_no_rule_gives_more_than_the_points_or_less_than_nothing() -> None:
    """Whatever A and B are, over a grid of them in both directions."""
    values = [-7, -1, -0.5, 0, 0.1, 1, 2, 5, 1000]
    rows = [
        {**number("target", a, operator=op), **number("actual", b), "points": 7, "own_score": own}
        for a in values for b in values for op in (">=", "<=", "") for own in (-3, 7, 99)
    ]  # fmt: skip
    scored = score(frames(rows)).indicators
    assert scored["accepted_score"].between(0, 7).all()
    assert (scored["computed_score"].isna() | scored["computed_score"].between(0, 7)).all()
    met = scored["missed"] | (scored["computed_score"].isna()) | (scored["computed_score"] == 7)
    docked = scored["parameter"] == "positive.excess_bands"
    assert (met | docked).all()
