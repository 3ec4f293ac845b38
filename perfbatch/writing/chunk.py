"""One chunk of frames as the department-wide outputs need it: numbered, joined, counted."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from perfbatch.schema import ACCEPTED, LEVELS, MISSING_REASON, Frames

if TYPE_CHECKING:
    import pandas as pd

Texts = NDArray[np.object_]
Numbers = NDArray[np.float64]
Places = NDArray[np.int64]

_IN_WAN = {"": 1.0, "元": 1e-4, "千元": 0.1, "万元": 1.0, "亿元": 1e4}


def name_key(name: str) -> str:
    """Two spellings of one office's name (blanks, full-width signs, case) have the same key."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


class Register:
    """Running numbers of departments in the order in which they appear, by ``name_key``."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._numbers: dict[str, int] = {}
        self._seen: dict[str, int] = {}

    def number(self, name: str) -> int:
        """Number (from 1) of ``name``, given now if it is new."""
        found = self._seen.get(name)
        if found is None:
            found = self._numbers.setdefault(name_key(name), len(self.names) + 1)
            if found > len(self.names):
                self.names.append(name.strip())
            self._seen[name] = found
        return found


@dataclass(slots=True)
class Chunk:
    """Frames of one chunk with what ties them together.

    ``findings_form``, ``findings_indicator`` and ``findings_fund`` are, for each finding in ``order``,
    positions in the frames ``forms``, ``indicators`` and ``funds`` (-1: not about one); ``order`` holds the
    findings by form, most severe first.
    """

    frames: Frames
    places: Places
    """Place of each form in the sheets, from 0 (``form_order``)."""
    department_numbers: Places
    order: Places
    findings_form: Places
    findings_indicator: Places
    findings_fund: Places
    indicators_form: Places
    budget: Numbers
    """全年预算数 of each form, 万元."""
    executed: Numbers
    """全年执行数 of each form, 万元."""
    copies: dict[str, str]
    """Path of the annotated copy below the output folder, by file."""
    _texts: dict[tuple[str, str], Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.frames.forms)

    def texts(self, frame: str, column: str) -> Texts:
        """A text column as Python strings."""
        values = self._texts.get((frame, column))
        if values is None:
            values = getattr(self.frames, frame)[column].to_numpy(dtype=object)
            self._texts[frame, column] = values
        return values  # type: ignore[no-any-return]

    def numbers(self, frame: str, column: str) -> Numbers:
        """A number column as floats with NaN for none."""
        values = getattr(self.frames, frame)[column]
        return values.to_numpy(dtype="float64", na_value=np.nan)  # type: ignore[no-any-return]

    def findings(self, column: str) -> Texts:
        """A text column of the findings, in ``order``."""
        key = ("findings, in order", column)
        if key not in self._texts:
            self._texts[key] = self.texts("findings", column)[self.order]
        return self._texts[key]  # type: ignore[no-any-return]

    def of_forms(self, column: str, places: Places) -> Texts:
        """A text column of the forms at ``places``; "" where a place is -1."""
        return take(self.texts("forms", column), places)

    def form_numbers(self, places: Places) -> Numbers:
        """Running numbers of the forms at ``places``, NaN where a place is -1."""
        return np.where(places >= 0, self.sheet_places(places) + 1.0, np.nan)

    def sheet_places(self, places: Places) -> Places:
        """Places in the sheets of the forms at ``places``, -1 where a place is -1."""
        return np.where(places >= 0, self.places[places], -1) if len(self) else places

    @property
    def counted(self) -> NDArray[np.bool_]:
        """Which forms count: all in whose place no newer one does."""
        if "superseded_by" not in self.frames.forms:
            return np.ones(len(self), dtype=np.bool_)
        return np.asarray(self.texts("forms", "superseded_by") == "", dtype=np.bool_)

    @property
    def rate(self) -> Numbers:
        """执行率 of each form as a fraction, NaN where an amount is missing or the budget is 0."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.budget > 0, self.executed / self.budget, np.nan)

    def level_counts(self, level: str, *, missing_only: bool = False) -> Places:
        """Findings of ``level`` in each form that are to be mended: not those that the auditor accepted."""
        wanted = (self.findings("level") == level) & (self.findings_form >= 0) & ~self.accepted
        if missing_only:
            wanted &= self.missing_reasons
        return np.bincount(self.findings_form[wanted], minlength=len(self))

    def accepted_counts(self) -> Places:
        """Findings in each form that the auditor accepted."""
        return np.bincount(self.findings_form[self.accepted & (self.findings_form >= 0)], minlength=len(self))

    @property
    def accepted(self) -> NDArray[np.bool_]:
        """Which findings, in ``order``, the auditor accepted; none before decisions are known."""
        if "decision" not in self.frames.findings:
            return np.zeros(len(self.order), dtype=np.bool_)
        return np.asarray(self.findings("decision") == ACCEPTED, dtype=np.bool_)

    @property
    def missing_reasons(self) -> NDArray[np.bool_]:
        """Which findings, in ``order``, are about a reason that is not there."""
        return np.isin(self.findings("check").astype(str), MISSING_REASON)

    def per_form(self, flags: NDArray[np.bool_] | None = None) -> Places:
        """Indicators in each form, or those of them that ``flags`` marks."""
        places = self.indicators_form if flags is None else self.indicators_form[flags]
        return np.bincount(places[places >= 0], minlength=len(self))


