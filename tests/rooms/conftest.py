"""One product, one Chromium and five people with a page each, for all rooms."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from tests.browser.harness import chromium
from tests.journeys.product import Production, production
from tests.rooms.company import Company, Guest
from tests.rooms.spec import NAMES

PATIENCE = 20_000  # ms, on a machine with much to do: where something has to be quick, its test says so


@dataclass
class Place:
    """The running product, its rooms by name, and the cookies people are signed in with."""

    product: Production
    rooms: dict[str, dict[str, str]]
    cookie: str
    cookies: dict[str, str]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="package")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder: Path = tmp_path_factory.mktemp("rooms")
    with production(folder, sends=False) as product:
        product.run("tests.rooms.setting", str(folder / "place.json"))
        yield Place(product, **json.loads((folder / "place.json").read_text()))


@pytest.fixture(scope="package")
def guests(place: Place, browser: Browser) -> Iterator[dict[str, Guest]]:
    expect.set_options(timeout=PATIENCE)
    guests = {name: Guest(name, browser, place.product) for name in (*NAMES, "Sam")}
    for name, guest in guests.items():
        guest.page.set_default_timeout(PATIENCE)
        guest.is_signed_in(place.cookie, place.cookies[name])
    yield guests
    for guest in guests.values():
        guest.context.close()


Meet = Callable[[str], Company]


@pytest.fixture
def meet(place: Place, guests: dict[str, Guest]) -> Iterator[Meet]:
    """The five, for the room of this name. Afterwards their pages are empty."""
    for guest in guests.values():
        guest.troubles.clear()
    yield lambda room: Company(place.rooms[room], guests)
    for guest in guests.values():
        _empty(guest.page)


def _empty(page: Page) -> None:
    """One that is just moving on by itself, as when its session is closed, gets there first."""
    try:
        page.goto("about:blank")
    except Error:
        page.wait_for_load_state()
        page.goto("about:blank")
