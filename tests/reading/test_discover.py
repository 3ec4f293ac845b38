"""Nothing that lies in the inputs is lost: it is read, refused or skipped, each with its name."""

from __future__ import annotations

import io
import json
import os
import pickle
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfbatch.own_outputs import Stamp
from perfbatch.reading import discover as discovery
from perfbatch.reading import read_sources
from perfbatch.reading.archive import harmless
from perfbatch.reading.discover import InputError, Seen, Source, discover, skip_code
from perfbatch.words import load_words
from perfbatch.workbook.bounds import Bounds
from perfbatch.workbook.refusal import Refused
from tests.workbook.handmade import xlsx, zipped


def lay(folder: Path, *names: str) -> None:
    """Put files of these names into the folder; a name with / at its end is a folder."""
    for name in names:
        path = folder / name
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(name.encode())


def found(*inputs: Path, outputs: Path | None = None, bounds: Bounds | None = None) -> dict[str, str]:
    """What was found: name → what becomes of it (read, or the code of the reason)."""
    sources = discover(inputs, outputs=outputs, bounds=bounds or Bounds())
    fates = {source.name: fate(source) for source in sources}
    assert len(fates) == len(sources), "names are unique"
    return fates


def fate(source: Source) -> str:
    """The code of the reason, or 'read'."""
    return source.skip or (source.refusal.code if source.refusal else "read")


def test_a_folder_is_searched_to_the_bottom(tmp_path: Path) -> None:
    """Every file of every folder is found, whatever its kind, under its path with slashes."""
    lay(tmp_path, "甲.xlsx", "财政局/乙.xls", "财政局/一处/丙.et", "说明.docx", "空/")
    assert list(found(tmp_path)) == ["甲.xlsx", "说明.docx", "财政局/一处/丙.et", "财政局/乙.xls"]


SKIPPED = [
    ("~$自评表.xlsx", "lock_file"), (".~自评表.xlsx", "lock_file"), (".~lock.自评表.ods#", "lock_file"),
    ("~WRL0001.tmp", "lock_file"), (".DS_Store", "system_file"), ("Thumbs.db", "system_file"),
    ("desktop.ini", "system_file"), ("._自评表.xlsx", "system_file"), ("__MACOSX", "system_file"),
    ("$RECYCLE.BIN", "system_file"), (".隐藏.xlsx", "hidden_file"), ("自评表.xlsx", ""), ("~自评表.xlsx", ""),
]  # fmt: skip


@pytest.mark.parametrize(("name", "code"), SKIPPED)
def test_what_programs_leave_behind_is_skipped_with_a_reason(tmp_path: Path, name: str, code: str) -> None:
    """Lock files, system files and hidden files are found, and said to be skipped."""
    lay(tmp_path, name)
    assert code == skip_code(name)
    assert found(tmp_path) == {name: code or "read"}
    assert found(tmp_path / name) == {name: code or "read"}


def test_a_hidden_folder_is_one_entry(tmp_path: Path) -> None:
    """Nobody files forms in .git; what lies in it is not listed one by one."""
    lay(tmp_path, ".git/a", ".git/b", "__MACOSX/c.xlsx", "甲.xlsx")
    assert found(tmp_path) == {".git": "hidden_file", "__MACOSX": "system_file", "甲.xlsx": "read"}


def test_the_output_folder_within_the_input_is_skipped(tmp_path: Path) -> None:
    """What this run writes, or an earlier one wrote, is never read again, and each file of it is listed."""
    lay(
        tmp_path,
        "甲.xlsx",
        "结果/汇总.xlsx",
        "结果/批注/甲.xlsx",
        "结果/批注/后来的.xlsx",
        "往年/批注/甲.xlsx",
        "往年/汇总.xlsx",
        "往年/留着.xlsx",
    )
    written(tmp_path / "结果", "汇总.xlsx", "批注/甲.xlsx")
    written(tmp_path / "往年", "汇总.xlsx", "批注/甲.xlsx")
    assert found(tmp_path, outputs=tmp_path / "结果") == {
        "甲.xlsx": "read", "结果/汇总.xlsx": "own_output", "结果/批注/甲.xlsx": "own_output",
        "结果/批注/后来的.xlsx": "in_output", "结果/run.json": "own_output",
        "往年/留着.xlsx": "read", "往年/批注/甲.xlsx": "own_output", "往年/汇总.xlsx": "own_output",
        "往年/run.json": "own_output",
    }  # fmt: skip


