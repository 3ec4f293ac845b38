"""Which names were dropped, from the line that cmd.exe was started with."""

from __future__ import annotations

import pytest

from perfbatch.desktop.dropped import dropped

CMD = r"C:\WINDOWS\system32\cmd.exe"
LINES = {
    "a name without a blank is not quoted by Explorer": (
        r'/c ""C:\工具\核验.bat" D:\甲&乙"', [r"D:\甲&乙"]),
    "a name with a blank is": (
        r'/c ""C:\工具\核验.bat" "D:\甲 & 乙""', [r"D:\甲 & 乙"]),
    "several of both kinds": (
        r'/c ""C:\工具\核验.bat" D:\a&b "D:\c d" D:\e^f "D:\g (1)""',
        [r"D:\a&b", r"D:\c d", r"D:\e^f", r"D:\g (1)"]),
    "percent signs, also around a variable's name": (
        r'/c ""C:\工具\核验.bat" D:\100% D:\%PATH%"', [r"D:\100%", r"D:\%PATH%"]),
    "exclamation marks": (
        r'/c ""C:\工具\核验.bat" D:\急!急! "D:\急 !PATH!""', [r"D:\急!急!", r"D:\急 !PATH!"]),
    "what would be another command": (
        r'/c ""C:\工具\核验.bat" D:\a&calc|more>x"', [r"D:\a&calc|more>x"]),
    "a hostile place of the batch file": (
        r'/c ""C:\a & b (1) ^%x%!\核验.bat" D:\甲"', [r"D:\甲"]),
    "the batch file's name in other case": (r'/C ""C:\工具\核验.BAT" D:\甲"', [r"D:\甲"]),
    "started by CreateProcess": (r'/s/c ""C:\工具\核验.bat" D:\甲"', [r"D:\甲"]),
    "typed after cmd /c": (r'/c C:\工具\核验.bat D:\甲 "D:\乙 丙"', [r"D:\甲", r"D:\乙 丙"]),
    "quoted after cmd /c": (r'/c "C:\工 具\核验.bat" "D:\乙 丙"', [r"D:\乙 丙"]),
    "a share": (r'/c ""\\服务器\工具\核验.bat" \\服务器\报送\甲&乙"', [r"\\服务器\报送\甲&乙"]),
    "a drive": (r'/c ""C:\工具\核验.bat" E:\"', ["E:\\"]),
    "nothing, a double click": (r'/c ""C:\工具\核验.bat" "', []),
}  # fmt: skip


@pytest.mark.parametrize(("line", "names"), LINES.values(), ids=LINES)
def test_names_are_what_explorer_passed(line: str, names: list[str]) -> None:
    """Whatever cmd makes of them: its own arguments are wrong here on purpose."""
    environment = {"PERFBATCH_DROPPED": f"{CMD} {line}", "PERFBATCH_SCRIPT": "核验.bat"}
    assert dropped(environment, ["cut"]) == names


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"PERFBATCH_DROPPED": CMD, "PERFBATCH_SCRIPT": "核验.bat"},
        {"PERFBATCH_DROPPED": f'"{CMD}" /k', "PERFBATCH_SCRIPT": "核验.bat"},
        {"PERFBATCH_DROPPED": rf'{CMD} /c ""D:\每月.bat" 12"', "PERFBATCH_SCRIPT": "核验.bat"},
    ],
    ids=["Linux", "typed at a prompt", "a prompt opened by /k", "called by another batch file"],
)
def test_otherwise_the_arguments_count(environment: dict[str, str]) -> None:
    """There cmd was told by a person, in its own language."""
    assert dropped(environment, ["甲 & 乙", "丙"]) == ["甲 & 乙", "丙"]
