"""偏差原因: which deviations need one, and what a text that is there says."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from perfbatch.checking.evidence import UNREADABLE, Evidence
from perfbatch.checking.judging.points import points_in_doubt

if TYPE_CHECKING:
    import pandas as pd

    from perfbatch.checking.evidence import Bools, Positions
    from perfbatch.rules import RuleBook


_LABELS = re.compile("偏差|原因|分析|说明|及|和|与|改进|整改|措施|情况|均|都|也|的")


_CAUSE = re.compile("(?<!原)因|由于|导致|造成|受.+影响")


_SENTENCE = re.compile(r"[。；;！!？?\n\r:：]+")


def deviates(evidence: Evidence) -> Bools:
    """Deviations that a reason must explain: not where the own score is missing and the target was met,
    nor where 分值 itself is in doubt and would make the own score a full one.
    """
    import numpy as np

    known = ~np.isnan(evidence.number("indicators", "own_score")) | evidence.flag("indicators", "missed")
    doubted = evidence.equals("indicators", "deviation_kind", "docked") & evidence.recall(points_in_doubt)
    return evidence.flag("indicators", "deviation") & known & ~doubted


@lru_cache(maxsize=2)
def blank_reason(kind: Literal["funds", "indicators"]) -> Callable[[Evidence], Bools]:
    """A judgement: rows of ``kind`` in whose reason nothing is written."""

    def judge(evidence: Evidence) -> Bools:
        import numpy as np

        written = evidence.text(kind, "reason").str.strip().ne("").to_numpy(dtype=bool)
        signs = evidence.state(kind, "reason", "not_applicable")
        return ~np.asarray(written) & ~signs & ~evidence.state(kind, "reason", "absent", *UNREADABLE)

    return judge


@lru_cache(maxsize=2)
def empty_reason(kind: Literal["funds", "indicators"]) -> Callable[[Evidence], Bools]:
    """A judgement: rows of ``kind`` in whose reason something is written that says nothing."""

    def judge(evidence: Evidence) -> Bools:
        nothing = says_nothing(evidence.text(kind, "reason"), evidence.rules)
        nothing |= evidence.state(kind, "reason", "not_applicable")
        unread = evidence.state(kind, "reason", "absent", *UNREADABLE)
        return nothing & ~unread & ~evidence.recall(blank_reason(kind))

    return judge


def says_nothing(texts: pd.Series[str], rules: RuleBook) -> Bools:
    """Where a reason says nothing: empty words, signs, digits, a single letter, a printed instruction.

    Each distinct text is judged once. ``无。因疫情影响，…`` is a reason; so is what a unit wrote behind
    an instruction that it left standing.
    """
    import numpy as np
    import pandas as pd

    from perfbatch.text import compact, key_of

    codes, distinct = pd.factorize(texts)
    words = sorted({key_of(word) for word in rules.value("reason.empty_words")} - {""}, key=len, reverse=True)
    only_empty = re.compile("(?:" + "|".join(map(re.escape, words)) + ")+") if words else re.compile("(?!)")
    instruction = rules.pattern("reason.instructions")

    def nothing(key: str) -> bool:
        if sum(character.isalpha() for character in key) < 2 or only_empty.fullmatch(key):
            return True
        bare = _LABELS.sub("", key)
        return not bare or bool(only_empty.fullmatch(bare))

    def judge(text: str) -> bool:
        if nothing(key_of(text)):
            return True
        if instruction is None:
            return False
        sentences = [s for s in _SENTENCE.split(text) if s]
        own = [s for s in sentences if not instruction.search(compact(s)) or _CAUSE.search(s)]
        return len(own) < len(sentences) and nothing(key_of("".join(own)))

    return np.array([judge(text) for text in distinct] + [True], dtype=bool)[codes]


def real_reason(evidence: Evidence) -> Bools:
    blank, empty = blank_reason("indicators"), empty_reason("indicators")
    unread = evidence.state("indicators", "reason", "absent", *UNREADABLE)
    return ~evidence.recall(blank) & ~evidence.recall(empty) & ~unread


def thinness(evidence: Evidence) -> tuple[Bools, Bools]:
    """Reasons of few characters, and reasons that name no measure."""
    import numpy as np
    import pandas as pd

    from perfbatch.text import key_of

    codes, distinct = pd.factorize(evidence.text("indicators", "reason"))
    least = int(evidence.rules.value("reason.min_characters"))
    keys = [key_of(text) for text in distinct]
    measures = [key_of(word) for word in evidence.rules.value("reason.measure_words")]
    short = np.array([len(key) < least for key in keys] + [False], dtype=bool)
    lacking = [bool(measures) and not any(word in key for word in measures) for key in keys]
    return short[codes], np.array([*lacking, False], dtype=bool)[codes]


def cell_keys(evidence: Evidence) -> Positions:
    """One number for each reason cell of the batch: a merged cell counts once."""
    import numpy as np
    import pandas as pd

    cells, _ = pd.factorize(evidence.text("indicators", "reason_cell"))
    placed = evidence.text("indicators", "reason_cell").ne("").to_numpy(dtype=bool)
    width = int(cells.max(initial=0)) + 1
    alone = -1 - np.arange(len(cells))
    return np.where(placed, evidence.form_of("indicators") * width + cells, alone)


def first_of_cell(evidence: Evidence, where: Bools) -> Bools:
    import numpy as np

    rows = where.nonzero()[0]
    _, first = np.unique(evidence.recall(cell_keys)[rows], return_index=True)
    result = np.zeros_like(where)
    result[rows[first]] = True
    return result
