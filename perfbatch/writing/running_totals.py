"""Running totals of a batch, as a whole and by department: what is kept while rows stream through."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from perfbatch.schema import LEVELS
from perfbatch.writing.chunk import Chunk, Places, Register, name_key, view

if TYPE_CHECKING:
    from collections.abc import Iterable

    from perfbatch.schema import Frames


DEPARTMENT = "department"
"""``forms.kind`` of 部门整体支出绩效自评表."""
_AMOUNTS = ("budget", "executed", "rated_budget", "rated_executed", "own_sum", "computed_sum", "reviewed_sum")


@dataclass(slots=True)
class Totals:
    """Counts and sums of one department, or of everything. Money in 万元, scores in 分."""

    name: str = ""
    units: set[str] = field(default_factory=set)
    forms: int = 0
    indicators: int = 0
    deviations: int = 0
    own_count: int = 0
    computed_count: int = 0
    changed: int = 0
    department_forms: int = 0
    superseded: int = 0
    """Forms in whose place a newer one counts: among ``forms``, and in nothing else."""
    accepted: int = 0
    """Findings that the auditor accepted: not among ``findings`` and ``missing``."""
    reviewed_count: int = 0
    grades_own: Counter[str] = field(default_factory=Counter)
    grades_computed: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    amounts: dict[str, array[float]] = field(default_factory=lambda: {name: array("d") for name in _AMOUNTS})
    """What is summed, form by form. A sum that went chunk by chunk would depend on how the batch was cut, and
    a second run cuts it otherwise; ``fsum`` rounds once, whatever the order."""

    @property
    def budget(self) -> float:
        """全年预算数 of all forms."""
        return math.fsum(self.amounts["budget"])

    @property
    def executed(self) -> float:
        """全年执行数 of all forms."""
        return math.fsum(self.amounts["executed"])

    @property
    def rated_budget(self) -> float:
        """Budget of the forms that have a 执行率: both amounts, and a budget above 0."""
        return math.fsum(self.amounts["rated_budget"])

    @property
    def rated_executed(self) -> float:
        """What those forms spent."""
        return math.fsum(self.amounts["rated_executed"])

    @property
    def own_sum(self) -> float:
        """The units' own totals together."""
        return math.fsum(self.amounts["own_sum"])

    @property
    def computed_sum(self) -> float:
        """The recomputed totals together."""
        return math.fsum(self.amounts["computed_sum"])

    @property
    def reviewed_mean(self) -> float | None:
        """Mean of the totals after the auditor's scores."""
        if not self.reviewed_count:
            return None
        return math.fsum(self.amounts["reviewed_sum"]) / self.reviewed_count

    @property
    def rate(self) -> float | None:
        """执行率 of all forms that have one, as a fraction; None where none has."""
        return self.rated_executed / self.rated_budget if self.rated_budget > 0 else None

    @property
    def own_mean(self) -> float | None:
        """Mean of the units' own totals."""
        return self.own_sum / self.own_count if self.own_count else None

    @property
    def computed_mean(self) -> float | None:
        """Mean of the recomputed totals."""
        return self.computed_sum / self.computed_count if self.computed_count else None

    def add(self, other: Totals) -> None:
        """Take in what ``other`` counted."""
        self.units |= other.units
        for name in _SUMS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in _AMOUNTS:
            self.amounts[name].extend(other.amounts[name])
        for name in _COUNTERS:
            getattr(self, name).update(getattr(other, name))


_SUMS = ("forms", "indicators", "deviations", "own_count", "computed_count", "changed", "department_forms",
         "superseded", "accepted", "reviewed_count")  # fmt: skip
_COUNTERS = ("grades_own", "grades_computed", "findings", "missing")


