"""The workbook that a copy is made of: an .xlsx or .xlsm as it is, anything else made into one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from perfbatch.read.encrypted import decrypt
from perfbatch.read.kind import sniff
from perfbatch.words import Words


@dataclass(frozen=True, slots=True)
class Openable:
    """An OOXML workbook, and what a person must know of how it came about ('' for the file as it is)."""

    data: bytes
    remark: str = ""


def as_ooxml(data: bytes, name: str, passwords: Sequence[str], words: Words) -> Openable:
    """``data`` as a workbook that can be marked. Raises Refused where it cannot be opened."""
    kind = sniff(data, name)
    if kind == "encrypted":
        opened = as_ooxml(decrypt(data, passwords), name, (), words)
        remark = words.text("result", "remarks.decrypted")
        return Openable(opened.data, "；".join(filter(None, (remark, opened.remark))))
    return Openable(data)
