"""Numbers in attributes, taken as leniently as office programs take them."""

from __future__ import annotations

import math


def whole(text: str | None, otherwise: int = 0) -> int:
    """The whole number in an attribute; ``otherwise`` where it is absent or no number."""
    try:
        return int(text) if text else otherwise
    except ValueError:
        value = number(text)
        return int(value) if value else otherwise


def number(text: str | None) -> float:
    """The finite number in an attribute; 0 where it is absent or no number."""
    try:
        value = float(text) if text else 0.0
    except ValueError:
        return 0.0
    return value if math.isfinite(value) else 0.0
