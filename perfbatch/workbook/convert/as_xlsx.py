"""The workbook that a copy is made of: an .xlsx or .xlsm as it is, anything else made into one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from perfbatch.words import Words
from perfbatch.workbook.convert import KINDS, convert
from perfbatch.workbook.encrypted import decrypt
from perfbatch.workbook.kind import OOXML, sniff

_ZIP = b"PK\3\4"


@dataclass(frozen=True, slots=True)
class Openable:
    """An OOXML workbook, and what a person must know of how it came about ('' for the file as it is).

    ``renamed`` are sheets of the file whose own name Excel would not take, with their new names.
    """

    data: bytes
    remark: str = ""
    renamed: Mapping[str, str] = field(default_factory=dict)


def as_ooxml(data: bytes, name: str, passwords: Sequence[str], words: Words, known: str = "") -> Openable:
    """``data`` as a workbook that can be marked; ``name`` of the file tells .et from .xls.

    ``known`` is the kind that it was read as, if it was. Raises Refused where it cannot be opened.
    """
    if known in OOXML and data.startswith(_ZIP):
        return Openable(data)  # if it has become something else since, marking will see that
    kind = sniff(data, name)
    if kind == "encrypted":
        opened = as_ooxml(decrypt(data, passwords), name, (), words)
        remark = words.text("result", "remarks.decrypted")
        return Openable(opened.data, "；".join(filter(None, (remark, opened.remark))), opened.renamed)
    if kind in KINDS:
        made = convert(data, kind)
        remark = words.text("result", "remarks.converted", kind=kind, renamed=made.renamed)
        return Openable(made.data, remark, made.renamed)
    return Openable(data)
