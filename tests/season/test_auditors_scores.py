"""The auditor's scores and what they accepted, in every output, figure by figure.

One form: 80 of 100 spent, for which 9 of 10 points are claimed instead of 8; 6 of 8 km, for which 45 of 50
points are claimed instead of 37.5, without a reason: two findings of one indicator. Totals 94 and 85.5.
"""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from tests.cli.command import perfbatch
from tests.drawn import draw
from tests.drawn_files import with_openpyxl
from tests.season.audit import (
    FINDINGS,
    MISSING,
    PROJECTS,
    REVIEW,
    Row,
    decided,
    findings,
    rows,
    run,
    write,
)

FORM = """
| 项目支出绩效自评表 | < | < | < | < | < | < | < | < |
| （2021年度） | < | < | < | < | < | < | < | < |
| 项目名称 | < | 河道清淤 | < | < | < | < | < | < |
| 主管部门 | < | 市水利局 | < | < | 实施单位 | < | 河道管理所 | < |
| 项目资金（万元） | < |  | 年初预算数 | 全年预算数（A） | 全年执行数（B） | 分值 | 执行率 | 得分 |
| ^ | < | 年度资金总额 | 100 | 100 | 80 | 10 | 80% | 9 |
| 年度总体目标 | 预期目标 | < | < | < | 实际完成情况 | < | < | < |
| ^ | 按计划完成年度工作。 | < | < | < | 已按计划完成年度工作。 | < | < | < |
| 绩效指标 | 一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施 |
| ^ | 产出指标 | 数量指标 | 清淤长度 | 8公里 | 6公里 | 50 | 45 |  |
| ^ | 效益指标 | 生态效益指标 | 水质达标率 | 90% | 93% | 30 | 30 |  |
| ^ | 满意度指标 | 满意度指标 | 群众满意度 | 90% | 96% | 10 | 10 |  |
| 总分 | < | < | < | < | < | 100 | 94 |  |
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The form in 报送, the outputs of a run in 结果."""
    (tmp_path / "报送").mkdir()
    (tmp_path / "报送" / "河道清淤.xlsx").write_bytes(with_openpyxl([draw(FORM, "自评表")]))
    again(tmp_path)
    return tmp_path


def again(place: Path) -> None:
    """The next run, with letters."""
    run(place / "报送", place / "结果", notices=True)


def decide(place: Path, sheet: str, check: str, **values: object) -> None:
    """Write into the row of a check, on 缺偏差原因 into the first."""

    def is_meant(row: Row) -> bool:
        return sheet == MISSING or row["核验项"] == check

    write(place / "结果" / "汇总.xlsx", sheet, is_meant, **values)


def scores(place: Path) -> dict[str, list[float | None]]:
    """自评, 核验 and 复核 of the form in 项目汇总, in forms.csv, and of the department in 部门汇总."""
    path = place / "结果" / "汇总.xlsx"
    (project,) = rows(path, PROJECTS)
    department = rows(path, "部门汇总")[0]
    (form,) = findings(place / "结果", "forms").to_dict("records")
    return {
        "项目汇总": [project[name] for name in ("自评总分", "核验总分", "复核后得分")],
        "部门汇总": [department[name] for name in ("自评平均分", "核验平均分", "复核平均分")],
        "forms.csv": [float(form[name]) for name in ("own_total", "computed_total", "reviewed_total")],
    }


def everywhere(*figures: float) -> dict[str, list[float]]:
    """The same in each place."""
    return {name: list(figures) for name in ("项目汇总", "部门汇总", "forms.csv")}


SCORES = [
    ("nobody", [], 85.5),
    ("an indicator", [("I202", 40)], 88),
    ("two findings of one indicator, the same score: once", [("I202", 40), ("R301", 40)], 88),
    ("two findings of one indicator, two scores: neither", [("I202", 40), ("R301", 42)], 85.5),
    ("a line of the funds", [("F102", 8.5)], 86),
    ("both", [("I202", 40), ("F102", 8.5)], 88.5),
    ("nought", [("I202", 0)], 48),
    ("above the points", [("I202", 51)], 85.5),
    ("below nought", [("F102", -1)], 85.5),
]


