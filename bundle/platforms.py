"""The computers that a bundle can be made for, on whatever computer it is made."""

from __future__ import annotations

import re
from dataclasses import dataclass

GLIBC = 28
"""Wheels may need glibc 2.28 and no newer: 统信 UOS 20 has 2.28, 麒麟 V10 2.28 to 2.31."""
_OLDEST_GLIBC = 17


@dataclass(frozen=True)
class Target:
    """One system and processor with one Python, e.g. 3.12."""

    platform: str
    python: str

    @property
    def windows(self) -> bool:
        """Whether it is Windows; Linux otherwise."""
        return self.platform.startswith("win")

    @property
    def machine(self) -> str:
        """The processor as platform.machine() calls it there."""
        return {"win_amd64": "AMD64"}.get(self.platform, self.platform.removeprefix("manylinux_"))

    @property
    def tags(self) -> list[str]:
        """Tags of wheels that run there, the newest first."""
        if self.windows:
            return [self.platform]
        glibc = [f"manylinux_2_{minor}_{self.machine}" for minor in range(GLIBC, _OLDEST_GLIBC - 1, -1)]
        return [*glibc, f"manylinux2014_{self.machine}"]

    @property
    def system(self) -> str:
        """What sysconfig.get_platform() says there."""
        return "win-amd64" if self.windows else f"linux-{self.machine}"

    @property
    def markers(self) -> dict[str, str]:
        """Values of the environment markers of PEP 508 there. pip asks its own computer for these."""
        return {
            "implementation_name": "cpython",
            "implementation_version": f"{self.python}.0",
            "os_name": "nt" if self.windows else "posix",
            "platform_machine": self.machine,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": "Windows" if self.windows else "Linux",
            "platform_version": "",
            "python_full_version": f"{self.python}.0",
            "python_version": self.python,
            "sys_platform": "win32" if self.windows else "linux",
            "extra": "",
        }

    @property
    def for_pip(self) -> list[str]:
        """Arguments by which pip takes wheels for it."""
        digits = self.python.replace(".", "")
        return [
            "--only-binary=:all:", "--implementation=cp", f"--python-version={self.python}",
            f"--abi=cp{digits}", "--abi=abi3", "--abi=none",
            *(f"--platform={tag}" for tag in self.tags),
        ]  # fmt: skip


PLATFORMS = ("win_amd64", "manylinux_x86_64", "manylinux_aarch64")


def target(platform: str, python: str) -> Target:
    """Raises ValueError with a sentence for what no bundle can be made for."""
    if platform not in PLATFORMS:
        raise ValueError(f"PLATFORM 应是 {'、'.join(PLATFORMS)} 之一，不是“{platform}”。")
    if not re.fullmatch(r"3\.(?:1[1-9]|[2-9]\d)", python):
        raise ValueError(f"PYTHON 应是 3.11 或更新的版本，例如 3.12，不是“{python}”。")
    return Target(platform, python)
