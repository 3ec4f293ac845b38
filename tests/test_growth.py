"""No text that a cell can hold costs more than its length: what is asked of it grows with it, linearly."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from perfbatch import check, read, score, text, toml_file
from perfbatch.batch import redaction
from perfbatch.reading import labels
from perfbatch.reading.form import funds, header, year
from perfbatch.reading.layouts import load_layouts
from perfbatch.values import blank, clean, grammar, reasons, several, spelled, tiers, typed_numbers
from perfbatch.values.sides import read_sides
from perfbatch.workbook import cell_value, iso_dates, number_text, parsing
from tests.drawn import draw, drawn
from tests.drawn_files import with_xlsxwriter
from tests.growth import ALPHABETS, AROUND, grows, hostile, nested

_SECRET = redaction._pattern(["1" * 11, "年年", "aa"])
LAYOUT = load_layouts().families[0]


def fresh(function: Callable[[str], object]) -> Callable[[str], object]:
    """``function`` without what it remembers."""
    return getattr(function, "__wrapped__", function)


FUNCTIONS: dict[str, Callable[[str], object]] = {
    "text.without_controls": text.without_controls,
    "text.compact": text.compact,
    "text.squeeze": fresh(text.squeeze),
    "text.tidy": fresh(text.tidy),
    "text.key_of": text.key_of,
    "text.project_keys": lambda given: text.project_keys([given]),
    "labels.label_of": fresh(labels.label_of),
    "labels.level": fresh(labels.level),
    "layout.lookup": LAYOUT.lookup,
    "header.split_code": header.split_code,
    "header._PHONE": lambda given: header._PHONE.search(text.squeeze(given)),
    "year.is_year_line": year.is_year_line,
    "funds.label_text": funds.label_text,
    "values.clean_value": fresh(clean.clean_value),
    "values.without_brackets": clean.without_brackets,
    "values.state_of": blank.state_of,
    "values.parse_one": fresh(grammar.parse_one),
    "values.read_sides": lambda given: read_sides([given], [given + "1"], 2024),
    "values.parts_of": fresh(several.parts_of),
    "values.tier_of": tiers.tier_of,
    "values.per_hundred": spelled.per_hundred,
    "values.with_arabic": fresh(spelled.with_arabic),
    "values.written_number": fresh(typed_numbers.written_number),
    "values.as_score": typed_numbers.as_score,
    "values.as_money": lambda given: typed_numbers.as_money(given, "万元"),
    "values.is_nothing": fresh(reasons.is_nothing),
    "workbook.visible_text": lambda given: cell_value.visible_text(given, 32_767),
    "workbook.unescape": cell_value.unescape,
    "workbook.is_error": cell_value.is_error,
    "workbook.finite": cell_value.finite,
    "workbook.parse_format": fresh(number_text.parse_format),
    "workbook.number_text": lambda given: number_text.number_text(1234.5, given),
    "workbook.word_text": lambda given: number_text.word_text("甲", given),
    "workbook.iso_serial": iso_dates.iso_serial,
    "workbook.duration_days": iso_dates.duration_days,
    "redaction.names and numbers": lambda given: _SECRET.sub("", given),
    "toml.long_key": toml_file._has_long_key,
    "workbook.ensure_plain": lambda given: _plain(given.encode()),
}


def _plain(content: bytes) -> None:
    try:
        parsing.ensure_plain(content)
    except parsing.Refused:
        return


@pytest.mark.parametrize("name", FUNCTIONS)
def test_time_grows_with_the_text(name: str) -> None:
    """At 4, 8, 16 and 32 thousand characters of every hostile alphabet."""
    found = {
        (alphabet, around): grown
        for alphabet, signs in ALPHABETS.items()
        for around in AROUND
        if (grown := grows(FUNCTIONS[name], hostile(signs, around)))
    }
    assert found == {}


_CUT_BY_ITS_CALLER = {"values.without_brackets"}
"""parse_one hands it 48 characters at the most."""


@pytest.mark.parametrize("name", sorted(FUNCTIONS.keys() - _CUT_BY_ITS_CALLER))
def test_brackets_in_brackets_cost_their_length(name: str) -> None:
    """Taken away from the inside, one pair a time: a bound on the text is all that keeps that short."""
    assert not grows(FUNCTIONS[name], nested)


@pytest.mark.parametrize("signs", ["1", "甲", "1 ", "(", "㍍"])
def test_of_a_long_text_a_value_is_no_more_than_a_thousand_characters(signs: str) -> None:
    """What comes after is not looked at by any pattern of a value."""
    told = 4  # ㍍ is メートル in NFKC
    assert len(fresh(clean.clean_value)(hostile(signs)(32_767))) <= 1_000 * told


def test_growth_is_seen() -> None:
    """The clock finds a pattern that looks from each place to the end."""
    import re

    assert grows(lambda given: re.search(r"\s+x", given), hostile(" "))
    assert not grows(lambda given: re.search(r"x", given), hostile(" "))


def test_reasons_of_many_forms_grow_with_their_text() -> None:
    """The column as a whole."""
    words = reasons.ReasonWords()
    assert not grows(
        lambda given: reasons.says_nothing(pd.Series([given], dtype="str"), words),
        hostile("年\n ", ("", "!")),
    )


@pytest.mark.parametrize("signs", ["\n", "1", "(", " ", "a\n", "年\n ", "1,", "-", "项目:"])
def test_a_form_whose_cells_are_full_costs_its_length(tmp_path: Path, signs: str) -> None:
    """A third of the cells hold hostile characters: read, scored and checked, 32,000 cost at most what eight
    times 4,000 do, and as much again for the clock."""
    grid = draw(drawn("seed"))
    spent = {}
    for length in (4_000, 32_000):
        full = hostile(signs, ("年", "1"))(length)
        cells = {
            place: cell._replace(value=full, text=full) if sum(place) % 3 == 0 and place[0] > 1 else cell
            for place, cell in grid.cells.items()
        }
        path = tmp_path / f"{length}.xlsx"
        path.write_bytes(with_xlsxwriter([replace(grid, cells=cells)]))
        started = time.process_time()
        check(score(read(path)))
        spent[length] = time.process_time() - started
    assert spent[32_000] < 2 * 8 * spent[4_000]