def view(frames: Frames, places: Places, register: Register) -> Chunk:
    """Tie the frames of one chunk together; ``places`` are those of its forms in the sheets."""
    import pandas as pd

    forms, funds, indicators, findings = frames.forms, frames.funds, frames.indicators, frames.findings
    ids = pd.Index(forms["form_id"])
    if not ids.is_unique:
        raise ValueError(f"forms: form_id is not unique: {ids[ids.duplicated()][0]}")
    indicators_form = _places(ids, indicators["form_id"])
    form = _places(ids, findings["form_id"])
    ranks = {level: rank for rank, level in enumerate(LEVELS)}
    rank = np.array([ranks.get(level, len(ranks)) for level in findings["level"]], dtype=np.int64)
    order = np.lexsort((rank, np.where(form < 0, len(ids), form)))
    form = form[order]
    numbers = findings["indicator"].to_numpy(dtype="float64", na_value=np.nan)[order]
    return Chunk(
        frames,
        places,
        np.array([register.number(name) for name in forms["department"]], dtype=np.int64),
        order,
        form,
        _subject_places(
            form, numbers, indicators_form, indicators["number"].to_numpy("float64", na_value=np.nan)
        ),
        _subject_places(
            form,
            findings["line"].to_numpy(dtype=object)[order],
            _places(ids, funds["form_id"]),
            funds["line"].to_numpy(dtype=object),
        ),
        indicators_form,
        *_money(ids, forms, funds),
        _copies(frames.files),
    )


def take(values: Texts, places: Places) -> Texts:
    """``values`` at ``places``, "" where a place is -1."""
    if not len(values):
        return np.full(len(places), "", dtype=object)
    return np.where(places >= 0, values[places], "")


def take_numbers(values: Numbers, places: Places) -> Numbers:
    """``values`` at ``places``, NaN where a place is -1."""
    if not len(values):
        return np.full(len(places), np.nan)
    return np.where(places >= 0, values[places], np.nan)


def translated(codes: Iterable[str], term: Callable[[str], str]) -> list[str]:
    """What people say for each code."""
    known: dict[str, str] = {}
    return [known[c] if c in known else known.setdefault(c, term(c)) for c in codes]


def _places(ids: pd.Index[Any], wanted: pd.Series[Any]) -> Places:
    return ids.get_indexer(wanted.array).astype(np.int64)


def _subject_places(
    form: Places, named: Numbers | Texts, subject_form: Places, subject_name: Numbers | Texts
) -> Places:
    """Position of the indicator (by number) or fund line (by name) that each finding names, -1 for none."""
    keys = zip(subject_form[::-1].tolist(), subject_name[::-1].tolist(), strict=True)
    last = len(subject_name) - 1
    at = dict(zip(keys, range(last, -1, -1), strict=True))  # of two with one name the first counts
    wanted = zip(form.tolist(), named.tolist(), strict=True)
    return np.array([at.get(key, -1) for key in wanted], dtype=np.int64)


def _money(ids: pd.Index[str], forms: pd.DataFrame, funds: pd.DataFrame) -> tuple[Numbers, Numbers]:
    """Budget and execution of each form's 年度资金总额 in 万元, NaN where it has none."""
    totals = funds.loc[funds["line"] == "total", ["form_id", "budget", "executed"]].drop_duplicates("form_id")
    places = _places(ids, totals["form_id"])
    factor = np.array([_IN_WAN.get(unit, 1.0) for unit in forms["money_unit"]])
    amounts = []
    for column in ("budget", "executed"):
        amount = np.full(len(ids), np.nan)
        values = totals[column].to_numpy(dtype="float64")
        amount[places[places >= 0]] = values[places >= 0]
        amounts.append(np.round(amount * factor, 6))
    return amounts[0], amounts[1]


def _copies(files: pd.DataFrame) -> dict[str, str]:
    if "copy" not in files.columns:
        return {}
    return {path: copy for path, copy in zip(files["path"], files["copy"], strict=True) if copy}
