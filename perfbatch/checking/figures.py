"""Values as a person would write them: 3.50, 89.50%, 152.1493, （空）."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import numpy.typing as npt

from perfbatch.caching import cached

EMPTY = "（空）"
LONGEST = 40
"""Characters of a quoted text; a whole paragraph in a note helps nobody."""


def scores(values: npt.NDArray[np.float64]) -> list[str]:
    """Scores in 分: two decimals, more (up to four) only where they were written."""
    return _each(values, lambda value: _decimal(value, 2, 4))


def amounts(values: npt.NDArray[np.float64]) -> list[str]:
    """Money: two decimals, more (up to six) only where they were written."""
    return _each(values, lambda value: _decimal(value, 2, 6))


def percents(values: npt.NDArray[np.float64], decimals: int = 2) -> list[str]:
    """Rates in %: 89.50%."""
    return _each(values, lambda value: _decimal(value, decimals, decimals) + "%")


def shown_texts(texts: Iterable[str]) -> list[str]:
    """Texts as quoted in a message: on one line, shortened, （空） for a blank one."""
    memo: dict[str, str] = {}
    result = []
    for text in texts:
        short = memo.get(text)
        if short is None:
            short = " ".join(text.split())
            if len(short) > LONGEST:
                short = short[: LONGEST - 1] + "…"
            memo[text] = short = short or EMPTY
        result.append(short)
    return result


def either(choose: npt.NDArray[np.bool_], first: Sequence[str], second: Sequence[str]) -> list[str]:
    """``first`` where ``choose``, else ``second``."""
    return [a if take else b for take, a, b in zip(choose, first, second, strict=True)]


def _each(values: npt.NDArray[np.float64], write: Callable[[float], str]) -> list[str]:
    given: list[float] = np.asarray(values, dtype=np.float64).tolist()
    return [EMPTY if value != value else write(value) for value in given]


@cached(1 << 13)
def _decimal(value: float, least: int, most: int) -> str:
    """``value`` rounded half up at ``most`` decimals, without the zeros beyond ``least``."""
    number = Decimal(f"{value:.12g}").quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP)
    whole, _, fraction = f"{number + 0:f}".partition(".")  # + 0: no minus before a zero
    fraction = fraction[:least] + fraction[least:].rstrip("0")
    return f"{whole}.{fraction}" if fraction else whole
