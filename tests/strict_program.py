"""Every public name as a program uses it that is checked strictly (tests/test_python.py); never run."""

from datetime import date
from pathlib import Path
from typing import assert_type

import pandas as pd

import perfbatch
from perfbatch.batch import RunResult
from perfbatch.rules import load
from perfbatch.workbook.xlsx.edit.marking import Annotated


def main(folder: Path) -> None:
    """One run, then the same step by step, then one workbook alone."""
    assert_type(perfbatch.__version__, str)
    result = perfbatch.run(
        [folder, "自评表"], "结果", rules="beijing-2021", workers=2, deadline=date(2022, 3, 31)
    )
    result = perfbatch.run([folder], "结果", options=perfbatch.Options(rules="mof-2020", fresh=True))
    assert_type(result, RunResult)
    assert_type(result.outputs, tuple[str, ...])

    frames = perfbatch.read(folder, passwords=["123456"])
    assert_type(frames, perfbatch.Frames)
    frames = perfbatch.check(perfbatch.score(frames, load("mof-2020")), "mof-2020")
    assert_type(frames, perfbatch.Frames)
    assert_type(frames.findings, pd.DataFrame)
    assert_type(perfbatch.write(frames, [folder], "结果"), list[str])

    marks = frames.findings[["sheet", "cell", "level", "message"]]
    try:
        copy = perfbatch.annotate(folder / "甲.xlsx", "批注.xlsx", marks)
    except perfbatch.Refused as error:
        assert_type(error, perfbatch.Refused)
    else:
        assert_type(copy, Annotated)
