"""What the page may cost: the table [serve] of perfbatch.toml, beside ``ServeOptions``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MB = 1 << 20
GB = 1 << 30


def _number(default: int, least: int, most: int) -> Any:
    return field(default=default, metadata={"least": least, "most": most})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Every number is a whole one between bounds that are stated with it."""

    names: tuple[str, ...] = ()
    """Names by which browsers reach this machine, beside its own name and its addresses."""
    file_mb: int = _number(300, 1, 100_000)
    """Largest file, in MB of 2^20 bytes."""
    upload_mb: int = _number(2_000, 1, 1_000_000)
    """All files of one upload together."""
    files: int = _number(20_000, 1, 1_000_000)
    """Files of one upload."""
    upload_minutes: int = _number(60, 1, 1_440)
    """From the first byte of an upload to its last."""
    idle_seconds: int = _number(30, 1, 600)
    """Without a byte, in either direction, before a connection is given up."""
    running: int = _number(2, 1, 64)
    """Jobs at work at a time."""
    waiting: int = _number(20, 0, 1_000)
    """Jobs that are uploaded or wait beside them."""
    run_minutes: int = _number(120, 1, 10_080)
    """One job at work."""
    job_gb: int = _number(10, 1, 10_000)
    """One job on disk, uploads and results together, in GB of 2^30 bytes."""
    disk_gb: int = _number(50, 1, 100_000)
    """All jobs on disk."""
    free_gb: int = _number(1, 0, 1_000)
    """What must stay free on that disk."""
    keep: int = _number(500, 1, 100_000)
    """Jobs that are kept; then earlier ones have to be removed by a person."""
    session_hours: int = _number(12, 1, 720)
    """For how long a browser that gave the key need not give it again."""
    connections: int = _number(200, 10, 10_000)
    """Open at a time."""
    connections_each: int = _number(40, 6, 10_000)
    """Open at a time from one address."""
