"""The budget year of a form: （2021年度） in the title, below it or in a cell of its own, or beside 年度."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from perfbatch.caching import cached
from perfbatch.reading.form.sheet import Sheet, beside, cell_text
from perfbatch.text import squeeze

_NUMERALS = str.maketrans("〇零○Ｏ一二三四五六七八九", "0000123456789")
_CHINESE_YEAR = re.compile(r"[一二][〇零○一二三四五六七八九]{3}(?=年|$|\))")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)\)?(?:[-/~至](?:19|20)?\d\d)?年?度?")
_LINE = re.compile(r"\(?(?:(?:预算|评价|自评|绩效)?年度:?)?\(?((?:19|20)\d\d)\)?年?度?\)?")
_BARE = re.compile(r"\(((?:19|20)\d\d)\)")
_BLANK_LINE = re.compile(r"\(?[_\-/.×xX*]{0,8}年度?\)?")
_IN_TITLE = re.compile(r"((?:19|20)\d\d)\)?年")
_BLANK_IN_TITLE = re.compile(r"\([_\-.×xX*]{0,8}年度?\)|^[_\-.×xX*]{0,8}年度")
_PLAIN = re.compile(r"((?:19|20)\d\d)(?:\.0+)?")
_LONGEST = 40


class Year(NamedTuple):
    """The year, its cell and state (perfbatch.schema.STATES)."""

    value: int | None
    cell: str
    state: str


@cached(4096)
def _arabic(text: str) -> str:
    """Squeezed, with the years that are written in Chinese numerals (二〇二一年) in figures."""
    return _CHINESE_YEAR.sub(lambda found: found.group().translate(_NUMERALS), squeeze(text))


def is_year_line(text: str) -> bool:
    """Whether a cell holds the year of a form and nothing else, filled in or not."""
    if len(text) > _LONGEST:
        return False
    short = _arabic(text)
    return _LINE.fullmatch(short) is not None or _BLANK_LINE.fullmatch(short) is not None


def find_year(sheet: Sheet, top: int, limit: int, right: int) -> Year:
    """The year of the form whose header rows are ``top`` … ``limit`` - 1."""
    blank: Year | None = None
    for row, column, text in _short_texts(sheet, top, limit):  # a cell of its own
        short = _arabic(text)
        if "年" not in short and not _BARE.fullmatch(short):
            continue
        own = _LINE.fullmatch(short)
        if own and not _belongs_to_a_label(sheet, row, column):
            return Year(int(own.group(1)), sheet.cell(row, column), "value")
        if blank is None and _BLANK_LINE.fullmatch(short) and not sheet.is_label(row, column):
            blank = Year(None, sheet.cell(row, column), "blank")
    titles = [hit for hit in sheet.between(top, limit) if "form.title" in hit.roles]
    for hit in titles:
        short = _arabic(hit.text)
        printed = _IN_TITLE.search(short)
        if printed:
            return Year(int(printed.group(1)), sheet.cell(hit.row, hit.column), "value")
        if blank is None and _BLANK_IN_TITLE.search(short):
            blank = Year(None, sheet.cell(hit.row, hit.column), "blank")
    beside_label = _beside_label(sheet, top, limit, right)
    if beside_label is not None and (beside_label.state == "value" or blank is None):
        return beside_label
    joined = _split_over_cells(sheet, top, limit)
    found = joined or blank or _in_heading_above(sheet, top)
    if found is not None:
        return found
    if titles:  # a title without a year is where the year belongs
        return Year(None, sheet.cell(titles[0].row, titles[0].column), "blank")
    return Year(None, "", "absent")


def _short_texts(sheet: Sheet, top: int, limit: int) -> Iterator[tuple[int, int, str]]:
    """Row, column and text of what may be a line of the year, from top to bottom, left to right."""
    for row in range(top, limit):
        for column in sorted(sheet.rows.get(row, ())):
            text = cell_text(sheet.at(row, column))
            if text and len(text) <= _LONGEST:
                yield row, column, text


def _in_heading_above(sheet: Sheet, top: int) -> Year | None:
    """The year in what heads the sheet, over the first form: 2023年度项目支出绩效自评汇总.

    Read for a form without a year of its own, where no form above it could have its own.
    """
    opened = next((hit.row for hit in sheet.hits if hit.exact), top)
    for row in range(opened + 1 if opened == top else opened):
        for column in sorted(sheet.rows.get(row, ())):
            text = cell_text(sheet.at(row, column))
            printed = _IN_TITLE.search(_arabic(text)) if len(text) <= _LONGEST else None
            if printed and "绩效" in text:
                return Year(int(printed.group(1)), sheet.cell(row, column), "value")
    return None


def _belongs_to_a_label(sheet: Sheet, row: int, column: int) -> bool:
    """Whether the cell is the value of another field (项目起止时间: 2021年)."""
    if column == 0:
        return False
    hit = sheet.labels.get(sheet.anchor(row, column - 1))
    return hit is not None and any(role.startswith("header.") for role in hit.roles)


def _beside_label(sheet: Sheet, top: int, limit: int, right: int) -> Year | None:
    """The year beside or behind a label such as 年度："""
    for hit in sheet.between(top, limit):
        if "form.year" not in hit.roles:
            continue
        if hit.rest is not None:
            where, text = (hit.row, hit.column), hit.rest
        else:
            place = beside(sheet, hit, right)
            if place is None:
                continue
            where, text = place, cell_text(sheet.at(*place))
        written = _YEAR.match(_arabic(text)) or _PLAIN.fullmatch(_arabic(text))
        if written:
            return Year(int(written.group(1)), sheet.cell(*where), "value")
        return Year(None, sheet.cell(*where), "nonsense" if text.strip() else "blank")
    return None


def _split_over_cells(sheet: Sheet, top: int, limit: int) -> Year | None:
    """（ | 2021 | 年度）: a line of the year typed into several cells."""
    for row in range(top, limit):
        cells = [
            (column, text)
            for column in sorted(sheet.rows.get(row, ()))
            if (text := cell_text(sheet.at(row, column)).strip())
        ]
        if 2 <= len(cells) <= 4 and sum(len(text) for _, text in cells) <= _LONGEST:
            joined = _LINE.fullmatch(_arabic("".join(text for _, text in cells)))
            if joined and "年" in joined.group():
                number = next((c for c, text in cells if joined.group(1) in _arabic(text)), cells[0][0])
                return Year(int(joined.group(1)), sheet.cell(row, number), "value")
    return None
