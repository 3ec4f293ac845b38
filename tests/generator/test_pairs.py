"""perfbatch judges what units write less plainly as scoring.py does, which learned it from the specification.

``python -m tests.generator.test_pairs 10000`` compares more of them and counts each kind.
"""

from __future__ import annotations

import sys
from collections import Counter
from random import Random

import pandas as pd

from perfbatch.checking import check
from perfbatch.scoring import score
from perfbatch.values import parse_sides
from tests.generator import scoring
from tests.generator.pairs import MAKERS, Pair, pair
from tests.scoring.making import frames

CHECKS = ("I202", "I203", "I204", "I206", "I207", "I209", "I210", "R301")


def judged(pairs: list[Pair]) -> tuple[pd.DataFrame, dict[str, dict[str, str]]]:
    """Scored indicators, and check → level found in each form; one form a pair, in order."""
    parsed = parse_sides([p.target for p in pairs], [p.actual for p in pairs], 2021).to_dict("records")
    rows = [
        {"form_id": f"f{n}", "number": 1, "level1": "产出指标", "level2": p.level2, "name": p.name,
         "target": p.target, "actual": p.actual, "points": float(p.points), "points_text": str(p.points),
         "own_score": float(p.own), "own_score_text": p.own, "reason": "",
         **{f"{field}_cell": "A1" for field in ("name", "target", "actual", "points", "own_score", "reason")},
         **{f"{field}_state": "value" for field in ("name", "target", "actual", "points", "own_score")},
         "reason_state": "blank", **columns}
        for n, (p, columns) in enumerate(zip(pairs, parsed, strict=True))
    ]  # fmt: skip
    forms = [
        {"form_id": f"f{n}", "file": f"{n}.xlsx", "sheet": "表", "year": 2021, "points_place": "column",
         "reason_place": "row"}
        for n in range(len(pairs))
    ]  # fmt: skip
    done = check(score(frames(rows, [], forms)), batch=False)
    found: dict[str, dict[str, str]] = {form["form_id"]: {} for form in forms}
    mine = done.findings[done.findings["check"].isin(CHECKS)]
    for form, name, level in mine[["form_id", "check", "level"]].itertuples(index=False):
        found[form][name] = level
    return done.indicators, found


def differences(pairs: list[Pair]) -> list[str]:
    """One line for each pair that the two judge differently."""
    indicators, found = judged(pairs)
    lines = []
    for n, (one, row) in enumerate(zip(pairs, indicators.to_dict("records"), strict=True)):
        wanted = scoring.computed(one.truth, one.points)
        expected = {
            "computed": None if wanted is None else float(wanted),
            "missed": scoring.missed(one.truth),
            "sure": one.truth.rule != "unsure",
            "findings": scoring.findings(one.truth, one.points, one.own),
        }
        got = {
            "computed": None if pd.isna(row["computed_score"]) else round(row["computed_score"], 6),
            "missed": bool(row["missed"]),
            "sure": bool(row["direction_sure"]),
            "findings": found[f"f{n}"],
        }
        if got != expected:
            apart = {key: (expected[key], got[key]) for key in got if expected[key] != got[key]}
            lines.append(
                f"{one.kind}: {one.name} {one.target}|{one.actual} {one.points}分 自评{one.own}: {apart}"
            )
    return lines


def drawn(count: int, seed: str) -> list[Pair]:
    """``count`` pairs, every kind in turn."""
    rng = Random(seed)
    kinds = list(MAKERS)
    return [pair(rng, kinds[n % len(kinds)]) for n in range(count)]


def test_the_two_agree_on_every_kind() -> None:
    """Score, verdict, sureness, and the findings with their levels."""
    assert differences(drawn(1500, "pairs")) == []


def main(count: int) -> int:
    """Compare ``count`` pairs; print every difference and how many of each kind. 1 where any differ."""
    pairs = drawn(count, "many")
    lines = differences(pairs)
    print("\n".join(lines[:400]))
    print(dict(Counter(one.kind for one in pairs)), f"{len(lines)} of {count} differ")
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
