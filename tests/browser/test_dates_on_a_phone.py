"""Finding a date, planning a run and moving it, on a screen of 390 pixels, with real mail; every page looked at."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser

from tests.browser.harness import chromium, look, sign_in
from tests.journeys.people import Person, link_in
from tests.journeys.product import Production, production

TODAY = datetime.now(UTC).date()
ABOUT_NEXT_YEAR = TODAY + timedelta(days=300)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    with production(tmp_path_factory.mktemp("dates")) as running:
        running.run("django", "load_demo")
        yield running


@pytest.fixture
def gita(browser: Browser, product: Production) -> Person:
    """Facilitates the demo's two sets, and is on the page of the one called Clinic leads."""
    person = demo("Gita", browser, product)
    sign_in(person)
    person.goes_to("/")
    person.follows("Clinic leads")
    return person


def demo(name: str, browser: Browser, product: Production) -> Person:
    person = Person(name, browser, product, zone="Africa/Nairobi" if name == "Ben" else "Europe/London")
    person.address = f"{name.lower()}@demo.example"
    return person


def test_a_date_is_found(gita: Person, browser: Browser, product: Production) -> None:
    gita.follows("Find a date")
    troubles = look(gita.page, "find a date")
    for row, days in enumerate((30, 31)):
        gita.page.fill(f"#id_dates-{row}-date", f"{TODAY + timedelta(days=days)}")
        gita.page.fill(f"#id_dates-{row}-time", "15:00")
    gita.fills("Answers by", f"{TODAY + timedelta(days=9)}")
    gita.presses("Ask everyone")
    gita.sees("Everyone in the set is asked by e-mail.")
    troubles += look(gita.page, "the grid")

    ben = demo("Ben", browser, product)
    mail = product.post.wait_for(ben.address, saying="Which date suits you?")
    ben.goes_to(link_in(mail, product.url))
    ben.sees("(Nairobi)")
    troubles += look(ben.page, "the link")
    ben.page.get_by_label("If need be").first.check()
    ben.page.get_by_label("Yes").nth(1).check()
    ben.presses("Send my answers")
    ben.sees("Thank you, Ben")
    troubles += look(ben.page, "answered")

    gita.page.reload()
    gita.sees("1 yes: Ben Otieno")
    gita.page.get_by_role("link", name="Choose this date").nth(1).click()
    troubles += look(gita.page, "choose")
    gita.presses("Schedule it and tell everyone")
    gita.sees("The date is chosen.")
    product.post.wait_for(ben.address, saying="Your learning set meets on")
    ben.goes_to(link_in(mail, product.url))
    ben.sees("This poll is over.")
    assert (troubles, [line for line in ben.troubles if "410" not in line], gita.troubles) == ([], [], [])


def test_a_run_is_planned_and_moved_from_one_on(gita: Person, browser: Browser, product: Production) -> None:
    gita.follows("Plan a run")
    troubles = look(gita.page, "the rule")
    gita.fills("First on, or after", f"{ABOUT_NEXT_YEAR}")
    gita.page.fill("#id_time", "10:00")
    gita.ticks("Every week, or every few weeks, on the same weekday")
    gita.fills("Every so many weeks or months", "5")
    gita.fills("How many sessions", "4")
    gita.presses("Show me the dates")
    gita.sees("Every 5 weeks on")
    troubles += look(gita.page, "the dates")
    gita.page.get_by_label("Leave this one out").nth(3).check()
    gita.presses("Plan these sessions and tell everyone")
    gita.sees("3 sessions are planned.")
    ben = demo("Ben", browser, product)
    mail = product.post.wait_for(ben.address, saying="3 sessions planned")
    assert str(mail["Subject"]).startswith("Your learning set has 3 sessions planned")

    second = ABOUT_NEXT_YEAR + timedelta(weeks=5)
    gita.follows(f"{second:%A} {second.day} {second:%B %Y}, 10:00 (London)")
    gita.follows("Move it, or change place, link or who facilitates")
    troubles += look(gita.page, "move")
    gita.ticks("This one and the one after it")
    gita.fills("Date", f"{second + timedelta(days=1)}")
    gita.presses("Save and tell everyone")
    gita.sees("Everyone in the set is told by e-mail and asked to reply again.")
    product.post.wait_for(ben.address, saying="sessions have changed")
    gita.goes_to("/")
    gita.follows("Clinic leads")
    third = second + timedelta(weeks=5, days=1)
    gita.sees(f"{third:%A} {third.day} {third:%B %Y}, 10:00 (London)")
    assert (troubles, gita.troubles) == ([], [])
