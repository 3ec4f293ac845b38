"""What the command asks of the system for itself and for the processes that it starts."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

_SAYS = """
import os
from perfbatch.own_process import set_up
with set_up():
    import pyarrow
    print(pyarrow.default_memory_pool().backend_name, os.environ["MALLOC_ARENA_MAX"])
"""
_LIBRARY = """
import os, perfbatch.batch, pyarrow
print(pyarrow.default_memory_pool().backend_name, os.environ.get("MALLOC_ARENA_MAX", "none"))
"""
_OURS = ("ARROW_DEFAULT_MEMORY_POOL", "MALLOC_ARENA_MAX")


def _said(program: str, **own: str) -> list[str]:
    environment = {name: value for name, value in os.environ.items() if name not in _OURS} | own
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True)
    return done.stdout.decode().split()


def test_the_command_uses_one_allocator() -> None:
    assert _said(_SAYS) == ["system", "1"]


@pytest.mark.parametrize("arenas", ["2", "8"])
def test_what_the_office_sets_itself_stands(arenas: str) -> None:
    assert _said(_SAYS, MALLOC_ARENA_MAX=arenas) == ["system", arenas]


def test_the_library_leaves_the_process_alone() -> None:
    plain = "import pyarrow; print(pyarrow.default_memory_pool().backend_name)"
    assert _said(_LIBRARY) == [*_said(plain), "none"]
