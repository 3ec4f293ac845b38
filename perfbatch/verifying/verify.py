"""The verification of one output folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from perfbatch.batch.remote import brought_here
from perfbatch.batch.workers import Workers
from perfbatch.options import Limits, Options
from perfbatch.own_outputs import MANIFEST, read_manifest
from perfbatch.verifying.inputs import verify_inputs
from perfbatch.verifying.judges import verify_judges
from perfbatch.verifying.outputs import verify_outputs
from perfbatch.verifying.record import record_of
from perfbatch.verifying.report import Report
from perfbatch.words import load_words

_SECONDS = 3_600.0
"""For one file that is looked into: a summary of a hundred thousand forms takes minutes."""


class NothingToVerifyError(Exception):
    """There is no finished run in the folder; ``code`` names the sentence in templates/verify.toml."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values


def verify(folder: Path | str, inputs: Sequence[Path | str] = (), *, workers: int | None = None) -> Report:
    """Hold the output ``folder``, and what its run.json names, against what run.json notes of them.

    ``inputs`` are the inputs where they lie now; none: where run.json says that they lay. Nothing is written.
    Raises NothingToVerifyError, InputError for an input of ``inputs`` that does not exist, RunError.
    """
    with brought_here(inputs, folder) as (near, at):
        return _verify(at, near, str(folder), workers)


def _verify(folder: Path, inputs: Sequence[Path], shown: str, workers: int | None) -> Report:
    if not folder.is_dir():
        raise NothingToVerifyError("no_folder", path=shown)
    if not (folder / MANIFEST).is_file():
        raise NothingToVerifyError("no_manifest", path=shown)
    manifest = read_manifest(folder / MANIFEST)
    if manifest is None:
        raise NothingToVerifyError("not_ours", path=shown)
    if manifest.get("state") != "done":
        raise NothingToVerifyError("unfinished", path=shown)
    record = record_of(manifest)
    report = Report(load_words(), record.version, record.started)
    if record.odd or not record.outputs:
        report.add("run", "differs", "odd", MANIFEST, count=record.odd)
    crew = Workers.of(Options(workers=workers, limits=Limits(seconds=_SECONDS)))
    verify_inputs(record, inputs, folder, crew, report)
    verify_judges(record, report)
    verify_outputs(record, folder, crew, report)
    return report