@pytest.mark.parametrize(("given", "total"), [case[1:] for case in SCORES], ids=[case[0] for case in SCORES])
def test_a_score_counts_beside_own_and_computed(
    place: Path, given: list[tuple[str, float]], total: float
) -> None:
    """Never instead of them; what cannot be applied is listed."""
    for check, score in given:
        decide(place, FINDINGS, check, 审核得分=score, 审核人="甲")
    again(place)
    assert scores(place) == everywhere(94, 85.5, total)
    listed = rows(place / "结果" / "汇总.xlsx", REVIEW)
    scored = decided(place / "结果")
    applied = (
        dict(zip(scored["check"], map(float, scored["decision_score"]), strict=True)) if len(scored) else {}
    )
    assert len(listed) + len(applied) == len(given)
    assert applied == (dict(given) if not listed else {})


def letters(place: Path) -> str:
    """All that the letters say."""
    said = []
    for path in sorted((place / "结果" / "通知").rglob("*.docx")):
        document = docx.Document(str(path))
        said += [paragraph.text for paragraph in document.paragraphs]
        said += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join(said)


def counts(place: Path) -> tuple[int, ...]:
    """What is to be mended, what lacks a reason, what is accepted, in 项目汇总."""
    (project,) = rows(place / "结果" / "汇总.xlsx", PROJECTS)
    return tuple(project[name] for name in ("● 必须整改", "● 缺原因", "认可"))


def test_what_is_accepted_is_asked_of_nobody(place: Path) -> None:
    """Out of the counts, the letters and --fail-on, one by one, and back in when the auditor thinks again."""
    errors = ["F102", "I202", "R301"]

    def status() -> int:
        return perfbatch(
            "run", place / "报送", "-o", place / "结果", "--notices", "--fail-on", "error", "--workers", 0
        ).exit_code

    assert status() == 3
    assert (counts(place), "清淤长度" in letters(place)) == ((3, 1, 0), True)
    for number, check in enumerate(errors, 1):
        decide(place, FINDINGS, check, 审核意见="认可", 审核人="甲")
        assert status() == (3 if number < 3 else 0), check
        assert counts(place) == (3 - number, int(number < 3), number)
    assert "清淤长度" not in letters(place) and "年度资金总额" not in letters(place)
    decide(place, FINDINGS, "R301", 审核意见="不认可")
    assert status() == 3
    assert (counts(place), "清淤长度" in letters(place)) == ((1, 1, 2), True)


REASONS = [
    # reason on the form, opinion and remark as the next run shows them, what is to be looked at again
    ("无", "已电话核实", "汛期停工", []),
    ("不适用", None, "汛期停工", ["需重新审核"]),
    ("无", "已电话核实", "汛期停工", []),
]


def test_the_unit_s_remark_stays_with_its_finding(place: Path) -> None:
    """单位补充说明 is carried over whatever the form says; the opinion holds for what it was given on."""

    def send(reason: str) -> None:
        form = FORM.replace("| 45 |  |", f"| 45 | {reason} |")
        (place / "报送" / "河道清淤.xlsx").write_bytes(with_openpyxl([draw(form, "自评表")]))
        again(place)

    send("无")
    decide(place, MISSING, "", 单位补充说明="汛期停工", 审核意见="已电话核实")
    for reason, opinion, remark, listed in REASONS:
        send(reason)
        (row,) = rows(place / "结果" / "汇总.xlsx", MISSING)
        assert (row["审核意见"], row["单位补充说明"]) == (opinion, remark), reason
        assert [one["事项"] for one in rows(place / "结果" / "汇总.xlsx", REVIEW)] == listed
