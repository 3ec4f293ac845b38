"""``~`` at the start of a path: the home folder. Shells see to it in few places, cmd.exe in none."""

from __future__ import annotations

import os


def at_home(path: str) -> str:
    """The path as a person means it; one that names no user's home stays as it is."""
    return os.path.expanduser(path)  # noqa: PTH111 -- Path.expanduser raises where there is no such user
