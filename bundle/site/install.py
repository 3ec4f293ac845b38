"""What 安装.bat and install.sh start with the Python of the computer: it installs from the files beside it.

Standard library alone, and no network: ``python install.py install FOLDER`` and, from the installed copy,
``python install.py remove FOLDER``. All that it says is in words.json; it ends with 0 where it has done it.
"""

import contextlib
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
WINDOWS = os.name == "nt"
NOTE = "installed.json"
"""In the folder: what was installed there, and the sign that it is ours."""
APP, OLD_APP = "app", "app.old"
NEEDED = 700 << 20
"""Bytes that have to be free: the program and, while it is replaced, the one before."""
NOT_FOR_RUNNING = {"numpy": ("tests",), "pandas": ("tests",), "pyarrow": ("tests", "include")}
"""Folders inside packages that only their developers use, a tenth of the whole."""
ENTRY = "perfbatch.desktop"
SHORTCUT_DONE = 10
"""What shortcut.js ends with."""

WORDS = json.loads((HERE / "words.json").read_text("utf-8"))


class StopError(Exception):
    """It cannot go on; the message is for the person who installs."""

    def __init__(self, key, **values):
        super().__init__(WORDS[key].format(**values))


def say(key, **values):
    """A line on the screen."""
    print(WORDS[key].format(**values), flush=True)


def main(arguments):
    """The exit status."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")
    what, folder = arguments
    folder = Path(folder).absolute()
    try:
        if what == "install":
            install(folder)
        else:
            remove(folder)
    except StopError as error:
        print(error, file=sys.stderr, flush=True)
        return 2
    return 0


def install(folder):
    """All of it. The program that was there before is put back where it fails."""
    bundle = json.loads((HERE / "bundle.json").read_text("utf-8"))
    check_computer(bundle)
    check_files(bundle)
    before = noted(folder)
    if before is None and (folder / APP).exists() and not (folder / OLD_APP).exists():
        raise StopError("strange", folder=folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StopError("denied", path=folder, reason=error.strerror) from error
    free = shutil.disk_usage(folder).free
    if free < NEEDED:
        raise StopError("space", folder=folder, free=free >> 20, needed=NEEDED >> 20)
    say("begun", version=bundle["version"], folder=folder)
    if before is not None:
        say("update", version=before["version"])
    replace_app(folder)
    note = {"version": bundle["version"], "python": sys.base_prefix, "files": [], "shortcuts": []}
    note["files"] = copy_site(folder)
    note["shortcuts"] = shortcuts(folder)
    write_note(folder, note)
    drop_pythons(folder)
    script = "卸载.bat" if WINDOWS else "卸载.sh"
    say("done", page=folder / "使用说明.html", folder=folder, remove=folder / script)


def check_computer(bundle):
    """Raise StopError where the wheels would not run here."""
    found = "{}.{}（{} 位）".format(*sys.version_info[:2], 64 if sys.maxsize > 2**32 else 32)
    if "{}.{}".format(*sys.version_info[:2]) != bundle["python"] or sys.maxsize < 2**32:
        raise StopError("python", wanted=bundle["python"], found=found)
    system = sysconfig.get_platform()
    if system != bundle["system"]:
        raise StopError("system", wanted=bundle["system"], found=system)
    name, version = platform.libc_ver() if bundle["glibc"] else ("", "")
    if bundle["glibc"] and (name != "glibc" or numbers(version) < numbers(bundle["glibc"])):
        raise StopError("glibc", wanted=bundle["glibc"], found=version or name)


def numbers(version):
    """2.28 → (2, 28)."""
    return tuple(int(part) for part in version.split(".")[:2])


def check_files(bundle):
    """Every file of the zip is there and is what was packed."""
    top = HERE.parent
    bad = [name for name, stated in bundle["files"].items() if digest(top / name) != stated]
    if bad:
        raise StopError("damaged", names="、".join(bad[:3]) + ("……" if len(bad) > 3 else ""))


def digest(path):
    """SHA-256 in hexadecimal, "" where the file cannot be read."""
    found = hashlib.sha256()
    try:
        with path.open("rb") as file:
            for piece in iter(lambda: file.read(1 << 20), b""):
                found.update(piece)
    except OSError:
        return ""
    return found.hexdigest()


def noted(folder):
    """What was installed there before, None where nothing was."""
    try:
        return json.loads((folder / NOTE).read_text("utf-8"))
    except (OSError, ValueError):
        return None


def write_note(folder, note):
    """Whole or not at all."""
    part = folder / (NOTE + ".part")
    part.write_text(json.dumps(note, ensure_ascii=False, indent=1), encoding="utf-8")
    part.replace(folder / NOTE)


def replace_app(folder):
    """A new app/ in its final place (scripts in it hold that path), the old one kept until it is tried."""
    app, old = folder / APP, folder / OLD_APP
    if old.exists():  # an installation was broken off: the old one is the one that works
        remove_tree(app, folder)
        old.replace(app)
    had = app.exists()
    if had:
        try:
            app.replace(old)
        except OSError as error:
            raise StopError("busy", folder=folder) from error
    try:
        fill(app)
        try_sample(app)
    except BaseException as error:
        shutil.rmtree(app, ignore_errors=True)
        if had:
            old.replace(app)
        if isinstance(error, (StopError, OSError, subprocess.SubprocessError)):
            raise StopError("failed" if had else "failed_new", reason=error) from error
        raise
    remove_tree(old, folder)


def remove_tree(path, folder):
    """With all in it, where it is there."""
    if path.exists():
        try:
            shutil.rmtree(path)
        except OSError as error:
            raise StopError("busy", folder=folder) from error


def fill(app):
    """An environment of its own, and the packages in it, by the pip of the bundle."""
    import venv

    venv.EnvBuilder(with_pip=False, symlinks=not WINDOWS).create(app)
    say("packages")
    pip = next((HERE / "pip").glob("pip-*.whl"))
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
    done = subprocess.run(
        [
            str(python_of(app)), "-I", "-X", "utf8", str(pip / "pip"), "install", "--isolated", "--no-index",
            "--no-deps", "--no-compile", "--no-cache-dir", "--disable-pip-version-check",
            "--no-warn-script-location", "--quiet", "--require-hashes", "--only-binary=:all:",
            "--find-links", str(HERE / "wheels"), "--requirement", str(HERE / "requirements.txt"),
        ],
        env=dict(clean, PIP_CONFIG_FILE=os.devnull), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        encoding="utf-8", errors="replace",
    )  # fmt: skip
    if done.returncode:
        raise OSError("\n".join(done.stdout.splitlines()[-8:]))
    packages = Path(next((app / "Lib" if WINDOWS else app / "lib").rglob("site-packages")))
    for package, names in NOT_FOR_RUNNING.items():
        for name in names:
            for found in list((packages / package).rglob(name)):
                if found.is_dir():
                    shutil.rmtree(found)
    for name in ("install.py", "words.json", *(["shortcut.js"] if WINDOWS else [])):
        shutil.copy(HERE / name, app / name)


def python_of(app):
    """The environment's own."""
    return app / "Scripts" / "python.exe" if WINDOWS else app / "bin" / "python"


