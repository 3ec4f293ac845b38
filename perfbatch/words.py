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

import math
import os
import re
import threading
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from itertools import chain
from pathlib import Path
from types import CodeType
from typing import Any

import jinja2
from jinja2 import nodes, pass_environment, pass_eval_context
from jinja2.exceptions import SecurityError
from jinja2.filters import do_format
from jinja2.runtime import markup_join, str_join
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from perfbatch.caching import cached
from perfbatch.kept import noted, taken
from perfbatch.schema import label
from perfbatch.toml_file import BrokenTomlError, parse_toml
from perfbatch.travelling import TravellingError
from perfbatch.whole_files import read_bounded

_LARGEST = 1_000_000
"""Characters, items, or the base of a power that a template may come to by an operator."""
_POWER = 100
_STEPS = 5_000_000
"""Turns of loops and calls in filling one template: a report on 100,000 forms takes some thousands."""
_WRITTEN = 100_000_000
"""Characters that one template may put out, those within blocks and macros counted as often as they are."""
_FILTERS = ("format", "center", "batch", "slice", "replace", "join", "indent", "wordwrap")
_GROWING = frozenset({"replace", "join", "indent", "wordwrap"})
"""Filters and methods whose result may be as long as all that they are given multiplied."""
_FIGURE = re.compile(r"[0-9]{5}")
_WIDE = re.compile(r"%[^a-zA-Z%]*[0-9]{4}|%[^a-zA-Z%]*\*")


class TemplateError(TravellingError, ValueError):
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
def _made() -> tuple[int, int]:
    """Size and time of this module, which decides what a sentence is compiled to: as Python asks them."""
    status = Path(__file__).stat()
    return status.st_size, status.st_mtime_ns


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

    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.template_class = _Page
        self.finalize = _written
        self._spent = threading.local()
        self._codes: dict[tuple[str | None, str], CodeType] = {}
        self._patterns: dict[str, _Pattern | tuple[()]] = {}
        self.start()
        for name in _FILTERS:
            self.filters[name] = _bounded(name, self.filters[name])
        self.filters[_COUNTED], self.filters[_JOINED] = _counted, _joined

    def shipped(self, source: str, name: str | None = None) -> jinja2.Template:
        """A sentence, or the document ``name``, of our own: compiled once for a machine."""
        code = self._codes.get((name, source))
        if code is None:
            key = (jinja2.__version__, *_made(), name, source)
            code = taken(key)
            if not isinstance(code, CodeType):
                code = self.compile(source, name, name)
                noted(key, code)
            self._codes[name, source] = code
        return self.template_class.from_code(self, code, self.make_globals(None))

    def pattern(self, source: str) -> _Pattern | None:
        """A sentence of our own for ``%``, None where it asks for more; found once for a machine."""
        found = self._patterns.get(source)
        if found is None:
            key = ("%", jinja2.__version__, *_made(), source)
            found = taken(key)
            if not isinstance(found, tuple):
                found = _pattern(self.parse(source))
                noted(key, found)
            self._patterns[source] = found
        return found or None

    def start(self) -> None:
        """A template begins to be filled in: count from here."""
        self._spent.steps = self._spent.written = 0

    def step(self) -> None:
        """One turn more. Raises SecurityError where a template does not come to its end."""
        self._spent.steps = steps = getattr(self._spent, "steps", 0) + 1
        if steps > _STEPS:
            raise SecurityError(f"more than {_STEPS} steps")

    def write(self, characters: int) -> None:
        """So much more was put out. Raises SecurityError where it is beyond all use."""
        self._spent.written = written = getattr(self._spent, "written", 0) + characters
        if written > _WRITTEN:
            raise SecurityError(f"more than {_WRITTEN} characters")

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree: nodes.Template = _Counting().visit(super()._parse(source, name, filename))
        return tree

    def call(self, context: Any, called: Any, /, *arguments: Any, **named: Any) -> Any:
        """As Jinja2's, but with no number that only harm can want: ``'x'.ljust(2000000000)``."""
        self.step()
        _must_be_modest(arguments, named)
        text = getattr(called, "__self__", None)
        if isinstance(text, str) and getattr(called, "__name__", "") in _GROWING:
            _must_not_multiply((text, *arguments, *named.values()))
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
        if operator == "+" and hasattr(left, "__len__") and hasattr(right, "__len__"):
            _must_be_modest((len(left) + len(right),), {})
        if operator == "**" and (abs(left) > _LARGEST or abs(right) > _POWER):
            raise SecurityError(f"{left} ** {right} is too much")
        if operator == "%" and isinstance(left, str) and _WIDE.search(left):
            raise SecurityError(f"{left}: too wide")
        return super().call_binop(context, operator, left, right)


