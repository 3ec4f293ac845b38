"""What a check hands back: the rows it found, with the values that its message wants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Found:
    """Findings of one check: lists of equal length, one entry a finding.

    ``form`` is the position in ``forms`` (-1 for none); ``indicator`` the number or None. ``level``,
    ``clause`` and ``parameter`` are None where the catalogue's own count.
    """

    form: Sequence[int]
    field: Sequence[str]
    cell: Sequence[str]
    found: Sequence[str]
    expected: Sequence[str]
    indicator: Sequence[int | None]
    line: Sequence[str]
    level: Sequence[str] | None
    clause: Sequence[str] | None
    parameter: Sequence[str] | None
    values: Mapping[str, Sequence[str]]

    def __len__(self) -> int:
        return len(self.form)

    def where(self, chosen: npt.NDArray[np.bool_]) -> Found:
        """Those findings for which ``chosen`` holds."""
        keep = chosen.nonzero()[0].tolist()

        def some(values: Sequence[Any] | None) -> Any:
            return None if values is None else [values[i] for i in keep]

        columns = {f.name: some(getattr(self, f.name)) for f in fields(self) if f.name != "values"}
        return Found(**columns, values={name: some(texts) for name, texts in self.values.items()})


NOTHING = Found([], [], [], [], [], [], [], None, None, None, {})
