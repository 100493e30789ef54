"""One burst against a server, and what it cost: the server's workers and the database's processes together."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import connection

from benchmarks.pages.load import Burst, burst
from benchmarks.pages.servers import Web
from benchmarks.processes import processor_seconds


@dataclass
class Measured:
    """Of one page under so many connections, all its bursts together."""

    bursts: list[Burst] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)  # seconds a request, burst by burst

    @property
    def taken(self) -> list[float]:
        return [seconds for burst in self.bursts for seconds in burst.taken]


@dataclass(frozen=True)
class Target:
    server: Web
    request: bytes

    def load(self, measured: Measured, *, connections: int, seconds: float) -> None:
        """Another burst, added to what is measured."""
        spent: Callable[[], float] = lambda: processor_seconds(self.server.workers() + database_processes())  # noqa: E731
        before = spent()
        made = burst(self.server.port, self.request, connections=connections, seconds=seconds)
        measured.processor.append((spent() - before) / len(made.taken))
        measured.bursts.append(made)


def database_processes() -> list[int]:
    """Those that serve this database's connections, but for the one that asks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return [int(pid) for (pid,) in cursor.fetchall()]
