"""The pages of docs/ are made from the definitions, and current."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from perfbatch.checking import catalogue
from perfbatch.checking.clauses import under
from perfbatch.cli import app
from perfbatch.pages import PAGES
from perfbatch.pages.command import commands
from perfbatch.rules import PARAMETERS, load, names, shown_rows
from perfbatch.schema import SCHEMAS
from perfbatch.writing.notices import KIND, LONGEST

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_current(name: str) -> None:
    """Refresh it with `make docs`."""
    assert PAGES[name]() == (DOCS / name).read_text(encoding="utf-8")


def test_make_docs_writes_them() -> None:
    """The one command that the pages name."""
    assert "\ndocs: setup" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_the_checks_page_has_every_check_with_an_example() -> None:
    """Each with title and sentence."""
    text = PAGES["checks.md"]()
    assert all(
        f"### {one.id} {one.title}" in text and under(load(), one).example in text for one in catalogue()
    )


def table_rows(page: str) -> list[list[str]]:
    """The cells of every table row of a page."""
    lines = [line for line in PAGES[page]().splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def test_the_rules_page_has_every_parameter_of_every_book() -> None:
    """Value, unit, clause and why; and how each is written."""
    found = [cells for cells in table_rows("rules.md") if len(cells) == 5]
    for name in names():
        for row in shown_rows(load(name)):
            unit = row.unit if row.unit in ("", "%") else f" {row.unit}"
            value = (row.value + unit).replace("|", "\\|")
            wanted = [f"`{row.key}`", row.meaning, value, row.clause.replace("|", "\\|"), row.why]
            assert wanted in found, row.key
    written = [cells[0] for cells in table_rows("rules.md") if len(cells) == 3]
    assert {f"`{key}`" for key in PARAMETERS} <= set(written)


def test_the_example_of_the_rules_page_is_a_book(tmp_path: Path) -> None:
    """An office may copy it as it stands."""
    example = re.search(r"```toml\n(.*?)```", PAGES["rules.md"](), re.DOTALL)
    assert example
    path = tmp_path / "本单位.toml"
    path.write_text(example[1], "utf-8")
    book = load(path, known_checks=[check.id for check in catalogue()])
    assert (book.value("deviation.excess"), book.levels["R303"]) == (20, "off")
    assert book.indicators[0].direction == "reverse"


def test_the_frames_page_has_every_column() -> None:
    """With dtype, unit and meaning."""
    found = [cells for cells in table_rows("frames.md") if len(cells) == 6]
    columns = [column for frame in SCHEMAS.values() for column in frame]
    for column in columns:
        meaning = column.meaning.replace("|", "\\|")
        stated = [f"`{column.name}`", column.label, column.dtype, column.unit, column.stage, meaning]
        assert stated in found
    assert len(found) == len(columns) + 2 * len(SCHEMAS)  # a heading and its rule for each frame


def test_the_command_page_has_every_command_and_option() -> None:
    """Each with its help; nothing is left unexplained."""
    shown = [command.name for command in commands()]
    assert {"perfbatch run", "perfbatch check", "perfbatch explain", "perfbatch rules new"} <= set(shown)
    assert len(app.registered_commands) + len(app.registered_groups) == len(
        [name for name in shown if name.count(" ") == 1]
    )
    unexplained = [
        (command.name, written)
        for command in commands()
        for written, text in [(command.name, command.help), *command.arguments, *command.options]
        if not text
    ]
    assert unexplained == []


def test_every_value_of_the_letter_is_on_its_page() -> None:
    """What an office may write into 退回整改通知.docx."""
    page = (DOCS / "notices.md").read_text(encoding="utf-8")
    wanted = [f"`{{{{ {name} }}}}`" for name in KIND.values if name != "findings"]
    wanted += [f"`{{{{ f.{name} }}}}`" for name in ("number", *KIND.row)]
    assert [value for value in wanted if value not in page] == []
    assert f"最多列 {LONGEST} 条" in page
