"""The same pages with few rows and with many, and their turns with the floor."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

from benchmarks.database import tidy
from benchmarks.pages.costs import Measured, Target
from benchmarks.pages.floor import rows
from benchmarks.pages.load import request_for
from benchmarks.pages.looks import look_at
from benchmarks.pages.run import AT_ONCE, Effort
from benchmarks.pages.servers import web
from benchmarks.people import cookie_of
from benchmarks.room.listeners import percentile
from benchmarks.table import Figure
from benchmarks.world import Page, pages

PRODUCT, FLOOR = "als_project.settings", "benchmarks.pages.floor.settings"
FEW, SOME = 1, rows.ROWS
# Those whose processor time and speed have a goal; and the most queries, where it isn't the usual number.
WITH_GOALS = ("home", "set", "session-before", "session-after", "room")
QUERIES, MORE_QUERIES = 6, {"home": 8}


def figures(name: str | None, effort: Effort) -> list[Figure]:
    """Sets of hundreds are made last: beside them, the database would take every set for one of a hundred."""
    measured = chosen(pages(SOME), name)
    tidy()
    rows.fill(measured[0].reader, [page.reader for page in measured if page.reader != measured[0].reader])
    with web(FLOOR) as floor, web(PRODUCT) as product:
        bare = Target(floor, request_for("/", cookie_of(measured[0].reader)))
        contests = [Contest(Target(product, request_for(page.path, cookie_of(page.reader))), bare) for page in measured]
        run(contests, effort)
        memory = product.kilobytes_a_worker() / 1024, floor.kilobytes_a_worker() / 1024
    few, many = chosen(pages(FEW), name), chosen(pages(effort.many, size=effort.many), name)
    found = [
        figure
        for contest, *same in zip(contests, few, measured, many, strict=True)
        for figure in figures_of(contest, same, effort.many)
    ]
    return [*found, Figure("memory of a worker (PSS)", memory[0], "MB", memory[1], 1.6, of_floor=True)]


def chosen(made: list[Page], name: str | None) -> list[Page]:
    if name in (None, *(page.name for page in made)):
        return [page for page in made if name in (None, page.name)]
    sys.exit(f"There is no page “{name}”: choose from {', '.join(dict.fromkeys(page.name for page in made))}.")


@dataclass
class Contest:
    """A page and the floor in turns, by the number of connections."""

    page: Target
    floor: Target
    pages: dict[int, Measured] = field(default_factory=dict)
    floors: dict[int, Measured] = field(default_factory=dict)

    def take_turns(self, connections: int, seconds: float) -> None:
        for target, measured in ((self.floor, self.floors), (self.page, self.pages)):
            target.load(measured.setdefault(connections, Measured()), connections=connections, seconds=seconds)


def run(contests: Iterable[Contest], effort: Effort) -> None:
    """What a process does only once is done before anything counts."""
    contests = list(contests)
    for target in (contests[0].floor, *(contest.page for contest in contests)):
        target.load(Measured(), connections=16, seconds=effort.seconds)
    for connections, rounds in effort.rounds.items():
        for _ in range(rounds):
            for contest in contests:
                contest.take_turns(connections, effort.seconds)


def figures_of(contest: Contest, same: list[Page], rows: int) -> list[Figure]:
    """Of one page with few rows, with some, and with so many."""
    looks, page = [look_at(page) for page in same], same[0]
    few, some, many = (look.queries for look in looks)
    whose = f"{page.name}, {page.who}"
    return [
        cost(f"{whose}: processor, server and database", contest, page),
        *(figure for connections in contest.pages for figure in speed(whose, contest, connections, page)),
        Figure(f"{whose}: queries", some, "", 3, MORE_QUERIES.get(page.name, QUERIES)),
        Figure(f"{whose}: queries with {rows} rows, beside {FEW} row", many, "", few, 1, of_floor=True),
        Figure(f"{whose}: HTML, compressed", looks[1].html / 1000, "kB", goal=8),
        Figure(f"{whose}: CSS and JS of a first load, compressed", looks[1].assets / 1000, "kB", goal=30),
    ]


def cost(name: str, contest: Contest, page: Page) -> Figure:
    """The median of the rounds' ratios, shown as the page's milliseconds at the median floor."""
    ratio = median(
        ours / theirs
        for ours, theirs in zip(contest.pages[AT_ONCE].processor, contest.floors[AT_ONCE].processor, strict=True)
    )
    floor = 1000 * median(contest.floors[AT_ONCE].processor)
    return Figure(name, ratio * floor, "ms", floor, 1.6 if page.name in WITH_GOALS else None, of_floor=True)


def speed(whose: str, contest: Contest, connections: int, page: Page) -> list[Figure]:
    ours, floor = contest.pages[connections], contest.floors[connections]
    ratio = median(mine.a_second / theirs.a_second for mine, theirs in zip(ours.bursts, floor.bursts, strict=True))
    bare = median(burst.a_second for burst in floor.bursts)
    counted = connections == AT_ONCE
    fast = 0.6 if counted and page.name in WITH_GOALS else None
    at = f"{whose}: {connections} at once"
    return [
        Figure(f"{at}, requests", ratio * bare, "/s", bare, fast, of_floor=True, at_least=True),
        Figure(f"{at}, p50", ms(ours, 0.5), "ms", ms(floor, 0.5)),
        Figure(f"{at}, p99", ms(ours, 0.99), "ms", ms(floor, 0.99), 2 if counted else None, of_floor=True),
    ]


def ms(measured: Measured, share: float) -> float:
    return 1000 * percentile(measured.taken, share)
