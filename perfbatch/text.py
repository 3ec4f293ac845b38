"""How texts are brought to one form before they are compared (docs/specification.md, section 2).

``compact`` is what a person means by "the same apart from width and blanks", ``squeeze`` the same with one
kind of bracket, colon and dash; ``text_key`` is the comparison key: punctuation and case gone as well.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from perfbatch.caching import cached
from perfbatch.patterns import compiled

if TYPE_CHECKING:
    import pandas as pd

# Blanks of every width, and characters that show nothing: zero-width and direction marks, soft hyphen,
# variation selectors, the fillers that some input methods type.
INVISIBLE = (
    r"\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
)
_INVISIBLE = compiled(f"[{INVISIBLE}]+")
# Characters of category S that people use as punctuation or bullets.
_ORNAMENTS = frozenset("~〜|`^´¨¦●○◎■□◆◇★☆▲△▼▽►▶•◦∙‣")  # noqa: RUF001
_KEPT = frozenset("%‰‱")
_PROJECT_CODE = compiled(r"^(?=[0-9a-z]*[0-9]{6})[0-9a-z]{6,}(?=[^0-9a-z])")
"""A project's or unit's code printed before its name."""
_DASHES = compiled("[‐‑‒–—―−﹣－]")  # noqa: RUF001
_LONG = 200
_ONE_SIGN = str.maketrans(
    {**dict.fromkeys("〔【[{", "("), **dict.fromkeys("〕】]}", ")"),
     **dict.fromkeys("∶\ufe30\ufe55\u02d0", ":"), **dict.fromkeys("—–―－‐", "-")}
)  # fmt: skip
_CJK = r"\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\u3000-\u303f"
_ONE_BREAK = r"[ \t\u3000\xa0]*[\r\n\v\u2028]+[ \t\u3000\xa0]*"
_BREAK_IN_CHINESE = compiled(rf"(?<=[{_CJK}]){_ONE_BREAK}|{_ONE_BREAK}(?=[{_CJK}])")
_WHITE = compiled(r"\s++")
_BREAK = compiled(r"\s*[\r\n\v\u2028]+\s*")
_CONTROLS = {
    **{code: 0x2400 + code for code in range(0x20)}, 0x7F: 0x2421,
    **dict.fromkeys(range(0x80, 0xA0), 0xFFFD),
    **dict.fromkeys((0x061C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A)), 0xFFFD),
}  # fmt: skip
"""What moves a cursor, breaks a line or turns the direction of writing → a sign that is seen."""


def without_controls(text: str) -> str:
    """``text`` on one line, with a sign for each character that a terminal would obey and not show."""
    return text if text.isprintable() else text.translate(_CONTROLS)


def compact(text: str) -> str:
    """``text`` in NFKC, without blanks and characters that show nothing."""
    normal = unicodedata.normalize("NFKC", text)
    short = _INVISIBLE.sub("", normal)
    # A blank between a letter and an accent kept them apart.
    return short if len(short) == len(normal) else unicodedata.normalize("NFKC", short)


@cached(65536)
def squeeze(text: str) -> str:
    """``text`` after NFKC, without blanks and line breaks, with one kind of bracket, colon and dash."""
    return compact(text).translate(_ONE_SIGN)


@cached(8192)
def tidy(text: str) -> str:
    """A short value on one line: line breaks inside Chinese go, others become one blank."""
    text = text.strip("\ufeff\u200b \t\r\n\v\u3000\xa0\u2028")
    if "\n" in text or "\r" in text or "\v" in text or "\u2028" in text:
        text = _WHITE.sub(_on_one_line, text).strip(" ")
    return text


def _on_one_line(found: re.Match[str]) -> str:
    """What stands for a run of blanks: alone with its neighbours, as the patterns look from each place to
    the end of a run, and a cell may be one run of 32,000."""
    start, end = found.span()
    run = found[0] if end - start <= _LONG else "\n" if "\n" in found[0] else found[0][:_LONG]
    before, after = found.string[max(start - 1, 0) : start], found.string[end : end + 1]
    around = _BREAK.sub(" ", _BREAK_IN_CHINESE.sub("", f"{before}{run}{after}"))
    return around[len(before) : len(around) - len(after)]


def key_of(text: str) -> str:
    """The comparison key of one text: NFKC, without blanks and punctuation, case folded.

    Punctuation between two digits stays (``7*24`` is not ``724``), and so do the percent signs.
    """
    return _key_of(text) if len(text) <= _LONG else _make_key(text)


def text_key(texts: Iterable[Any]) -> pd.Series:
    """``key_of`` of every text, dtype str; each distinct text is worked out once.

    The index is that of ``texts`` where it is a Series, else 0, 1, 2 …; a missing value counts as ``""``.
    """
    import pandas as pd

    series = texts if isinstance(texts, pd.Series) else pd.Series(list(texts), dtype=object)
    codes, uniques = pd.factorize(series)
    keys = pd.array([key_of(str(text)) for text in uniques] + [""], dtype="str")
    return pd.Series(keys.take(codes), dtype="str", index=series.index)


def text_keys(texts: Iterable[Any]) -> list[str]:
    """``text_key`` as a list."""
    given = texts.tolist() if hasattr(texts, "tolist") else list(texts)
    keys = {text: key_of(text) if isinstance(text, str) else _key_of_other(text) for text in set(given)}
    return [keys[text] for text in given]


def _key_of_other(value: Any) -> str:
    import pandas as pd

    return "" if pd.isna(value) else key_of(str(value))


def project_keys(texts: Iterable[Any]) -> list[str]:
    """What tells names of projects and units apart: ``key_of`` without a code printed before the name."""
    keys = text_keys(texts)
    names = {key: _PROJECT_CODE.sub("", key, count=1) for key in set(keys)}
    return [names[key] for key in keys]


def _make_key(text: str) -> str:
    folded = _DASHES.sub("-", compact(text).casefold())
    # Case folding can undo NFKC (the Greek iota subscript), so it is done once more.
    folded = compact(folded)
    kept = []
    for i, character in enumerate(folded):
        if _is_punctuation(character) and not (_digit(folded, i - 1) and _digit(folded, i + 1)):
            continue
        kept.append(character)
    return unicodedata.normalize("NFKC", "".join(kept))


_key_of = cached(1 << 15)(_make_key)


def _digit(text: str, i: int) -> bool:
    return 0 <= i < len(text) and text[i] in "0123456789"


@cached(1 << 12)
def _is_punctuation(character: str) -> bool:
    if character in _KEPT:
        return False
    return character in _ORNAMENTS or unicodedata.category(character).startswith("P")
