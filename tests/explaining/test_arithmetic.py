"""The written-out arithmetic comes to the very score that the score stage computed, for every example."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

from perfbatch.explaining.indicator import score_lines
from perfbatch.explaining.text import Sentences, points
from perfbatch.reading import read
from perfbatch.rules import RuleBook, names
from perfbatch.scoring import score
from perfbatch.values import parse_sides
from perfbatch.words import load_words
from tests.cli.command import SAMPLES
from tests.scoring.making import frames
from tests.scoring.tables import DATA, book, number, rows

_LAST = re.compile(r"(?:=|≈|得|得满分|得 )\s*(-?[0-9.]+)$")
SAY = Sentences(load_words())
BOOKS = [*names(), *(path.name for path in sorted((DATA / "books").glob("*.toml")))]


def examples() -> Iterator[tuple[dict[str, Any], RuleBook, str]]:
    """Every example of tests/data/score/indicators, scored by its own book."""
    for path in sorted((DATA / "indicators").glob("*.tsv")):
        table = list(rows(path))
        for name in dict.fromkeys(row["手册"] for row in table):
            mine = [row for row in table if row["手册"] == name]
            parsed = parse_sides([r["年度指标值"] for r in mine], [r["实际完成值"] for r in mine], 2021)
            given = [
                {
                    "level2": row["二级指标"], "name": row["三级指标"], "target": row["年度指标值"],
                    "actual": row["实际完成值"], "points": number(row["分值"]),
                    "own_score": number(row["自评得分"]), **sides,
                }
                for row, sides in zip(mine, parsed.to_dict("records"), strict=True)
            ]  # fmt: skip
            scored = score(frames(given), book(name)).indicators
            for row, result in zip(mine, scored.to_dict("records"), strict=True):
                yield result, book(name), row["所在"]


def disagreements(row: dict[str, Any], rules: RuleBook, where: str) -> list[str]:
    """The story of one indicator against its computed score."""
    lines = score_lines(row, rules, SAY)
    steps = [text for label, text in lines if label in ("算式", "超额")]
    if pd.isna(row["computed_score"]):
        ends = "没有重算得分" in lines[-1][1]
        return [] if ends else [f"{where}: {lines}"]
    # What stands before the rounding must itself round to the score: that line always ends in it.
    before = [text for text in steps if "四舍五入" not in text]
    found = [float(match[1]) for match in map(_LAST.search, before) if match]
    step = 10.0 ** -rules.value("rounding.decimals")
    right = bool(found) and abs(found[-1] - row["computed_score"]) <= step / 2 + 1e-6
    right &= "四舍五入" in steps[-1] or found[-1] == pytest.approx(row["computed_score"], abs=1e-9)
    right &= f"重算 {points(row['computed_score'])}" in lines[-1][1]
    return [] if right else [f"{where}: {row['computed_score']} {steps}"]


def test_every_example_of_the_rule_tables() -> None:
    """All rule kinds, every boundary, every book of the tables."""
    told = [line for row, rules, where in examples() for line in disagreements(row, rules, where)]
    assert told == []


@pytest.mark.parametrize("name", BOOKS)
def test_every_indicator_of_the_samples_under_every_book(name: str) -> None:
    """Real forms, also under books that were not made for them."""
    rules = book(name)
    scored = score(read(SAMPLES), rules).indicators
    assert len(scored) > 100
    told = [
        line
        for row in scored.to_dict("records")
        for line in disagreements(row, rules, f"{row['form_id']} {row['number']}")
    ]
    assert told == []
