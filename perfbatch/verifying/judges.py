"""What judged the forms: rule books, the program and its words, and the office's own files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from perfbatch.batch.proof import digest_of_file, files_below, of_program
from perfbatch.checking.catalogue import catalogue
from perfbatch.rules import RuleBookError, load, names
from perfbatch.verifying.record import is_elsewhere
from perfbatch.version import __version__

if TYPE_CHECKING:
    from perfbatch.rules import RuleBook
    from perfbatch.verifying.record import OfficeRow, Record
    from perfbatch.verifying.report import Report

_PARTS = ("program", "words")


def verify_judges(record: Record, report: Report) -> None:
    """Report what is not what judged the forms.

    What ships with the program proves something only to the version that ran; to another one it is unproven.
    """
    same_version = record.version == __version__
    if not same_version:
        report.add("program", "unproven", "version", record.version, now=__version__)
    if record.shipped is None:
        report.add("program", "unproven", "unknown")
    elif same_version:
        now = of_program()
        for part in _PARTS:
            if record.shipped.get(part) == now[part]:
                report.held["program"] += 1
            else:
                report.add("program", "differs", f"{part}_differs", record.version)
    _office_files(record, report)
    _books(record, report, same_version=same_version)


def _office_files(record: Record, report: Report) -> None:
    if record.office is None:
        report.add("office", "unproven", "unknown")
        return
    names_below: dict[tuple[str, str], set[str]] = {}
    for row in record.office:
        _office_file(row, report)
        names_below.setdefault((row.option, row.top), set()).add(row.name)
    for (option, top), known in names_below.items():
        if known != {""} and not is_elsewhere(top) and Path(top).is_dir():
            for _, name in files_below(Path(top)):
                if name not in known:
                    report.add("office", "additional", "additional", name, option=option)


def _office_file(row: OfficeRow, report: Report) -> None:
    name, said = str(row.path), {"option": row.option}
    try:
        if is_elsewhere(row.top) or not row.path.is_file():
            report.add("office", "missing", "missing", name, **said)
        elif row.path.stat().st_size != row.size or digest_of_file(row.path) != row.sha256:
            report.add("office", "differs", "differs", name, **said)
        else:
            report.held["office"] += 1
    except OSError as error:
        report.add("office", "differs", "unreadable", name, why=error.strerror or str(error), **said)


def _books(record: Record, report: Report, *, same_version: bool) -> None:
    own = _own_book(record)
    for row in record.books:
        if own is not None and own.name == row.name:
            book = own
        elif row.name in names():
            book = load(row.name, known_checks=[check.id for check in catalogue()])
        else:
            report.add("rules", "unproven" if record.office is None else "missing", "missing", row.name)
            continue
        if book.hash == row.sha256:
            report.held["rules"] += 1
        elif same_version or book is own:
            report.add("rules", "differs", "differs", row.name)
        else:
            report.add("rules", "unproven", "unproven", row.name)


def _own_book(record: Record) -> RuleBook | None:
    """The office's own rule book, where it lies where it lay."""
    paths = [row.path for row in record.office or () if row.option == "rules" and not is_elsewhere(row.top)]
    if not paths or not paths[0].is_file():
        return None
    try:
        return load(paths[0], known_checks=[check.id for check in catalogue()])
    except RuleBookError:
        return None