def written(folder: Path, *names: str) -> None:
    """A run.json that says that these are ours, as they lie there."""
    stamps = {name: Stamp.of((folder / name).stat())._asdict() for name in names}
    (folder / "run.json").write_text(json.dumps({"tool": "perfbatch", "outputs": stamps}), encoding="utf-8")


@pytest.mark.parametrize(
    "odd",
    [
        {},
        None,
        1,
        [],
        {"size": "7", "mtime_ns": []},
        {"size": 7},
        {"size": 7, "mtime_ns": 7},
        {"size": len("一/乙.xlsx".encode()), "mtime_ns": 7},
    ],
)
def test_a_crafted_run_json_hides_nothing(tmp_path: Path, odd: object) -> None:
    """Forms beside it are read, whatever they are called: a stamp must be there, and agree."""
    lay(tmp_path, "一/批注/甲.xlsx", "一/汇总.xlsx", "一/乙.xlsx", "一/备份/丙.xlsx")
    names = ["批注/甲.xlsx", "汇总.xlsx", "乙.xlsx", "备份/丙.xlsx", "../一/乙.xlsx"]
    listed = {"tool": "perfbatch", "outputs": dict.fromkeys(names, odd), "backups": dict.fromkeys(names, odd)}
    (tmp_path / "一/run.json").write_text(json.dumps(listed), encoding="utf-8")
    fates = found(tmp_path, outputs=tmp_path / "结果")
    assert fates.pop("一/run.json") == "own_output"
    assert len(fates) == 4
    assert set(fates.values()) == {"read"}


def test_a_file_listed_with_its_very_stamp_is_still_listed(tmp_path: Path) -> None:
    """Whoever copies the stamps too gets a row that says that it was skipped, and why."""
    lay(tmp_path, "一/甲.xlsx")
    written(tmp_path / "一", "甲.xlsx")
    assert found(tmp_path) == {"一/run.json": "own_output", "一/甲.xlsx": "own_output"}


OWN = ["批注", "批注/甲", "批注/甲/1.xlsx", "批注/../批注", "汇总.xlsx", "数据", "备份", ".perfbatch"]


@pytest.mark.parametrize("name", OWN)
def test_an_input_that_the_run_would_write_over_is_refused(tmp_path: Path, name: str) -> None:
    """Before anything is written, with a sentence that names it."""
    lay(tmp_path, "批注/甲/1.xlsx", "汇总.xlsx", "数据/a.csv", "备份/b.xlsx", ".perfbatch/c")
    with pytest.raises(InputError) as error:
        discover([tmp_path / name], outputs=tmp_path)
    assert error.value.code == "inside_output"
    assert name in error.value.sentence(load_words())


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
@pytest.mark.parametrize("link", ["in → out/批注", "in → out/批注/甲", "out/批注 → in", "out/批注/甲 → in"])
def test_links_do_not_disguise_an_input(tmp_path: Path, link: str) -> None:
    """Wherever the link lies: in the input, in the output, or further down in it."""
    lay(tmp_path, "out/数据/", "forms/1.xlsx")
    source, _, target = link.partition(" → ")
    if source == "in":
        lay(tmp_path, f"{target}/2.xlsx")
    else:
        lay(tmp_path, "in/1.xlsx")
        (tmp_path / source).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / source).symlink_to(tmp_path / target, target_is_directory=True)
    if source == "out/批注/甲":  # what is written below it is refused when it is written
        assert found(tmp_path / "in", outputs=tmp_path / "out") == {"1.xlsx": "read"}
        return
    with pytest.raises(InputError) as error:
        discover([tmp_path / "in"], outputs=tmp_path / "out")
    assert error.value.code == "inside_output"


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_a_link_to_our_results_among_the_inputs_is_skipped(tmp_path: Path) -> None:
    """A shortcut that somebody made to last week's copies is not a form."""
    lay(tmp_path, "in/1.xlsx", "out/批注/1.xlsx")
    (tmp_path / "in/上次").symlink_to(tmp_path / "out/批注", target_is_directory=True)
    (tmp_path / "in/2.xlsx").symlink_to(tmp_path / "out/批注/1.xlsx")
    assert found(tmp_path / "in", outputs=tmp_path / "out") == {
        "1.xlsx": "read", "2.xlsx": "own_output", "上次": "own_output",
    }  # fmt: skip


