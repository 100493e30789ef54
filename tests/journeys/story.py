"""The people of the story, what they say in it, and the few things they do more than once."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, expect

from tests.journeys.people import Person
from tests.journeys.product import Product

NAMES = ("Gita", "Asha", "Ben", "Cara", "Dev")
PREPARATION = "Marmalade preparation about the rota\nand what I would like from you"
HEADLINE, QUESTION = "Marmalade headline: a rota nobody owns", "Marmalade question: how do I hand it on?"
BENS_HEADLINE = "Marmalade topic of Ben"
SUGGESTION, EXPERIENCE = "Marmalade suggestion: ask who would like it", "Marmalade experience from my own team"
RESPONSE = "Marmalade response: I had never asked"
NOTE = "Marmalade note to myself"
ACTION, FIRST_STEP = "Marmalade action: ask the whole team", "Marmalade first step: write the week down"
DID, LEARNED = "Marmalade report: I asked three of them", "Marmalade learning: two were glad"
MARK = "marmalade"


class Story:
    """The people, and what later chapters need from earlier ones."""

    def __init__(self, product: Product, browser: Browser) -> None:
        self.product = product
        self.gita, self.asha, self.ben, self.cara, self.dev = self.people = [
            Person(name, browser, product, zone="Africa/Nairobi" if name == "Ben" else "Europe/London")
            for name in NAMES
        ]
        self.members = self.people[1:]
        self.set_page = self.session_page = self.action_page = ""

    def everyone_is_told(self, saying: str) -> None:
        for person in self.people:
            self.product.post.wait_for(person.address, saying=saying)


def path_of(person: Person) -> str:
    return re.sub(r"^https?://[^/]+", "", person.page.url)


def schedule(person: Person, *, button: str, ahead: timedelta) -> None:
    starts = datetime.now(ZoneInfo("Europe/London")) + ahead
    person.fills("Date", f"{starts:%Y-%m-%d}")
    person.page.locator("#id_time").fill(f"{starts:%H:%M}")
    person.presses(button)
    assert person.page.locator(".invalid-feedback").all_inner_texts() == []


def offer(person: Person, story: Story, headline: str, question: str) -> None:
    person.goes_to(f"{story.session_page}topic/")
    person.fills("Headline", headline)
    person.fills("Your question for the set", question)
    person.page.get_by_label("high").check()
    person.presses("Offer this topic")
    person.sees(headline)


def goes_on(person: Person) -> None:
    """Press “Go on”, and wait until the stage has changed."""
    stage = person.page.locator("#room-head h2").first
    before = stage.inner_text()
    person.page.locator("#room-next").click()
    expect(stage).not_to_have_text(before)


def captures(person: Person, kind: str, words: str) -> None:
    person.page.get_by_label(kind, exact=True).check()
    person.fills("Your words", words)
    person.presses("Add")
    person.sees(words)