def try_sample(app):
    """One sample through the whole program: what is missing shows now, not at the first real folder."""
    say("trial")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        done = subprocess.run(
            [str(python_of(app)), "-I", "-X", "utf8", "-m", "perfbatch", "run", str(HERE / "sample"),
             "--output", str(Path(folder) / "out"), "--workers", "1", "--quiet"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace",
            stdin=subprocess.DEVNULL, cwd=folder,
        )  # fmt: skip
        if done.returncode or not (Path(folder) / "out" / "汇总.xlsx").is_file():
            raise StopError("trial_failed", status=done.returncode, said=done.stdout[-1500:])


def copy_site(folder):
    """核验, 卸载 and the page, beside app/. Their names."""
    names = []
    for path in sorted((HERE / "site").iterdir()):
        shutil.copy(path, folder / path.name)
        names.append(path.name)
    return names


def drop_pythons(folder):
    """Interpreters of earlier bundles: this one's is the one that runs."""
    for path in folder.glob("python-*"):
        if path.is_dir() and not Path(sys.base_prefix).resolve().is_relative_to(path.resolve()):
            shutil.rmtree(path, ignore_errors=True)


def shortcuts(folder):
    """核验 on the desktop and among the programs: the files made, for ``remove``; none is said."""
    made = [] if WINDOWS else desktop_entries(folder)
    if not (made or (WINDOWS and windows_shortcut("add", folder))):
        say("no_shortcut", script=folder / ("核验.bat" if WINDOWS else "核验.sh"))
    return made


def windows_shortcut(what, folder):
    """By the Windows Script Host, which knows where the desktop is, a moved one too. Whether it was done."""
    host = Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32/cscript.exe"
    script = str(HERE / "shortcut.js")
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(
            [str(host), "//Nologo", "//E:JScript", script, what, str(folder / "核验.bat"), str(folder)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, timeout=60,
        )  # fmt: skip
        return done.returncode == SHORTCUT_DONE
    return False


def desktop_entries(folder):
    """One among the programs, one on the desktop (freedesktop.org's Desktop Entry Specification)."""
    text = (
        (HERE / "perfbatch.desktop").read_text("utf-8").replace("@SCRIPT@", exec_quoted(folder / "核验.sh"))
    )
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share")
    made = []
    for place in (data / "applications", *desktops()):
        path = place / ENTRY
        with contextlib.suppress(OSError):
            place.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            path.chmod(0o755)
            made.append(str(path))
            trust(path)
    return made


def exec_quoted(path):
    """An argument of Exec=: quoted, its reserved characters escaped twice, % doubled."""
    text = str(path)
    for one in ("\\", '"', "`", "$"):
        text = text.replace(one, "\\" + one)
    return '"{}"'.format(text.replace("\\", "\\\\").replace("%", "%%"))


def desktops():
    """桌面, Desktop, or where the user has it; none on a computer without one."""
    found = []
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(
            ["xdg-user-dir", "DESKTOP"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=10,
            encoding="utf-8",
        )  # fmt: skip
        found.append(Path(done.stdout.strip()))
    found += [Path.home() / "桌面", Path.home() / "Desktop"]
    return [place for place in found if place.is_dir() and place.is_absolute() and place != Path.home()][:1]


def trust(path):
    """Desktops that ask before they start an entry are told that it was put there on purpose."""
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        subprocess.run(
            ["gio", "set", str(path), "metadata::trusted", "true"], timeout=10,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip


def remove(folder):
    """What was installed, but for app/ and itself: the script that calls this removes those at its end."""
    note = noted(folder)
    if note is None:
        raise StopError("nothing", folder=folder)
    if WINDOWS:
        windows_shortcut("remove", folder)
    own = {"卸载.bat", "卸载.sh"}
    for path in [
        *map(Path, note["shortcuts"]),
        *(folder / name for name in note["files"] if name not in own),
    ]:
        with contextlib.suppress(OSError):
            path.unlink()
    say("removed", folder=folder)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
