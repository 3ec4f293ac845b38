"""What people decided before a run: the record in 数据/decisions.csv, and every 汇总.xlsx that they wrote in.

Read while the folder is held, before anything in it is overwritten. The record is written anew as soon as
the run owns the folder: from then on a run may break off at any moment.

A run with nothing to do loads no pandas: what it has seen before is known by hashes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from perfbatch.batch.proof import digest_of_file
from perfbatch.own_outputs import BACKUP
from perfbatch.season.errors import WrittenError
from perfbatch.writing.names import DATA, SUMMARY

if TYPE_CHECKING:
    from perfbatch.options import Options
    from perfbatch.season.decisions import Record, Written
    from perfbatch.season.written import Headings
    from perfbatch.words import Words

RECORD = f"{DATA}/decisions.csv"
_STEM = SUMMARY.partition(".")[0]
_WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".et", ".ods"})
_LOCKS = (f"~${SUMMARY}", f".~{SUMMARY}", f".~lock.{SUMMARY}#")
"""What Excel, WPS and LibreOffice leave beside a workbook that is open."""


class Copy(NamedTuple):
    """A workbook in which a person may have written: where, what it is called, and the hash of its content.

    ``asked``: named by --review; ``put_away``: in 备份/.
    """

    path: Path
    source: str
    digest: str
    asked: bool = False
    put_away: bool = False


@dataclass(slots=True)
class Taken:
    """What people decided, before a run: ``identity`` is "" for nothing, else tells one from another."""

    identity: str = ""
    record: Record | None = None
    """None where it is that of the last run and need not be looked at."""
    remarks: tuple[str, ...] = ()
    """What could not be read, and what to do."""
    summary: str = ""
    """Hash of 汇总.xlsx as it was read; "" for none."""
    put_away: Mapping[str, Any] = field(default_factory=dict)
    """Size, time and hash of each workbook in 备份/, which grows with the years."""
    _again: Any = field(default=None)

    def loaded(self) -> Record:
        """The record, read now if it was not before."""
        if self.record is None:
            self.record = self._again()
        return self.record


def take_up(output: Path, options: Options, words: Words, last: Mapping[str, Any]) -> Taken:
    """What people decided, from the folder ``output``, which is held, and the copies of ``options.review``.

    ``last`` is what the last finished run said of itself. Raises WrittenError where something that is asked
    for, or that is recorded nowhere, cannot be read.
    """
    known = last.get("decisions")
    known = known if isinstance(known, dict) else {}
    put_away = dict(_put_away(output, known.get("put_away")))
    copies = list(_copies(output, options, put_away))
    kept = output / RECORD
    here = next((copy for copy in copies if copy.path == output / SUMMARY), None)
    summary = here.digest if here is not None else ""
    remarks = _open(output, words)
    if known and known.get("record") == (digest_of(kept) if kept.is_file() else ""):
        seen = {known.get("summary"), *(known.get("seen") or ())}
        if all(copy.digest in seen for copy in copies):
            return Taken(
                str(last.get("decided")), None, remarks, summary, put_away,
                lambda: _read(output, [], options, words)[0],
            )  # fmt: skip
    if not copies and not kept.exists():
        return Taken("", None, remarks, "", {}, lambda: _read(output, [], options, words)[0])
    record, more = _read(output, copies, options, words)
    from perfbatch.season.lines import identity

    return Taken(identity(record) if record else "", record, (*remarks, *more), summary, put_away)


def noted(output: Path, taken: Taken) -> dict[str, Any]:
    """What the next run must know so as not to read what this one has read or written."""
    recorded = (output / RECORD).is_file()
    known = {
        "record": digest_of(output / RECORD) if recorded else "",
        "summary": digest_of(output / SUMMARY),
        "seen": [],
        "put_away": dict(taken.put_away),
    }
    if not recorded and taken.record is None:
        # Nobody has decided anything: what reads decisions is not loaded.
        return {"decided": "", "decisions": known}
    from perfbatch.season.lines import identity

    record = taken.loaded()
    known["seen"] = sorted(record.seen)
    return {"decided": identity(record) if record else "", "decisions": known}


def _put_away(output: Path, known: Any) -> Iterator[tuple[str, list[Any]]]:
    """The workbooks in 备份/, the oldest first: folder, and size, time and hash; hashed where the last run,
    which ``known`` is of, did not see them so."""
    noted = known if isinstance(known, dict) else {}
    for path in sorted((output / BACKUP).glob(f"*/{SUMMARY}"), key=put_away_at):
        folder = path.parent.name
        try:
            status = path.stat()
        except OSError as error:
            raise WrittenError("unreadable", path=str(path), encrypted=False) from error
        stamp, before = [status.st_size, status.st_mtime_ns], noted.get(folder)
        if isinstance(before, list) and before[:2] == stamp and isinstance(before[-1], str):
            yield folder, before
        else:
            yield folder, [*stamp, digest_of(path)]


def _copies(output: Path, options: Options, put_away: Mapping[str, Sequence[Any]]) -> Iterator[Copy]:
    """Those put away, the oldest first, those in place (saved in another format too), and those asked for."""
    for folder, (*_, digest) in put_away.items():
        yield Copy(output / BACKUP / folder / SUMMARY, SUMMARY, digest, put_away=True)
    for path in sorted(output.glob(f"{_STEM}.*")):
        if path.suffix.lower() in _WORKBOOKS and path.is_file():
            yield Copy(path, path.name, digest_of(path))
    for path in options.review:
        if not path.is_file():
            raise WrittenError("absent", path=str(path))
        yield Copy(path, str(path), digest_of(path), asked=True)


def put_away_at(path: Path) -> tuple[str, int]:
    """When a file was put into 备份/: 20220320-090000-10 comes after 20220320-090000-2."""
    day, _, rest = path.parent.name.partition("-")
    time, _, number = rest.partition("-")
    return f"{day}-{time}", int(number) if number.isdecimal() else 1


def digest_of(path: Path) -> str:
    """Hash of a file. Raises WrittenError."""
    try:
        return digest_of_file(path)
    except OSError as error:
        raise WrittenError("unreadable", path=str(path), encrypted=False) from error


def _open(output: Path, words: Words) -> tuple[str, ...]:
    """That 汇总.xlsx is open in a program: what is not saved cannot be read."""
    lock = next((name for name in _LOCKS if (output / name).exists()), None)
    return () if lock is None else (_say(words, "remark.summary_open", path=SUMMARY, lock=lock),)


def _read(
    output: Path, copies: Sequence[Copy], options: Options, words: Words
) -> tuple[Record, tuple[str, ...]]:
    """The record with what people wrote since. Raises WrittenError."""
    record, whole = _read_record(output / RECORD)
    remarks: list[str] = []
    found: list[tuple[Copy, Written]] = []
    headings = headings_of(words)
    for copy in copies:
        if copy.digest in record.seen:
            continue
        written = _read_copy(copy, headings, options, words, kept=whole is not None, remarks=remarks)
        if written is not None:
            found.append((copy, written))
            remarks += _columns_gone(copy, written, words)
    if whole is not True and found:
        _restore(record, found)
        if whole is False:
            remarks.append(_say(words, "remark.record_damaged", path=RECORD))
    record.take([written for _, written in found])
    for copy, written in found:
        if copy.put_away or copy.asked or written.changes or written.lost or written.answers:
            record.seen.add(copy.digest)
    return record, tuple(remarks)


def _read_copy(
    copy: Copy, headings: Headings, options: Options, words: Words, *, kept: bool, remarks: list[str]
) -> Written | None:
    """What was written in a copy; None, with a remark, for one that cannot be read and may be left."""
    from perfbatch.season.confirming import ENCRYPTED
    from perfbatch.season.written import read_written
    from perfbatch.workbook.refusal import Refused

    try:
        data = copy.path.read_bytes()
        return read_written(data, headings, copy.source, passwords=options.passwords, name=copy.path.name)
    except OSError as error:
        raise WrittenError("unreadable", path=str(copy.path), encrypted=False) from error
    except Refused as refused:
        encrypted = refused.code in ENCRYPTED
        if copy.asked:
            raise WrittenError("review", path=str(copy.path), encrypted=encrypted) from refused
        in_place = copy.path.name == SUMMARY and not copy.put_away
        if in_place and not kept:
            raise WrittenError("unreadable", path=str(copy.path), encrypted=encrypted) from refused
        name = f"{BACKUP}/{copy.path.parent.name}/{SUMMARY}" if copy.put_away else copy.path.name
        code = "summary_unread" if in_place else "copy_unread"
        remarks.append(_say(words, f"remark.{code}", path=name, encrypted=encrypted))
        return None


def _columns_gone(copy: Copy, written: Written, words: Words) -> Iterator[str]:
    """That a column in which a person writes is not there: what stands in it is in 备份/ alone."""
    if copy.put_away:  # said when it was in place
        return
    of_sheets: dict[str, list[str]] = {}
    for sheet, heading in written.gone:
        of_sheets.setdefault(sheet, []).append(heading)
    for sheet, headings in of_sheets.items():
        yield _say(words, "remark.columns_gone", path=copy.source, sheet=sheet, headings=headings)


def _restore(record: Record, found: Sequence[tuple[Copy, Written]]) -> None:
    """Take what the run had written in the last workbook of ours for the record, where that is not whole.

    In a new folder, where none is ours, that of the copies asked for: the round before wrote them.
    """
    ours = [written for copy, written in found if not copy.asked]
    for written in ours[::-1] or [written for _, written in found]:
        if not (written.bases or written.items):
            continue
        for key, entry in written.bases.items():
            record.entries.setdefault(key, entry)
        items = written.items
        if items is not None:
            for key, entry in items.entries.items():
                record.entries.setdefault(key, entry)
            record.rivals += [one for one in items.rivals if one not in record.rivals]
            record.lost += [one for one in items.lost if one not in record.lost]
            record.refusals += [one for one in items.refusals if one not in record.refusals]
        if ours:
            return


def _read_record(path: Path) -> tuple[Record, bool | None]:
    """The record, and whether it is whole: None where there is none. The lines are ASCII, so a file saved in
    another encoding still holds them; one from which rows were taken is not whole."""
    from perfbatch.season.decisions import Record
    from perfbatch.season.lines import is_complete, put

    record = Record()
    try:
        data = path.read_bytes()
    except OSError:
        return record, None
    text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1", "replace")
    lines: list[str] = []
    csv.field_size_limit(1 << 30)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter="\t" if "\t" in text[:200] else ","):
            lines += [cell for cell in row[-1:] if cell.startswith("{")]
    except csv.Error:
        return record, False
    known = [put(line, record) for line in lines]
    return record, all(known) and is_complete(lines)


def headings_of(words: Words) -> Headings:
    """The headings by which the sheets are known, in the office's words."""
    from perfbatch.season.decisions import FIELDS
    from perfbatch.season.written import Headings
    from perfbatch.writing.summary import to_confirm, to_review
    from perfbatch.writing.summary.decided import LAST_COLUMN, MARK_COLUMN, WRITTEN
    from perfbatch.writing.summary.shared_columns import CHECK, FORM_NO, NAME, PROJECT, SUBJECT
    from perfbatch.writing.terms import Terms

    terms = Terms(words)
    of_sheets = {column.key: column for column in (*to_confirm.COLUMNS, *to_review.COLUMNS)}

    def heading(column: Any) -> str:
        return terms.words_of(column)[0]

    return Headings(
        fields=tuple(heading(WRITTEN[name]) for name in FIELDS),
        mark=heading(MARK_COLUMN),
        last=heading(LAST_COLUMN),
        item=heading(of_sheets[to_review.ITEM]),
        handled=heading(of_sheets[to_review.HANDLED]),
        confirm=heading(of_sheets[to_confirm.CONFIRM]),
        pair_key=heading(of_sheets[to_confirm.KEY]),
        form_no=heading(FORM_NO),
        project=heading(PROJECT),
        subjects=(heading(NAME), heading(SUBJECT)),
        check=heading(CHECK),
    )


def _say(words: Words, key: str, **values: Any) -> str:
    return words.text("season", key, **values)
