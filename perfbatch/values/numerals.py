"""Chinese numerals: 十二, 一百二十, 三十五万, 八十五点五, 壹佰."""

from __future__ import annotations

from perfbatch.patterns import compiled

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟萬億兩貳參陸〇", "一二三四五六七八九十百千万亿两二三六零")

RUN = compiled(
    "[零一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟萬億兩貳參陸〇]+(?:点[零一二三四五六七八九]+)?"
)
"""A run of characters that may be one numeral."""


def everyday(run: str) -> str:
    """``run`` in everyday characters: 壹佰 → 一百."""
    return run.translate(_FORMAL)


def split_scale(run: str) -> tuple[str, str]:
    """The numeral and the 万 or 亿 behind it, which belongs to the unit: 三十五万 → 三十五, 万."""
    numeral = run.rstrip("万亿")
    return (numeral, run[len(numeral) :]) if numeral else (run, "")


def value_of(run: str) -> float | None:
    """The number that ``run`` writes, None where it is no well-formed numeral."""
    whole, _, decimals = everyday(run).partition("点")
    number = _whole(whole)
    if number is None or not decimals:
        return None if number is None else float(number)
    return float(f"{number}.{''.join(str(_DIGITS[digit]) for digit in decimals)}")


def _whole(run: str) -> int | None:
    for sign, size in (("亿", 10**8), ("万", 10**4)):
        if sign in run:
            above, below = run.split(sign, 1)
            high = _whole(above)
            low = _whole(below.lstrip("零")) if below.strip("零") else 0
            if len(below) == 1 and below in _DIGITS and below != "零":
                return None  # 一万二 is 12,000 to most, 10,002 to some
            return None if high is None or not high or low is None or low >= size else high * size + low
    return _below_ten_thousand(run)


def _below_ten_thousand(run: str) -> int | None:
    if len(run) > 1 and all(character in _DIGITS for character in run):
        return None  # 二零二一 is a year, 三五 an estimate: both are not for arithmetic
    total, limit, i = 0, 10**4, 0
    while i < len(run):
        if run[i] == "零":
            if i == 0 and len(run) > 1:
                return None
            i += 1
            continue
        digit = _DIGITS.get(run[i])
        if digit is None:
            digit = 1 if run[i] == "十" and total == 0 and i == 0 else None
        else:
            i += 1
        if digit is None:
            return None
        size = _TENS.get(run[i], 0) if i < len(run) else 1
        if size == 1 and limit > 10 and total and run[i - 2] != "零":
            return None  # 一百二 is 120 to most, 102 to some
        if size == 0 or size >= limit:
            return None
        i += size > 1
        total, limit = total + digit * size, size
    return total if run else None
