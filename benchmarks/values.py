"""Time of the value grammar: 1,000,000 values, 5 % of them distinct, on one core (the goal is 10 s).

python benchmarks/values.py [--values N] [--distinct SHARE]
"""

from __future__ import annotations

import argparse
import random
import time

import pandas as pd

from perfbatch.values import parse, parse_sides


def spellings(count: int, rng: random.Random) -> list[str]:
    """``count`` distinct values in the mix that forms have: numbers, percentages, dates, words, sentences."""
    makers = [
        lambda: f"{rng.randint(1, 99999)}",
        lambda: f"{rng.uniform(0, 9999):.2f}",
        lambda: f"≥{rng.uniform(50, 100):.2f}%",
        lambda: f"{rng.uniform(0, 100):.2f}％",
        lambda: f"不低于{rng.randint(1, 9999)}人次",
        lambda: f"不超过 {rng.randint(1, 99999) / 100} 万元",
        lambda: f"{rng.randint(1, 99)}-{rng.randint(100, 9999)}次",
        lambda: f"完成率达{rng.uniform(50, 100):.2f}%以上",
        lambda: f"20{rng.randint(15, 25)}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日前",
        lambda: f"20{rng.randint(15, 25)}.{rng.randint(1, 12)}.{rng.randint(1, 28)}",
        lambda: f"{rng.randint(1, 12)}月{rng.randint(1, 28)}日前完成第{rng.randint(1, 99)}批",
        lambda: f"通过第{rng.randint(1, 99999)}号项目的实施，保障了单位正常运转，效果明显",
        lambda: f"有效提升{rng.randint(1, 9999)}号片区管理水平",
        lambda: f"达成预期指标（{rng.randint(1, 9999)}）",
    ]
    found: dict[str, None] = {}
    while len(found) < count:
        found.setdefault(rng.choice(makers)())
    return list(found)


def main() -> None:
    """Print seconds for ``parse`` and for ``parse_sides``."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--values", type=int, default=1_000_000)
    arguments.add_argument("--distinct", type=float, default=0.05)
    options = arguments.parse_args()
    rng = random.Random(20211231)
    distinct = spellings(round(options.values * options.distinct), rng)
    texts = pd.Series(rng.choices(distinct, k=options.values), dtype="str")
    others = texts.sample(frac=1, random_state=1, ignore_index=True)

    started = time.perf_counter()
    parsed = parse(texts, year=2021)
    seconds = time.perf_counter() - started
    print(f"parse        {options.values:>9,} values, {len(distinct):,} distinct: {seconds:6.2f} s")
    print(parsed["kind"].value_counts().to_string())

    started = time.perf_counter()
    parse_sides(texts, others, 2021)
    seconds = time.perf_counter() - started
    print(f"parse_sides  {options.values:>9,} pairs: {seconds:6.2f} s")


if __name__ == "__main__":
    main()
