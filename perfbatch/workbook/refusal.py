"""Why a file was not read: a code, the values for its sentence, and nothing else.

The sentences stand in templates/refusals.toml, for files that cannot be read and for those that cannot be
marked without harm alike. Reasons for skipping a file use the same table.
"""

from __future__ import annotations

from typing import Any

from perfbatch.words import Words, load_words


class Refused(Exception):  # noqa: N818  it names what happened to the file
    """This file is not read, or not marked. ``code`` is stable and may be relied on.

    ``values`` fill its sentence. ``detail`` says where and what is wrong, in English, for a log and never for
    the sentence.
    """

    def __init__(self, code: str, /, *, detail: str = "", **values: Any) -> None:
        super().__init__(code, detail, values)
        self.code = code
        self.detail = detail
        self.values: dict[str, Any] = values

    def __reduce__(self) -> tuple[Any, ...]:
        # keyword arguments would be lost on the way back from a worker process
        return (_rebuild, (self.code, self.detail, self.values))

    def __str__(self) -> str:
        return f"{self.sentence()} [{': '.join(filter(None, (self.code, self.detail)))}]"

    def sentence(self, words: Words | None = None) -> str:
        """What is wrong, where, and what to do, in Chinese."""
        return reason(self.code, words or load_words(), **self.values)


def reason(code: str, words: Words, **values: Any) -> str:
    """The sentence of templates/refusals.toml for ``code``; ``kind`` and ``part`` are given as words of it.

    Raises perfbatch.words.TemplateError for an unknown code.
    """
    for name in ("kind", "part"):
        if name in values:
            values[name] = words.text("refusals", f"{name}s.{values[name]}")
    return words.text("refusals", f"{code}.reason", **values)


def remark(code: str, words: Words) -> str:
    """The sentence for a note of ``Workbook.notes``, in Chinese."""
    return words.text("refusals", f"notes.{code}")


def _rebuild(code: str, detail: str, values: dict[str, Any]) -> Refused:
    return Refused(code, detail=detail, **values)
