"""One letter: the office's Word template filled in by docxtpl, the same bytes for the same values."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jinja2

from perfbatch.words import Sandbox, TemplateError, Words

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # a zip knows no earlier time


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of letter: its template in templates/, and the values that may stand in it.

    ``texts`` are text, ``counts`` whole numbers; ``rows`` names the list of its table, whose rows have the
    texts ``row`` and a ``number`` (1, 2, 3 …).
    """

    template: str
    texts: tuple[str, ...]
    counts: tuple[str, ...]
    rows: str
    row: tuple[str, ...]

    @property
    def values(self) -> tuple[str, ...]:
        """All values of a letter."""
        return (*self.texts, *self.counts, self.rows)


class Letter:
    """The template of one kind, looked at once and filled in many times."""

    def __init__(self, kind: Kind, words: Words) -> None:
        """Raises TemplateError, naming the file, where it is no Word file or cannot be filled in."""
        self._kind = kind
        self._words = words
        self._data = words.path(kind.template).read_bytes()
        self.hash = hashlib.sha256(self._data).hexdigest()
        self._environment = _Environment(autoescape=True, undefined=jinja2.StrictUndefined)
        row = {**dict.fromkeys(kind.row, "x"), "number": 1}
        full: dict[str, Any] = {**dict.fromkeys(kind.texts, "x"), **dict.fromkeys(kind.counts, 1)}
        bare: dict[str, Any] = {**dict.fromkeys(kind.texts, ""), **dict.fromkeys(kind.counts, 0)}
        for values in (full, bare):
            self.fill({**values, kind.rows: [row]})

    def fill(self, values: Mapping[str, Any]) -> bytes:
        """The letter with these values. Raises TemplateError where the template wants another one."""
        try:
            from docxtpl import DocxTemplate  # a tenth of a second, for letters alone

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
        allowed = [*self._kind.values, "number", *self._kind.row]
        sentence = self._words.text(
            "notices", f"broken.{why}", name=self._kind.template, detail=detail or "", allowed=allowed
        )
        return TemplateError(sentence, f"broken.{why}", {"detail": detail or "", "allowed": allowed})


class _Environment(Sandbox):
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
