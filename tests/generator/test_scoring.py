"""The oracle against the tables of the spec, written out so that a finance officer can check them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.generator import scoring
from tests.generator.model import Truth, number, own_sum
from tests.generator.seed_form import seed_canvas, seed_expected, seed_form

D = Decimal

SECTION_7 = """
渗透测试次数                       positive   7   3.50  3.50   error
漏洞扫描次数                       positive   7   7.00  7.00   warning
驻场运维人数                       positive   6   6.00  6.00   -
信息系统安全保护等级               text       2   2.00  2.00   -
系统正常运行率                     positive   3   3.00  3.00   -
系统运行故障率                     reverse    3   3.00  3.00   -
市级政务云租用及网络信息安全保障率 positive   2   2.00  2.00   -
项目前期准备时间                   deadline   2   2.00  2.00   -
合同签订时间                       late       2   1.00  -      error
工作总结完成时间                   deadline   2   2.00  2.00   -
系统使用服务周期                   text       4   4.00  4.00   -
项目预算控制总数                   reverse   10   8.95  10.00  error
通过委员履职平台系统维护、信息资料输入、数据修改维护 judgement 30 25.00 - error
委员和机关工作人员的满意度         positive  10   9.00  10.00  error
"""


@pytest.mark.parametrize("number_, line", list(enumerate(SECTION_7.strip().splitlines(), 1)))
def test_the_seed_scores_as_section_7_says(number_: int, line: str) -> None:
    """Rule, own and computed score, and level of the missing reason of every indicator."""
    name, rule, points, own, computed, level = line.split()
    indicator = seed_form().indicators[number_ - 1]
    assert indicator.name == name
    assert indicator.truth.rule == rule
    assert (indicator.points, indicator.own_score) == (D(points), D(own))
    found = scoring.computed(indicator.truth, D(points))
    assert found == (None if computed == "-" else D(computed))
    assert scoring.reason_level(indicator.truth, D(own), D(points)) == ("" if level == "-" else level)


def test_the_seed_adds_up_as_section_7_says() -> None:
    """Budget 8.95, own total 87.40, recomputed 89.45, both 良."""
    form = seed_form()
    assert scoring.budget_score(form) == D("8.95")
    assert own_sum(form) == number(form.own_total) == D("87.40")
    assert sum(Decimal(str(indicator.points)) for indicator in form.indicators) + 10 == 100
    assert scoring.computed_total(form) == D("89.45")
    assert scoring.grade(D("87.40")) == scoring.grade(D("89.45")) == "良"


def test_the_seed_has_five_reasons_to_mend_and_one_to_check() -> None:
    """As the last sentence of docs/specification.md, section 7."""
    levels = [e.level for e in seed_expected() if e.check == "R301"]
    assert (levels.count("error"), levels.count("warning")) == (5, 1)
    assert all(e.place in seed_canvas().places for e in seed_expected())


@pytest.mark.parametrize("rule, a, b, points, score", [
    ("positive", "4", "2", "7", "3.50"),
    ("positive", "3", "2", "7", "4.67"),
    ("positive", "1", "2.99", "10", "10.00"),
    ("positive", "1", "3", "10", "9.00"),
    ("positive", "1", "3.99", "10", "9.00"),
    ("positive", "1", "4", "10", "8.00"),
    ("positive", "1", "5.99", "10", "8.00"),
    ("positive", "1", "6", "10", "7.00"),
    ("reverse", "170", "152.15", "10", "10.00"),
    ("reverse", "170", "200", "10", "8.50"),
    ("reverse", "0", "0", "5", "5.00"),
    ("reverse", "0", "2", "5", "0.00"),
    ("reverse", "3", "0", "5", "5.00"),
])  # fmt: skip
def test_formulas_of_note_2(rule: str, a: str, b: str, points: str, score: str) -> None:
    """Ratio, cap, and what a target set too low costs."""
    assert scoring.computed(Truth(rule, D(a), D(b)), D(points)) == D(score)


@pytest.mark.parametrize("b, score", [("10", "5.00"), ("20", "10.00"), ("30", "10.00"), ("100", "3.00")])
def test_a_range_counts_to_its_nearer_end(b: str, score: str) -> None:
    """20–30次."""
    assert scoring.computed(Truth("range", D(20), D(b), upper=D(30)), D(10)) == D(score)


@pytest.mark.parametrize(
    "total, grade",
    [
        ("100", "优"),
        ("90", "优"),
        ("89.99", "良"),
        ("80", "良"),
        ("79.99", "中"),
        ("60", "中"),
        ("59.99", "差"),
    ],
)
def test_grades_of_note_4(total: str, grade: str) -> None:
    """Lower bounds belong to the better grade."""
    assert scoring.grade(D(total)) == grade


@pytest.mark.parametrize("truth, score, missed, asks", [
    (Truth("positive", D(90), D(90), strict=True), "10.00", True, ""),
    (Truth("positive", D(95), D(95), words="below"), None, True, ""),
    (Truth("positive", D(95), D(90), words="from"), None, False, "bound"),
    (Truth("reverse", D(5), D(5), words="above"), None, True, ""),
    (Truth("reverse", D(5), D(3), words="below"), "10.00", False, ""),
    (Truth("reverse", D(0), D(1)), "0.00", True, ""),
    (Truth("positive", D(100), D(96), about=True), "10.00", False, ""),
    (Truth("positive", D(3), D("2.9999999999")), "10.00", False, ""),
    (Truth("positive", D(95), D("0.96"), scale=D(100)), "10.00", False, ""),
    (Truth("reverse", D(1), D("0.8"), scale=D(100)), "10.00", False, ""),
    (Truth("positive", D(10), D(1), scale=D(100)), None, False, "scale"),
    (Truth("positive", D(95), D("9.6"), scale=D(100)), None, False, "scale"),
    (Truth("range", D(-5), D(-10), upper=D(5)), "5.00", True, ""),
    (Truth("unsure", D(50), D(40)), None, False, "direction"),
    (Truth("unsure", D(50), D(50)), "10.00", False, ""),
    (Truth("several", parts=(Truth("reverse", D(1), D(1)), Truth("positive", D(85), D(80)))), None, True, ""),
])  # fmt: skip
def test_what_is_written_less_plainly(truth: Truth, score: str | None, missed: bool, asks: str) -> None:
    """Sections 2 to 4, at 10 points."""
    assert scoring.computed(truth, D(10)) == (None if score is None else D(score))
    assert (scoring.missed(truth), scoring.asks(truth)) == (missed, asks)


@pytest.mark.parametrize("written, score, agrees", [
    ("1.4", "1.43", True), ("1", "1.04", True), ("1", "1.43", False), ("1.42", "1.43", True),
    ("1.41", "1.43", False),
])  # fmt: skip
def test_scores_agree_at_the_decimals_written(written: str, score: str, agrees: bool) -> None:
    """Rounding: docs/specification.md, section 4."""
    assert scoring.agree(written, D(score)) is agrees


@pytest.mark.parametrize("tier, own, within", [
    ("achieved", "8", True), ("achieved", "7.99", False), ("partly", "8", False), ("partly", "6", True),
    ("missed", "6", False), ("missed", "5.99", True),
])  # fmt: skip
def test_ends_of_tiers_belong_to_the_better_one(tier: str, own: str, within: bool) -> None:
    """80 % and 60 %."""
    assert scoring.in_band(tier, D(own), D(10)) is within
