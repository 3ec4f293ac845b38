"""The three tiers of 财预〔2020〕10号 for what cannot be counted.

Only a text that is nothing but the tier's wording is a tier; a sentence in which 达成 occurs is text.
全部或基本达成 is the first tier, as older forms print it.
"""

from __future__ import annotations

from perfbatch.patterns import compiled

_WHAT = (
    r"(?:(?:了|年初|年度|全年|当年|本年|预期|预定|既定|设定|计划|绩效|总体|各项|相关|项目|申报|的)*"
    r"(?:指标值|目标值|指标|目标|值)(?:要求)?)"
)
_FULLY = r"(?:已经|已|全部或基本|全面|全部|完全|基本|均已|均|如期|圆满|按期|顺利|实际)*"
_EFFECT = (
    r"[,;、]?(?:并|且|并且|而且)?(?:具有|取得|有|产生|达到)?(?:了)?(?:一定|部分)?(?:的)?(?:效果|成效|效益)"
)

_TIERS = [
    ("achieved", compiled(f"{_FULLY}(?:达成{_WHAT}?|达到{_WHAT})")),
    ("partly", compiled(f"(?:已)?部分(?:达成{_WHAT}?|达到{_WHAT})(?:{_EFFECT})?")),
    (
        "missed",
        compiled(
            f"(?:未能|尚未|没有|没能|未)(?:达成{_WHAT}?|达到{_WHAT})"
            r"(?:[,;、]?(?:并|且|并且|而且)?(?:实施)?效果(?:较差|很差|差|不佳|不好|不明显|一般))?"
        ),
    ),
]


def tier_of(text: str) -> str:
    """achieved, partly or missed; ``""`` where the cleaned ``text`` is no tier."""
    if "达" not in text:
        return ""
    return next((tier for tier, pattern in _TIERS if pattern.fullmatch(text)), "")
