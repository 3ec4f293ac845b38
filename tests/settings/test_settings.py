"""perfbatch.toml: every option of ``run`` from it, the command line before it, mistakes in sentences."""

from __future__ import annotations

import os
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from perfbatch.cli.run_options import takes_options
from perfbatch.cli.settings_command import SettingsCommand
from perfbatch.options import Options, ServeOptions, WatchOptions
from perfbatch.serve.limits import Limits
from perfbatch.settings import NAME, SettingsError, draft, find, keys, read_settings
from perfbatch.settings.places import HOME
from tests.cli.command import SEED, perfbatch

DATA = Path(__file__).parents[1] / "data" / "settings"
GIVEN: dict[str, dict[str, Any]] = tomllib.loads((DATA / "given.toml").read_text("utf-8"))
REFUSED: list[dict[str, Any]] = tomllib.loads((DATA / "refused.toml").read_text("utf-8"))["case"]


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with no settings from outside."""
    monkeypatch.delenv(HOME, raising=False)
    folder = tmp_path / "科室"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "密码.txt").write_text("甲\n乙\n", "utf-8")
    (folder / "别的.txt").write_text("丙\n", "utf-8")
    return folder


def asked(*line: str) -> dict[str, Any]:
    """What a command that takes all options gets for this command line."""
    seen: dict[str, Any] = {}
    app = typer.Typer()

    @app.command(cls=SettingsCommand)
    @takes_options()
    def keep(
        options: Options,
        output: Path | None = None,
        fail_on: str | None = None,
        verbose: bool = False,
        quiet: bool = False,
    ) -> None:
        """Keep them."""
        seen.update({name: getattr(options, name) for name in options.__dataclass_fields__})
        seen.update(output=output, fail_on=fail_on, verbose=verbose, quiet=quiet)

    done = CliRunner().invoke(app, list(line))
    assert done.exit_code == 0, done.output
    return seen


def plain(value: Any, folder: Path) -> Any:
    """As the table of cases writes it."""
    if isinstance(value, tuple):
        return [plain(one, folder) for one in value]
    if isinstance(value, Path):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def wanted(value: Any, folder: Path) -> Any:
    """The table's value for this folder."""
    if isinstance(value, list):
        return [wanted(one, folder) for one in value]
    if isinstance(value, str) and value.startswith("{dir}"):
        return os.path.normpath(value.replace("{dir}", str(folder)))
    return value


def test_every_key_has_its_case() -> None:
    """A new option needs one line more."""
    assert GIVEN.keys() == keys().keys()


@pytest.mark.parametrize("name", sorted(GIVEN.keys() - {"password_file"}))
def test_the_file_sets_it_and_the_command_line_wins(name: str, office: Path) -> None:
    """Each option of ``run``."""
    case = GIVEN[name]
    (office / NAME).write_text(f"{name} = {case['file']}\n", "utf-8")
    with_it = case.get("with", [])
    field = keys()[name].option.name
    assert plain(asked(*with_it)[field], office) == wanted(case["is"], office)
    assert plain(asked(*with_it, *case["line"])[field], office) == case["wins"]


def test_passwords_come_from_the_file_that_the_settings_name(office: Path) -> None:
    """Or from the one of the command line."""
    (office / NAME).write_text(f"password_file = {GIVEN['password_file']['file']}\n", "utf-8")
    assert asked()["passwords"] == ("甲", "乙")
    assert asked(*GIVEN["password_file"]["line"])["passwords"] == ("丙",)
    assert read_settings(office / NAME).options().passwords == ("甲", "乙")


