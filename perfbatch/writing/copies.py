"""The annotated copies: every workbook that was read, marked at the very cell, with a sheet 核验结果."""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import repeat
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from perfbatch.caching import cached
from perfbatch.schema import LEVELS
from perfbatch.system_errors import system_error
from perfbatch.whole_files import LinkInsideError, Settle, make_folder, settle, write_whole
from perfbatch.workbook.convert import as_ooxml
from perfbatch.workbook.refusal import Refused
from perfbatch.workbook.xlsx.edit.marking import Mark, mark_workbook
from perfbatch.writing.names import COPIES
from perfbatch.writing.result_sheet import FormRecord, IndicatorRecord, ResultSheet
from perfbatch.writing.terms import Terms

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from perfbatch.reading.discover import Source
    from perfbatch.rules import RuleBook
    from perfbatch.schema import Frames
    from perfbatch.words import Words

log = logging.getLogger(__name__)

_BEHIND = re.compile(r"(?<![. ])[. ]++(?=/|$)")
_KEPT_KINDS = ("xlsx", "xlsm", "xltx", "xltm")


@dataclass(frozen=True, slots=True)
class CopyOutcome:
    """What became of one file's copy.

    ``path`` is the file's path below INPUT, ``copy`` the copy's path below the output folder ('' if there
    is none), ``remarks`` what a person must know of it, in Chinese. ``lasting`` is False where trying again
    might do better: the disk was full, a worker died. ``sha256`` is the copy's, '' if there is none.
    """

    path: str
    copy: str
    remarks: str
    lasting: bool = True
    sha256: str = ""


def copy_names(files: pd.DataFrame) -> dict[str, str]:
    """Path below 批注/ of the copy of each processed file, by its path below INPUT.

    Copies are .xlsx unless the workbook is .xlsm; where two names would meet (甲.xls beside 甲.xlsx, or
    names that differ only in case) the later one keeps its whole old name in front: 甲.xls.xlsx.
    """
    processed = files[files["status"] == "processed"]
    return names_of_copies(zip(processed["path"], processed["kind"], strict=True))


def names_of_copies(files: Iterable[tuple[str, str]]) -> dict[str, str]:
    """``copy_names`` of processed files given as path and kind."""
    wanted = {path: _wanted(path, f".{kind if kind in _KEPT_KINDS else 'xlsx'}") for path, kind in files}
    # A file that keeps its name goes first, so that a converted neighbour gives way to it.
    order = sorted(wanted, key=lambda path: wanted[path] != path)
    taken: set[str] = set()
    names = {}
    for path in order:
        name = wanted[path]
        if _folded(name) in taken:
            suffix = PurePosixPath(name).suffix
            name, number = path + suffix, 2
            while _folded(name) in taken:
                name = f"{path}.{number}{suffix}"
                number += 1
        taken.add(_folded(name))
        names[path] = name
    return names


def _wanted(path: str, suffix: str) -> str:
    # Most keep their name, and there may be a hundred thousand: those take no memory of their own.
    own = PurePosixPath(path)
    return path if own.suffix == suffix else str(own.with_suffix(suffix))


def _folded(name: str) -> str:
    """What a disk of Windows or macOS knows a name by: neither case nor blanks and dots behind a name."""
    folded = _BEHIND.sub("", name.casefold())
    return name if folded == name else folded


def copy_path(name: str) -> str:
    """Path below the output folder of the copy ``name``."""
    return f"{COPIES}/{name}"


