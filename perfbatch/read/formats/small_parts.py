"""Parts that the workbooks of a folder share word for word are parsed once.

Content types, relationships, the workbook part and styles are the same in hundreds of files that come from
one template, and each is small.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar

_LARGEST = 64 * 1024
_MANY = 256

Parse = TypeVar("Parse", bound=Callable[..., Any])


def parsed_once(parse: Parse) -> Parse:
    """``parse``, remembering what became of small parts; what it returns must not be changed by anybody."""
    remembering = lru_cache(maxsize=_MANY)(parse)

    @wraps(parse)
    def parsed(content: bytes, *more: Any) -> Any:
        return (remembering if len(content) <= _LARGEST else parse)(content, *more)

    return parsed  # type: ignore[return-value]
