"""sample_inputs/: the files that samples.toml lists, the page on them, the tables of what must be found."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from tests.generator import disguises
from tests.generator.canvas import Canvas
from tests.generator.catalogue import load, named
from tests.generator.content import right_form
from tests.generator.defects import DEFECTS
from tests.generator.encrypt import encrypted
from tests.generator.expected import WORST, Expected
from tests.generator.extras import MACROS, adorn
from tests.generator.look import Look
from tests.generator.model import Form, Place
from tests.generator.seed_form import seed_canvas, seed_expected, seed_form
from tests.generator.workbook import Rendered, finish, render
from tests.generator.write_xlsx import Sheet, write_xlsx

PASSWORD = "2021"
HARD = Look(levels="first", breaks=" ", spaced=True, half=True, ab=False, templates=True, weight_break="")
"""The look of the sample that is moved and disguised."""


@dataclass
class Sample:
    """One file of sample_inputs: what it is for, its bytes, its forms, and what becomes of it."""

    path: str
    notes: str
    data: bytes
    forms: list[Rendered] = field(default_factory=list)
    status: str = "processed"
    reason: str = ""


def samples() -> list[Sample]:
    """Every sample, in the order of samples.toml."""
    return [_sample(entry) for entry in load("samples")["file"]]


def _sample(entry: dict[str, Any]) -> Sample:
    sample = Sample(entry["path"], entry["notes"], b"")
    if "skipped" in entry:
        sample.status, sample.reason = "skipped", entry["skipped"]
        sample.data = _lock_file() if entry["skipped"] == "lock_file" else b"\0\0\0\x01Bud1" + bytes(6136)
        return sample
    made = [_form(wish, f"{entry['path']}/{n}") for n, wish in enumerate(entry["form"])]
    sheets = [Sheet(rendered.sheet, canvas, landscape=rendered.form.layout == "platform")
              for canvas, rendered in made]  # fmt: skip
    sample.forms = [rendered for _, rendered in made]
    if entry.get("stacked"):
        sheets = [_stack(made)]
    if entry.get("adorned"):
        canvas, rendered = made[0]
        count = len(rendered.form.indicators)
        sheets = [Sheet(rendered.sheet, canvas,
                        decorate=lambda book, paper: adorn(book, paper, canvas, count))]  # fmt: skip
    if entry.get("cover"):
        sheets.insert(0, Sheet("封面", disguises.cover(made[0][1].form)))
    if entry.get("hidden"):
        sheets.append(Sheet("选项", disguises.lists(), hidden=True))
    sample.data = write_xlsx(sheets, MACROS if entry.get("macros") else None)
    if "refused" in entry:
        sample.status, sample.reason, sample.forms = "refused", entry["refused"], []
        spoil = _torn if entry["refused"] == "damaged" else partial(encrypted, password=PASSWORD)
        sample.data = spoil(sample.data)
    return sample


def _form(wish: dict[str, Any], name: str) -> tuple[Canvas, Rendered]:
    """The form of one entry and where it stands; tried with other numbers until every defect finds room."""
    sheet = wish.get("sheet", "自评表")
    if wish.get("seed"):
        canvas = seed_canvas().bound()
        return canvas, Rendered(seed_form(), sheet, canvas.places, seed_expected())
    for attempt in range(400):
        rng = Random(f"{name}/{attempt}")
        who = named(wish["unit"], wish["project"])
        form = right_form(who, rng, wish.get("layout", "national"), wish.get("size", "medium"))
        found = _spoil(form, wish, rng)
        if found is not None:
            break
    else:
        raise LookupError(f"{name}: no room for {wish['defects']}")
    look = None
    if wish.get("disguised"):
        disguises.text_numbers(form, rng)
        disguises.text_rates(form, rng)
        look = HARD
    if wish.get("formulas"):
        disguises.formulas(form)
    canvas = render(form, look)
    if wish.get("disguised"):
        canvas = disguises.moved(disguises.spread(canvas, rng), 3, 2)
    canvas = canvas.bound()
    return canvas, Rendered(form, sheet, canvas.places, found)


def _spoil(form: Form, wish: dict[str, Any], rng: Random) -> list[Expected] | None:
    found: list[Expected] = []
    for name in wish.get("defects", ()):
        more = DEFECTS[name](form, rng)
        if more is None:
            return None
        found += more
    if wish.get("twice"):
        found.append(Expected("B501", "warning", Place("form", "", "project")))
    done = finish(form, found)
    return done if ("T404" in wish.get("defects", ())) == any(e.check == "T404" for e in done) else None


def _stack(made: list[tuple[Canvas, Rendered]]) -> Sheet:
    (upper, first), (lower, second) = made
    down = upper.bottom + 3
    second.places = {place: (row + down, column) for place, (row, column) in lower.places.items()}
    return Sheet(first.sheet, upper.below(lower, 2))


def _torn(data: bytes) -> bytes:
    """The first part of the file only. Stored without compression first, so that no zlib changes it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as whole, zipfile.ZipFile(buffer, "w") as stored:
        for member in whole.infolist():
            stored.writestr(zipfile.ZipInfo(member.filename), whole.read(member))
    return buffer.getvalue()[:6000]