def test_another_mount_of_the_results_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two folders with one device and inode are one, whatever their paths say (as with a bind mount)."""
    lay(tmp_path, "in/sub/1.xlsx", "out/批注/")
    identity = discovery.place_on_disk

    def mounted(path: Path) -> tuple[int, int] | None:
        return identity(tmp_path / "out/批注" if Path(path) == tmp_path / "in/sub" else Path(path))

    monkeypatch.setattr(discovery, "place_on_disk", mounted)
    for path in ("in", "in/sub", "in/sub/1.xlsx"):
        with pytest.raises(InputError) as error:
            discover([tmp_path / path], outputs=tmp_path / "out")
        assert error.value.code == "inside_output"


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
@contextmanager
def mounted(source: Path, target: Path) -> Iterator[None]:
    """``source`` at ``target`` once more, where this machine lets us mount."""
    target.mkdir(parents=True, exist_ok=True)
    command = ["mount", "--bind", str(source), str(target)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no right to mount here")
    try:
        yield
    finally:
        subprocess.run(["umount", str(target)], check=True)


@pytest.mark.parametrize(
    ("what", "where", "given"),
    [
        ("out/批注", "elsewhere", "elsewhere"),
        ("out/批注/处室", "elsewhere", "elsewhere"),
        ("out/批注", "elsewhere", "elsewhere/处室/表.xlsx"),
        ("out", "elsewhere", "elsewhere/批注"),
        ("in", "out/批注", "in"),
        ("out/批注", "in/mounted", "in"),
    ],
    ids=lambda one: one.replace("/", "_"),
)
def test_a_real_mount_of_the_results_is_refused(tmp_path: Path, what: str, where: str, given: str) -> None:
    """What the run would write over, reached another way, whether as input or among the inputs."""
    lay(tmp_path, "in/表.xlsx", "out/批注/处室/表.xlsx")
    with mounted(tmp_path / what, tmp_path / where), pytest.raises(InputError) as error:
        found(tmp_path / given, outputs=tmp_path / "out")
    assert error.value.code == "inside_output"


def test_a_mount_of_the_whole_output_is_skipped_as_ours(tmp_path: Path) -> None:
    """An output inside the inputs stays allowed, and what is ours in it is skipped."""
    lay(tmp_path, "in/表.xlsx", "out/批注/表.xlsx", "out/.perfbatch/x.json")
    with mounted(tmp_path / "out", tmp_path / "in/mounted"):
        assert found(tmp_path / "in", outputs=tmp_path / "out") == {
            "表.xlsx": "read", "mounted/.perfbatch": "own_output", "mounted/批注/表.xlsx": "in_output",
        }  # fmt: skip


def test_a_link_that_leads_out_of_the_inputs_says_where(tmp_path: Path) -> None:
    """It is followed, since offices lay their folders out so; what was read from elsewhere is said to be."""
    lay(tmp_path, "in/1.xlsx", "else/2.xlsx", "else/3/4.xlsx", "in/sub/5.xlsx")
    (tmp_path / "in/2.xlsx").symlink_to(tmp_path / "else/2.xlsx")
    (tmp_path / "in/3").symlink_to(tmp_path / "else/3", target_is_directory=True)
    (tmp_path / "in/6").symlink_to(tmp_path / "in/sub", target_is_directory=True)
    led = {source.name: source.outside for source in discover([tmp_path / "in"]) if not source.skip}
    home = Path(os.path.realpath(tmp_path))
    assert led["1.xlsx"] == "" and led.keys() & {"6/5.xlsx", "sub/5.xlsx"}
    assert not any(led[name] for name in led.keys() & {"6/5.xlsx", "sub/5.xlsx"})
    assert (led["2.xlsx"], led["3/4.xlsx"]) == (str(home / "else/2.xlsx"), str(home / "else/3/4.xlsx"))
    notes = read_sources(discover([tmp_path / "in"])).files.set_index("path")["notes"]
    assert "输入文件夹之外" in notes["2.xlsx"] and notes["1.xlsx"] == ""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows allows no such names")
@pytest.mark.parametrize("odd", ["\x1b[31m", "\n", "\r", "\t", "\x9b", "\u202e", "\u2028", "\x07"])
def test_a_name_that_a_terminal_would_obey_is_shown_by_signs(tmp_path: Path, odd: str) -> None:
    """File, folder and member: the name that is shown has nothing in it that is not seen."""
    for folder in (tmp_path / f"夹{odd}", tmp_path):
        folder.mkdir(exist_ok=True)
        (folder / f"a{odd}b.xlsx").write_bytes(b"x")
    (tmp_path / "z.zip").write_bytes(zipped({f"a{odd}b.xlsx": b"1"}))
    sources = discover([tmp_path])
    assert len(sources) == 3
    assert all(source.name.isprintable() for source in sources)
    assert all(source.load() for source in sources)


def test_archives_and_manifests_are_looked_into_by_another(tmp_path: Path) -> None:
    """The walk itself parses nothing: it is given what a bounded worker saw."""
    (tmp_path / "a.zip").write_bytes(zipped({"甲.xlsx": b"1"}))
    lay(tmp_path, "run.json", "b.ZIP")
    asked: list[Path] = []

    def look(paths: Sequence[Path]) -> list[Seen]:
        asked.extend(paths)
        return [Refused("archive_given_up", cause="memory") for _ in paths]

    fates = {source.name: fate(source) for source in discover([tmp_path], look=look)}
    assert sorted(path.name for path in asked) == ["a.zip", "b.ZIP", "run.json"]
    assert set(fates.values()) == {"archive_given_up"}


def test_an_empty_output_folder_is_not_mentioned(tmp_path: Path) -> None:
    """Made a moment ago for this run, it holds nothing that was found."""
    lay(tmp_path, "甲.xlsx", "结果/")
    assert found(tmp_path, outputs=tmp_path / "结果") == {"甲.xlsx": "read"}


def test_results_written_into_the_input_itself_are_skipped(tmp_path: Path) -> None:
    """--output may be the input folder; forms beside the results are still read."""
    lay(tmp_path, "甲.xlsx", "汇总.xlsx", "报告.html", "批注/甲.xlsx", "数据/forms.csv")
    (tmp_path / "run.json").write_text('{"tool": "perfbatch"}', encoding="utf-8")
    fates = found(tmp_path, outputs=tmp_path)
    assert {name for name, code in fates.items() if code == "read"} == {"甲.xlsx"}
    assert fates["批注/甲.xlsx"] == "in_output", "it was not listed: said so, and not passed over"


@pytest.mark.parametrize("manifest", ["", "[1]", '{"tool": "other"}', "{" * 5000, "[" * 100_000])
def test_a_foreign_run_json_does_not_hide_forms(tmp_path: Path, manifest: str) -> None:
    """汇总.xlsx is ours only where our own run.json lies beside it."""
    lay(tmp_path, "汇总.xlsx")
    (tmp_path / "run.json").write_text(manifest, encoding="utf-8")
    assert found(tmp_path) == {"run.json": "read", "汇总.xlsx": "read"}


def test_a_missing_input_is_an_error_with_a_sentence(tmp_path: Path) -> None:
    """The command says so before anything is read."""
    with pytest.raises(InputError) as error:
        discover([tmp_path / "没有"])
    assert "没有" in error.value.sentence(load_words())


def test_inputs_that_share_names_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    """Two folders with the same 自评表.xlsx keep both; a third without a clash keeps its names."""
    lay(tmp_path, "一处/自评表.xlsx", "二处/自评表.xlsx", "三处/总表.xlsx", "旧/一处/自评表.xlsx")
    assert list(found(tmp_path / "一处", tmp_path / "二处", tmp_path / "三处", tmp_path / "旧/一处")) == [
        "一处/自评表.xlsx", "二处/自评表.xlsx", "总表.xlsx", "一处(2)/自评表.xlsx",
    ]  # fmt: skip


def test_files_given_by_name_keep_their_names(tmp_path: Path) -> None:
    """A single file is shown under its own name, in the order given."""
    lay(tmp_path, "乙/2.xlsx", "甲/1.xlsx")
    assert list(found(tmp_path / "乙/2.xlsx", tmp_path / "甲/1.xlsx")) == ["2.xlsx", "1.xlsx"]


def test_what_is_given_twice_is_read_once(tmp_path: Path) -> None:
    """A folder and a file in it may both be given."""
    lay(tmp_path, "a/1.xlsx")
    fates = found(tmp_path, tmp_path / "a/1.xlsx", tmp_path / "a", tmp_path)
    assert fates == {"a/1.xlsx": "read", "1.xlsx": "seen_before"}


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_links_do_not_lead_round_in_circles(tmp_path: Path) -> None:
    """A link to a folder above, to a file read already, and to nowhere."""
    lay(tmp_path, "a/1.xlsx")
    (tmp_path / "a/loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "b.xlsx").symlink_to(tmp_path / "a/1.xlsx")
    (tmp_path / "c.xlsx").symlink_to(tmp_path / "nowhere")
    assert found(tmp_path) == {
        "a/1.xlsx": "seen_before", "a/loop": "seen_before", "b.xlsx": "read", "c.xlsx": "vanished",
    }  # fmt: skip


def test_a_link_to_a_folder_above_brings_nothing_in(tmp_path: Path) -> None:
    """Not all of the disk; a folder beside, which also is outside, is read."""
    lay(tmp_path, "office/in/1.xlsx", "office/others/2.xlsx", "office/3.xlsx")
    for name, target in {
        "up": tmp_path / "office",
        "root": Path("/"),
        "beside": tmp_path / "office/others",
    }.items():
        (tmp_path / "office/in" / name).symlink_to(target, target_is_directory=True)
    assert found(tmp_path / "office/in") == {
        "1.xlsx": "read", "beside/2.xlsx": "read", "root": "leads_up", "up": "leads_up",
    }  # fmt: skip


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    """Opening a pipe would wait for ever."""
    os.mkfifo(tmp_path / "pipe.xlsx")
    assert found(tmp_path) == {"pipe.xlsx": "special_file"}


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="nothing is closed to this user")
def test_a_closed_folder_is_refused(tmp_path: Path) -> None:
    """A folder without permission is an entry of its own, and the rest is read."""
    lay(tmp_path, "closed/1.xlsx", "2.xlsx")
    (tmp_path / "closed").chmod(0)
    try:
        assert found(tmp_path) == {"closed": "unreadable_folder", "2.xlsx": "read"}
    finally:
        (tmp_path / "closed").chmod(0o700)


def test_a_folder_that_cannot_be_listed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As above, where the tests run as somebody to whom nothing is closed."""
    lay(tmp_path, "closed/1.xlsx", "2.xlsx")
    listed = os.scandir

    def scandir(path: Path) -> object:
        if Path(path).name == "closed":
            raise PermissionError("closed")
        return listed(path)

    monkeypatch.setattr("perfbatch.reading.discover.os.scandir", scandir)
    assert found(tmp_path) == {"closed": "unreadable_folder", "2.xlsx": "read"}


