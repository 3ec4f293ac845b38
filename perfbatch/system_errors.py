"""What the operating system refuses, in Chinese with what to do: templates/system.toml, by its name."""

from __future__ import annotations

import errno

from perfbatch.words import load_words

_WINDOWS = {
    5: "EACCES", 19: "EROFS", 32: "EBUSY", 33: "EBUSY", 39: "ENOSPC", 53: "ENETUNREACH", 64: "ENETUNREACH",
    67: "ENETUNREACH", 112: "ENOSPC", 123: "EINVAL", 206: "ENAMETOOLONG", 1224: "EBUSY",
}  # fmt: skip
"""Numbers of Windows, which mean more than the errno that Python makes of them."""


def system_error(error: OSError | str | None) -> str:
    """What it was and what to do; the system's own words where they are not known."""
    if not isinstance(error, OSError):
        return error or ""
    name = _WINDOWS.get(getattr(error, "winerror", None) or 0) or errno.errorcode.get(error.errno or 0, "")
    known: dict[str, str] = load_words().table("system")["error"]
    return known.get(name) or error.strerror or str(error)
