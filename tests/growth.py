"""How the time of a pattern or function grows with the length of a hostile text.

Growth decides, not time: what takes four times as long for four times the text is linear on any machine.
"""

from __future__ import annotations

from collections.abc import Callable
from time import thread_time
from typing import Any

SIZES = (4_000, 8_000, 16_000, 32_000)
ALPHABETS = {
    "newlines": "\n", "blanks": " ", "wide blanks": "　", "digits": "1", "zeros": "0",
    "letters": "a", "letters upper": "A", "brackets": "(", "wide brackets": "（", "square": "[",
    "closing": ")", "quotes": "\"", "lower": "<", "escapes": "_x", "points": ".", "commas": ",",
    "dashes": "-", "colons": ":", "slashes": "/", "percent": "%", "chinese": "年", "numerals": "一",
    "months": "1月", "numbers": "1,", "decimals": "1.", "code": "1-", "words": "a ", "lines": "a\n",
    "broken lines": "年\n ", "numbered": "1.\n", "labels": "项目:", "ranges": "1-1",
    "brackets in pairs": "()", "nested": "(1", "marks": "＞1", "hash": "#", "zero-comma": "0,",
    "format": "0;", "semicolons": ";", "stars": "*", "equals": "=", "ampersands": "&",
    "question": "?", "mixed": "1a 年\n(-.,:", "ones": "①", "yuan": "万元", "tags": "<c r=",
    "attributes": " a=\"1\"",
}  # fmt: skip
AROUND = (("", "!"), ("年", "年"))
"""What stands before and behind: a strip at the ends must not hide what is between."""
FLOOR = 0.004
"""Seconds below which nothing is said: the clock and the machine are louder."""


def grows(function: Callable[[Any], object], make: Callable[[int], Any]) -> str:
    """'' where the time grows with the text, else the times in ms at each size up to the one that told."""
    times: list[float] = []
    for size in SIZES:
        text = make(size)
        times.append(once(function, text))
        if len(times) > 1 and times[-1] > FLOOR and times[-1] > 3 * times[-2]:
            # It looks so: measured again over two doublings, in case the machine did something else for a
            # moment. What is linear takes four times as long, what is quadratic sixteen times.
            before, now = (min(once(function, make(n)) for _ in range(4)) for n in (size // 4, size))
            if now > 9 * before:
                return " ".join(f"{1000 * t:.2f}" for t in times)
    return ""


def hostile(alphabet: str, around: tuple[str, str] = ("", "")) -> Callable[[int], str]:
    """Texts of a length made of one alphabet, between two others."""
    return lambda size: around[0] + (alphabet * (size // len(alphabet) + 1))[:size] + around[1]


def nested(size: int) -> str:
    """Brackets in brackets, all of them closed: taking away the innermost ones takes as many times."""
    return "9" + "(" * (size // 2) + "1" + ")" * (size // 2) + "%"


def once(function: Callable[[Any], object], text: Any) -> float:
    started = thread_time()
    function(text)
    return thread_time() - started
