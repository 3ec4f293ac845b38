"""Workbooks behind a password."""

from __future__ import annotations

import io
import random

import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from perfbatch.workbook.encrypted import decrypt
from perfbatch.workbook.open import load_grids
from perfbatch.workbook.refusal import Refused
from tests.workbook.handmade import xlsx

# msoffcrypto makes no valid container of less than 4096 bytes
PLAIN = xlsx({"xl/media/1.png": random.Random(1).randbytes(9000)}, rows="<row><c><v>8.95</v></c></row>")


def locked(password: str) -> bytes:
    """The plain workbook behind a password."""
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(PLAIN)).encrypt(password, out)
    return out.getvalue()


LOCKED = locked("财政2021")


def test_passwords_are_tried_in_turn() -> None:
    """The second of two opens it, and the workbook says that it was locked."""
    book = load_grids(LOCKED, passwords=("1234", "财政2021"))
    assert (book.kind, book.notes) == ("xlsx", ["decrypted"])
    assert book.grids[0].cells[0, 0].text == "8.95"
    assert decrypt(LOCKED, ("财政2021",)) == PLAIN


def test_without_a_password_the_file_is_refused() -> None:
    """And the sentence asks for one."""
    with pytest.raises(Refused) as refused:
        load_grids(LOCKED)
    assert refused.value.code == "encrypted"


def test_wrong_passwords_are_told_from_none() -> None:
    """How many were tried is said; which ones is not."""
    with pytest.raises(Refused) as refused:
        load_grids(LOCKED, passwords=("1234", ""))
    assert refused.value.code == "wrong_password"
    assert refused.value.values == {"tried": 2}
    assert "1234" not in str(refused.value)


def test_a_write_protected_workbook_opens_without_a_password() -> None:
    """Excel locks such files with a password of its own that everybody has."""
    assert load_grids(locked("VelvetSweatshop")).kind == "xlsx"


@pytest.mark.parametrize("end", [600, 2000, -1600, -600])
def test_a_broken_container_is_damaged(end: int) -> None:
    """Cut off anywhere, it is refused and nothing else is raised."""
    with pytest.raises(Refused) as refused:
        load_grids(LOCKED[:end], passwords=("财政2021",))
    assert refused.value.code in ("damaged", "wrong_password", "encrypted")