def write_copies(
    tables: Tables,
    sources: Sequence[tuple[Source, str]],
    output: Path,
    *,
    rules: Iterable[RuleBook],
    words: Words,
    passwords: Sequence[str] = (),
    settle: Settle = settle,
    each: Callable[[Sequence[tuple[Source, str]]], Iterable[tuple[Source, str]]] = iter,
) -> list[CopyOutcome]:
    """Write the copies of ``sources`` (each with its path below 批注/) and tell what became of them.

    ``tables`` hold at least the forms of these files (see ``tables_of``). Each copy is written whole or not
    at all, and gets its name by ``settle``; a workbook that cannot be marked is no exception but an outcome
    with remarks. ``rules`` are the books that may have judged them; ``each`` hands on one source after
    another, and so knows which is being written.
    """
    sheet = _result_sheet(words, tuple(sorted({(book.name, book.title) for book in rules})))
    forms = forms_by_file(tables, {source.name for source, _ in sources})
    read = {path: (kind, digest) for path, kind, digest in _rows(tables, "files")}
    put = _Put(output, settle)
    return [
        _copy(s, *read.get(s.name, ("", "")), target, forms.get(s.name, []), put, sheet, words, passwords)
        for s, target in each(sources)
    ]


class _Put:
    """Puts copies in their places, each folder looked at once."""

    def __init__(self, output: Path, settle: Settle) -> None:
        self._output = output
        self._settle = settle
        self._folders: set[Path] = set()

    def __call__(self, name: str, data: bytes) -> None:
        path = self._output / copy_path(name)
        if path.parent not in self._folders:
            make_folder(self._output, path.parent)
            self._folders.add(path.parent)
        write_whole(path, data, self._settle)


def with_copies(frames: Frames, outcomes: Iterable[CopyOutcome]) -> Frames:
    """``frames`` whose files name their copies, with the remarks on them."""
    import pandas as pd

    by_path = {outcome.path: outcome for outcome in outcomes}
    files = frames.files.copy()
    done = [by_path.get(path) for path in files["path"]]
    files["copy"] = pd.Series([outcome.copy if outcome else "" for outcome in done], dtype="str")
    files["notes"] = pd.Series(
        [
            "；".join(filter(None, (notes, outcome.remarks if outcome else "")))
            for notes, outcome in zip(files["notes"], done, strict=True)
        ],
        dtype="str",
    )
    return frames.with_(files=files)


def _copy(
    source: Source,
    kind: str,
    read: str,
    target: str,
    forms: list[FormRecord],
    put: _Put,
    sheet: ResultSheet,
    words: Words,
    passwords: Sequence[str],
) -> CopyOutcome:
    try:
        data = source.load()
        if read and sha256(data).hexdigest() != read:  # marks would come to cells that they are not about
            return replace(_without_copy(source, Refused("changed").sentence(words), sheet), lasting=False)
        opened = as_ooxml(data, source.name, passwords, words, kind)
        forms = _on_renamed(forms, opened.renamed)
        done = mark_workbook(
            opened.data,
            _marks(forms, sheet),
            LEVELS,
            words,
            lambda so_far: sheet.build(forms, so_far, opened.remark),
        )
        put(target, done.data)
    except Refused as refusal:
        return _without_copy(source, refusal.sentence(words), sheet)
    except LinkInsideError as error:
        return replace(_without_copy(source, sheet.through_link(error.path.name), sheet), lasting=False)
    except OSError as error:
        log.debug("no copy of %s", source.name, exc_info=True)
        return replace(_without_copy(source, system_error(error), sheet), lasting=False)
    remarks = [opened.remark, *(remark.text for remark in done.remarks)]
    digest = sha256(done.data).hexdigest()
    return CopyOutcome(source.name, copy_path(target), "；".join(filter(None, remarks)), sha256=digest)


def _on_renamed(forms: list[FormRecord], renamed: Mapping[str, str]) -> list[FormRecord]:
    """The forms with the names that their sheets have in the copy."""
    if not renamed:
        return forms

    def named(row: Mapping[str, Any]) -> dict[str, Any]:
        return {**row, "sheet": renamed.get(row["sheet"], row["sheet"])}

    return [
        form._replace(form=named(form.form), findings=[named(finding) for finding in form.findings])
        for form in forms
    ]


def _without_copy(source: Source, reason: str, sheet: ResultSheet) -> CopyOutcome:
    return CopyOutcome(source.name, "", sheet.no_copy(reason))


