"""Rule books: the rules as data, each value with the clause that it rests on."""

from perfbatch.rules.book import Entry, Parameter, RuleBook, RuleSource
from perfbatch.rules.choice import ASKED, LAYOUT, PRINTED, Books, Judge, Rules, among, books_of
from perfbatch.rules.draft import draft
from perfbatch.rules.errors import Problem, RuleBookError
from perfbatch.rules.load import DEFAULT, load, names, shipped_path
from perfbatch.rules.parameters import PARAMETERS, Spec
from perfbatch.rules.show import ShownRow, shown_rows, value_text

__all__ = [
    "ASKED",
    "DEFAULT",
    "LAYOUT",
    "PARAMETERS",
    "PRINTED",
    "Books",
    "Entry",
    "Judge",
    "Parameter",
    "Problem",
    "RuleBook",
    "RuleBookError",
    "RuleSource",
    "Rules",
    "ShownRow",
    "Spec",
    "among",
    "books_of",
    "draft",
    "load",
    "names",
    "shipped_path",
    "shown_rows",
    "value_text",
]
