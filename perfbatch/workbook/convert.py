"""The workbook that a copy is made of: an .xlsx as it is, anything else made into one that looks like it.

The libraries for it are loaded with the first such file: most batches have none, and every run would wait.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from perfbatch.words import Words
from perfbatch.workbook.bounds import DEFAULT, Bounds
from perfbatch.workbook.encrypted import decrypt
from perfbatch.workbook.kind import OOXML, ZIP, sniff
from perfbatch.workbook.refusal import Refused

if TYPE_CHECKING:
    from perfbatch.workbook.pages.page import Book

KINDS = ("xls", "et", "ods", "fods")


@dataclass(frozen=True, slots=True)
class Converted:
    """An .xlsx, and the new names of sheets whose own name Excel would not take."""

    data: bytes
    renamed: Mapping[str, str] = field(default_factory=dict)


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
    if known in OOXML and data.startswith(ZIP):
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


def convert(data: bytes, kind: str, *, bounds: Bounds = DEFAULT) -> Converted:
    """The workbook as .xlsx; the same bytes for the same file. ``kind`` is one of ``KINDS``.

    Raises Refused, and nothing else, where it cannot be read or is beyond the bounds.
    """
    from perfbatch.workbook.pages.write import write_pages
    from perfbatch.workbook.sheet_names import sheet_names

    try:
        book = _book(data, kind, bounds)
        names = sheet_names([page.name for page in book.pages])
        renamed = {page.name: name for page, name in zip(book.pages, names, strict=True) if page.name != name}
        return Converted(write_pages(book, names), renamed)
    except Refused:
        raise
    except Exception as error:
        # whatever a broken file makes the libraries raise, it is this file that is broken
        raise Refused("damaged", detail=f"{type(error).__name__}: {error}") from error


def _book(data: bytes, kind: str, bounds: Bounds) -> Book:
    if kind in ("xls", "et"):
        from perfbatch.workbook.xls.read import open_xls
        from perfbatch.workbook.xls.sheets import xls_pages

        return xls_pages(*open_xls(data, bounds=bounds), bounds=bounds)
    from perfbatch.workbook.ods.read import fods_roots, ods_roots
    from perfbatch.workbook.ods.tables import ods_pages
    from perfbatch.workbook.package import Package

    if kind == "ods":
        return ods_pages(ods_roots(Package(data, bounds)), bounds=bounds)
    return ods_pages(fods_roots(data, bounds=bounds), bounds=bounds)
