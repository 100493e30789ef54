"""The same pages and jobs in a small database and in large ones, in turns: small, large, small, large …"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from benchmarks.table import Figure

# Actions in each, the smallest first: it is the floor.
SIZES, QUICK_SIZES = (100, 10_000, 1_000_000), (100, 10_000)
ROUNDS, QUICK_ROUNDS = 4, 1


class Inside:
    """The process that has the database of so many actions."""

    def __init__(self, total: int) -> None:
        self.total = total
        own = urlsplit(os.environ["DATABASE_URL"])
        address = own._replace(path=f"{own.path}_{total}").geturl()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.growth.inside", str(total)],
            env=os.environ | {"DATABASE_URL": address, "LOG_LEVEL": "ERROR", "QUIET_HOURS": ""},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, method: str, *about: str) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([method, *about]) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            sys.exit(f"The database of {self.total:,} actions did not answer, for the reason above.")
        return json.loads(answer)

    def stop(self) -> None:
        """It drops its database at the end of its input."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


@contextmanager
def inside(total: int) -> Iterator[Inside]:
    process = Inside(total)
    try:
        yield process
    finally:
        process.stop()


def measure(*, quick: bool, page: str | None = None) -> list[Figure]:
    with ExitStack() as stack:
        # All of them fill at once.
        databases = [stack.enter_context(inside(total)) for total in (QUICK_SIZES if quick else SIZES)]
        names = [name for name in databases[0].ask("names") if page is None or name.partition(",")[0] == page]
        for database in databases:
            database.ask("names")
        rounds = range(QUICK_ROUNDS if quick else ROUNDS)
        costs = {name: [_in_turn(databases, name) for _ in rounds] for name in names}
        sizes = [(place, database.total) for place, database in enumerate(databases) if place]
        flat = [figure(name, costs[name], place, size) for name in names for place, size in sizes]
        return [*flat, *(whole(name, databases[-1]) for name in names)]


def _in_turn(databases: list[Inside], name: str) -> list[float]:
    return [database.ask("cost", name) for database in databases]


def figure(name: str, rounds: list[list[float]], place: int, actions: int) -> Figure:
    """The median of the rounds' ratios, at the median of the small database."""
    floor = median(costs[0] for costs in rounds)
    ratio = median(costs[place] / costs[0] for costs in rounds)
    return Figure(f"{name}: among {actions:,} actions", ratio * floor, "ms", floor, 1.2, of_floor=True)


def whole(name: str, large: Inside) -> Figure:
    found = large.ask("whole_tables", name)
    for line in found:
        sys.stderr.write(f"{name} reads all of {line} …\n")
    return Figure(f"{name}: tables read from end to end", len(found), "", goal=0)
