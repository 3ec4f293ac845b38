"""The rules of directions.toml against published indicators whose own operator says the direction."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from perfbatch.rules.directions import direction_rules, named_direction
from perfbatch.values import parse_one

DATA = Path(__file__).parent.parent / "data" / "directions"
MUST = (
    """
不合格率 reverse|未达标率 reverse|不满意率 reverse|宕机次数 reverse|越级上访人次 reverse|化肥使用量 reverse
项目预算控制总数 reverse|扬尘控制率 positive|挽回经济损失 positive|无事故天数 positive|零投诉率 positive
投诉处理率 positive|整改率 positive|下降率 positive|培训时长 positive|死亡率 reverse|漏损率 reverse
办理时限 reverse|响应时间 reverse|工期 reverse|浓度 reverse|单价 reverse|未按期办结率 reverse
投诉回访率 positive|抓获犯罪嫌疑人数 positive|查获毒品数量 positive|网络攻击拦截率 positive
违法建设拆除面积 positive|新增违法建设面积 reverse|执法过错案件数 reverse
服务对象投诉次数 reverse|网络安全事件数 reverse
绿化死株率 reverse|低保错保率 reverse|人才流失率 reverse
次均费用增幅 reverse|展览布展周期 reverse|软件测试缺陷遗留数 reverse
""".replace("\n", "|")
    .strip("|")
    .split("|")
)
OPEN = ["占比", "使用率", "检出率", "比例", "补助标准", "支出", "经费", "投入"]
OPEN += ["生师比", "师生比", "检测阳性率", "审计发现问题数", "降低孕产妇死亡率", "危险废物填埋量"]


GROUPS = ("development", "ordinary", "held_back")


def published(group: str) -> list[dict[str, str]]:
    """Name, 二级指标, value and direction of every indicator of a table."""
    with (DATA / f"{group}.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def measured(group: str) -> tuple[int, float, float]:
    """How many indicators, the share in which the rules assert, and the share of those that is right."""
    rows = published(group)
    ruled = [named_direction(r["name"], r["level2"], parse_one(r["value"]).unit) for r in rows]
    right = [rule.direction == row["direction"] for rule, row in zip(ruled, rows, strict=True) if rule.sure]
    return len(rows), len(right) / len(rows), sum(right) / len(right)


@pytest.mark.parametrize("group", GROUPS)
def test_the_rules_are_right_where_they_assert_and_assert_often(group: str) -> None:
    """At least 97 % right, at least 88 % asserted (docs/specification.md, section 3)."""
    count, asserted, right = measured(group)
    assert count >= 130
    assert asserted >= 0.88
    assert right >= 0.97


def test_the_page_gives_the_figures_as_measured() -> None:
    """docs/direction.md, line by line."""
    page = (Path(__file__).parents[2] / "docs" / "direction.md").read_text(encoding="utf-8")
    for group in GROUPS:
        count, asserted, right = measured(group)
        assert f"（{group}.tsv） | {count} | {asserted:.1%} | {right:.1%} |" in page


def test_what_was_held_back_was_not_seen_before() -> None:
    """No name stands in both kinds of tables, and every row gives its source and a direction."""
    seen, held = published("development") + published("ordinary"), published("held_back")
    assert not {row["name"] for row in seen} & {row["name"] for row in held}
    assert all(row["source"] and row["direction"] in ("positive", "reverse") for row in seen + held)


@pytest.mark.parametrize("case", MUST)
def test_names_that_word_lists_take_for_the_contrary(case: str) -> None:
    """By their tail and what stands before it."""
    name, direction = case.split()
    rule = named_direction(name, "", "")
    assert (rule.direction, rule.sure) == (direction, True), rule.id


@pytest.mark.parametrize("name", OPEN)
def test_what_real_forms_use_both_ways_is_not_asserted(name: str) -> None:
    """The likelier direction is kept, and nothing rests on it."""
    assert not named_direction(name, "", "").sure


def test_every_rule_gives_its_reason_and_can_speak() -> None:
    """A rule that nobody reaches would be a dead letter in the file."""
    assert all(rule.why and rule.id for rule in direction_rules())
