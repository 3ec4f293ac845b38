"""A folder and what is in it, taken away through no link."""

from __future__ import annotations

import shutil
from pathlib import Path

from perfbatch.whole_files import is_link


def remove_tree(folder: Path) -> None:
    """Remove ``folder`` where it is one; what does not go stays."""
    if not is_link(folder):
        shutil.rmtree(folder, ignore_errors=True)
