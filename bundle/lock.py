"""requirements-run.lock → what one target needs of it, each with its version and hashes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

from bundle.platforms import Target

LOCK = Path(__file__).parent.parent / "requirements-run.lock"
INSTALLER = "pip"
"""The package of the lock that installs the others and is not itself installed."""
_HASH = re.compile(r"--hash=(sha256:[0-9a-f]{64})")


@dataclass(frozen=True)
class Pinned:
    """One package of the lock."""

    name: str
    version: str
    hashes: frozenset[str]

    @property
    def line(self) -> str:
        """As a requirements file has it."""
        return " ".join([f"{self.name}=={self.version}", *(f"--hash={one}" for one in sorted(self.hashes))])


def needed(text: str, target: Target) -> list[Pinned]:
    """The packages that ``target`` needs, by name. Raises ValueError for a line that pins nothing.

    pip download would ask the markers of the computer that it runs on: colorama, which Windows alone needs,
    would not come along from Linux.
    """
    found = []
    for line in text.replace("\\\n", " ").splitlines():
        stated = line.split(" #")[0].strip()
        if not stated or stated.startswith("#"):
            continue
        requirement = Requirement(_HASH.sub("", stated).strip())
        pins = [one.version for one in requirement.specifier if one.operator == "=="]
        hashes = frozenset(_HASH.findall(stated))
        if len(pins) != 1 or not hashes:
            raise ValueError(f"没有写明版本或校验值：{stated[:80]}")
        if requirement.marker is None or requirement.marker.evaluate(dict(target.markers)):
            found.append(Pinned(requirement.name.lower(), pins[0], hashes))
    twice = {one.name for one in found if sum(other.name == one.name for other in found) > 1}
    if twice:
        raise ValueError(f"锁定文件给了几个版本：{'、'.join(sorted(twice))}")
    return sorted(found, key=lambda one: one.name)