@pytest.mark.parametrize("case", REFUSED, ids=[case["text"].strip()[:30] for case in REFUSED])
def test_a_mistake_is_named_with_file_line_and_what_is_right(case: dict[str, Any], office: Path) -> None:
    """And nothing is done."""
    path = office / NAME
    path.write_text(case["text"], "utf-8")
    done = perfbatch("run", SEED, "-o", office / "结果")
    assert done.exit_code == 2 and not (office / "结果").exists()
    assert f"{NAME} 第 {case['line']} 行" in done.stderr
    place = 0
    for said in case["says"]:
        assert said in done.stderr[place:], done.stderr
        place = done.stderr.index(said, place)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("issuer = '财政局'".encode("gb18030"), "不是 UTF-8"),
        ("issuer = '财政局'".encode("utf-16"), "不是 UTF-8"),
        (b"#" * (1 << 20) + b"\n", "不会大于 1 MB"),
        (b"a=" + b"[" * 100_000, "不符合 TOML 写法"),
        (b"workers = " + b"9" * 10_000, "不符合 TOML 写法"),
        (b"\x00\x01\x02", "不符合 TOML 写法"),
        (b"a" + b".b" * 50_000 + b" = 1", "不符合 TOML 写法"),
    ],
    ids=["gb18030", "utf-16", "large", "nested", "digits", "binary", "dotted"],
)
def test_a_file_that_is_none_gets_a_sentence(data: bytes, said: str, office: Path) -> None:
    """Whatever it is."""
    (office / NAME).write_bytes(data)
    done = perfbatch("check", SEED)
    assert done.exit_code == 2 and said in done.stderr, done.stderr
    assert len(done.stderr) < 3_000_000


def test_what_is_named_and_is_no_file_gets_a_sentence(office: Path) -> None:
    """A folder, a device, nothing."""
    for named, said in ((office, "不是普通文件"), ("/dev/zero", "不是普通文件"), ("没有.toml", "读不了")):
        done = perfbatch("check", SEED, "--config", named)
        assert done.exit_code == 2 and said in done.stderr, done.stderr


def test_a_byte_order_mark_and_windows_lines_are_as_good(office: Path) -> None:
    """What 记事本 saves."""
    (office / NAME).write_bytes("\ufeffissuer = '甲'\r\nnotices = true\r\n".encode())
    assert (asked()["issuer"], asked()["notices"]) == ("甲", True)


