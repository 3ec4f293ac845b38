"""Does a reason say anything? What is left when headings, numbering and statements that nothing deviated
are taken away decides (docs/specification.md, section 4).

A text is cut into clauses at its punctuation, a clause into words of reasons.toml, the longest first;
a clause with any other word says something. Of the words only their classes count, one letter each, and a few
combinations that they may not form. All of it is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from perfbatch.caching import cached
from perfbatch.patterns import compiled
from perfbatch.text import compact, key_of
from perfbatch.toml_file import shipped_toml
from perfbatch.values.lexicon import any_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

_DATA: dict[str, Any] = shipped_toml(Path(__file__).with_name("reasons.toml"))
_CLASSES = {
    "heading": "H", "measure": "E", "shortfall": "K", "link": "C", "no": "G", "not": "L", "degree": "A",
    "plain": "B", "deviation": "V", "trouble": "T", "subject": "S", "manner": "M", "done": "D", "whole": "N",
    "see": "R", "elsewhere": "Y", "keep": "F", "number": "Z",
}  # fmt: skip
_CLASS_OF: dict[str, str] = {
    word: letter for name, letter in _CLASSES.items() for word in _DATA[name]["words"]
}
_CAUSE = compiled("|".join(_DATA["cause"]["patterns"]))
_SENTENCE = compiled(r"[。;!?\n\r:]+")
_COMMA = compiled("[,，]")
_CLAUSE = compiled(r"[^\W_]+(?:[%‰][^\W_]*)*|[%‰]+")
_TAIL_OF_LABEL = compiled(
    "(?:偏差|偏离|未完成|未达标|未达成|未实现|扣分|失分)[^:]{0,6}(?:原因|分析|说明|情况|理由)$|(?:改进|整改)措施$"
)
_LONGEST_LABEL = 24
# What the classes of a clause may not form: each of these says something after all.
_SAYS = compiled(
    "G(?![AB]*[VTHEK]|[SD]+V|[GNZ]|$)"  # 无经费, 没有按时完成
    "|L(?![AB]*[VTHEK])"  # 未发生, 无需 without anything that deviates
    "|(?<![GL])K(?![SCZD]*[HEV])"  # 未完成 that heads no 原因
    "|R(?![SHZC]*[YHK]|Z*$)"
    "|(?<![GLABTCV])T"  # 问题, 变化 that nobody denies
    "|^C*T"
    "|[VT][MC]*[AB]+$"  # 偏差较大
)
_ANSWERED = compiled("[DFGLRVKY]|S[MC]*B|^[SAC]*N$")
"""What makes a clause about 项目, 指标, 计划 a statement that all went well."""


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a reason.

    ``text`` holds the clauses that say something, "" where nothing does; ``measure`` whether one of them
    stands under a heading such as 改进措施.
    """

    text: str
    measure: bool


@dataclass(frozen=True, slots=True)
class ReasonWords:
    """What an office's rule book adds: words that say nothing, texts that it accepts as a reason, and the
    printed instructions as one regular expression (None for none)."""

    empty: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    instruction: str | None = None


def says_nothing(texts: pd.Series[str], words: ReasonWords) -> npt.NDArray[np.bool_]:
    """Where a reason says nothing; blank and missing ones say nothing. Each distinct text is judged once."""
    import numpy as np
    import pandas as pd

    codes, distinct = pd.factorize(texts)
    return np.array([*say_nothing(distinct, words), True], dtype=bool)[codes]


def say_nothing(texts: Iterable[str], words: ReasonWords) -> list[bool]:
    """``says_nothing`` of texts that are distinct already."""
    return [not _surely_says(text, words) and not left_of(text, words).text for text in texts]


def is_nothing(text: str) -> bool:
    """Where an amount belongs: 无, 没有, 略 or a sign alone, and so nothing. 完成 is no amount either, but
    no nothing.
    """
    classes = [_classes(clause, ()) for clause, _ in _clauses(text)]
    return all(found is not None and not found.strip("GN") for found in classes)


def left_of(text: str, words: ReasonWords) -> Left:
    """What is left of one reason without headings, numbering, printed instructions and statements that
    nothing deviated. ``无。因疫情影响，…`` is a reason; so is what a unit wrote behind an instruction.
    """
    nothing = Left("", False)
    key = key_of(text)
    if key in _keys(words.accepted):
        return Left(text, True)
    if sum(map(str.isalpha, key)) < 2 or key in _keys(words.empty):
        return nothing
    own = _without_instructions(text, words.instruction) if words.instruction else text
    left, under_measure, measure = [], False, False
    for clause, ends in _clauses(own):
        kind = _kind(clause, ends, words.empty)
        if kind == "real":
            left.append(clause)
            measure |= under_measure
        elif kind == "measure":
            under_measure = True
        elif kind == "heading":
            under_measure = False
    real = "，".join(left)
    return Left(real, measure) if sum(map(str.isalpha, real)) > 1 else nothing


