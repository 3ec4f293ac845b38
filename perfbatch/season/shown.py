"""The record of decisions as people see it: the rows of 数据/decisions.csv and of 审核待办."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from perfbatch.schema import SEASON_SCHEMAS
from perfbatch.season.decisions import BLANK, FIELDS, Item, Key, Lost, Record, Refusal, Rival, State, items
from perfbatch.season.lines import completed, line_of, lines_of
from perfbatch.words import Words


def decisions_frame(record: Record, states: Mapping[Key, State], words: Words) -> pd.DataFrame:
    """``SEASON_SCHEMAS['decisions']``, a row a line of the record, the last one saying that it is whole.

    ``states`` are blank until the forms are known.
    """
    rows = [
        {"record": line} if item is None else {**_row(item, record, states, words), "record": line}
        for line, item in lines_of(record)
    ]
    rows.append({"record": completed([row["record"] for row in rows])})
    columns = [column.name for column in SEASON_SCHEMAS["decisions"]]
    frame = pd.DataFrame(rows, columns=columns, dtype=object)
    return frame.fillna("").astype("str")


def review_frame(record: Record, states: Mapping[Key, State], words: Words) -> pd.DataFrame | None:
    """Rows of 审核待办 (standing, project, subject, check, said, source, reason, handled, record); None where
    there is nothing to look at."""
    rows = []
    for _, item in items(record, states):
        row = _row(item, record, states, words)
        said = (
            words.text("season", "review.said", field=_label(name, words), value=row[name])
            for name in FIELDS
            if row[name]
        )
        rows.append({**row, "said": "；".join(said), "handled": "", "record": line_of(item, record)})
    return pd.DataFrame(rows).astype("str") if rows else None


def _row(item: Item, record: Record, states: Mapping[Key, State], words: Words) -> dict[str, Any]:
    values, sources, more = BLANK, "", {}
    standing: str
    match item:
        case Rival():
            values, sources, standing = _one(item.field, item.value), item.source, "rival"
            more = {"now": record.value(item.key, item.field)}
            about, code = item.about, "rival"
        case Refusal():
            values, sources, standing = _one("score", item.value), item.source, "refused"
            about, code, more = item.about, item.why, {"points": item.points, "value": item.value}
        case Lost():
            values, sources, standing, about, code = item.values, item.source, "lost", item.about, item.why
        case _:
            entry = record.entries[item]
            values, about, standing = entry.values, entry.about, states.get(item, "")
            sources = "、".join(dict.fromkeys(filter(None, entry.sources)))
            code = standing if standing in ("stale", "unmatched") else ""
    return {
        "standing": standing,
        **about._asdict(),
        **dict(zip(FIELDS, values, strict=True)),
        "source": sources,
        "reason": words.text("season", f"review.{code}", **more) if code else "",
    }


def _one(name: str, value: str) -> tuple[str, ...]:
    return tuple(value if one == name else "" for one in FIELDS)


def _label(name: str, words: Words) -> str:
    return words.text("season", f"field.{name}")