def test_folders_have_a_depth_and_a_number(tmp_path: Path) -> None:
    """What lies too deep, or is too much, is said and not silently left out."""
    lay(tmp_path, "1/2/3/a.xlsx", "1/b.xlsx")
    assert found(tmp_path, bounds=Bounds(depth=2)) == {"1/2/3": "too_deep", "1/b.xlsx": "read"}
    assert "too_complex" in found(tmp_path, bounds=Bounds(entries=1)).values()


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names are always Unicode here")
def test_a_name_in_gbk_is_read_as_such(tmp_path: Path) -> None:
    """A folder unpacked on a server that knows no GBK keeps its Chinese names."""
    raw = os.fsencode(tmp_path) + b"/" + "自评表.xlsx".encode("gbk")
    Path(os.fsdecode(raw)).write_bytes(b"x")
    (source,) = discover([tmp_path])
    assert source.name == "自评表.xlsx"
    assert source.load() == b"x"


# content


def test_a_file_is_read_once_and_not_beyond_its_limit(tmp_path: Path) -> None:
    """Its size is known before it is read."""
    lay(tmp_path, "a.xlsx")
    (source,) = discover([tmp_path])
    assert source.load() == b"a.xlsx"
    with pytest.raises(Refused) as refused:
        source.load(limit=5)
    assert (refused.value.code, refused.value.values) == ("too_large", {"limit": 5, "found": 6})
    (tmp_path / "a.xlsx").unlink()
    with pytest.raises(Refused) as refused:
        source.load()
    assert refused.value.code == "vanished"


