"""Parts of the sentences of several checks, from words/phrases.toml: a deviation in words, how a score was
worked out, and that something was inferred where it was.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np

from perfbatch.caching import cached
from perfbatch.checking.evidence import EXACT, Picked
from perfbatch.checking.figures import EMPTY, percents, scores, shown_texts

INFERRED = ("name", "default", "zero")
"""Sources of a direction that nobody has written."""


@cached(1)
def _phrases() -> dict[str, dict[str, str]]:
    path = Path(__file__).parent / "words" / "phrases.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def standing(which: str, **said: str) -> str:
    """Which of the forms that were sent for one project counts: ``counts`` (this one) or ``superseded``."""
    return _phrases()["standing"][which].format(**said)


def actuals(rows: Picked) -> list[str]:
    """实际完成值 as quoted, with how it was understood where its unit or scale was inferred."""
    number, brought = rows.number("actual_number"), rows.number("actual_comparable")
    rescaled = rows.flag("inferred") & (np.abs(number - brought) > EXACT * np.maximum(1.0, np.abs(brought)))
    phrase = _phrases()["part"]["understood"]
    told = zip(
        rows.quoted("actual"), rescaled.tolist(), brought.tolist(), rows.text("target_unit"), strict=True
    )
    return [
        phrase.format(actual=text, number=f"{value:.12g}", unit=unit) if other else text
        for text, other, value, unit in told
    ]


def methods(rows: Picked) -> list[str]:
    """How the computed score of each row was worked out: 按反向指标（方向按指标名称推断）计算."""
    words, inferred = _phrases()["method"], _phrases()["inferred"]
    said = []
    for rule, source in zip(rows.text("rule"), rows.text("direction_source"), strict=True):
        by = f"（{inferred[source]}）" if source in INFERRED else ""
        said.append(words.get(rule, words["other"]).format(inferred=by))
    return said


def deviations(rows: Picked) -> list[str]:
    """The deviation of each row in words, with the values that make it one."""
    words, part = _phrases()["deviation"], _phrases()["part"]
    several = [text != "" for text in rows.text("part_target")]
    parts = shown_texts(rows.text("part_target")), shown_texts(rows.text("part_actual"))
    target = [p if some else t for some, p, t in zip(several, parts[0], rows.quoted("target"), strict=True)]
    actual = [p if some else t for some, p, t in zip(several, parts[1], actuals(rows), strict=True)]
    size = np.where(np.isnan(rows.number("excess")), rows.number("deviation_size"), rows.number("excess"))
    said = []
    for kind, a, b, completion, beyond, own, points, by in zip(
        _kinds(rows, several),
        target,
        actual,
        percents(rows.number("completion")),
        percents(size),
        scores(rows.number("own_score")),
        scores(rows.number("points")),
        _inferred(rows),
        strict=True,
    ):
        said.append(
            words[kind].format(
                values=part["values"].format(target=a, actual=b),
                rate=part["rate"].format(completion=completion) if completion != EMPTY else "",
                beyond=part["beyond"].format(size=beyond) if beyond != EMPTY else "",
                inferred=by and f"，{by}",
                target=a,
                actual=b,
                size=beyond,
                own=own,
                points=points,
            )
        )
    return said


def _kinds(rows: Picked, several: list[bool]) -> list[str]:
    """The phrase of each row's deviation."""
    strict, sure = rows.flag("strict").tolist(), rows.flag("direction_sure").tolist()
    kinds = []
    for kind, rule, direction, some, only, is_sure in zip(
        rows.text("deviation_kind"),
        rows.text("rule"),
        rows.text("direction"),
        several,
        strict,
        sure,
        strict=True,
    ):
        way = direction if is_sure and direction in ("positive", "reverse") else "other"
        if kind != "missed":
            kinds.append(kind)
        elif some:
            kinds.append("several_reverse" if way == "reverse" else "several")
        elif rule == "range":
            kinds.append("range")
        elif only and way != "other":
            kinds.append(f"strict_{way}")
        else:
            kinds.append(way)
    return kinds


def _inferred(rows: Picked) -> list[str]:
    """That the direction was taken from the name, or that less was taken for better without a word."""
    words = _phrases()["inferred"]
    return [
        words[source] if source == "name" or (source in INFERRED and direction == "reverse") else ""
        for source, direction in zip(rows.text("direction_source"), rows.text("direction"), strict=True)
    ]
