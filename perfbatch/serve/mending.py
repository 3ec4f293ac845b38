"""What needs mending, at a glance: the problems there are most of, and who has most to put right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from perfbatch.checking.catalogue import catalogue
from perfbatch.schema import LEVELS, label
from perfbatch.writing.names import DATA

_SHOWN = 10


def to_mend(output: Path, headers: str) -> dict[str, Any]:
    """``checks`` (id, title, level, findings) and ``units`` (unit, forms, errors, warnings), the most first.

    ``headers`` is that of the run, whose data files are read.
    """
    import pandas as pd

    def column(frame: str, name: str) -> str:
        return name if headers == "keys" else label(frame, name)

    def table(frame: str, *names: str) -> pd.DataFrame:
        heads = [column(frame, name) for name in names]
        read = pd.read_csv(output / DATA / f"{frame}.csv", usecols=heads, dtype=str, keep_default_na=False)
        return read[heads].set_axis(list(names), axis=1)

    findings = table("findings", "form_id", "check", "level")
    forms = table("forms", "form_id", "unit").drop_duplicates("form_id")
    titles = {one.id: one.title for one in catalogue()}
    order = {level: place for place, level in enumerate(LEVELS)}
    by_check = findings.groupby(["check", "level"]).size().reset_index(name="n")
    by_check["order"] = by_check["level"].map(order)
    by_check = by_check[by_check["level"] != "info"].sort_values(["order", "n"], ascending=[True, False])
    with_unit = findings.merge(forms, on="form_id", how="inner")
    counts = with_unit.groupby(["unit", "level"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=list(LEVELS), fill_value=0)
    counts = counts.sort_values(["error", "warning"], ascending=False)
    counts = counts[(counts["error"] > 0) & (counts.index != "")]
    sent = forms.groupby("unit").size()
    return {
        "checks": [
            [check, titles.get(check, ""), level, int(n)]
            for check, level, n in zip(
                *(by_check[one].head(_SHOWN) for one in ("check", "level", "n")), strict=True
            )
        ],
        "units": [
            [unit, int(sent[unit]), int(error), int(warning)]
            for unit, error, warning in zip(
                counts.index[:_SHOWN], counts["error"][:_SHOWN], counts["warning"][:_SHOWN], strict=True
            )
        ],
    }
