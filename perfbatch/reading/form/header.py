"""The header: 项目名称, 主管部门, 实施单位, 项目负责人, 联系电话, and the title."""

from __future__ import annotations

import re
from collections.abc import Iterable

from perfbatch.reading.form.fields import NO_TEXT, Text, line_text, text_field
from perfbatch.reading.form.find import FormPlace
from perfbatch.reading.form.sheet import Hit, Sheet, below, beside
from perfbatch.reading.layouts import HEADER, LabelMeaning
from perfbatch.text import squeeze

_COLON = re.compile("[:：∶]")
_APART = re.compile(r"[\s,，;；、]+")
_CODE = re.compile(r"\s*+([0-9A-Za-z]++)\s*+[-—－–_:：]++\s*+(\S.*)", re.DOTALL)
_SHORTEST_CODE = 8
_PHONE = re.compile(
    r"(?<![\dA-Za-z])(?:\+?86-?)?(?:0\d{2,3}-?\d{7,8}|1\d{10}|\d{4}-\d{7}|\d{7,8})(?:-\d{1,6})?(?!\d)"
)
"""A telephone number: 13900000000, 010-12345678, 0000-0000000, 8888888."""
_FIELDS = {f"header.{name}": name for name in HEADER}


def title_field(sheet: Sheet, place: FormPlace) -> Text:
    """The title as printed."""
    hits = [hit for hit in sheet.between(place.top, place.indicators.top) if "form.title" in hit.roles]
    if not hits:
        return NO_TEXT
    best = min(hits, key=lambda hit: (hit.roles["form.title"], hit.row))
    return line_text(best.text, sheet.cell(best.row, best.column))


def header_fields(sheet: Sheet, place: FormPlace, table_end: int, fallbacks: list[str]) -> dict[str, Text]:
    """Each header field; the name of a field that stood below its label is added to ``fallbacks``.

    A field whose label stands several times (with one rank) takes the first that is filled.
    """
    limit = place.indicators.top
    candidates: dict[str, list[tuple[int, int, int, Hit]]] = {}
    above, under = sheet.between(place.top, limit), sheet.between(table_end + 1, place.bottom + 1)
    for after, hits in enumerate((above, under)):
        for hit in hits:
            for role, rank in hit.roles.items():
                name = _FIELDS.get(role)
                if name is not None:
                    candidates.setdefault(name, []).append((after, rank, hit.row, hit))
    found: dict[str, Text] = {}
    for name in HEADER:
        offers = sorted(candidates.get(name, ()), key=lambda offer: offer[:3])
        best = NO_TEXT
        by_position = False
        for after, rank, _, hit in offers:
            if (after, rank) != offers[0][:2]:
                break
            field, moved = _value(sheet, place, hit, limit if not after else place.bottom + 1)
            if best is NO_TEXT or field.state == "value":
                best, by_position = field, moved
            if field.state == "value":
                break
        found[name] = best
        if by_position:
            fallbacks.append(name)
    _split_phone(found)
    _from_shared_cells(sheet, [offer[3] for offers in candidates.values() for offer in offers], found)
    return found


def split_code(project: str) -> tuple[str, str]:
    """The code printed before a project's name, and the name: 51000021R000000019951-工资性支出."""
    match = _CODE.fullmatch(project)
    if match and len(match.group(1)) >= _SHORTEST_CODE and not match.group(1).isalpha():
        return match.group(1), match.group(2).strip()
    return "", project


def _split_phone(found: dict[str, Text]) -> None:
    """A number behind the name of 项目负责人 is 联系电话, where that has no value of its own."""
    leader, phone = found["leader"], found["phone"]
    number = _PHONE.search(squeeze(leader.value)) if leader.state == "value" else None
    if number is None or phone.state == "value":
        return
    name = _APART.sub("", squeeze(leader.value)[: number.start()]).strip("()/:-")
    found["phone"] = Text(number.group(), leader.cell, "value")
    found["leader"] = leader._replace(value=name) if name else Text("", leader.cell, "blank")


def _value(sheet: Sheet, place: FormPlace, hit: Hit, limit: int) -> tuple[Text, bool]:
    """The value of a label, and whether it was taken from below the label."""
    if hit.rest is not None:
        rest = hit.rest
        pair = next(iter(_labels_within(sheet, rest)), None)
        if pair:
            rest = rest[: pair[0]]
        if rest.strip():
            return line_text(rest, sheet.cell(hit.row, hit.column)), False
        inside = line_text("", sheet.cell(hit.row, hit.column))
        right = beside(sheet, hit, place.right)
        if pair or right is None:
            return inside, False
        field = text_field(sheet, *right)
        return (field, False) if field.state != "blank" else (inside, False)
    right = beside(sheet, hit, place.right)
    if right is not None and not _labels_over_values(sheet, hit, limit):
        return text_field(sheet, *right), False
    under = below(sheet, hit, limit - 1)
    if under is not None:
        return text_field(sheet, *under), True
    if right is not None:
        return text_field(sheet, *right), False
    return Text("", sheet.cell(hit.row, hit.column), "blank"), False


def _labels_over_values(sheet: Sheet, hit: Hit, limit: int) -> bool:
    """Whether a row holds header labels and nothing else, and the row below their values."""
    others = sheet.by_row.get(hit.row, ())
    if len(others) < 2 or hit.bottom + 1 >= limit:
        return False
    if not all(sheet.is_label(hit.row, column) for column in sheet.rows.get(hit.row, ())):
        return False
    under = [(o.bottom + 1, o.column) for o in others]
    return not any(sheet.is_label(*at) for at in under) and any(
        (cell := sheet.at(*at)) is not None and cell.text.strip() for at in under
    )


def _labels_within(sheet: Sheet, text: str) -> list[tuple[int, int, LabelMeaning]]:
    """Labels with a colon inside a text: where each begins, where its colon ends, and what it means."""
    found = []
    begin = 0
    for colon in _COLON.finditer(text):
        starts = [begin, *(m.end() for m in _APART.finditer(text, begin, colon.start()))]
        for start in starts:  # the longest first: a label may have blanks in it
            entry = sheet.layout.lookup(text[start : colon.start()])
            if entry is not None and entry.exact and _is_field(entry):
                found.append((start, colon.end(), entry))
                break
        begin = colon.end()
    return found


def _is_field(entry: LabelMeaning) -> bool:
    return any(role.startswith(("header.", "form.")) for role in entry.roles)


def _from_shared_cells(sheet: Sheet, hits: Iterable[Hit], found: dict[str, Text]) -> None:
    """Fields that share a cell with another one: 项目负责人：赵峰  联系电话：12345678."""
    for hit in hits:
        if hit.rest is None:
            continue
        pairs = _labels_within(sheet, hit.rest)
        for number, (_, begin, entry) in enumerate(pairs):
            end = pairs[number + 1][0] if number + 1 < len(pairs) else len(hit.rest)
            field = line_text(hit.rest[begin:end], sheet.cell(hit.row, hit.column))
            for role in entry.roles:
                name = role.removeprefix("header.")
                if name in HEADER and found[name].state in ("absent", "blank"):
                    found[name] = field
