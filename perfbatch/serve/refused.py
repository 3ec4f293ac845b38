"""What the page does not do, and how it answers: one exception, whose sentence is in templates/serve.toml."""

from __future__ import annotations

from typing import Any


class RefusedError(Exception):
    """``code`` names the sentence [refused.<code>], ``values`` fill it, ``status`` is that of HTTP."""

    def __init__(self, status: int, code: str, **values: Any) -> None:
        super().__init__(code, values)
        self.status = status
        self.code = code
        self.values = values
