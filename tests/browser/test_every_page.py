"""Every page of the demo, as those see it who use it: no barrier that axe calls serious, nothing sticking out.

The walk begins at each person's home and follows every link within the product, so that a new page is looked at
because something leads to it, not because somebody remembered it here.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browser.harness import chromium, look, sign_in
from tests.journeys.people import Person
from tests.journeys.product import Production, production

# Files to download, ways out, and allauth's own ways through a window of the browser.
NOT_PAGES = re.compile(r"^/(account/data/|dev/|admin/|static/|calendar/|accounts/logout/)|\.(ics|pdf|txt|csv)$")
PEOPLE = {"Gita": "gita", "Asha": "asha", "Olu": "olu"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    with production(tmp_path_factory.mktemp("demo")) as running:
        running.run("django", "load_demo")
        yield running


def shape(path: str) -> str:
    """One page of each kind is enough: /sets/1/ and /sets/2/ are the same page."""
    return re.sub(r"\d+", "N", urlsplit(path).path)


def links_on(person: Person) -> list[str]:
    hrefs = person.page.locator("a[href^='/']").evaluate_all("links => links.map(a => a.getAttribute('href'))")
    return [href for href in hrefs if not NOT_PAGES.search(urlsplit(href).path)]


@pytest.mark.parametrize("name", PEOPLE)
def test_no_page_has_a_barrier(name: str, browser: Browser, product: Production) -> None:
    person = Person(name, browser, product)
    person.address = f"{PEOPLE[name]}@demo.example"
    sign_in(person)
    seen: set[str] = set()
    waiting, troubles = ["/"], []
    while waiting:
        path = waiting.pop(0)
        if shape(path) in seen:
            continue
        seen.add(shape(path))
        person.goes_to(path)
        troubles += look(person.page, f"{name} {shape(path)}")
        waiting += links_on(person)
    assert troubles == []
    assert person.troubles == []
    assert len(seen) > (8 if name == "Olu" else 15)


def test_a_picture_is_left_where_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, browser: Browser) -> None:
    monkeypatch.setenv("SCREENSHOTS", str(tmp_path))
    page = browser.new_page()
    page.set_content("<html lang='en'><title>x</title><main><h1>Hello</h1></main></html>")
    assert look(page, "hello") == []
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "hello-1280-dark.png",
        "hello-1280-light.png",
        "hello-390-dark.png",
        "hello-390-light.png",
    ]
