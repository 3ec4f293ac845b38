"""The lock file held against the package registry: ``python -m tests.audit requirements.lock``.

What the registry alone can tell: whether each version is still there, is the very file that was locked (by
its SHA-256), and was not withdrawn ("yanked") since. It knows no advisories; SECURITY.md says why nothing
that does is asked here.
"""

from __future__ import annotations

import subprocess
import sys


def main(lock: str) -> int:
    """0 where the lock holds, 1 where it does not, 0 with a note where the registry cannot be reached."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--no-deps",
         "--require-hashes", "--disable-pip-version-check", "-r", lock],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = [line for line in done.stderr.splitlines() if line.strip()]
    unreachable = ("Connection", "timed out", "Name or service", "Network is unreachable", "ProxyError")
    if done.returncode and any(word in done.stderr for word in unreachable):
        print("audit: the package registry cannot be reached; the lock file was not looked at")
        return 0
    withdrawn = [line for line in said if "yanked" in line.lower()]
    if done.returncode or withdrawn:
        print("\n".join(withdrawn or said[-20:]))
        return 1
    print("audit: every locked package is there, has its hash and was not withdrawn")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
