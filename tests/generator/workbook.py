"""Workbooks with all that is known about them: forms, places, expected findings.

The mix (``make`` without further wishes), which is what benchmarks measure:

* layout: 3 of 4 national/Beijing, 1 of 4 platform export;
* size: 20 % small (about 5 indicators), 60 % medium (about 11), 17 % large (about 24), 3 % huge (about 45);
* forms: 92 % one, 5 % two on two sheets, 3 % two stacked on one sheet; 1 % hand in a project twice (B501);
* mistakes: 40 % none; else 1 to 4 of those in defects.py, on indicators of their own;
* habits, each on its own: look of labels and levels 60 %, formulas 20 %, rates as text 20 %, numbers as
  text 8 %, moved 10 %, blank rows and columns 5 %, cover 6 %, hidden sheet 6 %.

6 to 8 ms a workbook on one core.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random

from tests.generator import disguises, scoring
from tests.generator.canvas import Canvas, address
from tests.generator.catalogue import identity
from tests.generator.content import SIZES, right_form
from tests.generator.defects import DEFECTS, one_indicator
from tests.generator.expected import Expected
from tests.generator.look import PLAIN, Look, random_look
from tests.generator.model import Form, Place
from tests.generator.render_national import render_national
from tests.generator.render_platform import PLATFORM, render_platform
from tests.generator.write_xlsx import Sheet, write_xlsx

FORMS_A_WORKBOOK = 4
"""Numbers of ``catalogue.identity`` set aside for each workbook."""


@dataclass
class Rendered:
    """One form of a workbook: what it says, where it says it, what must be found in it."""

    form: Form
    sheet: str
    places: dict[Place, tuple[int, int]]
    expected: list[Expected] = field(default_factory=list)

    def cell(self, place: Place) -> str:
        """A1 address of a value."""
        return address(*self.places[place])


@dataclass
class Workbook:
    """A generated file: its path below the folder, its bytes, its forms from first to last."""

    path: str
    data: bytes
    forms: list[Rendered]


def render(form: Form, look: Look | None = None) -> Canvas:
    """The form in its own layout."""
    if form.layout == "platform":
        return render_platform(form, look or PLATFORM)
    return render_national(form, look or PLAIN)


def finish(form: Form, expected: Sequence[Expected]) -> list[Expected]:
    """The expected findings, with T404 where the defects together move the form into another grade."""
    found = list(expected)
    if scoring.in_another_grade(form):
        found.append(Expected("T404", "warning", Place("form", "", "own_total")))
    return found


def faulty_variants() -> list[str]:
    """Every name that ``faulty`` takes: check ids, with -variant where a check has several shapes."""
    return sorted([*DEFECTS, "B501"])


def faulty(name: str, seed: int = 0, layout: str | None = None, size: str = "medium") -> Workbook:
    """A workbook with exactly this defect in an otherwise right form, in its plain look.

    ``layout`` None: national, or platform where only that has room for the defect.
    Raises LookupError where no form of the layout can carry it.
    """
    if name == "B501":
        rng = Random(f"B501/{seed}/{layout}")
        return _twice(rng.randrange(10**5), rng, layout or "national")
    for attempt in range(60):
        rng = Random(f"{name}/{seed}/{layout}/{attempt}")
        index = rng.randrange(10**5)
        chosen = layout or ("platform" if name.startswith("F106") else "national")
        form = right_form(identity(index), rng, chosen, size)
        found = DEFECTS[name](form, rng)
        if found is None:
            continue
        expected = finish(form, found)
        if any(e.check == "T404" for e in expected) != (name == "T404"):
            continue
        return _workbook(index, [form], [expected])
    raise LookupError(f"{name}: no form of layout {layout} has room for it")


def _path(index: int) -> str:
    who = identity(index)
    return f"{who.department['name']}/{who.unit}/{who.name}.xlsx"


def _workbook(index: int, forms: list[Form], expected: list[list[Expected]]) -> Workbook:
    sheets, rendered = [], []
    for number, (form, found) in enumerate(zip(forms, expected, strict=True), 1):
        canvas = render(form).bound()
        name = "自评表" if len(forms) == 1 else f"自评表{number}"
        sheets.append(Sheet(name, canvas))
        rendered.append(Rendered(form, name, canvas.places, found))
    return Workbook(_path(index), write_xlsx(sheets), rendered)


def _twice(index: int, rng: Random, layout: str) -> Workbook:
    forms = [right_form(identity(index), rng, layout, "small") for _ in range(2)]
    found = Expected("B501", "warning", Place("form", "", "project"))
    return _workbook(index, forms, [[found], [found]])


def make(seed: int, index: int, layout: str = "mixed", defects: str | Sequence[str] = "mixed",
         disguised: bool = True) -> Workbook:  # fmt: skip
    """Workbook number ``index`` of a seed's endless row; the same arguments give the same bytes.

    ``layout``: national, platform or mixed. ``defects``: "mixed", "none", or names out of ``DEFECTS``, all
    of which are tried on every form. ``disguised`` False leaves look, cell types and places plain.
    """
    rng = Random(f"{seed}/{index}")
    first = index * FORMS_A_WORKBOOK
    chosen = rng.choice(("national", "national", "national", "platform")) if layout == "mixed" else layout
    draw = rng.random()
    if defects == "mixed" and draw > 0.99:
        return _twice(first, rng, chosen)
    count = 1 if draw < 0.92 else 2
    rendered, sheets, canvases = [], [], []
    for number in range(count):
        form = right_form(identity(first + number), rng, chosen, _size(rng))
        expected = finish(form, _spoil(form, rng, defects))
        look = _dress(form, expected, rng) if disguised else None
        canvas = render(form, look)
        if disguised:
            canvas = _place(canvas, expected, rng)
        canvas = canvas.bound()
        canvases.append(canvas)
        name = ("自评表", "自评表2")[number]
        rendered.append(Rendered(form, name, canvas.places, expected))
        sheets.append(Sheet(name, canvas, landscape=chosen == "platform"))
    if count == 2 and draw > 0.97:
        sheets = [_stacked(canvases, rendered)]
    return Workbook(_path(first), write_xlsx(_company(sheets, rendered[0].form, rng, disguised)), rendered)


def _size(rng: Random) -> str:
    return rng.choices(list(SIZES), weights=(20, 60, 17, 3))[0]


def _spoil(form: Form, rng: Random, defects: str | Sequence[str]) -> list[Expected]:
    if defects == "none" or (defects == "mixed" and rng.random() < 0.4):
        return []
    names = _mixed(rng) if defects == "mixed" else list(defects)
    found: list[Expected] = []
    for name in sorted(names, key=lambda name: not one_indicator(name)):
        found += DEFECTS[name](form, rng) or []
    return found


def _mixed(rng: Random) -> list[str]:
    small = [name for name in DEFECTS if one_indicator(name)]
    whole = [name for name in DEFECTS if not one_indicator(name)]
    names = rng.choices(small, k=rng.randint(1, 3))
    return names + ([rng.choice(whole)] if rng.random() < 0.35 else [])


def _dress(form: Form, expected: list[Expected], rng: Random) -> Look:
    texts = rng.random()
    if texts < 0.08:
        disguises.text_numbers(form, rng)
    elif texts < 0.28:
        disguises.formulas(form)
    elif texts < 0.48:
        disguises.text_rates(form, rng)
    if form.layout == "platform":
        return PLATFORM
    look = random_look(rng) if rng.random() < 0.6 else PLAIN
    printed = any(e.check == "T403" for e in expected)  # a wrong weight must be there to be seen
    return replace(look, weights=True) if printed else look


def _place(canvas: Canvas, expected: list[Expected], rng: Random) -> Canvas:
    # Where a blank header field belongs cannot be told once blank columns stand around it.
    headless = any(e.check == "S001" for e in expected)
    if rng.random() < 0.05 and not headless:
        canvas = disguises.spread(canvas, rng)
    if rng.random() < 0.10:
        canvas = disguises.moved(canvas, rng.randint(0, 6), rng.randint(0, 3))
    return canvas


def _stacked(canvases: list[Canvas], rendered: list[Rendered]) -> Sheet:
    upper, lower = canvases
    down = upper.bottom + 3
    rendered[1].sheet = rendered[0].sheet
    rendered[1].places = {place: (row + down, column) for place, (row, column) in lower.places.items()}
    return Sheet(rendered[0].sheet, upper.below(lower, 2))


def _company(sheets: list[Sheet], form: Form, rng: Random, disguised: bool) -> list[Sheet]:
    if disguised and rng.random() < 0.06:
        sheets = [Sheet("封面", disguises.cover(form)), *sheets]
    if disguised and rng.random() < 0.06:
        sheets = [*sheets, Sheet("选项", disguises.lists(), hidden=True)]
    return sheets
