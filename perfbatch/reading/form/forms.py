"""A sheet → its forms, by the layout family that fits it best."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from operator import itemgetter

from perfbatch.reading.form.fields import Number, Text
from perfbatch.reading.form.find import Almost, FormPlace, find
from perfbatch.reading.form.fund_line import FundLine
from perfbatch.reading.form.funds import fund_lines, money_unit
from perfbatch.reading.form.funds_as_indicator import is_scored_twice, leave_to_indicator
from perfbatch.reading.form.goals import goal_fields
from perfbatch.reading.form.header import header_fields, split_code, title_field
from perfbatch.reading.form.hidden import hidden_in
from perfbatch.reading.form.indicator import Indicator
from perfbatch.reading.form.indicator_table import Table, indicator_table
from perfbatch.reading.form.other_scores import OtherScores, other_scores
from perfbatch.reading.form.points import points_place
from perfbatch.reading.form.printed_notes import last_of_table, printed_notes, rows_below
from perfbatch.reading.form.reasons_place import Reasons, take_reasons
from perfbatch.reading.form.sheet import Content, Sheet, cell_text
from perfbatch.reading.form.side_by_side import side_by_side
from perfbatch.reading.form.total_row import total_fields
from perfbatch.reading.form.year import Year, find_year
from perfbatch.reading.layouts import Layouts
from perfbatch.text import tidy
from perfbatch.workbook.addresses import address
from perfbatch.workbook.grid import Grid

_SHORT = 20


@dataclass(slots=True)
class Form:
    """One form as it stands on its sheet. ``texts`` holds title, header and goals by field name.

    ``notes`` are keys of templates/reading.toml, table ``form``, with their values.
    """

    sheet: str
    layout: str
    year: Year
    texts: dict[str, Text]
    project_code: str
    money_unit: str
    points_total: Number
    own_total: Number
    region: str
    funds: list[FundLine]
    indicators: list[Indicator]
    kind: str
    points_place: str
    reasons: Reasons
    hidden: str
    reviewer_total: Number
    other: OtherScores
    fallbacks: list[str] = field(default_factory=list)
    indicator_fallbacks: list[str] = field(default_factory=list)
    notes: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    printed_notes: str = ""


def read_forms(grid: Grid, layouts: Layouts) -> tuple[list[Form], list[Almost]]:
    """The forms of a sheet from top to bottom, and what others on it lack to be forms."""
    forms: list[Form] = []
    lacking: list[Almost] = []
    for part in side_by_side(Content(grid, layouts)):
        more, others = _read(part)
        forms += more
        lacking += others
    return forms, lacking


def _read(content: Content) -> tuple[list[Form], list[Almost]]:
    """The forms of a sheet, or of the columns of one, from top to bottom.

    Where no family finds one, what is lacking is told by the family that fits best.
    """
    scores = zip(content.fits(), content.layouts, strict=True)
    closest: list[Almost] = []
    for (found, _), layout in sorted(scores, key=itemgetter(0), reverse=True):
        if not found:
            break
        sheet = Sheet(content, layout)
        places, lacking = find(sheet)
        if places:
            return [_form(sheet, place) for place in places], lacking
        if lacking and (not closest or (closest[0].foreign and not lacking[0].foreign)):
            closest = lacking
        elif lacking and _needs_no_points(closest[0], lacking[0]):
            closest = [_without_points(closest[0]), *closest[1:]]
    return [], closest


def _needs_no_points(almost: Almost, other: Almost) -> bool:
    """Whether to another family nothing but 分值 is less missing: then nobody need add them."""
    return "points" in almost.lacks and not other.foreign and {*almost.lacks} - {"points"} == {*other.lacks}


def _without_points(almost: Almost) -> Almost:
    keep = [(name, text) for name, text in zip(almost.lacks, almost.missing, strict=True) if name != "points"]
    return replace(almost, lacks=tuple(n for n, _ in keep), missing=tuple(text for _, text in keep))


def _form(sheet: Sheet, place: FormPlace) -> Form:
    fallbacks: list[str] = []
    table = indicator_table(sheet, place)
    texts = header_fields(sheet, place, last_of_table(table), fallbacks)
    code, name = split_code(texts["project"].value)
    if code:
        texts["project"] = texts["project"]._replace(value=name)
    code = code or texts["project_code"].value
    unit = money_unit(sheet, place)
    fund_fallbacks: list[str] = []
    funds = fund_lines(sheet, place, unit, fund_fallbacks)
    points_total, own_total, reviewer_total = total_fields(sheet, place, table, fallbacks)
    scored_twice = is_scored_twice(funds, table.indicators, points_total.value)
    if scored_twice:
        leave_to_indicator(funds)
    columns = place.indicators.fallbacks
    reasons = take_reasons(sheet, place, table.indicators, last_of_table(table))
    limit = place.funds.top if place.funds else place.indicators.top
    return Form(
        sheet=sheet.grid.name,
        layout=sheet.layout.name,
        year=find_year(sheet, place.top, limit, place.right),
        texts={"title": title_field(sheet, place), **texts, **goal_fields(sheet, place)},
        project_code=code,
        money_unit=unit,
        points_total=points_total,
        own_total=own_total,
        region=_region(sheet, place, table),
        funds=funds,
        indicators=table.indicators,
        kind=sheet.layout.kind,
        points_place=points_place(place.indicators.columns, table.indicators),
        reasons=reasons,
        hidden=hidden_in(sheet, place),
        reviewer_total=reviewer_total,
        other=other_scores(sheet, place),
        fallbacks=[*fallbacks, *(f"funds.{name}" for name in dict.fromkeys(fund_fallbacks)),
                   *(f"indicators.{name}" for name in columns)],
        indicator_fallbacks=list(columns),
        notes=[*_notes(sheet, place, table, funds, own_total),
               *([("scored_twice", {})] if scored_twice else [])],
        printed_notes=printed_notes(sheet, place, table),
    )  # fmt: skip


def _notes(
    sheet: Sheet, place: FormPlace, table: Table, funds: list[FundLine], own_total: Number
) -> list[tuple[str, dict[str, str]]]:
    """What a person should know about how the form was read."""
    layout = sheet.layout
    notes: list[tuple[str, dict[str, str]]] = []
    if not funds:
        notes.append(("no_funds", {}))
    scored = layout.points == "column" or points_place(place.indicators.columns, table.indicators) != "none"
    if scored and "own_score" not in place.indicators.columns:
        notes.append(("no_own_score", {}))
    if scored and table.total is None and own_total.state == "absent":
        notes.append(("no_total", {"label": layout.first_label("form.total")}))
    notes += [("unknown_line", {"line": line.label}) for line in funds if line.unknown]
    notes += [
        (code, {"rows": _listed(rows), "first": _first_text(sheet, rows[0])})
        for code, rows in (("parts", table.parts), ("passed", table.passed), ("unread", table.unread))
        if rows
    ]
    hidden = hidden_in(sheet, place)
    if hidden:
        notes.append(("hidden", {"places": hidden}))
    return notes


def _listed(rows: list[int]) -> str:
    return "、".join(str(row + 1) for row in rows)


def _first_text(sheet: Sheet, row: int) -> str:
    """What stands first in a row, short."""
    texts = (tidy(cell_text(sheet.at(row, column))) for column in sorted(sheet.rows.get(row, ())))
    return next((text for text in texts if text), "")[:_SHORT]


def _region(sheet: Sheet, place: FormPlace, table: Table) -> str:
    """The range from the first row with a label of the form to the last row of its notes."""
    top = next((hit.row for hit in sheet.between(place.top, place.indicators.top)), place.indicators.top)
    bottom = max(rows_below(sheet, place, table), default=last_of_table(table))
    return f"{address(top, place.left)}:{address(bottom, place.right)}"
