"""B521 and B522 of a part: its forms beside last year's of the same projects, from the history."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from perfbatch.batch.chunk_files import read_frame
from perfbatch.checking import check_last_year, identity
from perfbatch.text import text_key

if TYPE_CHECKING:
    from perfbatch.rules import Rules
    from perfbatch.season.history import OldIndicator
    from perfbatch.season.recording import Recording
    from perfbatch.words import Words

_FORMS = ("form_id", "file", "sheet", "year", "department", "unit", "project", "project_code", "project_id",
          "rules", "hidden")  # fmt: skip
_INDICATORS = (
    "form_id", "number", "level2", "name", "target", "target_cell", "target_state", "target_kind", "reason",
    "reason_cell", "reason_state", "direction", "direction_sure",
)  # fmt: skip


def last_year_findings(folder: Path, recording: Recording, rules: Rules, words: Words) -> pd.DataFrame | None:
    """Findings (with their identities) of the part in ``folder``; None where no project of it has a form of
    the year before in the history."""
    forms = read_frame(folder, "forms", _FORMS)
    old = recording.last_year(forms)
    kept = [bool(of) for of in old]
    if not any(kept):
        return None
    forms = forms[kept].reset_index(drop=True)
    known = dict(zip(forms["form_id"], filter(None, old), strict=True))
    indicators = read_frame(folder, "indicators", _INDICATORS)
    indicators = beside(indicators[indicators["form_id"].isin(known)].reset_index(drop=True), known)
    found = check_last_year(forms, indicators, rules, words=words)
    project = dict(zip(forms["form_id"], map(bytes.fromhex, forms["project_id"]), strict=True))
    keys = zip(indicators["form_id"].tolist(), indicators["number"].tolist(), strict=True)
    subject = dict(zip(keys, identity.indicators(indicators), strict=True))
    return identity.identified_findings(
        found,
        [project[form] for form in found["form_id"]],
        [subject[key] for key in zip(found["form_id"].tolist(), found["indicator"].tolist(), strict=True)],
    )


def beside(indicators: pd.DataFrame, old: dict[str, list[OldIndicator]]) -> pd.DataFrame:
    """``indicators`` with last_target and last_reason ('' for none): of the indicator of the same name and
    二级指标, the same of those alike."""
    known = [(form, one) for form, of in old.items() for one in of]
    last = pd.DataFrame(
        {
            "form_id": [form for form, _ in known],
            "level2": text_key([one.level2 for _, one in known]).to_numpy(dtype=object),
            "name": text_key([one.name for _, one in known]).to_numpy(dtype=object),
            "last_target": [one.target for _, one in known],
            "last_reason": [one.reason for _, one in known],
        }
    )
    keys = pd.DataFrame(
        {
            "form_id": indicators["form_id"].to_numpy(dtype=object),
            "level2": text_key(indicators["level2"]).to_numpy(dtype=object),
            "name": text_key(indicators["name"]).to_numpy(dtype=object),
        }
    )
    same = ["form_id", "level2", "name"]
    for frame in (last, keys):
        frame["nth"] = frame.groupby(same).cumcount()
    met = keys.merge(last[last["name"] != ""], how="left", on=[*same, "nth"])
    return indicators.assign(
        **{name: pd.array(met[name].fillna("").to_numpy(dtype=object), dtype="str")
           for name in ("last_target", "last_reason")}
    )  # fmt: skip
