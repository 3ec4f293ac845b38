"""Where forms lie on a sheet: by the row of labels over their indicators, and what opens a form above it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from operator import attrgetter, itemgetter

from perfbatch.caching import cached
from perfbatch.reading.form.points import points_fit
from perfbatch.reading.form.sheet import Hit, Sheet, TableColumn, cell_text
from perfbatch.reading.form.year import is_year_line
from perfbatch.reading.labels import label_of
from perfbatch.reading.layouts import INDICATOR_COLUMNS, KINDS, LEVELS, MONEY_COLUMNS

_INDICATORS = frozenset(f"indicators.columns.{name}" for name in (*INDICATOR_COLUMNS, "ignored"))
_OVER_INDICATORS, _OVER_FUNDS = "indicators.columns.", "funds.columns."
_indicator_columns, _fund_columns = attrgetter("indicator_columns"), attrgetter("fund_columns")
_VALUES = frozenset({"target", "actual", "points", "own_score", "nature", "reason"})
_AMOUNTS = frozenset({*MONEY_COLUMNS, "rate"})
_Placed = tuple[int, int, int, int, tuple[tuple[str, int], ...]]
"""The cells that a label covers (as ``Hit`` has them), and its roles."""
_FULL_ROW = 3
"""Filled cells that a row below an indicator table holds where it is no title."""
_TITLES = frozenset({"form.title", "form.never"})
_OPENING_ROLES = _TITLES | {"header.project"}
_OPENING = ("form.title", "header.project")
_TITLE, _PROJECT, _FUND_LABELS, _INDICATOR_LABELS = range(4)
_TALLEST_LABEL = 3
"""Rows that a column label may be merged over."""
_ALMOST = 4
"""Distinct labels of a form that make a sheet almost one."""


@dataclass(slots=True)
class Header:
    """The labels over a table: their rows, and the column of each field."""

    top: int
    bottom: int
    columns: dict[str, TableColumn]
    fallbacks: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


@dataclass(slots=True)
class FormPlace:
    """One form: its rows, its tables' headers, the rows in which column labels are printed again."""

    top: int
    bottom: int
    indicators: Header
    funds: Header | None
    repeated: frozenset[int]
    left: int = 0
    right: int = 0


