"""An office's own words: a mistake in them is said before any file is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from perfbatch import batch
from perfbatch.words import TemplateError

SAMPLES = Path(__file__).parents[2] / "sample_inputs" / "市教育局"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("报告.html.j2", "第一行\n{% if %}", ["报告.html.j2", "2"]),
        ("cli.toml", "[closing]\ntitle = '{{ x'", ["cli.toml", "closing.title"]),
        ("summary.toml", "[sheets]\noverview = '总/览'", ["summary.toml", "overview"]),
        ("checks.toml", "[R301]\nmessage = '{没有这个}'", ["checks.toml", "R301"]),
        ("result.toml", "title = 没有引号", ["result.toml"]),
    ],
)
def test_a_broken_template_is_refused_by_name_before_anything_is_read(
    tmp_path: Path, name: str, text: str, said: list[str]
) -> None:
    """File, and line or key; no output folder is made."""
    templates = tmp_path / "模板"
    templates.mkdir()
    (templates / name).write_text(text, encoding="utf-8")
    with pytest.raises(TemplateError) as error:
        batch.run([SAMPLES], tmp_path / "out", templates=templates, workers=0)
    assert all(word in str(error.value) for word in said), str(error.value)
    assert not (tmp_path / "out").exists()


def test_an_office_changes_one_sentence(tmp_path: Path) -> None:
    """Only what differs stands in the office's file; the rest stays as shipped."""
    templates = tmp_path / "模板"
    templates.mkdir()
    (templates / "report.toml").write_text('title = "某某局绩效自评核验报告"\n', encoding="utf-8")
    result = batch.run([SAMPLES], tmp_path / "out", templates=templates, workers=0)
    assert "某某局绩效自评核验报告" in (result.output / "报告.html").read_text(encoding="utf-8")
