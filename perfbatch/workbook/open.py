"""From the bytes of a file to the sheets in it, whatever kind of workbook it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from perfbatch.workbook.bounds import DEFAULT, Bounds
from perfbatch.workbook.encrypted import decrypt
from perfbatch.workbook.grid import Grid
from perfbatch.workbook.kind import BIFF, OOXML, ZIP, sniff, zip_kind
from perfbatch.workbook.ods.read import read_fods, read_ods
from perfbatch.workbook.ole import OLE
from perfbatch.workbook.package import Package
from perfbatch.workbook.refusal import Refused
from perfbatch.workbook.xls.read import read_xls
from perfbatch.workbook.xlsx.read import read_xlsx

_OWN_REFUSAL = frozenset({"empty", "damaged", "xlsb", "html", "xml2003", "csv"})
_ARCHIVES = frozenset({"zip", "rar", "7z", "gz"})


@dataclass(slots=True)
class Workbook:
    """The sheets of a file in the order of their tabs, hidden ones included.

    ``kind`` is the kind by content: xlsx, xlsm, xltx, xltm, xls, et, ods or fods; ``notes`` are codes of
    templates/refusals.toml, table ``notes``.
    """

    kind: str
    grids: list[Grid]
    notes: list[str] = field(default_factory=list)


def load_grids(
    data: bytes, *, passwords: Sequence[str] = (), name: str = "", bounds: Bounds = DEFAULT
) -> Workbook:
    """Read a workbook. ``name`` of the file tells .et from .xls, whose content is the same.

    Raises Refused, and nothing else, where it cannot be read.
    """
    try:
        return _load(data, passwords, name, bounds)
    except Refused:
        raise
    except Exception as error:
        # whatever a broken file makes the libraries raise, it is this file that is broken
        raise Refused("damaged", detail=f"{type(error).__name__}: {error}") from error


def _load(data: bytes, passwords: Sequence[str], name: str, bounds: Bounds) -> Workbook:
    if len(data) > bounds.file_bytes:
        raise Refused("too_large", limit=bounds.file_bytes, found=len(data))
    package = None
    if data.startswith(ZIP):
        package = Package(data, bounds)
        kind = zip_kind(package)
    else:
        kind = sniff(data, name)
    if kind == "encrypted":
        opened = decrypt(data, passwords)
        if sniff(opened, name) == "encrypted":
            raise Refused("damaged", detail="encrypted within encrypted")
        book = _load(opened, (), name, bounds)
        book.notes.append("decrypted")
        return book
    if kind in OOXML and package is not None:
        return Workbook(kind, read_xlsx(package, bounds=bounds))
    if kind in BIFF:
        return Workbook(kind, read_xls(data, bounds=bounds))
    if kind == "ods" and package is not None:
        return Workbook(kind, read_ods(package, bounds=bounds))
    if kind == "fods":
        return Workbook(kind, read_fods(data, bounds=bounds))
    if kind == "damaged" and data.startswith(OLE):
        raise Refused(kind, part="container")
    if kind in _OWN_REFUSAL:
        raise Refused(kind)
    raise Refused("archive" if kind in _ARCHIVES else "foreign", kind=kind)
