"""``make record``: write down again what a new check or rule changes in tests/data, for a diff.

Drawn forms (tests/data/forms/*.md) get the tables of all that is read, scored and found below them, cases
of one changed cell (tests/data/check/*.toml) their ``finds``. What is recorded is no proof: each line of the
diff is held against the drawing, or the sentence ``why`` of the case, before it is kept. The seed's lines
(docs/specification.md) and the generator's (tests/generator, the samples) are never recorded: they are stated
by people and by a second implementation.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

from tests.checking.build import each, said
from tests.real_forms import drawings
from tests.real_forms_record import write

CASES = Path(__file__).parent / "data" / "check"
_FINDS = re.compile(r"^finds = \[[^\]]*\]", re.MULTILINE)


def record_cases(folder: Path = CASES) -> list[str]:
    """Write what each case finds now; the names of the files that changed."""
    changed = []
    for path in sorted(folder.glob("*.toml")):
        text = path.read_text(encoding="utf-8")
        cases = tomllib.loads(text).get("case", [])
        places = list(_FINDS.finditer(text))
        if not all("finds" in case for case in cases) or len(places) != len(cases):
            continue  # a table of another shape
        found: dict[int, Sequence[str]] = {}
        for rules in {case.get("rules") for case in cases}:
            mine = [number for number, case in enumerate(cases) if case.get("rules") == rules]
            frames = each([cases[number]["set"] for number in mine], rules)
            found |= {number: said(frame) for number, frame in zip(mine, frames, strict=True)}
        pieces, end = [], 0
        for number, place in enumerate(places):
            same = sorted(found[number]) == sorted(cases[number]["finds"])
            pieces += [text[end : place.start()], place[0] if same else _line(found[number])]
            end = place.end()
        recorded = "".join([*pieces, text[end:]])
        if recorded != text:
            path.write_text(recorded, encoding="utf-8")
            changed.append(path.name)
    return changed


def _line(findings: Sequence[str]) -> str:
    line = "finds = [" + ", ".join(f'"{finding}"' for finding in findings) + "]"
    if len(line) <= 110:
        return line
    return "finds = [\n" + "".join(f'  "{finding}",\n' for finding in findings) + "]"


if __name__ == "__main__":
    record_cases()
    write(list(drawings()))
