"""Every word that a person reads, from templates/: TOML tables of sentences and whole documents.

A sentence is a Jinja2 template under a dotted name; templates/refusals.toml with

    [encrypted]
    reason = "文件已加密（{{ path }}），请……"

is ``words.text("refusals", "encrypted.reason", path=...)``. Whole documents (报告.html.j2) are
``words.document(name)``. An office's own folder (``--templates DIR``) comes first, file by file.
``{{ label('forms', 'computed_total') }}`` is what people call a column, as perfbatch/schema.py declares it.
Missing values are errors and never silent holes.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2
from jinja2.exceptions import SecurityError
from jinja2.filters import do_format
from jinja2.sandbox import ImmutableSandboxedEnvironment

from perfbatch.caching import cached
from perfbatch.schema import label

_LARGEST = 1_000_000
"""Characters, items, or the base of a power that a template may come to by an operator."""
_POWER = 100
_FILTERS = ("format", "center", "batch", "slice")
_FIGURE = re.compile(r"[0-9]{5}")
_WIDE = re.compile(r"%[^a-zA-Z%]*[0-9]{4}|%[^a-zA-Z%]*\*")


class TemplateError(ValueError):
    """A template cannot be used; the message names file, line (or key) and what is wrong.

    ``code`` names its sentence in templates/templates.toml (broken.… in notices.toml), ``values`` fill it.
    """

    def __init__(self, sentence: str, code: str = "", values: Mapping[str, Any] | None = None) -> None:
        super().__init__(sentence)
        self.code = code
        self.values = dict(values or {})


def template_error(sentence: str, /, **values: Any) -> TemplateError:
    """The error with that ``sentence`` of the shipped templates.toml."""
    return TemplateError(_say(sentence, **values), sentence, values)


def _say(sentence: str, /, **values: Any) -> str:
    return Sandbox(undefined=jinja2.StrictUndefined).from_string(_sentences()[sentence]).render(values)


@cached(1)
def _sentences() -> dict[str, str]:
    return tomllib.loads((templates_directory() / "templates.toml").read_text(encoding="utf-8"))


def templates_directory() -> Path:
    """The folder templates/: inside the wheel, or at the top of a source checkout."""
    inside = Path(__file__).parent / "templates"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "templates"


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2 without a way to Python: an office's templates may come from anybody, and only say words.

    What a template works out is bounded as well: no text of gigabytes, no number with a million digits.
    """

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.template_class = _Page
        for name in _FILTERS:
            self.filters[name] = _bounded(self.filters[name])

    def call(self, context: Any, called: Any, /, *arguments: Any, **named: Any) -> Any:
        """As Jinja2's, but with no number that only harm can want: ``'x'.ljust(2000000000)``."""
        _must_be_modest(arguments, named)
        return super().call(context, called, *arguments, **named)

    def wrap_str_format(self, value: Any) -> Any:
        """``str.format`` of a template, where it asks for no width that nobody can want."""
        if isinstance(getattr(value, "__self__", None), str) and _FIGURE.search(value.__self__):
            raise SecurityError(f"{value.__self__[:40]}: too wide")
        return super().wrap_str_format(value)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """As in Python, for plain numbers. Raises SecurityError for what grows beyond all use."""
        if operator == "*" and any(isinstance(side, str | bytes | list | tuple) for side in (left, right)):
            size = len(left) * right if hasattr(left, "__len__") else len(right) * left
            if size > _LARGEST:
                raise SecurityError(f"{size} times is too much")
        if operator == "**" and (abs(left) > _LARGEST or abs(right) > _POWER):
            raise SecurityError(f"{left} ** {right} is too much")
        if operator == "%" and isinstance(left, str) and _WIDE.search(left):
            raise SecurityError(f"{left}: too wide")
        return super().call_binop(context, operator, left, right)


class _Page(jinja2.Template):
    """A template that says where it went wrong when it is filled in."""

    def render(self, *arguments: Any, **values: Any) -> str:
        """As Jinja2's. Raises TemplateError for a whole document; a sentence's error is told by its key."""
        try:
            return super().render(*arguments, **values)
        except (jinja2.TemplateError, ArithmeticError, TypeError, ValueError, LookupError) as error:
            if self.name is None or isinstance(error, TemplateError):
                raise
            detail = getattr(error, "message", None) or f"{type(error).__name__}: {error}"
            raise template_error("document", name=self.name, line="—", detail=detail) from error


