"""What makes a run impossible, in a sentence, for whoever started it: the command, the page."""

from __future__ import annotations

from perfbatch.batch.errors import RunError
from perfbatch.batch.outputs import OutputError
from perfbatch.reading.discover import InputError
from perfbatch.reading.layouts import LayoutError
from perfbatch.rules import RuleBookError
from perfbatch.season.errors import SeasonError
from perfbatch.words import TemplateError, Words


def sentence_of(error: Exception, words: Words) -> str | None:
    """The sentence for what a person can mend; None for anything else, which is a bug and shows."""
    if isinstance(error, OutputError | RunError):
        return words.text("cli", f"error.{error.code}", **error.values)
    if isinstance(error, InputError):
        return error.sentence(words)
    if isinstance(error, RuleBookError | LayoutError | TemplateError | SeasonError):
        return str(error)
    return None