_Pattern = tuple[str, tuple[tuple[str, str, str, str], ...]]
"""A text for ``%`` with its values by name, and those that are made of one: what the text calls it, the name,
what stands in front of it, and what is said where there is nothing of it."""


def _pattern(tree: nodes.Template) -> _Pattern | tuple[()]:
    """For ``表 {{ name }}`` ``表 %(name)s``; () for a template that is more than text and such values."""
    pieces: list[str] = []
    made: list[tuple[str, str, str, str]] = []
    for part in chain.from_iterable(getattr(node, "nodes", (node,)) for node in tree.body):
        match part:
            case nodes.TemplateData(data=text):
                pieces.append(text.replace("%", "%%"))
            case nodes.Name(name=name) if name != "self":  # which is the template
                pieces.append(f"%({name})s")
            case nodes.Or(left=nodes.Name(name=name), right=nodes.Const(value=str(otherwise))):
                made.append((f"{len(made)}", name, "", otherwise))
                pieces.append(f"%({made[-1][0]})s")
            case nodes.CondExpr(
                test=nodes.Name(name=name),
                expr1=nodes.Filter(
                    name="joined",  # by ~
                    node=nodes.List(items=[nodes.Const(value=str(before)), nodes.Name(name=same)]),
                ),
                expr2=None,
            ) if name == same:
                made.append((f"{len(made)}", name, before, ""))
                pieces.append(f"%({made[-1][0]})s")
            case _:
                return ()
    return "".join(pieces), tuple(made)


class _Sentence:
    """A sentence of our own. Most only name their values, and those need no Jinja2."""

    def __init__(self, environment: Sandbox, source: str) -> None:
        """Raises jinja2.TemplateSyntaxError."""
        self._pattern = environment.pattern(source)
        self._template = None if self._pattern else environment.shipped(source)
        self._environment, self._source = environment, source

    def render(self, values: Mapping[str, Any]) -> str:
        """As the template's, with its errors."""
        if self._pattern:
            text, made = self._pattern
            try:
                shown = {
                    key: f"{before}{value!s}" if (value := values[name]) else otherwise
                    for key, name, before, otherwise in made
                }
                said = text % ({**values, **shown} if shown else values)
            except KeyError:
                pass  # what is missing is for the template to say
            else:
                if len(said) <= _LARGEST:  # within every bound
                    return said
        if self._template is None:
            self._template = self._environment.shipped(self._source)
        return self._template.render(values)


class _Page(jinja2.Template):
    """A template that says where it went wrong when it is filled in."""

    def render(self, *arguments: Any, **values: Any) -> str:
        """As Jinja2's. Raises TemplateError for a whole document; a sentence's error is told by its key."""
        if isinstance(self.environment, Sandbox):
            self.environment.start()
        try:
            return super().render(*arguments, **values)
        except (jinja2.TemplateError, ArithmeticError, TypeError, ValueError, LookupError) as error:
            if self.name is None or isinstance(error, TemplateError):
                raise
            detail = getattr(error, "message", None) or f"{type(error).__name__}: {error}"
            raise template_error("document", name=self.name, line="—", detail=detail) from error


