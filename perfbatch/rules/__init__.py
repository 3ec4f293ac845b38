"""Rule books: the rules as data, each value with the clause that it rests on."""

from perfbatch.rules.book import Entry, Parameter, RuleBook, Source
from perfbatch.rules.draft import draft
from perfbatch.rules.errors import Problem, RuleBookError
from perfbatch.rules.load import DEFAULT, load, names, shipped_path
from perfbatch.rules.parameters import PARAMETERS, Spec
from perfbatch.rules.show import Row, rows, value_text

__all__ = [
    "DEFAULT",
    "PARAMETERS",
    "Entry",
    "Parameter",
    "Problem",
    "Row",
    "RuleBook",
    "RuleBookError",
    "Source",
    "Spec",
    "draft",
    "load",
    "names",
    "rows",
    "shipped_path",
    "value_text",
]
