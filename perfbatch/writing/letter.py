"""One letter: the office's Word template filled in by docxtpl, the same bytes for the same values."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from typing import Any

import jinja2
from docxtpl import DocxTemplate

from perfbatch.words import TemplateError, Words

TEMPLATE = "退回整改通知.docx"
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # a zip knows no earlier time

FINDING = ("number", "check", "file", "project", "sheet", "cell", "indicator", "message", "found", "expected",
           "advice", "clause")  # fmt: skip
"""Values of one row of the letter's table, ``f`` in ``{%tr for f in findings %}``."""
_TEXTS = ("unit", "department", "years", "date", "deadline")
_COUNTS = ("forms", "returned", "errors", "warnings", "missing_reasons", "more")
VALUES = (*_TEXTS, *_COUNTS, "findings")
"""Values of a letter. Numbers are whole, all else is text; ``findings`` is a list of rows of FINDING."""


class Letter:
    """The template, looked at once and filled in many times."""

    def __init__(self, words: Words) -> None:
        """Raises TemplateError, naming the file, where it is no Word file or cannot be filled in."""
        self._words = words
        self._data = words.path(TEMPLATE).read_bytes()
        self.hash = hashlib.sha256(self._data).hexdigest()
        self._environment = _Environment(autoescape=True, undefined=jinja2.StrictUndefined)
        row = {**dict.fromkeys(FINDING, "x"), "number": 1}
        full: dict[str, Any] = {**dict.fromkeys(_TEXTS, "x"), **dict.fromkeys(_COUNTS, 1)}
        bare: dict[str, Any] = {**dict.fromkeys(_TEXTS, ""), **dict.fromkeys(_COUNTS, 0)}
        for values in (full, bare):
            self.fill({**values, "findings": [row]})

    def fill(self, values: Mapping[str, Any]) -> bytes:
        """The letter with VALUES. Raises TemplateError where the template wants another value."""
        try:
            document = DocxTemplate(io.BytesIO(self._data))
            document.render(dict(values), jinja_env=self._environment)
            stream = io.BytesIO()
            document.save(stream)
        except jinja2.TemplateSyntaxError as error:
            raise self._broken("syntax", error.message) from error
        except jinja2.UndefinedError as error:
            raise self._broken("value", error.message) from error
        except jinja2.TemplateError as error:
            raise self._broken("syntax", error.message) from error
        except Exception as error:
            # python-docx and lxml raise all sorts of things at a file that is no Word file
            raise self._broken("unreadable", f"{type(error).__name__}: {error}") from error
        return _timeless(stream.getvalue())

    def _broken(self, why: str, detail: str | None) -> TemplateError:
        sentence = self._words.text(
            "notices", f"broken.{why}", name=TEMPLATE, detail=detail or "", allowed=[*VALUES, *FINDING]
        )
        return TemplateError(sentence)


class _Environment(jinja2.Environment):
    """Compiles each text once: docxtpl hands the same ones over for every letter."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._compiled: dict[Any, jinja2.Template] = {}

    def from_string(self, source: Any, *arguments: Any, **options: Any) -> jinja2.Template:
        """As ``jinja2.Environment.from_string``; docxtpl gives no further arguments."""
        template = self._compiled.get(source)
        if template is None:
            template = self._compiled[source] = super().from_string(source, *arguments, **options)
        return template


def _timeless(data: bytes) -> bytes:
    """The same package without the time at which it was written."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as written, zipfile.ZipFile(stream, "w") as timeless:
        for member in written.namelist():
            info = zipfile.ZipInfo(member, _FIRST_DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            timeless.writestr(info, written.read(member))
    return stream.getvalue()
