"""The sentences of the checks: the catalogue's, or an office's own from its checks.toml.

In the folder of ``--templates`` a file checks.toml may put other words in place of the catalogue's::

    [R301]
    message = "“{name}”{deviation}，请补写偏差原因。"
    advice = "……"
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from perfbatch.checking.catalogue import catalogue, placeholders
from perfbatch.words import template_error

if TYPE_CHECKING:
    from perfbatch.words import Words

Wording = Mapping[str, tuple[str, str]]
"""Message and advice of each check, as ``str.format`` templates."""

FILE = "checks.toml"


def wording(words: Words | None = None) -> Wording:
    """Message and advice of every check, an office's own where ``words`` has them.

    Raises TemplateError, with file, check and what is allowed, where the office's cannot be used.
    """
    texts = {check.id: {"message": check.message, "advice": check.advice} for check in catalogue()}
    allowed = {check.id: check.values for check in catalogue()}
    for id_, own in _own(words).items():
        if id_ not in texts:
            raise template_error("check_unknown", file=FILE, id=id_, allowed=list(texts))
        if not isinstance(own, dict):
            raise template_error("check_table", file=FILE, id=id_)
        for key, text in own.items():
            _usable(f"{id_}.{key}", key, text, allowed[id_])
            texts[id_][key] = text
    return {id_: (text["message"], text["advice"]) for id_, text in texts.items()}


def _own(words: Words | None) -> Mapping[str, object]:
    if words is None or not any((directory / FILE).is_file() for directory in words.directories):
        return {}
    return words.table(FILE.removesuffix(".toml"))


def _usable(where: str, key: str, text: object, allowed: frozenset[str]) -> None:
    if key not in ("message", "advice"):
        raise template_error("check_key", file=FILE, where=where)
    if not isinstance(text, str) or not text.strip():
        raise template_error("check_text", file=FILE, where=where)
    try:
        unknown = sorted(placeholders(text) - allowed)
        if not unknown:
            text.format_map(dict.fromkeys(allowed, ""))
    except (ValueError, KeyError, IndexError) as error:
        raise template_error("check_braces", file=FILE, where=where, detail=error) from error
    if unknown:
        raise template_error("check_value", file=FILE, where=where, unknown=unknown, allowed=sorted(allowed))
