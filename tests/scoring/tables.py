"""Tables of examples in tests/data/score, as a finance officer writes them, read for the tests."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from perfbatch.rules import RuleBook, load

DATA = Path(__file__).parent.parent / "data" / "score"

NONE = "–"
RULES = {
    "正向": "positive", "反向": "reverse", "区间": "range", "时限": "deadline", "逾期": "late",
    "自述未达": "short", "多值": "several", "文字": "text", "定性": "tier", "人工": "judgement",
    "单位不可比": "incomparable", "缺项": "missing", "预算": "budget",
}  # fmt: skip
DIRECTIONS = {"正向": "positive", "反向": "reverse"}
SOURCES = {
    "手册": "rulebook", "批复": "approved", "符号": "operator", "增减": "change", "零": "zero",
    "名称": "name", "默认": "default",
}  # fmt: skip
DEVIATIONS = {"未达标": "missed", "逾期": "late", "扣分": "docked", "超额": "over"}


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of one table, with ``所在`` naming file and line. Lines that start with # are remarks."""
    lines = path.read_text(encoding="utf-8").splitlines()
    at = [number for number, line in enumerate(lines, 1) if line and not line.startswith("#")]
    reader = csv.DictReader((lines[n - 1] for n in at), delimiter="\t", quoting=csv.QUOTE_NONE)
    for number, row in zip(at[1:], reader, strict=True):
        assert None not in row, f"{path.name} 第 {number} 行：列太多"
        yield {key: value or "" for key, value in row.items()} | {"所在": f"{path.name} 第 {number} 行"}


def book(name: str) -> RuleBook:
    """The rule book of a row: shipped, or a file in tests/data/score/books; blank is the default."""
    return load(DATA / "books" / name if name.endswith(".toml") else name or None)


def number(text: str) -> float:
    """A number as written; NaN for blank and for –."""
    return float(text) if text not in ("", NONE) else float("nan")
