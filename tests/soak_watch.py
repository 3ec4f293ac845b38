"""Arrivals by the thousand, in every way that files arrive: ``python -m tests.soak_watch [--arrivals 2000]``.

Copied slowly, renamed into place, replaced, moved in as a folder, withdrawn, damaged; in bursts with rests
between. In the end the last run must list exactly what lies in the inbox, the watcher must not have grown,
and nothing may be left running.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
SAMPLE = next((ROOT / "sample_inputs").rglob("*履职平台*.xlsx"))
MEMORY, HANDLES = 32 * 1024, 2
"""KiB and open files that the watcher may have more of at the end."""


def arrive(inbox: Path, number: int, chance: random.Random) -> None:
    """One arrival; sometimes what came earlier is replaced or withdrawn instead."""
    way, data = chance.randrange(9), SAMPLE.read_bytes()
    target = inbox / f"{number % 40:02d}" / f"{number}.xlsx"
    target.parent.mkdir(exist_ok=True)
    if way == 0:
        with target.open("wb") as file:
            for start in range(0, len(data), 4_096):
                file.write(data[start : start + 4_096])
                file.flush()
    elif way == 1:
        waiting = inbox.parent / "在途.xlsx"
        waiting.write_bytes(data)
        waiting.replace(target)
    elif way == 2:
        target.write_bytes(data[:100])
        target.write_bytes(data)
    elif way == 3:
        folder = inbox.parent / f"夹{number}"
        folder.mkdir()
        (folder / target.name).write_bytes(data)
        folder.rename(inbox / folder.name)
    elif way == 4:
        target.write_bytes(data)
        target.with_name(f"~${target.name}").write_bytes(b"")
        gone = target.with_name(f"{number}-撤回.xlsx")
        gone.write_bytes(data)
        gone.unlink()
        target.with_name(f"~${target.name}").unlink()
    elif way == 5:
        target.with_name(f"{number}-坏.xlsx").write_bytes(b"no workbook" * number)
    elif way in (6, 7) and (earlier := sorted(inbox.glob("*/*.xlsx"))):
        if way == 6:
            chance.choice(earlier).unlink()
        else:
            chance.choice(earlier).write_bytes(data)
    else:
        shutil.copy2(SAMPLE, target)


def there(inbox: Path) -> dict[str, str]:
    """What the last run must say of each file: its path and status."""
    return {
        path.relative_to(inbox).as_posix(): "processed" if path.read_bytes()[:2] == b"PK" else "refused"
        for path in inbox.rglob("*.xlsx")
    }


def processes() -> list[str]:
    """Their command lines, whole."""
    return subprocess.run(
        ["ps", "-ewwo", "args"], capture_output=True, text=True, check=True
    ).stdout.splitlines()


def cost(process: int) -> tuple[int, int]:
    """Resident memory in KiB and open files."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    memory = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    return memory, len(os.listdir(f"/proc/{process}/fd"))  # noqa: PTH208


def main() -> int:
    """0 where nothing was lost, nothing grew and nothing is left."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--arrivals", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pause", type=float, default=0.02, help="seconds between two arrivals")
    parser.add_argument("--burst", type=int, default=50, help="arrivals between two rests, on average")
    given = parser.parse_args()
    chance = random.Random(given.seed)
    with tempfile.TemporaryDirectory(prefix="perfbatch-soak-") as name:
        inbox, output = Path(name) / "inbox", Path(name) / "output"
        inbox.mkdir()
        began = time.monotonic()
        watcher = subprocess.Popen(
            [sys.executable, "-m", "perfbatch", "watch", str(inbox), "-o", str(output), "--settle", "0.5"],
            cwd=ROOT,
        )
        try:
            time.sleep(5)
            before = cost(watcher.pid)
            for number in range(given.arrivals):
                arrive(inbox, number, chance)
                time.sleep(chance.uniform(2, 8) if chance.random() < 1 / given.burst else given.pause)
            wanted = there(inbox)
            until = time.monotonic() + 600
            while time.monotonic() < until and not (settled := listed(output) == wanted):
                time.sleep(1)
            after, rounds = cost(watcher.pid), (output / "监看.log").read_text("utf-8").count("核验完成")
        finally:
            watcher.send_signal(signal.SIGTERM)
            status = watcher.wait(60)
            left = [line for line in processes() if str(output) in line]
        print(
            f"{given.arrivals} arrivals, {len(wanted)} files there, {len(listed(output))} listed, "
            f"{rounds} rounds, {time.monotonic() - began:.0f} s; watcher {before[0]} → {after[0]} KiB, "
            f"{before[1]} → {after[1]} open files; "
            f"ended with {status}, {len(left)} processes left"
        )
        bounded = after[0] <= before[0] + MEMORY and after[1] <= before[1] + HANDLES
        return 0 if settled and status == 0 and bounded and not left else 1


def listed(output: Path) -> dict[str, str]:
    """Path and status of each file of the last finished run."""
    try:
        said = json.loads((output / "run.json").read_bytes())
    except (OSError, ValueError):
        return {}
    return {row["path"]: row["status"] for row in said.get("files", ())}


if __name__ == "__main__":
    sys.exit(main())
