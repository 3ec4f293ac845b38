"""The same seed gives the same files; each workbook depends on its own number only."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.generator import faulty, make
from tests.generator.__main__ import main


def test_the_same_seed_gives_the_same_bytes() -> None:
    """Whatever was made before."""
    first = [make(5, index).data for index in range(6)]
    assert [make(5, index).data for index in reversed(range(6))] == first[::-1]
    assert len(set(first)) == 6


def test_another_seed_gives_other_forms_of_the_same_projects() -> None:
    """Paths come from the number, contents from the seed."""
    assert make(1, 3).path == make(2, 3).path
    assert make(1, 3).data != make(2, 3).data


def test_a_defect_is_made_the_same_way_each_time() -> None:
    """Tests can rely on cells."""
    assert faulty("R301", 4).data == faulty("R301", 4).data


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*.xlsx"))}


def test_the_command_writes_the_files_and_what_must_be_found(tmp_path: Path) -> None:
    """By department and unit, with one worker or two."""
    table = tmp_path / "expected.tsv"
    wish = ["--count", "8", "--seed", "9", "--output"]
    assert main([*wish, str(tmp_path / "a"), "--expected", str(table)]) == 0
    assert main([*wish, str(tmp_path / "b"), "--workers", "2"]) == 0
    made = tree(tmp_path / "a")
    assert len(made) == 8 and made == tree(tmp_path / "b")
    assert all(path.count("/") == 2 for path in made)
    rows = [line.split("\t") for line in table.read_text(encoding="utf-8").splitlines()]
    assert rows[0] == ["file", "sheet", "check", "level", "cell"]
    assert rows[1:] and {row[0] for row in rows[1:]} <= set(made)


def test_chosen_defects_go_into_every_form(tmp_path: Path) -> None:
    """--defects R301,I202-low."""
    for index in range(5):
        workbook = make(2, index, "national", ["R301", "I202-low"])
        for rendered in workbook.forms:
            assert {"R301", "I202"} <= {e.check for e in rendered.expected}


def test_unknown_defects_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the names that are known."""
    with pytest.raises(SystemExit) as stop:
        main(["--output", str(tmp_path), "--defects", "R999"])
    assert stop.value.code == 2
    assert "R999" in capsys.readouterr().err
