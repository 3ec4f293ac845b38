"""``check --format``: findings for programs, on standard output as they come."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

import typer

if TYPE_CHECKING:
    from perfbatch.schema import Frames

FORMATS = ("text", "json", "csv", "sarif")
_SARIF_LEVELS: dict[str, Literal["error", "warning", "note"]] = {
    "error": "error", "warning": "warning", "info": "note",
}  # fmt: skip
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


class JsonFindings:
    """A list of findings, each with the columns of findings.csv."""

    def __init__(self) -> None:
        self._first = True

    def add(self, frames: Frames) -> None:
        """The chunk's findings."""
        for record in _records(frames):
            typer.echo(("[" if self._first else ",") + "\n" + _json(record), nl=False)
            self._first = False

    def close(self) -> None:
        """The end of the list."""
        typer.echo("[]" if self._first else "\n]")


class CsvFindings:
    """What findings.csv holds."""

    def __init__(self) -> None:
        self._head = True

    def add(self, frames: Frames) -> None:
        """The chunk's findings."""
        from pyarrow import csv

        from perfbatch.writing.data import as_table

        stream = io.BytesIO()
        options = csv.WriteOptions(include_header=self._head, quoting_style="needed")
        csv.write_csv(as_table("findings", frames.findings), stream, options)
        self._head = False
        typer.echo(stream.getvalue().decode("utf-8", "replace"), nl=False)

    def close(self) -> None:
        """A head without rows where there was nothing."""
        if self._head:
            from perfbatch.schema import empty

            self.add(empty("check"))


class SarifFindings:
    """A SARIF 2.1.0 log: for code-review pages and editors."""

    def __init__(self) -> None:
        from perfbatch.checking.catalogue import catalogue
        from perfbatch.version import __version__

        checks = catalogue()
        self._places = {check.id: place for place, check in enumerate(checks)}
        self._refused: list[dict[str, Any]] = []
        self._first = True
        rules = [
            {
                "id": check.id,
                "shortDescription": {"text": check.title},
                "fullDescription": {"text": check.description},
                "help": {"text": check.advice_example},
                "defaultConfiguration": {"level": _SARIF_LEVELS[check.level]},
            }
            for check in checks
        ]
        driver = {"name": "perfbatch", "version": __version__, "language": "zh-CN", "rules": rules}
        tool = _json({"driver": driver})
        head = f'{{"$schema": {_json(SCHEMA)}, "version": "2.1.0", "runs": [{{"tool": {tool}, '
        typer.echo(head + '"columnKind": "unicodeCodePoints", "results": [', nl=False)

    def add(self, frames: Frames) -> None:
        """The chunk's findings, and the files that were refused."""
        for finding in _records(frames):
            typer.echo(("" if self._first else ",") + "\n" + _json(self._result(finding)), nl=False)
            self._first = False
        refused = frames.files[frames.files["status"] == "refused"]
        for path, reason in zip(refused["path"], refused["reason"], strict=True):
            self._refused.append(
                {"level": "error", "message": {"text": reason}, "locations": [_location(path)]}
            )

    def close(self) -> None:
        """The end of the log."""
        ended = {"executionSuccessful": True, "toolExecutionNotifications": self._refused}
        typer.echo(f'\n], "invocations": [{_json(ended)}]}}]}}')

    def _result(self, finding: dict[str, Any]) -> dict[str, Any]:
        place = "#".join(filter(None, (finding["sheet"], finding["cell"])))
        located = {**_location(finding["file"])} if finding["file"] else {}
        located["logicalLocations"] = [{"fullyQualifiedName": f"{finding['file']}#{place}"}]
        return {
            "ruleId": finding["check"],
            "ruleIndex": self._places[finding["check"]],
            "level": _SARIF_LEVELS[finding["level"]],
            "message": {"text": finding["message"]},
            "locations": [located],
            "partialFingerprints": {"perfbatchFinding/v1": finding["finding_id"]},
        }


Findings = JsonFindings | CsvFindings | SarifFindings


def findings_output(name: str) -> Findings:
    """What takes the findings of the format."""
    made: dict[str, type[JsonFindings] | type[CsvFindings] | type[SarifFindings]] = {
        "json": JsonFindings, "csv": CsvFindings, "sarif": SarifFindings,
    }  # fmt: skip
    return made[name]()


def _location(path: str) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": {"uri": quote(path, safe="/")}}}


def _records(frames: Frames) -> Iterator[dict[str, Any]]:
    """The findings as findings.csv has them, with None for what is not there."""
    from perfbatch.schema import SCHEMAS

    names = [column.name for column in SCHEMAS["findings"]]
    for record in frames.findings.to_dict("records"):
        yield {name: _plain(record.get(name)) for name in names}


def _plain(value: Any) -> Any:
    import pandas as pd

    if value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if hasattr(value, "isoformat"):
        return value.date().isoformat() if hasattr(value, "date") else value.isoformat()
    return value.item() if hasattr(value, "item") else value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