def _marks(forms: Iterable[FormRecord], sheet: ResultSheet) -> Iterator[Mark]:
    """One mark a finding; a finding without a place of its own stands at the form's title."""
    for form in forms:
        for finding in form.findings:
            cell = finding["cell"] or form.form["title_cell"] or form.form["project_cell"]
            if cell:
                yield Mark(finding["sheet"], cell, finding["level"], sheet.note(finding))


@cached(4)
def _result_sheet(words: Words, titles: tuple[tuple[str, str], ...]) -> ResultSheet:
    return ResultSheet(words, Terms(words), dict(titles))


def tables_of(frames: Frames) -> Tables:
    """What ``write_copies`` looks at in ``frames``, which have been checked."""
    import pyarrow as pa

    return {
        name: pa.Table.from_pandas(getattr(frames, name), columns=list(columns), preserve_index=False)
        for name, columns in COLUMNS.items()
    }


def forms_by_file(tables: Tables, wanted: set[str]) -> dict[str, list[FormRecord]]:
    """The forms of the ``wanted`` files with their rows of the other tables, in order."""
    totals = (fund for fund in _rows(tables, "funds") if fund[0] == "total")
    budgets = {fund["form_id"]: fund for fund in _records("funds", totals)}
    indicators: defaultdict[str, list[IndicatorRecord]] = defaultdict(list)
    for indicator in map(IndicatorRecord._make, _rows(tables, "indicators")):
        indicators[indicator.form_id].append(indicator)
    findings: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for finding in _records("findings", _rows(tables, "findings")):
        findings[finding["form_id"]].append(finding)
    files: defaultdict[str, list[FormRecord]] = defaultdict(list)
    for form in _records("forms", _rows(tables, "forms")):
        if form["file"] in wanted:
            form_id = form["form_id"]
            files[form["file"]].append(
                FormRecord(form, budgets.get(form_id), indicators.get(form_id, []), findings.get(form_id, []))
            )
    return dict(files)


def _records(name: str, rows: Iterable[tuple[Any, ...]]) -> Iterator[dict[str, Any]]:
    return map(dict, map(zip, repeat(COLUMNS[name]), rows))


def _rows(tables: Tables, name: str) -> Iterator[tuple[Any, ...]]:
    """All rows of a table as plain Python values: a missing score is NaN, a missing count None."""
    columns = map(tables[name].column, COLUMNS[name])
    return zip(*map(_values, columns), strict=True)


def _values(column: pa.ChunkedArray) -> list[Any]:
    # Through NumPy, since Arrow has nothing where a frame has NaN.
    values: list[Any] = column.to_numpy().tolist() if column.type == "double" else column.to_pylist()
    return values


_FORM_COLUMNS = (
    "form_id", "file", "sheet", "rules", "year", "project", "department", "unit", "title_cell",
    "project_cell", "points_sum", "own_sum", "own_total", "computed_total", "grade_own", "grade_computed",
)  # fmt: skip
_FUND_COLUMNS = (
    "form_id", "budget_text", "executed_text", "points", "own_score", "accepted_score", "difference", "rule",
    "clause",
)  # fmt: skip
_INDICATOR_COLUMNS = IndicatorRecord._fields
_FINDING_COLUMNS = (
    "form_id", "check", "level", "cell", "message", "found", "expected", "sheet", "indicator", "line",
    "advice", "clause",
)  # fmt: skip
Tables = Mapping[str, "pa.Table"]
"""Arrow tables by the names of frames, with ``COLUMNS``."""
COLUMNS: Mapping[str, Sequence[str]] = {
    "forms": _FORM_COLUMNS,
    "funds": ("line", *_FUND_COLUMNS),
    "indicators": _INDICATOR_COLUMNS,
    "findings": _FINDING_COLUMNS,
    "files": ("path", "kind", "sha256"),
}
"""What ``write_copies`` looks at of each frame."""
