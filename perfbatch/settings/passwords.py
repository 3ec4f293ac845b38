"""A password file: one password a line."""

from __future__ import annotations

from pathlib import Path

from perfbatch.settings.errors import Problem, SettingsError
from perfbatch.system_errors import system_error


def passwords_of(file: Path) -> tuple[str, ...]:
    """Its passwords, in their order. Raises SettingsError where it cannot be read."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise SettingsError([Problem("password_encoding", str(file))]) from error
    except OSError as error:
        detail = system_error(error)
        raise SettingsError([Problem("password_file", str(file), values={"detail": detail})]) from error
    return tuple(line for line in lines if line)
