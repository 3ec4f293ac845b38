"""Number format codes as they may be written: a broken one would have Excel repair the copy."""

from __future__ import annotations

import re

from perfbatch.caching import cached

_LONGEST = 255
_LITERAL = re.compile(r'"[^"]*"|[\\_*!].')
_CONTROL = re.compile("[\x00-\x1f\x7f]")


@cached(4096)
def written_code(code: str) -> str:
    """``code`` itself, with the Chinese word for General in English; General where it is broken."""
    code = code.replace("G/通用格式", "General")
    left = _LITERAL.sub("", code)
    if not code or len(code) > _LONGEST or _CONTROL.search(code) or '"' in left:
        return "General"
    return "General" if left.count("[") != left.count("]") or left.count(";") > 3 else code
