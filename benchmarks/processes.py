"""What processes have cost: processor seconds and memory, as Linux counts them."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def processor_seconds(pids: list[int]) -> float:
    """User and system time of these processes, all their threads, since they began."""
    return sum(_seconds(pid) for pid in pids)


def _seconds(pid: int) -> float:
    # The name in brackets may hold spaces. What follows it begins with the state, field 3; utime and stime are 14, 15.
    fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def kilobytes(pid: int) -> float:
    """What it keeps in memory, shared pages divided among those who share them (PSS)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("Pss:"))


def children(pid: int) -> list[int]:
    words = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    return [int(child) for text in words for child in text.split()]


def family(pid: int) -> list[int]:
    """The process, its children, theirs, and so on."""
    return [pid, *(each for child in children(pid) for each in family(child))]


def nanoseconds(pid: int) -> int:
    """Time on a processor of a process of one thread, more exactly than in ticks."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])
