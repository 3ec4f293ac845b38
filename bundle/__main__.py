"""``python -m bundle PLATFORM [--python 3.12] [--python-archive FILE]``, which make bundle calls."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bundle.make import interpreter, make
from bundle.platforms import PLATFORMS, target
from bundle.wheels import NotFetchedError


def main() -> int:
    """0 with the zip's path printed; 2 with a sentence."""
    parser = argparse.ArgumentParser(prog="python -m bundle", description=__doc__)
    parser.add_argument("platform", metavar="|".join(PLATFORMS))
    parser.add_argument("--python", default="3.12")
    parser.add_argument(
        "--python-archive", type=Path, help="an installer or archive of Python to bring along"
    )
    parser.add_argument("--output", type=Path, default=Path("dist"))
    parser.add_argument(
        "--store", type=Path, default=Path("build/bundle"), help="where fetched wheels are kept"
    )
    given = parser.parse_args()
    try:
        wanted = target(given.platform, given.python)
        archive = interpreter(given.python_archive, wanted) if given.python_archive else None
        if archive:
            print(f"SHA-256 {archive.sha256}  {archive.path.name}")
        path = make(wanted, given.output, given.store, archive)
    except (ValueError, NotFetchedError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{path}  {path.stat().st_size >> 20} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
