"""A workbook under a password, the same bytes each time."""

from __future__ import annotations

import io
from datetime import datetime
from random import Random
from unittest.mock import patch

from msoffcrypto.format.ooxml import OOXMLFile

from tests.generator.write_xlsx import CREATED


class _Fixed(datetime):
    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
        return CREATED


def encrypted(data: bytes, password: str) -> bytes:
    """ECMA-376 agile encryption by msoffcrypto, its salts and dates fixed: for samples, not for secrets."""
    out = io.BytesIO()
    rng = Random(password)
    with (
        patch("msoffcrypto.method.ecma376_agile.secrets.token_bytes", rng.randbytes),
        patch("msoffcrypto.method.container.ecma376_encrypted.datetime", _Fixed),
    ):
        OOXMLFile(io.BytesIO(data)).encrypt(password, out)
    return out.getvalue()
