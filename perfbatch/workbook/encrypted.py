"""Workbooks behind a password."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

import msoffcrypto
from msoffcrypto.exceptions import InvalidKeyError

from perfbatch.workbook.ole import OLE, Container
from perfbatch.workbook.refusal import Refused

_SPINS = re.compile(rb"""spinCount\s*=\s*["']\s*(\d{1,18})""")
_MOST_SPINS = 1_000_000
"""Rounds of hashing for a key: ten times what Excel writes, a second or two."""
_EXCELS_OWN = "VelvetSweatshop"
"""Excel locks with this password what it opens without asking for one (MS-XLS 2.2.10)."""


def decrypt(data: bytes, passwords: Sequence[str] = ()) -> bytes:
    """The workbook inside an encrypted one; the passwords are tried in turn.

    Raises Refused: encrypted (no password given), wrong_password, damaged, encrypted_ods (of .ods files
    no password is tried).
    """
    if not data.startswith(OLE):
        raise Refused("encrypted_ods")
    _ensure_bounded(data)
    for password in (*filter(None, passwords), _EXCELS_OWN):
        opened = _try(data, password)
        if opened is not None:
            return opened
    raise Refused("wrong_password", tried=len(passwords)) if passwords else Refused("encrypted")


def _ensure_bounded(data: bytes) -> None:
    """Raises Refused: damaged where opening it would have no end, or take hours to derive a key."""
    container = Container(data)
    container.ensure_sound()
    info = container.read("EncryptionInfo")
    if b"<!" in info or max(map(int, _SPINS.findall(info)), default=0) > _MOST_SPINS:
        raise Refused("damaged", detail="the description of the encryption")


def _try(data: bytes, password: str) -> bytes | None:
    out = io.BytesIO()
    try:
        book = msoffcrypto.OfficeFile(io.BytesIO(data))
        # an OOXML file keeps a proof of its password, an .xls is proven by the same call
        book.load_key(password=password, **({"verify_password": True} if book.format == "ooxml" else {}))
        book.decrypt(out)
    except InvalidKeyError:
        return None
    except Exception as error:
        # the library raises whatever a broken container makes Python raise
        raise Refused("damaged", detail=f"{type(error).__name__}: {error}") from error
    return out.getvalue()
