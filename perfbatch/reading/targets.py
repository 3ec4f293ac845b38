"""Approved targets: what 绩效目标申报表 and 批复表 say, indicator by indicator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from perfbatch.reading.layouts import Layouts, load_layouts
from perfbatch.schema import SCHEMAS, Column
from perfbatch.words import load_words
from perfbatch.workbook.refusal import Refused

if TYPE_CHECKING:
    import pandas as pd

    from perfbatch.reading.discover import Source
    from perfbatch.workbook.grid import Grid

_OF_FORM = ("file", "sheet", "year", "project", "project_code", "department", "unit", "goal")
_OF_INDICATOR = (
    "number", "level1", "level2", "name", "name_cell", "target", "target_cell", "points", "points_cell",
)  # fmt: skip


def target_columns() -> list[Column]:
    """The columns of the frame, as ``perfbatch.schema`` states them for forms and indicators.

    Of the form: file, sheet, year, project, project_code, department, unit, goal. Of each indicator: number,
    level1, level2, name, target, points (分, NaN for none) with their cells, and target_* as parsed.
    """
    own = [column.name for column in SCHEMAS["indicators"] if column.stage == "read"]
    known = (*_OF_INDICATOR, "target_state")
    parsed = [name for name in own if name.startswith("target_") and name not in known]
    return [
        next(column for column in SCHEMAS[frame] if column.name == name)
        for frame, names in (("forms", _OF_FORM), ("indicators", (*_OF_INDICATOR, *parsed)))
        for name in names
    ]


def approved_targets(
    inputs: str | Path | Iterable[str | Path],
    *,
    layouts: Path | Layouts | None = None,
    passwords: Sequence[str] = (),
) -> pd.DataFrame:
    """The approved targets in ``inputs`` (files and folders): one row an indicator, ``target_columns``.

    Sheets that are no target sheets, and files that cannot be read, hold none. Raises
    perfbatch.reading.discover.InputError for an input that does not exist and LayoutError.
    """
    from perfbatch.reading.discover import discover

    paths = [inputs] if isinstance(inputs, str | Path) else list(inputs)
    sources = discover([Path(path) for path in paths], outputs=None)
    return targets_of(sources, layouts=layouts, passwords=passwords)


def targets_of(
    sources: Iterable[Source], *, layouts: Path | Layouts | None = None, passwords: Sequence[str] = ()
) -> pd.DataFrame:
    """The approved targets in files that were found, as ``approved_targets``. Raises LayoutError."""
    import pandas as pd

    from perfbatch.workbook.open import load_grids

    families = layouts if isinstance(layouts, Layouts) else load_layouts(layouts)
    read: list[pd.DataFrame] = []
    for source in sources:
        if source.skip:
            continue
        try:
            grids = load_grids(source.load(), passwords=passwords, name=source.name).grids
        except Refused:
            continue
        read.append(targets_on(grids, source.name, families))
    return pd.concat([targets_on((), "", families), *read], ignore_index=True)


def targets_on(grids: Sequence[Grid], name: str, families: Layouts) -> pd.DataFrame:
    """The approved targets on the sheets of the file ``name``, as ``approved_targets``; none where they are
    no target sheets."""
    import pandas as pd

    from perfbatch.reading.frames import form_ids, forms_frame, indicators_frame
    from perfbatch.reading.workbook_forms import forms_of

    try:
        found = forms_of(grids, families).targets
    except Refused:
        found = []
    read = [(form_id, name, form) for form_id, form in zip(form_ids(name, found), found, strict=True)]
    names = [column.name for column in target_columns()]
    forms, indicators = forms_frame(read, load_words()), indicators_frame(read)
    joined = pd.merge(forms[["form_id", *_OF_FORM]], indicators.drop(columns=["fallbacks"]), on="form_id")
    return joined[names]