def test_a_source_travels_to_another_process(tmp_path: Path) -> None:
    """With the reason for which it is refused."""
    lay(tmp_path, "a.xlsx")
    (source,) = discover([tmp_path])
    refused = Source(str(tmp_path), "b", refusal=Refused("too_deep", limit=3))
    assert pickle.loads(pickle.dumps(source)) == source
    with pytest.raises(Refused) as back:
        pickle.loads(pickle.dumps(refused)).load()
    assert (back.value.code, back.value.values) == ("too_deep", {"limit": 3})


# archives


def test_members_of_an_archive_are_found_and_read(tmp_path: Path) -> None:
    """Each member is a source of its own below the archive's name."""
    members = {
        "财政局/甲.xlsx": b"1",
        "乙.xls": b"2",
        "__MACOSX/._甲.xlsx": b"3",
        "内.zip": zipped({"a": "b"}),
    }
    (tmp_path / "报送.zip").write_bytes(zipped(members))
    assert found(tmp_path) == {
        "报送.zip/__MACOSX/._甲.xlsx": "system_file", "报送.zip/乙.xls": "read",
        "报送.zip/内.zip": "nested_archive",
        "报送.zip/财政局/甲.xlsx": "read",
    }  # fmt: skip
    contents = {source.name: source.load() for source in discover([tmp_path]) if fate(source) == "read"}
    assert contents == {"报送.zip/财政局/甲.xlsx": b"1", "报送.zip/乙.xls": b"2"}


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "flagged"])
def test_chinese_names_of_members_are_read_however_they_are_written(tmp_path: Path, encoding: str) -> None:
    """Windows writes GBK, a Mac UTF-8 without saying so, others say so."""
    name = "绩效自评表（乗）.xlsx"  # the second byte of 乗 in GBK is a backslash
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(name if encoding == "flagged" else "X" * len(name.encode(encoding)), b"1")
    if encoding != "flagged":
        data = (tmp_path / "a.zip").read_bytes()
        raw = name.encode(encoding)
        (tmp_path / "a.zip").write_bytes(data.replace(b"X" * len(raw), raw))
    (source,) = discover([tmp_path])
    assert (source.name, source.member, source.load()) == (f"a.zip/{name}", name, b"1")


