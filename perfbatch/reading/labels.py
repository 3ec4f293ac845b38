"""Labels as people write them, brought to one spelling.

``年\\n度\\n总\\n体\\n目\\n标``, ``总  分：``, ``1.实施单位（盖章）`` and ``全年预算数（A）``
become 年度总体目标, 总分, 实施单位 and 全年预算数. The spellings that a layout file lists pass through the
same function, so the two always meet.
"""

from __future__ import annotations

import math
import re

from perfbatch.caching import cached
from perfbatch.text import squeeze

LONGEST = 120
"""A longer text is no label, though it may begin with one (``填报注意事项：1.…``)."""

_LOOKED_AT = 4 * LONGEST
"""Characters of a text that are looked at for a label: brackets in brackets go one by one."""

_BRACKETS = re.compile(r"\([^()]*(?:\)|$)")
_ORDINAL = re.compile(r"^(?:[一二三四五六七八九十]{1,3}[、.:]|\d{1,2}(?:[、:)]|\.(?!\d)))")
_CIRCLED = re.compile(r"^\s*[①-⑳❶-❿]")  # NFKC would leave a bare digit of these
_ORNAMENT = "*★☆※●■□◆#:;,.。、；，"
_TAIL = re.compile(r"(?:(?<![:\d.])\d+(?:\.\d+)?分|B/A(?:[*×]100)?%?|(?<=[^\x00-\x7f])[AB]|%)$")
_TAIL_ENDS = ("分", "%", "0", "A", "B")
_WITH_CODE = re.compile(r"(?:(?:及|和|与|、|/)(?:代码|编码|编号)|(?:代码|编码|编号)(?:及|和|与|、|/)名称)$")
_WITH_CODE_ENDS = ("代码", "编码", "编号", "名称")
_WEIGHT = re.compile(r"\(?(?:权重|分值|满分|共|计)?:?(\d{1,3}(?:\.\d+)?)(分|%)?\)?$")
_LEVEL_ORDINAL = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.:]|\([一二三四五六七八九十]{1,3}\)|\d{1,2}[、.:](?!\d))"
)
_LEAST_BARE_WEIGHT = 5
_WHOLE_FORM = 100


@cached(65536)
def label_of(text: str) -> str:
    """The label in ``text``: squeezed, without brackets and what is in them, numbering, weights, （A）（B）.

    其中: and 及代码 go as well. '' where nothing is left.
    """
    found = squeeze(_without(_CIRCLED, text[:_LOOKED_AT]))
    while "(" in found:
        shorter = _BRACKETS.sub("", found)
        if shorter == found:
            break
        found = shorter
    found = found.strip(_ORNAMENT)
    found = _without(_ORDINAL, found).strip(_ORNAMENT)
    if found.startswith("其中"):
        found = _without(_ORDINAL, found[2:].strip(_ORNAMENT + "-")).strip(_ORNAMENT)
    if found.endswith(_TAIL_ENDS):
        found = _TAIL.sub("", found).strip(_ORNAMENT)
    return _WITH_CODE.sub("", found) if found.endswith(_WITH_CODE_ENDS) else found


def _without(beginning: re.Pattern[str], text: str) -> str:
    """``text`` without what it begins with."""
    found = beginning.match(text)
    return text[found.end() :] if found else text


@cached(8192)
def level(text: str) -> tuple[str, float]:
    """Name of a level and the weight printed in its cell: 产出\\n指标\\n(50分) → 产出指标, 50.

    NaN where no weight is printed. Brackets that hold something else stay.
    """
    found = squeeze(text[:_LOOKED_AT]).strip(_ORNAMENT)
    weight = math.nan
    printed = _WEIGHT.search(found)
    if printed and (_is_marked(printed) or found[: printed.start()].endswith("指标")):
        number = float(printed.group(1))
        if (_LEAST_BARE_WEIGHT if not _is_marked(printed) else 0) <= number <= _WHOLE_FORM:
            weight = number
            found = found[: printed.start()]
    found = _without(_LEVEL_ORDINAL, found.strip(_ORNAMENT))
    return found.strip(_ORNAMENT + "-/\\"), weight


def _is_marked(printed: re.Match[str]) -> bool:
    """Whether 分, %, brackets or standing alone make a number a weight; a bare 数量指标1 is a count."""
    return bool(printed.group(2)) or printed.group().startswith("(") or printed.start() == 0