@dataclass(frozen=True, slots=True)
class Almost:
    """Rows that have labels of the form but not those that the reader needs.

    ``foreign`` is the title of another kind of form (部门整体支出绩效自评表), else ''; ``lacks`` are the
    fields whose labels are ``missing``; ``at`` is the cell of the first label over the indicators, '' for
    none; ``unmeasured`` tells a table that is scored by a standard, with neither 指标值 nor 完成值.
    """

    sheet: str
    found: tuple[str, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    foreign: str = ""
    lacks: tuple[str, ...] = ()
    at: str = ""
    unmeasured: bool = False


@dataclass(slots=True)
class _Segment:
    """The rows of one form, whole or not: what opens it and the labels over its tables."""

    start: int
    projects: int = 0
    funds: list[int] = field(default_factory=list)
    headers: list[Header] = field(default_factory=list)


def find(sheet: Sheet) -> tuple[list[FormPlace], list[Almost]]:
    """The forms on a sheet from top to bottom, and what the others lack that are none for want of labels."""
    blocks = _indicator_blocks(sheet)
    fund_labels = _over_rows(sheet.hits, _fund_columns)
    segments = _segments(sheet, blocks, _fund_rows(fund_labels))
    places: list[FormPlace] = []
    lacking: list[Almost] = []
    for number, segment in enumerate(segments):
        top = _with_year_line(sheet, segment.start) if number else 0
        last = number + 1 == len(segments)
        bottom = sheet.last_row if last else _with_year_line(sheet, segments[number + 1].start) - 1
        place = _place(sheet, top, bottom, segment, fund_labels)
        if place is not None:
            places.append(place)
        elif (almost := _almost(sheet, top, bottom + 1, segment)) is not None:
            lacking.append(almost)
    if not segments and (almost := _almost(sheet, 0, sheet.last_row + 1, _Segment(0))) is not None:
        lacking.append(almost)
    return places, lacking


def _segments(sheet: Sheet, blocks: list[Header], fund_rows: list[int]) -> list[_Segment]:
    """The sheet cut where a form opens: at a title, at 项目名称, at funds that follow indicators.

    Labels over indicators that follow others with nothing opened between are printed again on a new page.
    """
    events: list[tuple[int, int, Header | None]] = [(row, _FUND_LABELS, None) for row in fund_rows]
    events += [(header.top, _INDICATOR_LABELS, header) for header in blocks]
    first_table = min((header.bottom for header in blocks), default=sheet.last_row)
    for hit in sheet.hits:
        if _OPENING_ROLES.isdisjoint(hit.roles):
            continue
        kind = _PROJECT if _TITLES.isdisjoint(hit.roles) else _TITLE
        if hit.row <= first_table or _stands_alone(sheet, hit, kind):
            events.append((hit.row, kind, None))
    segments: list[_Segment] = []
    for row, kind, header in sorted(events, key=itemgetter(0, 1)):
        current = segments[-1] if segments else None
        if (
            current is None
            or (current.headers and kind != _INDICATOR_LABELS)
            or (kind == _TITLE and (current.projects or current.funds))
            or (kind == _PROJECT and current.projects and current.funds)
        ):
            current = _Segment(row)
            segments.append(current)
        if header is not None:
            current.headers.append(header)
        elif kind == _FUND_LABELS:
            current.funds.append(row)
        elif kind == _PROJECT:
            current.projects += 1
    last = segments[-1] if segments else None
    if len(segments) > 1 and last and not (last.projects or last.funds or last.headers):
        segments.pop()  # a remark that speaks of the 自评表
    return segments


def _stands_alone(sheet: Sheet, hit: Hit, kind: int) -> bool:
    """Whether a title or 项目名称 below an indicator table opens a form, and is no answer in the table."""
    filled = [at for column in range(hit.right + 1) if (at := _seen(sheet, hit.row, column)) is not None]
    before = [at for at in filled if at[1] < hit.column]
    if kind == _PROJECT:
        return not before
    after = sheet.rows.get(hit.row, {})
    return len({*filled, *((hit.row, column) for column in after if column > hit.right)}) < _FULL_ROW


def _seen(sheet: Sheet, row: int, column: int) -> tuple[int, int] | None:
    """The place of what is seen here, None where nothing is."""
    return sheet.anchor(row, column) if cell_text(sheet.at(row, column)).strip() else None


def _place(
    sheet: Sheet, top: int, bottom: int, segment: _Segment, fund_labels: dict[int, list[tuple[Hit, str]]]
) -> FormPlace | None:
    """The form of a segment, None where it lacks what the layout requires."""
    first = segment.headers[0] if segment.headers else None
    if first is None or _lacks(sheet, segment, bottom) or segment.start == first.top:
        return None
    if not _has_title_of_kind(sheet, top, first.top):
        return None
    if not segment.projects and _foreign_title(sheet, top, first.top):
        return None
    # the labels that know most: a list of tasks may have 预算金额 and 执行金额 as well
    row = max(segment.funds, key=lambda one: len({role for _, role in fund_labels[one]}), default=None)
    funds = _funds_header(sheet, fund_labels, row, first.top) if row is not None else None
    repeated = frozenset(
        row for header in segment.headers[1:] for row in range(header.top, header.bottom + 1)
    )
    columns = [*first.columns.values(), *(funds.columns.values() if funds else ())]
    hits = [hit for hit in sheet.between(top, first.bottom + 1) if "form.title" not in hit.roles]
    place = FormPlace(top, bottom, first, funds, repeated)
    place.left = min([column.left for column in columns] + [hit.column for hit in hits])
    place.right = max([column.right for column in columns] + [hit.right for hit in hits])
    return place


def _foreign_title(sheet: Sheet, top: int, limit: int) -> str:
    """The title of another kind of form, '' for none; one that may be of both kinds needs 项目名称."""
    hits = sheet.between(top, limit)
    named = any("header.project" in hit.roles for hit in hits)
    foreign = (
        hit for hit in hits
        if "form.never" in hit.roles
        or ("form.foreign" in hit.roles and not (named and "form.title" in hit.roles))
    )  # fmt: skip
    return next((label_of(hit.text) for hit in foreign), "")


def _has_title_of_kind(sheet: Sheet, top: int, limit: int) -> bool:
    """Whether the title is none of another kind; a project's form may go without one, no other may."""
    titles = [hit.roles for hit in sheet.between(top, limit)]
    if any("form.never" in roles for roles in titles):
        return False
    return sheet.layout.kind == KINDS[0] or any("form.title" in roles for roles in titles)


def _lacks(sheet: Sheet, segment: _Segment, bottom: int) -> list[str]:
    """The columns that the family needs and that are not there."""
    header, layout = segment.headers[0], sheet.layout
    lacking = [] if header.columns.keys() & set(LEVELS) else ["name"]
    lacking += [name for name in layout.required if name not in header.columns]
    if any(name in header.columns for name in layout.without):
        lacking.append(layout.without[0])
    if "points" not in lacking:
        funds = [
            role for row in segment.funds for hit in sheet.by_row.get(row, ()) for role in hit.fund_columns
        ]
        if not points_fit(sheet, header.columns, funds, segment.start, header.bottom, bottom):
            lacking.append("points")
    return lacking


# ---- the labels over the indicators ------------------------------------------------------------------


def _indicator_blocks(sheet: Sheet) -> list[Header]:
    """Every row, or two or three rows, of labels over an indicator table, from top to bottom."""
    rows = _over_rows(sheet.hits, _indicator_columns)
    fewest = min(2, len(_VALUES.intersection(sheet.layout.required)))
    blocks: list[list[int]] = []
    for row in sorted(rows):
        roles = {role for _, role in rows[row]}
        levels, values = len(roles.intersection(LEVELS)), len(roles & _VALUES)
        if levels and values >= fewest and levels + values >= 4:
            if blocks and blocks[-1][1] == row - 1 and _covered(rows[row], row):
                blocks[-1][1] = row
            else:
                blocks.append([row, row])
    headers = []
    for top, bottom in blocks:
        if _is_second_row(sheet, rows, bottom + 1):
            bottom += 1
        hits = [hit for row in range(top, bottom + 1) for hit, _ in rows.get(row, ())]
        above = [hit for hit, _ in rows.get(top - 1, ()) if not cell_text(sheet.at(top, hit.column)).strip()]
        hits += [hit for hit in above if not _named(hit, hits)]
        headers.append(_indicator_header(sheet, hits, bottom))
    return headers


def _named(hit: Hit, hits: Iterable[Hit]) -> bool:
    """Whether a field of ``hit`` is among the fields of ``hits``."""
    return any(role in other.roles for other in hits for role in hit.roles if role in _INDICATORS)


def _covered(hits: Iterable[tuple[Hit, str]], row: int) -> bool:
    """Whether some label of this row is merged down from the row above: the two are one header."""
    return any(hit.row < row for hit, _ in hits)


def _is_second_row(sheet: Sheet, rows: dict[int, list[tuple[Hit, str]]], row: int) -> bool:
    """Whether a row below a header holds nothing but more labels: a header of two rows."""
    own = [hit for hit, _ in rows.get(row, ()) if hit.row == row]
    if not own:
        return False
    return all(
        (hit := sheet.labels.get((row, column))) is not None
        and any(role in _INDICATORS for role in hit.roles)
        for column in sheet.rows.get(row, ())
        if cell_text(sheet.at(row, column)).strip()
    )


def _indicator_header(sheet: Sheet, hits: list[Hit], bottom: int) -> Header:
    """Columns by label, the preferred label first; then by position where exactly one place is left."""
    hits = list({(hit.row, hit.column): hit for hit in hits}.values())
    # 中期目标 left and 年度目标 right of it under one 一级指标: the year's own are approved
    columns, taken = _columns(hits, _OVER_INDICATORS, rightmost=sheet.layout.kind == KINDS[-1])
    last = max(min(hit.bottom, hit.row + _TALLEST_LABEL - 1) for hit in hits)
    header = Header(min(hit.row for hit in hits), max(bottom, last), columns)
    _by_position(sheet, header, taken, {(hit.row, hit.column) for hit in hits})
    columns.pop("ignored", None)
    return header


def _columns(
    hits: Iterable[Hit], wanted: str, *, rightmost: bool = False
) -> tuple[dict[str, TableColumn], set[int]]:
    """For each field of the table ``wanted`` the column of its best label; the columns that any covers."""
    labels = tuple([(hit.row, hit.column, hit.bottom, hit.right, tuple(hit.roles.items())) for hit in hits])
    columns, taken = _columns_under(labels, wanted, rightmost)
    return dict(columns), set(taken)


@cached(1024)
def _columns_under(
    labels: tuple[_Placed, ...], wanted: str, rightmost: bool
) -> tuple[Mapping[str, TableColumn], frozenset[int]]:
    """``_columns`` of labels where they stand, as in every workbook of one template.

    Of equals the left (or right) one counts. Of several labels 分值, those beside 一级 and 二级指标 hold
    their sums: the one behind 三级指标 counts.
    """
    lowest = [(row, column, right, [(role.removeprefix(wanted), rank) for role, rank in roles
                                    if role.startswith(wanted)])
              for row, column, _, right, roles in _lowest(labels)]  # fmt: skip
    last_level = max(
        (column for _, column, _, names in lowest for name, _ in names if name in LEVELS), default=-1
    )
    offers = sorted(
        (
            rank,
            name == "points" and column < last_level,
            -column if rightmost else column,
            name,
            row,
            column,
            right,
        )
        for row, column, right, names in lowest
        for name, rank in names
    )
    columns: dict[str, TableColumn] = {}
    used: set[int] = set()
    for _, _, _, name, _, column, right in offers:
        if name not in columns and column not in used:
            columns[name] = TableColumn(column, right)
            if name != "ignored":
                used.add(column)
    return columns, frozenset(c for _, column, right, _ in lowest for c in range(column, right + 1))


def _lowest(labels: Sequence[_Placed]) -> list[_Placed]:
    """Of a label over several columns with labels of its own below it, those count."""
    last = max(row for row, *_ in labels)
    return [
        (row, column, bottom, right, roles) for row, column, bottom, right, roles in labels
        if bottom >= last or not any(r > bottom and column <= c <= right for r, c, *_ in labels)
    ]  # fmt: skip


def _by_position(sheet: Sheet, header: Header, taken: set[int], labels: set[tuple[int, int]]) -> None:
    """Give fields without a label the columns between their neighbours, where these are just as many.

    A column with a label that nobody knows may only be a level; one without a label may be any field.
    """
    order = [name for name in sheet.layout.order if f"indicators.columns.{name}" in sheet.layout.labels]
    missing = [name for name in order if name not in header.columns]
    free, below = _free_columns(sheet, header, taken, labels), header.bottom + 1
    for run in _runs(order, missing):
        left, right = _between_neighbours(order, run, header.columns)
        places = [c for c in range(left, right + 1) if c in free and (not free[c] or set(run) <= set(LEVELS))]
        places = [c for c in places if _filled_below(sheet, below, c) and not sheet.is_label(below, c)]
        if len(places) == len(run):
            header.columns.update({name: TableColumn(at, at) for name, at in zip(run, places, strict=True)})
            header.fallbacks.extend(run)
            taken.update(places)


def _free_columns(
    sheet: Sheet, header: Header, taken: set[int], labels: set[tuple[int, int]]
) -> dict[int, str]:
    """Columns in and beside the table that no field and no label has, with the text over them."""
    leftmost = min(column.left for column in header.columns.values())
    rightmost = max(column.right for column in header.columns.values())
    free: dict[int, str] = {}
    for column in range(max(0, leftmost - 2), rightmost + 2):
        if column in taken:
            continue
        text = next((t for row in range(header.top, header.bottom + 1)
                     if (t := cell_text(sheet.at(row, column)).strip())), "")  # fmt: skip
        if text and sheet.is_label(header.bottom, column):
            continue
        if text and (header.bottom, column) not in labels:
            header.unknown.append(text)
        free[column] = text
    return free


def _runs(order: Sequence[str], missing: Sequence[str]) -> Iterator[list[str]]:
    """The ``missing`` fields, those that follow each other in ``order`` together."""
    run: list[str] = []
    for name in missing:
        if run and order.index(name) != order.index(run[-1]) + 1:
            yield run
            run = []
        run.append(name)
    if run:
        yield run


def _between_neighbours(
    order: Sequence[str], run: Sequence[str], columns: Mapping[str, TableColumn]
) -> tuple[int, int]:
    """First and last column that the fields of ``run`` may have, from the fields before and behind them."""
    first = order.index(run[0])
    before = next((columns[name] for name in reversed(order[:first]) if name in columns), None)
    after = next((columns[name] for name in order[first + len(run) :] if name in columns), None)
    left = before.right + 1 if before else (after.left - len(run) if after else 0)
    right = after.left - 1 if after else (before.right + len(run) if before else -1)
    return left, right


def _filled_below(sheet: Sheet, row: int, column: int) -> bool:
    """Whether anything stands in the column below a header, as far as a table may reach."""
    grid = sheet.grid
    places = zip(range(row, min(sheet.last_row, row + 60) + 1), repeat(column), strict=False)
    return any(sheet.extent(*at).left == column for at in filter(grid.cells.__contains__, places))


# ---- the labels over the funds -----------------------------------------------------------------------


def _fund_rows(rows: dict[int, list[tuple[Hit, str]]]) -> list[int]:
    """Rows with labels over fund amounts: at least two of the amounts and the rate."""
    found: list[int] = []
    for row in sorted(rows):
        roles = {role for _, role in rows[row]}
        places = {hit.column for hit, role in rows[row] if role in _AMOUNTS}
        if len(roles & _AMOUNTS) >= 2 and len(places) >= 2 and roles.intersection(MONEY_COLUMNS):
            if not found or found[-1] < row - 1:
                found.append(row)
            elif _covered(rows[row], row):
                found[-1] = row
    return found


def _funds_header(sheet: Sheet, rows: dict[int, list[tuple[Hit, str]]], row: int, limit: int) -> Header:
    """The columns of the funds by label."""
    hits = {(hit.row, hit.column): hit for hit, _ in rows[row]}
    bottom = row
    if row + 1 < limit and _is_more_fund_labels(sheet, rows, row + 1):
        hits |= {(hit.row, hit.column): hit for hit, _ in rows[row + 1]}
        bottom = row + 1
    columns, _ = _columns(hits.values(), _OVER_FUNDS)
    return Header(min(hit.row for hit in hits.values()), bottom, columns)


def _is_more_fund_labels(sheet: Sheet, rows: dict[int, list[tuple[Hit, str]]], row: int) -> bool:
    own = [hit for hit, _ in rows.get(row, ()) if hit.row == row]
    return (
        bool(own)
        and all(
            (row, column) in sheet.labels
            for column in sheet.rows.get(row, ())
            if cell_text(sheet.at(row, column)).strip()
        )
        and not any(role.startswith("funds.lines") for hit in sheet.by_row.get(row, ()) for role in hit.roles)
    )


def _over_rows(
    hits: Iterable[Hit], columns_of: Callable[[Hit], tuple[str, ...]]
) -> dict[int, list[tuple[Hit, str]]]:
    """The labels that stand in, or are merged over, each row, with the column that each may stand over."""
    rows: dict[int, list[tuple[Hit, str]]] = {}
    for hit in filter(columns_of, hits):
        named = [(hit, name) for name in columns_of(hit)]
        for row in range(hit.row, min(hit.bottom, hit.row + _TALLEST_LABEL - 1) + 1):
            rows.setdefault(row, []).extend(named)
    return rows


def _with_year_line(sheet: Sheet, row: int) -> int:
    """The row itself, or the row above where that holds the year of the form below."""
    while row > 0:
        above = row - 1
        texts = [text for c in sheet.rows.get(above, ()) if (text := cell_text(sheet.at(above, c)).strip())]
        if not texts or not all(is_year_line(text) for text in texts):
            break
        row -= 1
    return row


# ---- what a sheet lacks ------------------------------------------------------------------------------


def _almost(sheet: Sheet, top: int, limit: int, segment: _Segment) -> Almost | None:
    """What was found and what is missing in rows without a whole form; None where there is nothing of one."""
    layout = sheet.layout
    hits = sheet.between(top, limit)
    printed: dict[str, str] = {}
    for hit in hits:
        for role in hit.roles:
            printed.setdefault(role, label_of(_before_value(hit)))
    columns, at = _best_indicator_row(sheet, hits)
    wanted = ["form.title", "header.project", "header.department", "header.unit"]
    if segment.funds:
        wanted += [f"funds.columns.{name}" for name in MONEY_COLUMNS]
    found = [printed[role] for role in wanted if role in printed]
    found += [columns[name] for name in INDICATOR_COLUMNS if name in columns]
    if not found:
        return None
    needed = _lacks(sheet, segment, limit - 1) if segment.headers else [
        *(["name"] if not columns.keys() & set(LEVELS) else []),
        *(name for name in dict.fromkeys((*layout.required, "points")) if name not in columns),
    ]  # fmt: skip
    missing = [layout.first_label(f"indicators.columns.{name}") for name in needed]
    if not missing:  # the table is whole, but nothing says which project it is of
        missing = [layout.first_label(role) for role in _OPENING if role not in printed]
    unknown = [text for header in segment.headers for text in header.unknown]
    foreign = _foreign_title(sheet, top, segment.headers[0].top if segment.headers else limit)
    unmeasured = "own_score" in columns and not unknown and {"target", "actual"} <= {*needed}
    return Almost(
        sheet.grid.name, tuple(found), tuple(missing), tuple(unknown), foreign, tuple(needed), at, unmeasured
    )


def _before_value(hit: Hit) -> str:
    """A label as printed, without the value behind its colon."""
    return hit.text if hit.rest is None else hit.text.removesuffix(hit.rest).rstrip().rstrip(":：∶")


def _best_indicator_row(sheet: Sheet, hits: Iterable[Hit]) -> tuple[dict[str, str], str]:
    """The fields, with their labels as printed, of the row that looks most like labels over indicators, and
    the cell of its first label ('' for none).
    """
    best: dict[str, str] = {}
    at = ""
    for row in _over_rows(hits, _indicator_columns).values():
        fields = {name: label_of(hit.text) for hit, name in row if name != "ignored"}
        if fields.keys() & set(LEVELS) and len(fields) > len(best):
            first = min((hit for hit, _ in row), key=lambda hit: hit.column)
            best, at = fields, sheet.cell(first.row, first.column)
    return best, at


def is_almost(almost: Almost) -> bool:
    """Whether rows are near enough to a form that a person meant them as one."""
    return len(almost.found) >= _ALMOST
