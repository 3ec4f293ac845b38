"""What the auditor writes into 汇总.xlsx, from run to run."""

from __future__ import annotations

from pathlib import Path

import pytest

from perfbatch.batch import deciding
from tests.season.audit import (
    FINDINGS,
    MISSING,
    PROJECTS,
    REVIEW,
    decided,
    findings,
    forms,
    nth,
    rows,
    run,
    standings,
    with_mark,
    write,
)


@pytest.fixture
def settled(tmp_path: Path) -> tuple[Path, Path]:
    """A folder of forms and the outputs of a run."""
    folder, out = forms(tmp_path / "in"), tmp_path / "out"
    run(folder, out)
    return folder, out


def test_a_decision_is_found_shown_and_counted(settled: tuple[Path, Path]) -> None:
    """Beside the finding, in findings.csv, out of the counts; and again in the run after that."""
    folder, out = settled
    before = run(folder, out).tally
    row = write(
        out / "汇总.xlsx", MISSING, nth(0), 审核意见="认可", 审核说明="已说明", 审核人="甲",
        审核日期="2022年3月5日", 单位补充说明="疫情影响",
    )  # fmt: skip
    for _ in range(3):
        tally = run(folder, out).tally
        (shown,) = [one for one in rows(out / "汇总.xlsx", MISSING) if one["识别码"] == row["识别码"]]
        assert [shown[name] for name in ("审核意见", "审核说明", "审核人", "审核日期", "单位补充说明")] == [
            "认可", "已说明", "甲", "2022-03-05", "疫情影响",
        ]  # fmt: skip
        (csv,) = decided(out).to_dict("records")
        assert (csv["decision"], csv["decision_note"], csv["reviewer"], csv["decided_on"], csv["remark"]) == (
            "认可", "已说明", "甲", "2022-03-05", "疫情影响",
        )  # fmt: skip
        assert tally.accepted == 1
        assert tally.findings.total() == before.findings.total() - 1
        assert tally.missing_reasons.total() == before.missing_reasons.total() - 1
        projects = rows(out / "汇总.xlsx", PROJECTS)
        assert sum(one["认可"] for one in projects) == 1
        assert rows(out / "汇总.xlsx", REVIEW) == []
        assert standings(out) == {"in_force": 1}
    # a change of mind, on the other sheet
    write(out / "汇总.xlsx", FINDINGS, with_mark(row["识别码"]), 审核意见="不认可")
    assert run(folder, out).tally.accepted == 0
    assert decided(out)["decision"].tolist() == ["不认可"]
    # and withdrawn
    for name in ("审核意见", "审核说明", "审核人", "审核日期"):
        write(out / "汇总.xlsx", MISSING, with_mark(row["识别码"]), **{name: None})
    write(out / "汇总.xlsx", MISSING, with_mark(row["识别码"]), 单位补充说明=None)
    assert run(folder, out).tally == before
    assert len(decided(out)) == 0


def test_a_run_with_nothing_new_rewrites_nothing(settled: tuple[Path, Path]) -> None:
    """With decisions in force as without."""
    folder, out = settled
    write(out / "汇总.xlsx", MISSING, nth(0), 审核意见="退回")
    run(folder, out)
    times = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.suffix in (".xlsx", ".csv")}
    run(folder, out)
    assert times == {path: path.stat().st_mtime_ns for path in times}


def test_a_changed_decision_reads_no_form_again(settled: tuple[Path, Path]) -> None:
    """Documents are written anew, forms and copies are taken over."""
    folder, out = settled
    write(out / "汇总.xlsx", MISSING, nth(0), 审核意见="退回")
    result = run(folder, out)
    assert result.reused == 3
    assert decided(out)["decision"].tolist() == ["退回"]


def test_scores(settled: tuple[Path, Path]) -> None:
    """Beside own and computed scores; a total of the auditor's counts before everything."""
    folder, out = settled
    before = rows(out / "汇总.xlsx", PROJECTS)
    assert [one["复核后得分"] for one in before] == [one["核验总分"] for one in before]
    write(out / "汇总.xlsx", PROJECTS, nth(1), 审核得分=61.5, 审核意见="不认可")
    run(folder, out)
    after = rows(out / "汇总.xlsx", PROJECTS)
    assert after[1]["复核后得分"] == after[1]["审核得分"] == 61.5
    assert [one["核验总分"] for one in after] == [one["核验总分"] for one in before]
    assert findings(out, "forms")["reviewed_total"].tolist().count("61.5") == 1
    known = [one["复核后得分"] for one in after if one["复核后得分"] is not None]
    last = rows(out / "汇总.xlsx", "部门汇总")[-1]
    assert last["复核平均分"] == pytest.approx(sum(known) / len(known))


def test_a_score_above_the_points_is_listed_and_not_applied(settled: tuple[Path, Path]) -> None:
    """With a sentence; until it is withdrawn or another one is written in its place."""
    folder, out = settled
    write(out / "汇总.xlsx", PROJECTS, nth(0), 审核得分=120)
    write(out / "汇总.xlsx", PROJECTS, nth(1), 审核得分="八十")
    run(folder, out)
    listed = rows(out / "汇总.xlsx", REVIEW)
    assert sorted(one["写的内容"] for one in listed) == ["审核得分：120", "审核得分：八十"]
    assert any("高于分值 100" in one["为什么、怎么办"] for one in listed)
    assert any("不是数" in one["为什么、怎么办"] for one in listed)
    assert [one["审核得分"] for one in rows(out / "汇总.xlsx", PROJECTS)[:2]] == [None, None]
    write(out / "汇总.xlsx", PROJECTS, nth(0), 审核得分="80分")
    write(out / "汇总.xlsx", REVIEW, lambda row: "八十" in row["写的内容"], 处理="不采用")
    run(folder, out)
    assert rows(out / "汇总.xlsx", REVIEW) == []
    assert [one["审核得分"] for one in rows(out / "汇总.xlsx", PROJECTS)[:2]] == [80, None]


def test_what_was_put_away_is_read_and_hashed_once(
    settled: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run costs the same after years; what somebody changes there is read all the same."""
    folder, out = settled
    for number in range(4):
        write(out / "汇总.xlsx", MISSING, nth(0), 审核说明=f"说明{number}")
        run(folder, out)
    hashed: list[Path] = []
    real = deciding.digest_of

    def noted(path: Path) -> str:
        hashed.append(path)
        return real(path)

    monkeypatch.setattr(deciding, "digest_of", noted)
    run(folder, out)
    put_away = sorted((out / "备份").glob("*/汇总.xlsx"), key=deciding.put_away_at)
    assert len(put_away) == 4
    assert [path for path in hashed if path in put_away] == put_away[-1:]  # that of the run just before
    write(put_away[0], FINDINGS, nth(1), 审核意见="退回")
    run(folder, out)
    assert decided(out)["decision"].tolist().count("退回") == 1