def test_where_it_is_found(office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Named, before the working folder's, before the one beside 核验.bat."""
    beside = tmp_path / "程序"
    beside.mkdir()
    (beside / NAME).write_text("issuer = '旁边'", "utf-8")
    assert asked()["issuer"] is None
    monkeypatch.setenv(HOME, str(beside))
    assert asked()["issuer"] == "旁边"
    (office / NAME).write_text("issuer = '当前'", "utf-8")
    assert asked()["issuer"] == "当前"
    named = tmp_path / "别的.toml"
    named.write_text("issuer = '指明'", "utf-8")
    assert asked("--config", str(named))["issuer"] == "指明"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert asked("--config", "~/别的.toml")["issuer"] == "指明"
    assert asked("--roster", "~/名单.xlsx")["roster"] == tmp_path / "名单.xlsx"


def test_never_in_input(office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Units send that folder: not where it is the working folder, nor below it, by a link or by name."""
    (office / NAME).write_text("rules = 'mof-2020'", "utf-8")
    inside = office / "下级"
    inside.mkdir()
    assert find([office]).path is None and find([office]).passed_over == (office / NAME,)
    assert find(["."]).path is None
    monkeypatch.chdir(inside)
    (inside / NAME).write_text("rules = 'mof-2020'", "utf-8")
    assert find([office]).path is None
    link = tmp_path / "链接"
    link.symlink_to(office, target_is_directory=True)
    assert find([link]).path is None
    with pytest.raises(SettingsError) as caught:
        find([office], inside / NAME)
    assert caught.value.code == "inside_input"
    outside = tmp_path / "外面.toml"
    outside.symlink_to(office / NAME)
    with pytest.raises(SettingsError):
        find([office], outside)
    assert find([office / "别的"]).path == inside / NAME  # what is not there is no folder that it lies in


def test_a_file_in_input_is_passed_over_aloud(office: Path) -> None:
    """The run goes on without it, and says so."""
    (office / NAME).write_text("这 不是 TOML", "utf-8")
    (office / "甲.xlsx").write_bytes(SEED.read_bytes())
    done = perfbatch("check", ".", "--workers", "0")
    assert done.exit_code == 1 and "不是电子表格" in done.stdout  # as any text file among the forms
    assert "没有用" in done.stderr and "--config" in done.stderr


def test_the_run_says_which_file_is_in_force(office: Path) -> None:
    """On standard error; not where it is to be quiet."""
    (office / NAME).write_text("workers = 0", "utf-8")
    assert f"设置文件：{office / NAME}" in perfbatch("check", SEED).stderr
    assert "设置文件" not in perfbatch("check", SEED, "-q").stderr
    (office / NAME).write_text("workers = 0\nquiet = true", "utf-8")
    assert "设置文件" not in perfbatch("check", SEED).stderr


def test_a_deadline_of_the_file_is_no_mistake_without_letters(office: Path) -> None:
    """On the command line it is."""
    (office / NAME).write_text("deadline = 2022-01-31\nworkers = 0\noutput = '结果'\nquiet = true\n", "utf-8")
    assert asked()["deadline"] is None
    assert perfbatch("run", SEED).exit_code == 0
    assert (office / "结果" / "汇总.xlsx").exists()
    done = perfbatch("run", SEED, "--deadline", "2022-01-31")
    assert done.exit_code == 2 and "--notices" in done.stderr


def test_the_letters_are_signed(office: Path) -> None:
    """By the issuer of the file; a changed one makes them anew."""
    from tests.writing.test_notices import text_of

    text = "output = '结果'\nnotices = true\nworkers = 0\nquiet = true\n"
    for signed in ("某市财政局", "某市财政局绩效科"):
        (office / NAME).write_text(f"{text}issuer = '{signed}'\n", "utf-8")
        assert perfbatch("run", SEED).exit_code == 0
        letter = text_of(next((office / "结果").rglob("*.docx")))
        assert f"\n{signed}\n" in letter and "（发文部门名称）" not in letter


def test_other_commands_take_what_they_have(office: Path) -> None:
    """And their own tables, as the types that they declare."""
    (office / NAME).write_text(
        "rules = 'mof-2020'\nroster = '名单.xlsx'\n[watch]\nsettle = 10\npoll = true\n"
        "[serve]\nport = 9000\nnames = ['甲.local', '乙']\n", "utf-8",
    )  # fmt: skip
    settings = find()
    assert settings.of(WatchOptions) == WatchOptions(settle=10, poll=True)
    assert settings.of(ServeOptions) == ServeOptions(port=9000)
    assert settings.of(Limits) == Limits(names=("甲.local", "乙"))
    assert settings.of(Options) == Options(rules="mof-2020", roster=office / "名单.xlsx")
    assert "mof-2020" in perfbatch("explain", "R301").stdout


def test_a_new_file_sets_nothing_and_can_be_uncommented_as_it_stands(office: Path) -> None:
    """``config new``; never over a file."""
    done = perfbatch("config", "new")
    assert done.exit_code == 0 and (office / NAME).read_text("utf-8") == draft()
    assert find().given == {}
    again = perfbatch("config", "new")
    assert again.exit_code == 2 and "已经存在" in again.stderr
    lines = [line.removeprefix("# ") if " = " in line else line for line in draft().splitlines()]
    (office / NAME).write_text("\n".join(lines), "utf-8")
    found = find().given
    assert {key for key in found if len(key) == 1} == {(name,) for name in keys()}
    assert {key for key in found if key[0] == "serve"} == {("serve", name) for name in keys("serve")}


def test_show_says_what_is_in_force_and_from_where(office: Path) -> None:
    """Command line, line of the file, default; no password."""
    (office / NAME).write_text("\nissuer = '甲局'\npassword = ['secret']\n[watch]\nsettle = 10\n", "utf-8")
    done = perfbatch("config", "show", "--rules", "hubei")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert 'rules = "hubei"　（命令行）' in lines
    assert f'issuer = "甲局"　（{office / NAME} 第 2 行）' in lines
    assert 'headers = "keys"　（默认）' in lines
    assert f"settle = 10　（{office / NAME} 第 5 行）" in lines or any("settle = 10.0" in x for x in lines)
    assert "secret" not in done.stdout and "已设 1 个，不显示" in done.stdout
    (office / NAME).unlink()
    assert "没有设置文件" in perfbatch("config", "show").stdout


def test_a_setting_of_a_new_option_cannot_be_forgotten() -> None:
    """Every field of every table has a kind that the file can hold, and a sentence."""
    for table in ("", "watch", "serve"):
        for key in keys(table).values():
            assert key.kind and key.help
