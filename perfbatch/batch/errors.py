"""What makes a run impossible before it starts."""

from __future__ import annotations

from typing import Any

from perfbatch.travelling import TravellingError


class RunError(TravellingError):
    """Unusable arguments or nothing to do; ``code`` names the sentence, ``values`` fill it."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values