def _bounded(function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that makes no more of its value than anybody can want."""

    def bounded(value: Any, *arguments: Any, **named: Any) -> Any:
        _must_be_modest(arguments, named)
        if function is do_format and _WIDE.search(str(value)):
            raise SecurityError(f"{str(value)[:40]}: too wide")
        return function(value, *arguments, **named)

    return bounded


def _must_be_modest(arguments: Sequence[Any], named: Mapping[str, Any]) -> None:
    for value in (*arguments, *named.values()):
        if isinstance(value, int) and abs(value) > _LARGEST:
            raise SecurityError(f"{value} is too much")


class Words:
    """The sentences and documents of templates/, an office's own folder first."""

    def __init__(self, directory: Path | None = None) -> None:
        """Raises TemplateError where ``directory`` or any template in it cannot be used."""
        if directory is not None and not directory.is_dir():
            raise template_error("not_a_folder", path=directory)
        self.directories = [d for d in (directory, templates_directory()) if d is not None]
        self._env = Sandbox(
            loader=jinja2.FileSystemLoader(self.directories, encoding="utf-8"),
            undefined=jinja2.StrictUndefined,
            autoescape=jinja2.select_autoescape(["html", "html.j2"], default_for_string=False),
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=False,
        )
        self._env.globals["label"] = label
        self._tables: dict[str, dict[str, Any]] = {}
        self._compiled: dict[tuple[str, str], jinja2.Template] = {}
        if directory is not None:
            self._check(directory)

    def path(self, name: str) -> Path:
        """Path of the template file ``name``. Raises TemplateError where there is none."""
        for directory in self.directories:
            if (directory / name).is_file():
                return directory / name
        raise template_error("missing", name=name)

    def table(self, name: str) -> dict[str, Any]:
        """The TOML table templates/<name>.toml, an office's entries over the shipped ones."""
        if name not in self._tables:
            merged: dict[str, Any] = {}
            for directory in reversed(self.directories):
                path = directory / f"{name}.toml"
                if path.is_file():
                    merged = _merge(merged, _load_toml(path))
            if not merged:
                raise template_error("missing", name=f"{name}.toml")
            self._tables[name] = merged
        return self._tables[name]

    def text(self, table: str, key: str, /, **values: Any) -> str:
        """The sentence ``key`` (dotted) of ``table`` with ``values`` filled in.

        Raises TemplateError for an unknown key or a value that the sentence wants and did not get.
        """
        template = self._compiled.get((table, key))
        if template is None:
            node: Any = self.table(table)
            for part in key.split("."):
                if not isinstance(node, dict) or part not in node:
                    raise template_error("no_key", table=table, key=key)
                node = node[part]
            template = self._compiled[table, key] = self._compile(str(node), table, key)
        try:
            return template.render(values)
        except (jinja2.TemplateError, ArithmeticError, TypeError, ValueError, LookupError) as error:
            detail = getattr(error, "message", None) or f"{type(error).__name__}: {error}"
            raise template_error("value", table=table, key=key, detail=detail) from error

    def filled(self, source: str, /, **values: Any) -> str:
        """A sentence that is declared in code with ``values`` filled in. Raises TemplateError as ``text``."""
        if "{" not in source:
            return source
        template = self._compile(source, "", source)
        try:
            return template.render(values)
        except jinja2.UndefinedError as error:
            raise template_error("value", table="", key=source, detail=error.message) from error

    def document(self, name: str) -> jinja2.Template:
        """The whole-document template ``name``. Raises TemplateError where it is broken or absent."""
        try:
            return self._env.get_template(name)
        except jinja2.TemplateSyntaxError as error:
            values = {"name": error.filename or name, "line": error.lineno, "detail": error.message}
            raise template_error("document", **values) from error
        except jinja2.TemplateNotFound as error:
            raise template_error("missing", name=name) from error

    def _compile(self, source: str, table: str, key: str) -> jinja2.Template:
        try:
            return self._env.from_string(source)
        except jinja2.TemplateSyntaxError as error:
            values = {"where": _say("where", table=table, key=key), "detail": error.message}
            raise template_error("sentence", line=error.lineno, **values) from error

    def _check(self, directory: Path) -> None:
        """Compile everything in an office's own folder, so that a run fails before it reads."""
        for path in sorted(directory.iterdir()):
            if path.suffix == ".j2":
                self.document(path.name)
            elif path.suffix == ".toml":
                for key, value in _leaves(self.table(path.stem)):
                    self._compile(str(value), path.stem, key)


def _load_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise template_error("file", path=path, detail=error) from error


def _merge(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        merged[key] = _merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def _leaves(node: Any, key: str = "") -> list[tuple[str, Any]]:
    if isinstance(node, dict):
        return [leaf for k, v in node.items() for leaf in _leaves(v, f"{key}.{k}" if key else k)]
    if isinstance(node, list):
        return [leaf for i, v in enumerate(node) for leaf in _leaves(v, f"{key}[{i}]")]
    return [(key, node)]


@cached(8)
def load_words(directory: Path | None = None) -> Words:
    """The words of ``directory`` over the shipped ones, loaded once a process."""
    return Words(directory)
