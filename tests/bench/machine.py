"""What Linux says of a process: CPU time, peak memory, share of memory. Read from /proc."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
KILOBYTES_A_MEGABYTE = 1024
IDLE_LOOKS = 3
LOOK_SECONDS = 0.25
MOST_LOOKS = 60


def cpu_seconds(pid: int) -> float:
    """Return user and system time of all threads so far."""
    # The name in parentheses may hold spaces; user and system time are fields 14 and 15.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def helpers_seconds(pid: int) -> float:
    """Return the CPU seconds of the processes that this one has started, of those that have ended too."""
    # Fields 16 and 17 are the times of children that have ended.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ended = (int(fields[13]) + int(fields[14])) / TICKS
    return ended + sum(cpu_seconds(child) + helpers_seconds(child) for child in _children(pid))


def _children(pid: int) -> list[int]:
    threads = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for thread in threads for child in (thread / "children").read_text().split()]


def peak_megabytes(pid: int) -> float:
    """Return the largest resident size so far."""
    return _number(Path(f"/proc/{pid}/status"), "VmHWM:") / KILOBYTES_A_MEGABYTE


def resident_megabytes(pid: int) -> float:
    """Return the resident size now."""
    return _number(Path(f"/proc/{pid}/status"), "VmRSS:") / KILOBYTES_A_MEGABYTE


def share_megabytes(pid: int) -> float:
    """Return the proportional set size now: pages shared with other processes count in part."""
    return _number(Path(f"/proc/{pid}/smaps_rollup"), "Pss:") / KILOBYTES_A_MEGABYTE


def _number(path: Path, name: str) -> int:
    line = next(line for line in path.read_text().splitlines() if line.startswith(name))
    return int(line.split()[1])


async def idle(pid: int) -> None:
    """Return once the process has used no CPU for a while: what it still had to do is done."""
    quiet, last = 0, cpu_seconds(pid)
    for _ in range(MOST_LOOKS):
        await asyncio.sleep(LOOK_SECONDS)
        now = cpu_seconds(pid)
        quiet, last = (quiet + 1, last) if now == last else (0, now)
        if quiet == IDLE_LOOKS:
            return


def threads(pid: int) -> int:
    """Return how many threads the process has."""
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def descriptors(pid: int) -> int:
    """Return how many files, sockets and pipes the process has open."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def switches(pid: int) -> int:
    """Return how often the threads that run now have waited and woken up so far."""
    return sum(
        _number(path / "status", "voluntary_ctxt_switches:") for path in Path(f"/proc/{pid}/task").iterdir()
    )