def _lock_file() -> bytes:
    """As Excel leaves it: length and name of the user in one byte a letter, then in UTF-16."""
    name = "admin"
    padded = name.ljust(54)
    return bytes([len(name)]) + padded.encode("ascii") + bytes([len(name), 0]) + padded.encode("utf-16-le")


def write_samples(folder: Path) -> list[Sample]:
    """Write every sample below ``folder``; other files there are left alone."""
    made = samples()
    for sample in made:
        target = folder / sample.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(sample.data)
    return made


def expected_rows(made: list[Sample]) -> list[tuple[str, str, str, str, str]]:
    """What must be found: file, sheet, check, level, cell; sorted by file, sheet, check and cell."""
    rows = [
        (sample.path, rendered.sheet, e.check, e.level, rendered.cell(e.place))
        for sample in made for rendered in sample.forms for e in rendered.expected
    ]  # fmt: skip
    return sorted(rows)


def expected_table(made: list[Sample]) -> str:
    """``expected_rows`` as tab-separated text."""
    rows = [("file", "sheet", "check", "level", "cell"), *expected_rows(made)]
    return "".join("\t".join(row) + "\n" for row in rows)


def files_table(made: list[Sample]) -> str:
    """What must become of each file: path, status, reason, number of forms; tab-separated text."""
    rows = [("file", "status", "reason", "forms")]
    rows += sorted((s.path, s.status, s.reason, str(len(s.forms))) for s in made)
    return "".join("\t".join(row) + "\n" for row in rows)


_STATUS = {"processed": "处理", "refused": "不能处理", "skipped": "跳过"}
_SIGNS = {"error": "必须整改", "warning": "请核实", "info": "提示"}
_PAGE = """# 样例

{files} 个文件、{forms} 张自评表：处理 {processed} 个，不能处理 {refused} 个，跳过 {skipped} 个。
除第一个是公开的真实自评表外，部门、单位、项目和数据都是虚构的。
每张表只在下面写明的地方有错，其余都正确。核验项编号的意思见 `perfbatch explain 编号`。

sample_inputs/ 里的文件和本页由 `make samples` 生成，请不要手工修改；
内容写在 tests/generator/samples.toml。perfbatch 应有的全部发现见 tests/data/samples_expected.tsv。

| 文件 | 里面是什么 | perfbatch 应发现 |
|---|---|---|
"""


def page(made: list[Sample]) -> str:
    """docs/samples.md, in Chinese."""
    counts = {status: sum(sample.status == status for sample in made) for status in _STATUS}
    forms = sum(len(sample.forms) for sample in made)
    rows = [f"| {sample.path} | {sample.notes} | {_findings(sample)} |\n" for sample in made]
    return _PAGE.format(files=len(made), forms=forms, **counts) + "".join(rows)


def _findings(sample: Sample) -> str:
    if sample.status != "processed":
        return _STATUS[sample.status]
    found = [(e.check, e.level) for rendered in sample.forms for e in rendered.expected]
    kinds = sorted(set(found), key=lambda kind: (WORST[kind[1]], kind[0]))
    parts = []
    for check, level in kinds:
        times = found.count((check, level))
        parts.append(f"{check} {_SIGNS[level]}" + (f" ×{times}" if times > 1 else ""))
    return "；".join(parts) or "没有问题"