class _Counting(NodeTransformer):
    """Makes every turn of a loop and every ``~`` count."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802  Jinja2's name
        self.generic_visit(node)
        node.iter = nodes.Filter(node.iter, _COUNTED, [], [], None, None, lineno=node.lineno)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802  Jinja2's name
        self.generic_visit(node)
        parts = nodes.List(node.nodes, lineno=node.lineno)
        return nodes.Filter(parts, _JOINED, [], [], None, None, lineno=node.lineno)


_COUNTED, _JOINED = "counted turns", "joined"


@pass_environment
def _counted(environment: Sandbox, values: Any) -> Iterator[Any]:
    for value in values:
        environment.step()
        yield value


@pass_eval_context
def _joined(context: nodes.EvalContext, parts: Sequence[Any]) -> str:
    _must_be_modest((sum(len(part) for part in parts if isinstance(part, str)),), {})
    return markup_join(parts) if context.autoescape else str_join(parts)


@pass_environment
def _written(environment: Sandbox, value: Any) -> Any:
    if isinstance(value, str):
        environment.write(len(value))
    return value


def _bounded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The filter ``name``, which makes no more of its value than anybody can want."""

    @wraps(function)  # what Jinja2 is to pass before the value stands on the function
    def bounded(*arguments: Any, **named: Any) -> Any:
        handed = 1 if hasattr(function, "jinja_pass_arg") else 0
        value, *others = arguments[handed:]
        _must_be_modest(others, named)
        if name in _GROWING:
            _must_not_multiply((value, *others, *named.values()))
        if function is do_format and _WIDE.search(str(value)):
            raise SecurityError(f"{str(value)[:40]}: too wide")
        return function(*arguments, **named)

    return bounded


def _must_not_multiply(values: Iterable[Any]) -> None:
    size = math.prod(max(1, len(value)) for value in values if hasattr(value, "__len__"))
    if size > _WRITTEN:
        raise SecurityError(f"{size} characters is too much")


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
        self._is_shipped = directory is None
        self._tables: dict[str, dict[str, Any]] = {}
        self._compiled: dict[tuple[str, str], jinja2.Template | _Sentence] = {}
        if directory is not None:
            self._check(directory)

    def path(self, name: str) -> Path:
        """Path of the template file ``name``. Raises TemplateError where there is none."""
        for directory in self.directories:
            if os.path.lexists(directory / name):
                return directory / name
        raise template_error("missing", name=name)

    def table(self, name: str) -> dict[str, Any]:
        """The TOML table templates/<name>.toml, an office's entries over the shipped ones."""
        if name not in self._tables:
            merged: dict[str, Any] = {}
            for directory in reversed(self.directories):
                path = directory / f"{name}.toml"
                if os.path.lexists(path):  # a link to nowhere is not passed over in silence
                    merged = _merge(merged, _load_toml(path, directory == templates_directory()))
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
        template = self._compiled.get(("", source))
        if template is None:
            template = self._compiled["", source] = self._compile(source, "", source)
        try:
            return template.render(values)
        except jinja2.UndefinedError as error:
            raise template_error("value", table="", key=source, detail=error.message) from error

    def document(self, name: str) -> jinja2.Template:
        """The whole-document template ``name``. Raises TemplateError where it is broken or absent."""
        try:
            if self._is_shipped:
                return self._env.shipped(self.path(name).read_text(encoding="utf-8"), name)
            return self._env.get_template(name)
        except jinja2.TemplateSyntaxError as error:
            values = {"name": error.filename or name, "line": error.lineno, "detail": error.message}
            raise template_error("document", **values) from error
        except jinja2.TemplateNotFound as error:
            raise template_error("missing", name=name) from error

    def _compile(self, source: str, table: str, key: str) -> jinja2.Template | _Sentence:
        try:
            return _Sentence(self._env, source) if self._is_shipped else self._env.from_string(source)
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


def _load_toml(path: Path, shipped: bool) -> dict[str, Any]:
    try:
        return parse_toml(read_bounded(path), shipped=shipped).content
    except (BrokenTomlError, OSError) as error:
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
