"""docs/specification.md, section 7: the findings of the seed form, line by line, and their sentences."""

from __future__ import annotations

from tests.checking.build import checked, said

# Number of the indicator: findings, in the order of docs/specification.md, section 7.
EXPECTED = {
    1: ["R301 error 1.reason"],
    2: ["R301 warning 2.reason"],
    3: [],
    4: [],
    5: ["I205 info 5.actual"],
    6: ["I205 info 6.actual"],
    7: [],
    8: ["I205 info 8.actual"],
    9: ["I206 info 9.own_score", "R301 error 9.reason"],
    10: [],
    11: [],
    12: ["I202 warning 12.own_score", "R301 error 12.reason"],
    13: ["I206 info 13.own_score", "R301 error 13.reason"],
    14: ["I202 warning 14.own_score", "R301 error 14.reason"],
}


def test_the_seed_has_exactly_the_findings_of_section_7() -> None:
    """Five deviations without a reason must be mended, one is to be checked; nothing on budget and total."""
    findings = checked(form="seed").findings
    assert [finding for line in EXPECTED.values() for finding in line] == said(findings)
    missing = findings[findings["check"] == "R301"]["level"].value_counts()
    assert missing.to_dict() == {"error": 5, "warning": 1}


def test_findings_stand_in_their_cells_from_top_to_bottom() -> None:
    """Addresses are those of the fields, ordered by row and then column."""
    cells = checked(form="seed").findings["cell"]
    assert " ".join(cells) == "H21 H22 E25 E26 E28 G29 H29 G32 H32 G33 H33 G34 H34"


def test_a_sentence_says_what_was_found_and_what_is_expected() -> None:
    """Message, found, expected, clause, parameter and advice of one wrong score."""
    findings = checked(form="seed").findings
    score = findings[findings["check"] == "I202"].iloc[0]
    assert score["message"] == (
        "“项目预算控制总数”得分为 8.95，按反向指标（方向按指标名称推断）计算应为 10.00"
        "（指标值 170万元，完成值 152.15万元，分值 10.00）。"
    )
    assert (score["found"], score["expected"]) == ("8.95", "10.00")
    assert (score["clause"], score["parameter"]) == (
        "北京市2021年度自评表填报注意事项第2条",
        "reverse.formula",
    )
    assert score["advice"].startswith("请按计算结果改正得分")


def test_a_missing_reason_rests_on_the_parameter_that_made_it_a_deviation() -> None:
    """Far above the target is note 3 with its threshold; missed and docked are note 3 itself."""
    findings = checked(form="seed").findings
    reasons = findings[findings["check"] == "R301"]
    assert reasons["parameter"].tolist()[:2] == ["reason.empty_words", "deviation.excess"]
    assert {"北京市2021年度自评表填报注意事项第3条"} == set(reasons["clause"])
