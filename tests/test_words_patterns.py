"""A shipped sentence that only names its values is filled without Jinja2, and says what Jinja2 would."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import meta
from markupsafe import Markup

from perfbatch import words as module
from perfbatch.words import TemplateError, Words, load_words, templates_directory

WORDS = load_words()
SENTENCES = [
    (path.stem, key, source)
    for path in sorted(Path(templates_directory()).glob("*.toml"))
    for key, source in module._leaves(WORDS.table(path.stem))
    if isinstance(source, str) and "[" not in key
]
PLAIN = [sentence for sentence in SENTENCES if WORDS._env.pattern(sentence[2])]
VALUES = st.one_of(
    st.text(max_size=8), st.text("%({})s<&", max_size=8), st.integers(), st.floats(), st.none(),
    st.booleans(), st.tuples(st.text(max_size=3), st.integers()), st.text(max_size=5).map(Markup),
    st.just(Path("a/b")), st.builds(jinja2.StrictUndefined, name=st.just("gone")),
)  # fmt: skip


def names(source: str) -> list[str]:
    return sorted(meta.find_undeclared_variables(jinja2.Environment().parse(source)))


def by_jinja(table: str, key: str, source: str, values: dict[str, Any]) -> str:
    try:
        return WORDS._env.from_string(source).render(values)
    except (jinja2.TemplateError, ArithmeticError, TypeError, ValueError, LookupError) as error:
        detail = getattr(error, "message", None) or f"{type(error).__name__}: {error}"
        return str(module.template_error("value", table=table, key=key, detail=detail))


def by_words(table: str, key: str, values: dict[str, Any]) -> str:
    try:
        return WORDS.text(table, key, **values)
    except TemplateError as error:
        return str(error)


@given(st.sampled_from(SENTENCES), st.data())
def test_shipped_sentences_say_what_jinja_says(sentence: tuple[str, str, str], data: st.DataObject) -> None:
    table, key, source = sentence
    values = {name: data.draw(VALUES) for name in names(source) if data.draw(st.integers(0, 9))}
    assert by_words(table, key, values) == by_jinja(table, key, source, values)


def test_every_shipped_sentence_says_what_jinja_says() -> None:
    for table, key, source in SENTENCES:
        values = {name: f"%{name}%" for name in names(source)}
        assert by_words(table, key, values) == by_jinja(table, key, source, values)


def test_most_shipped_sentences_are_plain() -> None:
    assert len(PLAIN) > len(SENTENCES) * 0.7


@pytest.mark.parametrize(
    ("source", "text", "made"),
    [
        ("表 {{ a }}：{{- b -}} 行 5%\n", "表 %(a)s：%(b)s行 5%%", ()),
        ("{{ a }}{# unsaid #}", "%(a)s", ()),
        ("{{ a or '无' }}", "%(0)s", (("0", "a", "", "无"),)),
        ("{{ b }}{{ '：' ~ a if a }}", "%(b)s%(0)s", (("0", "a", "：", ""),)),
    ],
)
def test_text_and_names_make_a_pattern(source: str, text: str, made: tuple[tuple[str, ...], ...]) -> None:
    assert WORDS._env.pattern(source) == (text, made)


@pytest.mark.parametrize(
    "source",
    [
        "{{ '%' }}", "{{ a.b }}", "{{ a | upper }}", "{{ label('forms', 'unit') }}", "{{ a or 1 }}",
        "{{ self }}", "{{ a or b }}", "{{ a and 'x' }}", "{{ 'x' ~ b if a }}", "{{ 'x' ~ a if a else 'y' }}",
        "{{ 'x' ~ a }}", "{% if a %}{{ a }}{% endif %}", "{% set a = 1 %}{{ a }}",
        "{% block x %}{{ a }}{% endblock %}",
    ],
)  # fmt: skip
def test_nothing_else_makes_a_pattern(source: str) -> None:
    assert WORDS._env.pattern(source) is None


def test_a_sentence_beyond_all_use_is_refused_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LARGEST", 1000)
    monkeypatch.setattr(module, "_WRITTEN", 1000)
    with pytest.raises(TemplateError, match="more than 1000 characters"):
        Words().text("annotate", "note.prefix", level="很" * 1001)
