"""An office's templates say words and do nothing else: no code, no files, no gigabytes."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from perfbatch import words
from perfbatch.words import TemplateError, Words
from perfbatch.writing.letter import Letter
from perfbatch.writing.notices import KIND


@pytest.fixture(autouse=True)
def little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bounds of templates, a hundredth of what they are: the tests end in seconds."""
    monkeypatch.setattr(words, "_STEPS", words._STEPS // 100)
    monkeypatch.setattr(words, "_WRITTEN", words._WRITTEN // 100)


HOSTILE = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ cycler.__init__.__globals__.os.system('touch %s') }}",
    "{{ lipsum.__globals__['os'].popen('touch %s').read() }}",
    "{{ self.__init__.__globals__ }}",
    "{{ namespace.__init__.__globals__['__builtins__']['open']('%s', 'w') }}",
    "{{ ''|attr('__class__')|attr('__mro__') }}",
    "{{ (value|attr('__class__')).__base__.__subclasses__() }}",
    "{{ '{0.__class__.__init__}'.format(value) }}",
    "{{ 'x' * 2000000000 }}",
    "{{ 2000000000 * 'x' }}",
    "{{ [0] * 2000000000 }}",
    "{{ 10 ** 10000000 }}",
    "{{ '%2000000000d' % 1 }}",
    "{{ '%*d'|format(2000000000, 1) }}",
    "{{ '%2000000000d'|format(1) }}",
    "{% for i in range(2000000000) %}x{% endfor %}",
    "{{ 'x'.ljust(2000000000) }}",
    "{{ '{:>2000000000}'.format(1) }}",
    "{{ 'x'|center(2000000000) }}",
    "{{ [1]|batch(2000000000, 0)|list }}",
    "{% for i in range(90000) %}{% for j in range(90000) %}{% endfor %}{% endfor %}",
    "{% for i in range(90000) %}{% for j in range(90000) if j < 0 %}{% endfor %}{% endfor %}",
    "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
    "{% set n = namespace(x='ab') %}{% for i in range(60) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
    "{% set n = namespace(x='ab') %}{% for i in range(60) %}{% set n.x = n.x + n.x %}{% endfor %}",
    "{% set n = namespace(x=[1]) %}{% for i in range(60) %}{% set n.x = n.x + n.x %}{% endfor %}",
    "{%set n=namespace(x='ab') %}{% for i in range(40) %}{% set n.x %}{{n.x}}{{n.x}}{% endset %}{% endfor %}",
    "{% set n = namespace(x='aa') %}{% for i in range(9) %}{% set n.x = n.x|replace('a', n.x) %}{% endfor %}",
    "{% set n = namespace(x='aa') %}{% for i in range(9) %}{% set n.x = n.x.replace('a', n.x) %}{% endfor %}",
    "{% set n = namespace(x='aa') %}{% for i in range(9) %}{% set n.x = n.x|list|join(n.x) %}{% endfor %}",
    "{% set n = namespace(x='aa') %}{% for i in range(9) %}{% set n.x = n.x.join(n.x) %}{% endfor %}",
]


@pytest.mark.parametrize("template", HOSTILE)
def test_a_sentence_runs_no_code(tmp_path: Path, template: str) -> None:
    """It is refused as a template that cannot be used, or comes to nothing; the file is not made."""
    made = tmp_path / "made"
    source = template.replace("%s", str(made))
    (tmp_path / "office.toml").write_text(f"[a]\nb = '''{source}'''\n", encoding="utf-8")
    try:
        said = Words(tmp_path).text("office", "a.b", value=1)
    except TemplateError:
        said = ""
    assert not made.exists()
    assert len(said) < 200
    assert "class" not in said and "function" not in said and "0x" not in said


@pytest.mark.parametrize("template", HOSTILE)
def test_a_letter_runs_no_code(tmp_path: Path, template: str) -> None:
    """The Word template is refused before any file is read."""
    made = tmp_path / "made"
    source = template.replace("%s", str(made)).replace("value", "unit")
    shipped = Words().path(KIND.template).read_bytes()
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(shipped)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/document.xml":
                text = source.replace("&", "&amp;").replace("<", "&lt;").encode()
                assert b"<w:body>" in data
                data = data.replace(b"<w:body>", b"<w:body><w:p><w:r><w:t>" + text + b"</w:t></w:r></w:p>", 1)
            new.writestr(name, data)
    (tmp_path / KIND.template).write_bytes(changed.getvalue())
    with pytest.raises(TemplateError):
        Letter(KIND, Words(tmp_path))
    assert not made.exists()


def test_what_a_template_may_well_do(tmp_path: Path) -> None:
    """Loops with their helpers, conditions, filters and joins say what they say in Jinja2."""
    source = (
        "{% for a in rows if a != 2 %}{{ loop.index }}/{{ loop.length }}:"
        "{{ a ~ '、' if not loop.last else a }}{% else %}none{% endfor %}"
        " {{ rows|join('+') }} {{ 'a-b'|replace('-', '~') }} {{ 'x'.join(['1', '2']) }}"
        "{% for a in [] %}{% else %} none{% endfor %} {{ 1 + 2 }} {{ [1] + [2] }} {{ 'a' ~ 1 ~ none }}"
    )
    (tmp_path / "office.toml").write_text(f'[a]\nb = """{source}"""\n', encoding="utf-8")
    words = Words(tmp_path)
    for _ in range(3):
        said = words.text("office", "a.b", rows=[1, 2, 3])
        assert said == "1/2:1、2/2:3 1+2+3 a~b 1x2 none 3 [1, 2] a1None"


def test_a_page_of_the_office_is_refused_with_a_sentence(tmp_path: Path) -> None:
    """Whatever of it is only known when it is filled in: one sentence, and no traceback."""
    (tmp_path / "规则手册.toml.j2").write_text("{{ ''.__class__.__mro__ }}", encoding="utf-8")
    with pytest.raises(TemplateError, match="规则手册"):
        Words(tmp_path).document("规则手册.toml.j2").render()


def test_an_include_stays_in_the_folder(tmp_path: Path) -> None:
    """Neither a path upwards nor an absolute one."""
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    (tmp_path / "words").mkdir()
    for number, name in enumerate(("../secret", str(tmp_path / "secret"))):
        path = tmp_path / "words" / f"{number}.html.j2"
        path.write_text("{% include '" + name + "' %}", encoding="utf-8")
        with pytest.raises(TemplateError):
            Words(tmp_path / "words").document(path.name).render()
