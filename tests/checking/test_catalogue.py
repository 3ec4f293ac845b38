"""The catalogue itself: complete, whole in its texts, and light to import."""

from __future__ import annotations

import re
import subprocess
import sys

import pandas as pd
import pytest

from perfbatch.checking import catalogue
from perfbatch.checking.catalogue import TOPICS, Check, declared, placeholders
from perfbatch.checking.clauses import clause, under
from perfbatch.checking.evidence import ApprovedTargets, Evidence
from perfbatch.checking.functions import check, functions
from perfbatch.rules import PARAMETERS, load, names
from perfbatch.schema import LEVELS, columns
from perfbatch.scoring import score
from tests.checking.build import batch
from tests.checking.test_cases import CASES
from tests.checking.test_last_year import beside_last_year
from tests.checking.test_targets import NOTHING, held
from tests.season.test_expected import expected
from tests.specification import table


def specified() -> dict[str, str]:
    """Id and level of every check of docs/specification.md, section 5, in the order of the topics."""
    found: dict[str, str] = {}
    for row in table(5):
        first, _, last = row["id"].replace(", ", "–").partition("–")
        ids = [f"B{number}" for number in range(int(first[1:]), int(last[1:]) + 1)] if last else [first]
        levels = row["level"].split(", ") if row["level"].count(", ") == len(ids) - 1 > 0 else [row["level"]]
        for id_, level in zip(ids, levels if len(levels) == len(ids) else levels * len(ids), strict=True):
            found[id_] = found[level[3:]] if level.startswith("as ") else re.split("[ ,]", level)[0]
    order = list(TOPICS)
    topic = {one.id: one.topic for one in catalogue()}
    return dict(sorted(found.items(), key=lambda item: (order.index(topic.get(item[0], "batch")), item[0])))


ids = [one.id for one in catalogue()]


def test_the_catalogue_holds_every_check_of_the_spec_with_its_level() -> None:
    """No more, no fewer, in the order of the topics."""
    assert list(specified().items()) == [(one.id, one.level) for one in catalogue()]


def test_explaining_a_check_loads_neither_pandas_nor_numpy() -> None:
    """perfbatch explain answers at once."""
    code = (
        "import sys; from perfbatch.checking import catalogue, wording; from perfbatch.cli import app;"
        "[c.example for c in catalogue()]; wording();"
        "app(['explain', 'R301'], standalone_mode=False);"
        "print([m for m in ('pandas', 'numpy', 'pyarrow') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("R301") and done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("one", catalogue(), ids=ids)
def test_texts_are_whole_sentences(one: Check) -> None:
    """Title without, description, message and advice with a full stop; the example fills every value in."""
    assert one.title and not one.title.endswith("。")
    assert all(text.endswith("。") for text in (one.description, one.message, one.advice))
    here = under(load(), one)
    assert "{" not in here.example + here.advice_example + here.description + one.title
    assert one.level in LEVELS
    assert {"found", "expected"} <= set(one.sample), "the example lacks what was found and expected"


@pytest.mark.parametrize("one", catalogue(), ids=ids)
def test_the_field_is_a_column_of_the_frames(one: Check) -> None:
    """Findings point to something that the schema knows."""
    known = {column.name for frame in ("forms", "funds", "indicators") for column in columns(frame)}
    assert one.field in known


@pytest.mark.parametrize("one", catalogue(), ids=ids)
@pytest.mark.parametrize("book", names())
def test_the_clause_can_be_printed_under_every_shipped_book(one: Check, book: str) -> None:
    """A parameter or a source, with a text."""
    rules = load(book)
    assert one.clause in PARAMETERS or one.clause in load().sources
    assert clause(rules, one.clause)


def against_targets(book: str) -> Evidence:
    """A right form, its first indicator against another target and weight, a second one missing."""
    frames = held(
        1, approved_target="≥300人", approved_points=8, approved_points_cell="批复!E8",
        approved_direction="positive",
    )  # fmt: skip
    form = frames.forms["form_id"].iloc[0]
    row = (form, "", "满意率", "≥90%", "批复表.xlsx", "批复!D9", "", False)
    missing = pd.DataFrame([row], columns=list(NOTHING))
    approved = ApprovedTargets(frozenset([form]), missing)
    return Evidence(frames.forms, frames.funds, frames.indicators, load(book), approved=approved)


def against_last_year(book: str) -> Evidence:
    """A form whose second target fell, and whose fourth reason is last year's."""
    frames = beside_last_year(2, last_target="≥50份")
    reason = frames.indicators["number"] == 4
    for column in ("reason", "last_reason"):
        frames.indicators.loc[reason, column] = "招标延期，下年度提前启动。"
    return Evidence(frames.forms, frames.funds, frames.indicators, load(book), last_year=True)


def test_every_check_supplies_exactly_the_values_that_it_declares() -> None:
    """So that an office's own wording, checked against the declaration, never finds a value missing."""
    supplied: dict[str, set[frozenset[str]]] = {}
    changed = batch([*(case["set"] for _, case in CASES), {}, {}])
    for book in names():
        scored = score(changed, book)
        beside = expected()
        for evidence in (
            Evidence(scored.forms, scored.funds, scored.indicators, load(book)),
            Evidence(beside.keys, scored.funds[:0], scored.indicators[:0], load(book), roster=beside.roster),
            against_targets(book),
            against_last_year(book),
        ):
            given = {
                "roster": evidence.roster is not None,
                "targets": evidence.approved is not None,
                "last_year": evidence.last_year,
            }
            for one in catalogue():
                if any(there is not (one.topic == topic) for topic, there in given.items()):
                    continue
                for found in functions()[one.id](evidence):
                    if len(found):
                        supplied.setdefault(one.id, set()).add(frozenset(found.values))
    assert {one.id: {one.values} for one in catalogue()} == supplied


def test_a_check_cannot_be_declared_twice_or_by_halves() -> None:
    """An id in use is never given to something else, and an example is never half filled in."""
    texts = {"level": "error", "title": "", "description": "。", "message": "{a}。", "advice": "。"}
    whole = {**texts, "clause": "form", "field": "unit", "sample": {"a": ""}}
    assert [one.topic for one in declared({"funds": {"X999": whole}})] == ["funds"]
    for entry, said in (
        ({**whole, "sample": {}}, r"X999: the sample lacks \['a'\]"),
        ({**whole, "level": "severe"}, "X999: no level severe"),
        ({**whole, "advise": ""}, r"X999: keys lacking or unknown \['advise'\]"),
        (texts, "X999: keys lacking or unknown"),
    ):
        with pytest.raises(ValueError, match=said):
            declared({"funds": {"X999": entry}})
    with pytest.raises(ValueError, match="X999 is declared twice"):
        declared({"funds": {"X999": whole}, "totals": {"X999": whole}})


def test_words_and_functions_know_each_other() -> None:
    """Every declared check is found by one function, of the module of its topic."""
    assert functions().keys() == {one.id for one in catalogue()}
    for one in catalogue():
        assert functions()[one.id].__module__ == f"perfbatch.checking.{one.topic}"
    with pytest.raises(ValueError, match="X999 is declared in no file"):
        check("X999")(functions()["R301"])
    with pytest.raises(ValueError, match="R301 has two functions"):
        check("R301")(functions()["R302"])


def test_placeholders_are_the_names_in_braces() -> None:
    """Doubled braces are text."""
    assert {"a", "b"} == placeholders("{a}、{{c}}、{b}")
