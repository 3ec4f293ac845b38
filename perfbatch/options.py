"""What a run is asked to do: each option once, for the command, for perfbatch.toml, for Python, for workers
and for kept results.

A new option is a field of ``Options``, its sentence ``help.<name>`` in templates/cli.toml, and its use.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import Field, dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal, TypedDict

from perfbatch.schema import DATA, HEADERS, LEVELS

Decides = Literal["outcome", "judgement", "documents", "process"]


class About(TypedDict, total=False):
    """What is said of an option beside its type and default: the field's metadata."""

    decides: Decides
    """What it can change: what comes out of a file (where nothing is said); of that only what is thought of
    what was read; only documents of the batch as a whole; neither."""
    metavar: str
    """What the command's help shows in place of the value."""
    flag: str
    """Where the command does not call it by its name."""
    choices: Iterable[str]
    """The values that it may have."""
    short: str
    """Its one-letter name in the command."""
    least: float
    """The smallest number that it may have."""
    most: float
    """The largest."""
    only_with: str
    """The option without which it means nothing."""
    secret: bool
    """Shown to nobody."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost before it is given up."""

    seconds: float = 60.0
    """Time for one file (and for one chunk before its files are tried one by one)."""
    memory: int = 4 << 30
    """Address space of a worker process in bytes, where the system can bound it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of a run; what the command asks for of these stands in ``perfbatch.cli.options``."""

    rules: str | None = field(default=None, metadata=About(metavar="NAME|FILE", decides="judgement"))
    """A rule book's name or file; None: the one whose notes a form prints, else its layout's."""
    workers: int | None = field(default=None, metadata=About(metavar="N", least=0, decides="process"))
    """Worker processes; None: the cores that this process may use; 0: work in this process, without
    protection against a file that crashes it."""
    layouts: Path | None = field(default=None, metadata=About(metavar="FILE"))
    """An office's own layout file or folder."""
    templates: Path | None = field(default=None, metadata=About(metavar="DIR"))
    """An office's own folder of words."""
    passwords: tuple[str, ...] = field(
        default=(), repr=False, metadata=About(flag="password", metavar="PASSWORD", secret=True)
    )
    """Tried in turn on encrypted workbooks."""
    notices: bool = field(default=False, metadata=About(decides="documents"))
    """Write a letter to each unit with errors."""
    deadline: date | None = field(
        default=None, metadata=About(metavar="YYYY-MM-DD", decides="documents", only_with="notices")
    )
    """The day by which the letters ask for an answer."""
    roster: Path | None = field(default=None, metadata=About(metavar="FILE", decides="documents"))
    """The list of projects expected (应报名单)."""
    as_of: date | None = field(default=None, metadata=About(metavar="YYYY-MM-DD", decides="documents"))
    """The day that overdue days are counted to; None: the day of the run."""
    targets: tuple[Path, ...] = field(default=(), metadata=About(metavar="INPUT", decides="judgement"))
    """Approved targets: 绩效目标申报表/批复表, lists of targets, folders of these."""
    packages: bool = field(default=False, metadata=About(decides="documents"))
    """Write a zip for each department: copies, letters and its own 汇总.xlsx."""
    summary_limit: int = field(default=5_000, metadata=About(metavar="N", least=1, decides="documents"))
    """Forms above which, with ``packages``, their rows stand in the departments' own 汇总.xlsx alone."""
    select: tuple[str, ...] = field(default=(), metadata=About(metavar="ID,…", decides="judgement"))
    """Checks that are made, by id or its beginning; none named: all."""
    ignore: tuple[str, ...] = field(default=(), metadata=About(metavar="ID,…", decides="judgement"))
    """Checks that are not made, of those."""
    issuer: str | None = field(default=None, metadata=About(metavar="NAME", decides="documents"))
    """Who signs the letters (发文部门); None: the letters leave a place to fill in."""
    review: tuple[Path, ...] = field(default=(), metadata=About(metavar="FILE", decides="process"))
    """Copies of 汇总.xlsx in which reviewers have written."""
    headers: str = field(default="keys", metadata=About(choices=HEADERS, decides="documents"))
    """What heads the columns of the data files."""
    data: str = field(default="csv", metadata=About(choices=DATA, decides="documents"))
    """The formats of the data files, beside .csv."""
    history: Path | None = field(default=None, metadata=About(metavar="FILE", decides="process"))
    """What earlier rounds found (SQLite); this round is recorded in it. A changed one rereads no form."""
    period: str | None = field(
        default=None, metadata=About(metavar="YYYY-MM", decides="process", only_with="history")
    )
    """The round's name in the history; None: the month of ``as_of``, else of the day of the run."""
    redact: bool = False
    """Mask 项目负责人 and 联系电话 in every output but the copies."""
    fresh: bool = field(default=False, metadata=About(decides="process"))
    """Take nothing over from an earlier run into the same folder."""
    cluster: str | None = field(default=None, metadata=About(metavar="tcp://HOST:8786", decides="process"))
    """Address of a Dask scheduler whose workers do the work of processes here."""
    limits: Limits = field(default=Limits(), metadata=About(decides="process"))
    """From Python only."""

    def with_given(self, **values: Any) -> Options:
        """These options with those of ``values`` that are not what an option is anyway."""
        defaults = {each.name: each.default for each in fields(self)}
        return replace(self, **{name: value for name, value in values.items() if value != defaults[name]})

    def too_many_for_one(self, forms: int) -> bool:
        """Whether the 汇总.xlsx of all leaves the rows of so many forms to the departments' own."""
        return self.packages and forms > self.summary_limit

    def not_allowed(self) -> Iterator[tuple[str, str, list[str]]]:
        """Name, value and the values allowed, of the options that have another one."""
        for each in fields(self):
            value, choices = getattr(self, each.name), each.metadata.get("choices")
            if choices is not None and value not in choices:
                yield each.name, value, list(choices)

    def deciding(self, what: Decides) -> dict[str, Any]:
        """The options that can change ``what``, by name."""
        decides = {each.name: each.metadata.get("decides", "outcome") for each in fields(self)}
        return {name: getattr(self, name) for name, decided in decides.items() if decided == what}

    def absolute(self) -> Options:
        """The same with paths that hold from any folder."""
        places: dict[str, Any] = {}
        for name, value in self.places():
            several = isinstance(value, tuple)
            places[name] = tuple(map(_absolute, value)) if several else _absolute(value)
        return replace(self, **places)

    def own_files(self) -> list[Path]:
        """Files and folders of the office that the options name for whoever does the work."""
        here = self.deciding("process")
        return [
            Path(one)
            for name, value in self.places()
            if name not in here
            for one in (value if isinstance(value, tuple) else (value,))
        ]

    def places(self) -> Iterator[tuple[str, Any]]:
        """Options that name what lies here, one path or several; a rule book goes by its name or its file."""
        for each in fields(self):
            value = getattr(self, each.name)
            several = value if isinstance(value, tuple) else (value,)
            may_be_path = any(isinstance(one, Path) for one in several)
            may_be_path |= each.name == "rules" and value is not None
            if may_be_path and all(Path(one).exists() for one in several):
                yield each.name, value


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandOptions:
    """What the command asks for beside the options of a run."""

    output: Path | None = field(default=None, metadata=About(metavar="DIR", short="o"))
    """The folder for the results."""
    password_file: Path | None = field(default=None, metadata=About(metavar="FILE"))
    """Passwords, one a line: nobody looks over its shoulder."""
    fail_on: str | None = field(default=None, metadata=About(metavar="LEVEL", choices=LEVELS))
    """The level of findings that makes the command end with status 3."""
    verbose: bool = field(default=False, metadata=About(short="v"))
    """Log to standard error."""
    quiet: bool = field(default=False, metadata=About(short="q"))
    """No progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchOptions:
    """What ``watch`` asks for beside them: the table [watch]."""

    poll: bool = False
    """Look at the folder every few seconds instead of waiting for the system's word."""
    settle: float = field(default=3.0, metadata=About(metavar="SECONDS", least=0.1, most=3_600))
    """Seconds without a change after which a file counts as copied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions:
    """Where ``serve`` listens and keeps what comes: in the table [serve], beside the page's limits."""

    host: str = field(default="127.0.0.1", metadata=About(metavar="ADDRESS"))
    """The address to listen at."""
    port: int = field(default=8321, metadata=About(metavar="PORT", least=0, most=65_535))
    """0: any that is free."""
    folder: Path | None = field(default=None, metadata=About(metavar="DIR"))
    """Where uploads and results lie; None: ``serve.FOLDER``."""
    key_file: Path | None = field(default=None, metadata=About(metavar="FILE"))
    """Holds the key, which otherwise is another one each time."""
    certificate: Path | None = field(default=None, metadata=About(metavar="FILE"))
    """For https, PEM."""
    private_key: Path | None = field(default=None, metadata=About(metavar="FILE"))
    """The certificate's."""


FROM_PYTHON = frozenset({"limits"})
"""Options that neither the command nor perfbatch.toml asks for."""


def flag_of(option: Field[Any]) -> str:
    """What the command calls an option: as-of."""
    return str(option.metadata.get("flag") or option.name.replace("_", "-"))


def _absolute(path: str | Path) -> str | Path:
    """Of the same type."""
    return type(path)(Path(path).absolute())
