"""A thousand rooms of eight: how soon a change is everywhere, what a listener costs, what it holds on to."""

import asyncio
import random
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from benchmarks.room import servers
from benchmarks.room.listeners import Page, in_a_thread, open_pages, percentile, seconds_for_all, seconds_for_each
from benchmarks.table import Figure

EIGHT = 8
CHANGES_A_SECOND = 100.0
# Pages that have just come make their presence known, which is a change too.
SETTLING = 5.0


@dataclass(frozen=True)
class Measured:
    each: list[float]  # seconds until a change was everywhere in its room
    everyone: list[float]  # seconds until everyone had heard
    kilobytes: float
    connections: int


def measure(*, quick: bool) -> list[Figure]:
    rooms, times = (20, 1) if quick else (1000, 3)
    with servers.product(EIGHT) as product:
        ours = asyncio.run(against(product, rooms, times))
    with servers.bare() as bare:
        floor = asyncio.run(against(bare, rooms, times))
    return [
        Figure(f"a change, median of {rooms * EIGHT:,} listeners", ms(median(ours.each)), "ms", ms(median(floor.each))),
        Figure(
            "a change, 99th percentile", ms(percentile(ours.each, 0.99)), "ms", ms(percentile(floor.each, 0.99)), 100
        ),
        Figure("a message to all", ms(median(ours.everyone)), "ms", ms(median(floor.everyone)), 3, of_floor=True),
        Figure("memory of a listener", ours.kilobytes, "kB", floor.kilobytes, 25),
        Figure("database connections held", ours.connections, "", goal=0),
    ]


async def against(server: servers.Server, rooms: int, times: int) -> Measured:
    # What is allocated once, for the first ones, is no listener's cost.
    await open_rooms(server, range(rooms, rooms + 10))
    before = server.kilobytes()
    pages = await open_rooms(server, range(rooms))
    await asyncio.sleep(SETTLING)
    kilobytes = (server.kilobytes() - before) / (rooms * EIGHT)
    order = random.sample(range(rooms), rooms)
    each = await seconds_for_each({n: pages[n] for n in order}, server.tell, a_second=CHANGES_A_SECOND)
    together = [page for room in pages for page in room]
    everyone = [await seconds_for_all(together, server.tell_all) for _ in range(times)]
    lost = sum(page.lost for room in pages for page in room)
    assert lost == 0, f"{lost} listeners were cut off."
    return Measured(each, everyone, kilobytes, await in_a_thread(server.database_connections))


async def open_rooms(server: servers.Server, numbers: Iterable[int]) -> list[list[Page]]:
    asked = [server.request(number, person) for number in numbers for person in range(EIGHT)]
    pages = await open_pages(server.port, asked)
    return [pages[at : at + EIGHT] for at in range(0, len(pages), EIGHT)]


def ms(seconds: float) -> float:
    return 1000 * seconds
