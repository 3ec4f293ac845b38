"""The sheets of one workbook → its forms, with remarks on the sheets that were left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from perfbatch.reading.form.find import Almost, is_almost
from perfbatch.reading.form.forms import Form, read_forms
from perfbatch.reading.layouts import KINDS, Layouts
from perfbatch.workbook.grid import Grid
from perfbatch.workbook.refusal import Refused

_JOINT = "、"
TARGETS = KINDS[-1]
"""The kind of forms that hold approved targets and no actual values."""


@dataclass(slots=True)
class WorkbookForms:
    """The forms of a workbook, and apart from them its approved targets.

    ``notes``: keys of templates/reading.toml (``file``) and their values.
    """

    forms: list[Form] = field(default_factory=list)
    targets: list[Form] = field(default_factory=list)
    notes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


def forms_of(grids: Sequence[Grid], layouts: Layouts) -> WorkbookForms:
    """Read every visible sheet. A workbook of approved targets and no form comes back without forms.

    Raises Refused where no form can be scored: no_indicators (sheets), almost_form (sheet, found, missing,
    unknown, at), unmeasured (sheet, at), foreign_form (sheet, title), only_hidden (sheets), all_hidden
    (sheets), no_cells, no_form (sheets, found, missing).
    """
    result = WorkbookForms()
    unfilled: list[str] = []
    partly: list[Almost] = []
    hidden = [grid for grid in grids if grid.hidden]
    visible = [grid for grid in grids if not grid.hidden]
    for grid in visible:
        forms, lacking = read_forms(grid, layouts)
        filled = [form for form in forms if form.indicators]
        result.forms += [form for form in filled if form.kind != TARGETS]
        result.targets += [form for form in filled if form.kind == TARGETS]
        if forms and not filled:
            unfilled.append(grid.name)
        partly += lacking
    near = unfilled or any(is_almost(one) and not one.foreign for one in partly)
    if not result.forms and (near or not result.targets):
        raise _why_none(visible, hidden, unfilled, partly, layouts)
    if result.forms:
        result.notes += [
            ("targets", {"sheet": form.sheet, "title": form.texts["title"].value}) for form in result.targets
        ]
    result.notes += [("unfilled", {"sheet": sheet}) for sheet in unfilled]
    result.notes += [
        ("foreign" if almost.foreign else "almost", _values(almost)) for almost in partly if is_almost(almost)
    ]
    for grid in hidden:
        code = "hidden_form" if _has_form(grid, layouts) else "hidden"
        result.notes.append((code, {"sheet": grid.name}))
    return result


def _why_none(
    visible: Sequence[Grid],
    hidden: Sequence[Grid],
    unfilled: list[str],
    partly: list[Almost],
    layouts: Layouts,
) -> Refused:
    if unfilled:
        return Refused("no_indicators", sheets=_JOINT.join(unfilled))
    closest = max(partly, key=lambda almost: len(almost.found), default=None)
    if closest is not None and is_almost(closest):
        return Refused(_code(closest), **_values(closest))
    with_form = [grid.name for grid in hidden if _has_form(grid, layouts)]
    if with_form:
        return Refused("only_hidden", sheets=_JOINT.join(with_form))
    if not any(grid.cells for grid in visible):
        filled = [grid.name for grid in hidden if grid.cells]
        return Refused("all_hidden", sheets=_JOINT.join(filled)) if filled else Refused("no_cells")
    found = _JOINT.join(closest.found) if closest is not None else ""
    missing = _JOINT.join(closest.missing) if closest is not None else ""
    return Refused("no_form", sheets=len(visible), found=found, missing=missing)


def _code(almost: Almost) -> str:
    if almost.foreign:
        return "foreign_form"
    return "unmeasured" if almost.unmeasured else "almost_form"


def _has_form(grid: Grid, layouts: Layouts) -> bool:
    return any(form.indicators for form in read_forms(grid, layouts)[0])


def _values(almost: Almost) -> dict[str, Any]:
    return {
        "sheet": almost.sheet,
        "found": _JOINT.join(almost.found),
        "missing": _JOINT.join(almost.missing) or "—",
        "unknown": _JOINT.join(dict.fromkeys(" ".join(text.split()) for text in almost.unknown)),
        "title": almost.foreign,
        "at": almost.at,
    }
