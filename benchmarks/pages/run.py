"""The pages people look at, each in turn with the floor: floor, page, floor, page …"""

from dataclasses import dataclass

from benchmarks.database import own_database
from benchmarks.table import Figure

AT_ONCE = 8  # connections: the number that goals are set for


@dataclass(frozen=True)
class Effort:
    """So many bursts of each page for each number of connections, how long one lasts, and with how many rows

    the queries are counted once more.
    """

    rounds: dict[int, int]
    seconds: float
    many: int


THOROUGH = Effort({1: 1, AT_ONCE: 5, 32: 1}, 0.4, 300)
QUICK = Effort({AT_ONCE: 1}, 0.2, 30)


def measure(*, quick: bool, page: str | None = None) -> list[Figure]:
    with own_database():
        from benchmarks.pages.measuring import figures

        return figures(page, QUICK if quick else THOROUGH)