def _surely_says(text: str, words: ReasonWords) -> bool:
    """Most reasons: a character of no word, and neither a heading's colon nor an instruction."""
    if ":" in text or "：" in text or not _foreign(words.empty).search(text):
        return False
    return not words.instruction or not _printed(words.instruction).search(compact(text))


@cached(64)
def _foreign(extra: tuple[str, ...]) -> re.Pattern[str]:
    known = "".join(sorted(set("".join([*_CLASS_OF, *extra]))))
    return compiled(f"(?![{re.escape(known)}])[\u4e00-\u9fff]")


@cached(64)
def _printed(instruction: str) -> re.Pattern[str]:
    return compiled(instruction)


def _without_instructions(text: str, instruction: str) -> str:
    """``text`` without the sentences that are printed; what follows behind a comma is the unit's own."""
    pattern = _printed(instruction)
    if not pattern.search(compact(text)):
        return text
    kept = []
    for sentence in re.split(f"({_SENTENCE.pattern})", _one_width(text)):
        parts = _COMMA.split(sentence)
        printed = [i for i, part in enumerate(parts) if pattern.search(compact(part))]
        if _CAUSE.search(sentence):
            kept.append(sentence)
        elif printed:
            kept.append("，".join(parts[printed[-1] + 1 :]))
        elif pattern.search(compact(sentence)):
            continue
        else:
            kept.append(sentence)
    return "".join(kept)


def _one_width(text: str) -> str:
    """``text`` in NFKC, its lines kept apart."""
    return "\n".join(compact(line) for line in text.splitlines())


def _clauses(text: str) -> Iterable[tuple[str, str]]:
    """Each clause in lower case, with the sign that ends it ("" at the end)."""
    for line in _one_width(text).casefold().split("\n"):
        for found in _CLAUSE.finditer(line):
            yield found[0], line[found.end() : found.end() + 1]


def _kind(clause: str, ends: str, extra: tuple[str, ...]) -> str:
    """``real``, ``nothing``, or a ``heading`` or ``measure`` heading."""
    classes = _classes(clause, extra)
    if classes is None:
        label = ends == ":" and len(clause) <= _LONGEST_LABEL and _TAIL_OF_LABEL.search(clause)
        return ("measure" if clause.endswith("措施") else "heading") if label else "real"
    if ends == ":" or not classes.strip("HECZKV"):
        heading = "heading" if classes.strip("Z") else "nothing"
        if ends == ":" or not _SAYS.search(classes):
            return "measure" if "E" in classes and "G" not in classes else heading
        return "real"
    if _SAYS.search(classes):
        return "real"
    about = any(letter in classes for letter in "SMAB")
    return "real" if about and not _ANSWERED.search(classes) else "nothing"


def _classes(clause: str, extra: tuple[str, ...]) -> str | None:
    """The classes of the words that make up ``clause``; None where there is another word in it."""
    letters = []
    for found in _lexer(extra).finditer(clause):
        word = found[0]
        if found.lastgroup == "other":
            return None
        letters.append(_CLASS_OF.get(word, "N" if found.lastgroup == "word" else "Z"))
    return "".join(letters)


@cached(64)
def _lexer(extra: tuple[str, ...]) -> re.Pattern[str]:
    """Words, longest first; numbers, percent signs and single Latin letters; anything else is ``other``."""
    words = {*_CLASS_OF, *(word for word in _keys(extra) if word and _kind(word, "", ()) == "real")}
    latin = any_of(word for word in words if word.isascii())
    by_first: dict[str, list[str]] = {}
    for word in words:
        if not word.isascii():
            by_first.setdefault(word[0], []).append(word[1:])
    others = "|".join(re.escape(first) + any_of(rest) for first, rest in sorted(by_first.items()))
    return compiled(
        f"(?P<word>{others}|(?:{latin}|x+)(?![a-z0-9]))|(?P<sign>[0-9%‰]|(?:[ivx]+|[a-z])(?![a-z]))|(?P<other>.)",
        re.DOTALL,
    )


@cached(64)
def _keys(words: Sequence[str]) -> frozenset[str]:
    return frozenset(key_of(word) for word in words)