@pytest.mark.parametrize(
    ("name", "safe"),
    [("../../a.xlsx", "a.xlsx"), ("/etc/a.xlsx", "etc/a.xlsx"), ("C:\\a\\b.xlsx", "a/b.xlsx"),
     ("a/./b", "a/b"),
     ("a\nb", "a_b"), ("..", ""), ("C:a:b", "C_a_b"), ("甲/乙.xlsx", "甲/乙.xlsx")],
)  # fmt: skip
def test_names_of_members_lead_nowhere_else(name: str, safe: str) -> None:
    """No member is named outside its archive."""
    assert safe == harmless(name)


@given(st.text(max_size=30))
def test_every_member_name_is_made_harmless(name: str) -> None:
    """Whatever a member is called, its name stays below the archive and stays as it is the second time."""
    safe = harmless(name)
    assert not safe.startswith("/")
    assert ".." not in safe.split("/")
    assert safe == harmless(safe)


def test_members_of_the_same_name_are_both_kept(tmp_path: Path) -> None:
    """A zip may hold two files of one name."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for content in (b"1", b"2"):
            with pytest.warns(UserWarning) if content == b"2" else nullcontext():
                archive.writestr("甲.xlsx", content)
    contents = {source.name: source.load() for source in discover([tmp_path])}
    assert contents == {"a.zip/甲.xlsx": b"1", "a.zip/甲(2).xlsx": b"2"}


ARCHIVES = {
    "damaged": ("damaged_archive", zipped({"a.xlsx": b"1" * 500})[:-30]),
    "empty": ("empty_archive", zipped({})),
    "only folders": ("empty_archive", zipped({"a/": b""})),
    "too many members": ("too_complex", zipped({f"{i}.xlsx": b"1" for i in range(6)})),
    "too much in all": ("unpacks_too_large", zipped({f"{i}.xlsx": b"1" * 900 for i in range(5)})),
}


@pytest.mark.parametrize("name", ["a.zip", "a.xlsx"])
def test_of_an_archive_that_is_cut_off_no_workbook_stands_for_the_whole(tmp_path: Path, name: str) -> None:
    """Its workbooks lie in it as they are, and the last one's directory is the last that is found."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(3):
            archive.writestr(f"{number}.xlsx", xlsx(rows="<row><c><v>1</v></c></row>"))
    (tmp_path / name).write_bytes(out.getvalue()[:-60])
    if name.endswith("zip"):
        assert found(tmp_path) == {name: "damaged_archive"}
    else:
        files = read_sources(discover([tmp_path])).files
        assert files["reason_code"].tolist() == ["damaged"]


