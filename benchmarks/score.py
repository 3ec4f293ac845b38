"""Scoring a batch in one call, beside the bare NumPy arithmetic of the formula rules.

    python -m benchmarks.score [INDICATORS] [--repeat N] [--profile]

The bare arithmetic gives the same numbers (checked before they are timed) from clean float arrays:
no text, no units, no dates, no frames.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from perfbatch import schema
from perfbatch.rules import load
from perfbatch.schema import Frames
from perfbatch.scoring import score

PER_FORM = 14


FORMULA = {"number": 1.0}
MIXED = {"number": 0.66, "date": 0.14, "text": 0.17, "tier": 0.03}


def make(count: int, mix: dict[str, float], seed: int = 0) -> Frames:
    """Frames of stage 'read' with ``count`` indicators, 14 a form, of the kinds in ``mix``.

    5 % of names and words are distinct; a number in fifty stands in another unit than its target.
    """
    rng = np.random.default_rng(seed)
    kind = rng.choice(list(mix), count, p=list(mix.values()))
    numeric, dates = kind == "number", kind == "date"
    target = np.where(numeric, rng.integers(1, 500, count), np.nan)
    actual = np.where(
        numeric, np.round(target * rng.choice([0.5, 0.9, 1, 1, 1, 1.2, 2, 3.5, 6], count), 2), np.nan
    )
    unit = np.where(numeric, rng.choice(["", "%", "次", "万元", "人"], count), "")
    other = numeric & (unit == "万元") & (rng.random(count) < 0.1)
    actual_unit = np.where(other, "元", unit)
    actual = np.where(other, actual * 10000, actual)
    operator = np.where(numeric, rng.choice(["", "", ">=", "<="], count), "")
    points = rng.choice([2.0, 3.0, 5.0, 7.0, 10.0], count)
    days = np.datetime64("2021-01-31") + rng.integers(0, 330, count).astype("timedelta64[D]")
    until = np.where(dates, days, np.datetime64("NaT")).astype("datetime64[s]")
    distinct = max(count // 20, 1)
    words = np.array([f"完成第{n}项工作并取得效果" for n in range(distinct)], dtype=object)
    target_text = words[rng.integers(0, distinct, count)]
    actual_text = np.where(rng.random(count) < 0.7, target_text, words[rng.integers(0, distinct, count)])
    names = np.array([f"第{n}项指标完成情况" for n in range(distinct)], dtype=object)
    files = [f"部门/单位{n}.xlsx#自评表" for n in range(count // PER_FORM + 1)]
    indicators = schema.build("indicators", {
        "form_id": np.repeat(files, PER_FORM)[:count],
        "level2": rng.choice(["数量指标", "质量指标", "时效指标", "成本指标", "社会效益指标"], count),
        "name": names[rng.integers(0, distinct, count)],
        "target": target_text, "actual": actual_text,
        "points": points, "own_score": np.where(rng.random(count) < 0.8, points, np.round(points * 0.8, 2)),
        "target_kind": np.where(kind == "tier", "text", kind), "actual_kind": kind,
        "target_operator": operator, "target_number": target, "target_unit": unit,
        "actual_number": actual, "actual_unit": actual_unit,
        "target_until": until, "actual_from": until, "actual_until": until,
        "actual_tier": np.where(kind == "tier", rng.choice(["achieved", "partly", "missed"], count), ""),
    })  # fmt: skip
    ids = indicators["form_id"].drop_duplicates().reset_index(drop=True)
    forms = schema.build("forms", {"form_id": ids, "layout": ["national"] * len(ids)})
    funds = schema.build("funds", {
        "form_id": ids, "line": ["total"] * len(ids), "budget": np.full(len(ids), 170.0),
        "executed": np.full(len(ids), 152.15), "points": np.full(len(ids), 10.0),
        "own_score": np.full(len(ids), 8.95),
    })  # fmt: skip
    empty = schema.empty("read")
    return Frames(forms=forms, funds=funds, indicators=indicators, files=empty.files, findings=empty.findings)


def bare(scored: Frames) -> Callable[[], dict[str, Any]]:
    """The arithmetic of the formula rules as one would write it in NumPy, on clean float arrays.

    It is handed what score() has to find out first (directions, actuals in the target's unit, forms as
    numbers), and gives every number that score() gives for numeric indicators.
    """
    indicators = scored.indicators
    a, b = indicators["target_number"].to_numpy(), indicators["actual_comparable"].to_numpy()
    points, own = indicators["points"].to_numpy(), indicators["own_score"].to_numpy()
    reverse = (indicators["direction"] == "reverse").to_numpy()
    form = scored.forms.index.get_indexer_for(np.repeat(scored.forms.index, PER_FORM)[: len(a)])
    budget = scored.funds["accepted_score"].to_numpy()
    size = len(scored.forms)

    def rounded(values: Any, decimals: int) -> Any:
        return np.floor(np.abs(values) * 10**decimals * (1 + 1e-12) + 0.5 + 1e-9) / 10**decimals

    def arithmetic() -> dict[str, Any]:
        with np.errstate(divide="ignore", invalid="ignore"):
            gap = np.where(a > 0, np.round((b - a) / a * 100, 9), np.nan)
            completion = gap + 100
            excess = np.where(reverse, np.nan, gap)
            positive = np.where(a > 0, np.clip(b / a, 0, 1), np.where(b == a, 1.0, np.nan))
            inverse = np.where(b <= 0, 1.0, np.where(a > 0, np.clip(a / b, 0, 1), 0.0))
        dock = np.select([excess >= 500, excess >= 300, excess >= 200], [30.0, 20.0, 10.0], 0.0)
        computed = rounded(np.where(reverse, inverse, positive - dock / 100) * points, 2)
        missed = np.where(reverse, b > a, b < a)
        docked = points - own > 0.01 + 1e-9
        over = excess >= 30
        kind = np.select([missed, docked, over], [1, 3, 4], 0)
        lost = np.round((points - own) / points * 100, 9)
        accepted = np.where(np.isnan(computed), np.clip(own, 0, points), computed)
        total = rounded(np.bincount(form, weights=accepted, minlength=size) + budget, 2)
        return {
            "completion": completion,
            "excess": excess,
            "computed_score": computed,
            "accepted_score": accepted,
            "difference": np.round(own - accepted, 9),
            "missed": missed,
            "deviation": kind > 0,
            "deviation_size": np.where((kind == 1) | (kind == 4), gap, np.where(kind == 3, lost, np.nan)),
            "points_sum": np.round(np.bincount(form, weights=points, minlength=size) + 10, 9),
            "own_sum": np.round(np.bincount(form, weights=own, minlength=size) + 8.95, 9),
            "computed_total": total,
            "grade": np.digitize(total, [60, 80, 90]),
        }

    return arithmetic


def agree(scored: Frames, numbers: dict[str, Any]) -> None:
    """Raises AssertionError where the bare arithmetic gives another number than score()."""
    for column, values in numbers.items():
        frame = scored.indicators if column in scored.indicators else scored.forms
        if column in frame:
            np.testing.assert_allclose(frame[column].to_numpy(dtype=float), values, atol=1e-9, err_msg=column)


def best(call: Callable[[], Any], repeat: int) -> float:
    """Shortest of ``repeat`` runs, in seconds."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    """Print both times, their ratio, and a profile where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("indicators", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--profile", action="store_true")
    arguments = parser.parse_args()
    book = load()
    for title, mix in (("numbers only", FORMULA), ("mixed as in the seed form", MIXED)):
        frames = make(arguments.indicators, mix)
        start = time.perf_counter()
        scored = score(frames, book)
        first = time.perf_counter() - start
        whole = best(lambda: score(frames, book), arguments.repeat)  # noqa: B023
        print(f"{arguments.indicators:,} indicators, {title}")
        if mix is FORMULA:
            arithmetic = bare(scored)
            agree(scored, arithmetic())
            floor = best(arithmetic, arguments.repeat)
            print(f"  bare arithmetic {floor * 1e3:>10.1f} ms")
        print(f"  score(), first  {first * 1e3:>10.1f} ms  {first / floor:>6.2f} ×")
        print(f"  score(), best   {whole * 1e3:>10.1f} ms  {whole / floor:>6.2f} ×")
        if arguments.profile:
            profile = cProfile.Profile()
            profile.runcall(score, frames, book)
            pstats.Stats(profile).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