class RunningTotals:
    """Totals by department and of files, chunk by chunk: what the documents of one run share."""

    def __init__(self) -> None:
        self.forms = 0
        self.register = Register()
        self.departments: list[Totals] = []
        self.statuses: Counter[str] = Counter()
        self.years: set[int] = set()
        """Budget years of the forms."""
        self.loose: Counter[str] = Counter()
        """Findings by level that are about no form and to be mended."""
        self.loose_accepted = 0
        """Those of them that the auditor accepted."""
        self.judged: Counter[tuple[str, str, bool]] = Counter()
        """Forms by rule book, why that one, and whether the form prints its notes (``forms.rules_…``)."""

    def take(self, frames: Frames, places: Places | None = None) -> Chunk:
        """Count the next forms, in order, and tie the frames of their chunk together.

        ``places`` are those of the forms in the sheets; None: as they come.
        """
        if places is None:
            places = np.arange(self.forms, self.forms + len(frames.forms))
        chunk = view(frames, places, self.register)
        self.forms += len(chunk)
        self._count(chunk)
        return chunk

    def _count(self, chunk: Chunk) -> None:
        self.departments.extend(Totals(name) for name in self.register.names[len(self.departments) :])
        self.statuses.update(chunk.frames.files["status"])
        loose = chunk.findings_form < 0
        self.loose.update(chunk.findings("level")[loose & ~chunk.accepted])
        self.loose_accepted += int((loose & chunk.accepted).sum())
        if not len(chunk):
            return
        self.years.update(chunk.frames.forms["year"].dropna().astype(int).unique().tolist())
        printed = chunk.frames.forms["rules_printed"].tolist()
        names, sources = chunk.texts("forms", "rules"), chunk.texts("forms", "rules_source")
        self.judged.update(zip(names, sources, printed, strict=True))
        department = chunk.department_numbers - 1
        present, local = np.unique(department, return_inverse=True)
        size = len(present)

        def sums(values: np.ndarray) -> list[float]:
            return np.bincount(local, np.nan_to_num(values), size).tolist()  # type: ignore[no-any-return]

        # a whole department's form holds the money and scores of its projects once more, and a form that was
        # sent again those of the newer one
        counted, whole = chunk.counted, chunk.texts("forms", "kind") == DEPARTMENT
        apart = whole | ~counted
        own = np.where(apart, np.nan, chunk.numbers("forms", "own_total"))
        computed = np.where(apart, np.nan, chunk.numbers("forms", "computed_total"))
        reviewed = computed
        if "reviewed_total" in chunk.frames.forms:
            reviewed = np.where(apart, np.nan, chunk.numbers("forms", "reviewed_total"))
        grade_own, grade_computed = (
            np.where(apart, "", chunk.texts("forms", name)) for name in ("grade_own", "grade_computed")
        )
        rated = (chunk.rate >= 0) & ~apart
        changed = (grade_own != grade_computed) & (grade_own != "") & (grade_computed != "")
        deviations = chunk.per_form(chunk.frames.indicators["deviation"].to_numpy(dtype=bool))
        columns = {
            "forms": np.ones(len(chunk)),
            "indicators": chunk.per_form() * counted,
            "deviations": deviations * counted,
            "own_count": ~np.isnan(own),
            "computed_count": ~np.isnan(computed),
            "changed": changed,
            "department_forms": whole & counted,
            "superseded": ~counted,
            "accepted": chunk.accepted_counts() * counted,
            "reviewed_count": ~np.isnan(reviewed),
        }
        amounts = {
            "budget": np.where(apart, 0, chunk.budget),
            "executed": np.where(apart, 0, chunk.executed),
            "rated_budget": np.where(rated, chunk.budget, 0),
            "rated_executed": np.where(rated, chunk.executed, 0),
            "own_sum": own,
            "computed_sum": computed,
            "reviewed_sum": reviewed,
        }
        by_department = np.argsort(local, kind="stable")
        starts = np.searchsorted(local[by_department], np.arange(size))
        for name, values in amounts.items():
            parts = np.split(np.nan_to_num(values)[by_department].astype("float64"), starts[1:])
            for place, part in zip(present, parts, strict=True):
                self.departments[place].amounts[name].frombytes(part.tobytes())
        for name, values in columns.items():
            for place, amount in zip(present, sums(values), strict=True):
                totals = self.departments[place]
                old = getattr(totals, name)
                setattr(totals, name, old + (type(old)(amount)))
        for level in LEVELS:
            for place, amount in zip(present, sums(chunk.level_counts(level) * counted), strict=True):
                self.departments[place].findings[level] += int(amount)
            missing = sums(chunk.level_counts(level, missing_only=True) * counted)
            for place, amount in zip(present, missing, strict=True):
                self.departments[place].missing[level] += int(amount)
        units = chunk.texts("forms", "unit")
        rows = zip(department, units, grade_own, grade_computed, apart, strict=True)
        for place, unit, mine, theirs, is_apart in rows:
            totals = self.departments[place]
            if unit:
                totals.units.add(name_key(unit))
            if is_apart:
                continue
            totals.grades_own[mine] += 1
            totals.grades_computed[theirs] += 1

    def whole(self) -> Totals:
        """Totals of all departments together, without loose findings."""
        whole = Totals()
        for totals in self.departments:
            whole.add(totals)
        return whole


def grades(books: Iterable[object], totals: Totals) -> list[str]:
    """Grades in the order of the rule books, best first, then any other that occurs."""
    found: dict[str, None] = {}
    for book in books:
        bands = book.value("grade.bands")  # type: ignore[attr-defined]
        found.update(dict.fromkeys(b["grade"] for b in sorted(bands, key=lambda b: -b["from"])))
    seen = {**totals.grades_own, **totals.grades_computed}
    found.update(dict.fromkeys(sorted(grade for grade in seen if grade)))
    return list(found)