@pytest.mark.parametrize("case", ARCHIVES)
def test_an_archive_that_cannot_be_opened_is_one_refused_file(tmp_path: Path, case: str) -> None:
    """Broken, empty and overfull archives are each refused with a reason."""
    code, data = ARCHIVES[case]
    (tmp_path / "a.zip").write_bytes(data)
    assert found(tmp_path, bounds=Bounds(members=5, archive_bytes=4000)) == {"a.zip": code}


def test_a_bomb_in_an_archive_is_refused_by_its_own_words(tmp_path: Path) -> None:
    """A member that unpacks to a hundred times its size, or beyond the limit, is not unpacked."""
    (tmp_path / "a.zip").write_bytes(zipped({"a.xlsx": b"0" * 100_000, "b.xlsx": b"1"}))
    fates = found(tmp_path, bounds=Bounds(ratio=50, ratio_from=1000))
    assert fates == {"a.zip/a.xlsx": "unpacks_too_large", "a.zip/b.xlsx": "read"}
    assert found(tmp_path, bounds=Bounds(file_bytes=5000))["a.zip/a.xlsx"] == "too_large"
    source = next(source for source in discover([tmp_path]) if source.name.endswith("a.xlsx"))
    with pytest.raises(Refused) as refused:
        source.load(limit=1000)
    assert refused.value.code == "too_large"


def test_a_workbook_called_zip_is_a_workbook(tmp_path: Path) -> None:
    """Some mail programs rename .xlsx to .zip."""
    (tmp_path / "自评表.zip").write_bytes(xlsx(rows="<row><c><v>1</v></c></row>"))
    assert found(tmp_path) == {"自评表.zip": "read"}


def test_members_behind_a_password_are_refused(tmp_path: Path) -> None:
    """An encrypted archive says so for each of its members."""
    data = bytearray(zipped({"a.xlsx": b"1"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    assert found(tmp_path) == {"a.zip/a.xlsx": "encrypted_archive"}


def test_an_archive_that_changed_is_opened_anew(tmp_path: Path) -> None:
    """The archive read last stays open, but never under another file's content."""
    path = tmp_path / "a.zip"
    for content in (b"1", b"22"):
        path.write_bytes(zipped({"a.xlsx": content}))
        (source,) = discover([tmp_path])
        assert content == source.load()
