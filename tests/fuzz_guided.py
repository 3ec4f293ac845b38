"""The same, guided by coverage: ``python -m tests.fuzz_guided values|readers [SECONDS]`` (make fuzz-guided).

atheris learns which bytes lead to code that was not reached before. It has wheels for Linux alone and is in
no lock file: ``pip install atheris`` beside the others. What it finds lies in the folder that is named last,
and becomes a regression test that builds the like.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["perfbatch"]):
    from perfbatch.reading import labels
    from perfbatch.reading.form import funds, header, year
    from perfbatch.text import compact, project_keys, squeeze, tidy, without_controls
    from perfbatch.values import blank, clean, grammar, reasons, several, tiers, typed_numbers
    from perfbatch.values.sides import read_sides
    from perfbatch.workbook import cell_value, iso_dates, number_text
    from perfbatch.workbook.open import load_grids
    from perfbatch.workbook.refusal import Refused

from tests.fuzz import mutated

TEXTS: tuple[Callable[[str], object], ...] = (
    compact, squeeze, tidy, without_controls, lambda text: project_keys([text]), labels.label_of,
    labels.level, header.split_code, year.is_year_line, funds.label_text, blank.state_of, clean.clean_value,
    grammar.parse_one, lambda text: read_sides([text], [text[::-1]], 2024), several.parts_of, tiers.tier_of,
    typed_numbers.as_score, lambda text: typed_numbers.as_money(text, "万元"), reasons.is_nothing,
    cell_value.unescape, iso_dates.iso_serial, iso_dates.duration_days, number_text.parse_format,
    lambda text: number_text.number_text(-1234.5, text), lambda text: number_text.word_text("甲", text),
)  # fmt: skip
_SEEDS = (
    "≥95%", "95.5‰",
    "1,234.5万元", "2022年3月31日前", "优良中差", "由10个增至12个", "±5", "1/3", "①95%；②3次",
    "[Red]-0.00_);@", "PT1H2M", "2021-12-31T00:00:00", "_x000D_", "项目编码：A-1", "一百二十三",
)  # fmt: skip


def values(data: bytes) -> None:
    """Nothing that a cell may hold is an error to what reads it."""
    text = data.decode("utf-8", "replace")
    for ask in TEXTS:
        ask(text)


def readers(data: bytes) -> None:
    """A file is read or refused."""
    try:
        load_grids(data)
    except Refused:
        return


def main(what: str, seconds: str = "240") -> None:
    """Never comes back: libFuzzer ends the process, with its status."""
    target = {"values": values, "readers": readers}[what]
    folder = Path(tempfile.mkdtemp(prefix=f"fuzz-{what}-"))
    seeds = map(str.encode, _SEEDS) if target is values else map(mutated, range(200))
    for number, seed in enumerate(seeds):
        (folder / f"{number}").write_bytes(seed)
    length = 200 if target is values else 1 << 16
    print(f"{folder}", flush=True)
    atheris.Setup(
        [sys.argv[0], f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=3000", f"-max_len={length}",
         f"-artifact_prefix={folder}/found-", "-print_final_stats=1", str(folder)],
        target,
    )  # fmt: skip
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
