"""Five people in one room, each at a browser of their own, and what they do there."""

import json
import os
import time
from collections.abc import Callable, Collection
from typing import cast

from playwright.sync_api import Locator, expect

from tests.journeys.people import Person
from tests.rooms.spec import NAMES

A_FORM_KEY = "3f0c7a52-0a86-4a34-8a43-0a8f6f0a1111"


def a_second() -> float:
    """A second; longer by as much as more wants to run here than can run at once."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


class Guest(Person):
    """One person in the room."""

    def is_signed_in(self, cookie: str, value: str) -> None:
        self.context.add_cookies([{"name": cookie, "value": value, "url": self.product.url}])

    @property
    def stage(self) -> Locator:
        return self.page.locator("#stage-name")

    @property
    def stage_id(self) -> str:
        return self.page.locator("#room-head").get_attribute("data-stage") or ""

    @property
    def box(self) -> Locator:
        """The one for words to the set."""
        return self.page.locator("#room-box textarea")

    @property
    def said(self) -> Locator:
        return self.page.locator("#room-said")

    def comes_in(self, room: str) -> None:
        """The page is open, and hears what changes."""
        with self.page.expect_response(lambda answer: "/live/" in answer.url) as stream:
            self.goes_to(room)
        assert stream.value.status == 200

    def writes(self, text: str, kind: str = "", *, for_whom: str = "") -> None:
        """Words under the stage; the box is empty again once they are in."""
        if kind:
            self.page.get_by_label(kind, exact=True).check()
        if for_whom:
            self.chooses("Whose words are these?", for_whom)
        self.box.fill(text)
        self.page.locator("#room-writing").get_by_role("button", name="Add", exact=True).click()
        expect(self.said).to_contain_text(text)
        expect(self.box).to_have_value("")

    def has_no_box(self) -> None:
        expect(self.box).to_have_count(0)
        assert self.page.get_by_role("button", name="Add", exact=True).count() == 0

    def kinds(self) -> list[str]:
        """What their box can capture."""
        radios = self.page.locator("#room-box [name=kind]")
        return [str(value) for value in radios.evaluate_all("radios => radios.map(radio => radio.value)")]

    def forges(self, path: str, **form: str | int) -> int:
        """The status of a hand-made request with a good token, as their own browser would send it."""
        headers = json.loads(self.page.locator("body").get_attribute("hx-headers") or "{}")
        sent = {"csrfmiddlewaretoken": headers["X-CSRFToken"], "form_key": A_FORM_KEY, **form}
        answer = self.context.request.post(
            path,
            form=cast("dict[str, str | float | bool]", sent),
            headers={"Referer": self.product.url},
            max_redirects=0,
        )
        return answer.status


class Company:
    def __init__(self, pages: dict[str, str], guests: dict[str, Guest]) -> None:
        self.pages, self.session = pages, pages["session"]
        self.room = f"{self.session}room/"
        self.people = [guests[name] for name in NAMES]
        self.gita, self.asha, self.ben, self.cara, self.dev = self.people
        self.sam = guests["Sam"]
        # Is told each stage that all have come to.
        self.looks: Callable[[str], None] = lambda stage: None

    # --- Coming and going --------------------------------------------------------------------
    def come_in(self, stage: str) -> None:
        for person in self.people:
            person.comes_in(self.room)
            expect(person.stage).to_have_text(stage)

    def opens(self, first: str = "Report back") -> None:
        """All have the page open; Gita opens the session, and it moves on by itself on every page."""
        self.come_in("Not open yet")
        self.gita.page.get_by_role("button", name="Open the session").click()
        self.are_in(first)
        self.looks(first)

    def are_in(self, first: str) -> None:
        """Every page has come anew, as it does when the session is opened, and has heard of all the others."""
        for person in self.people:
            expect(person.stage).to_have_text(first)
        for person in self.people:
            expect(person.page.locator("#room-remaining")).to_contain_text("Here now: Asha, Ben, Cara, Dev, Gita")

    def goes_on_to(self, stage: str) -> None:
        """Gita goes on, and a second later every page shows it."""
        button = self.gita.page.locator("#room-next")
        expect(button).to_contain_text(f"Go on to {stage}")
        began = time.monotonic()
        button.click()
        for person in self.people:
            expect(person.stage).to_have_text(stage)
        took = time.monotonic() - began
        assert took < a_second(), f"“{stage}” was on every page after {took:.1f} s"
        self.looks(stage)

    def closes(self) -> None:
        self.gita.page.locator("#room-bar").get_by_role("button", name="Close the session").click()
        for person in self.people:
            person.is_taken_to(self.session)

    # --- What is written, and who reads it ---------------------------------------------------
    def all_read(self, text: str, *, but: Collection[Guest] = ()) -> None:
        """It comes to the pages by itself. Those left out don't get it by loading the page again either."""
        for person in self.people:
            if person not in but:
                expect(person.said).to_contain_text(text)
        for person in but:
            person.page.reload()
            person.sees_nothing_of(text)

    def only_these_write(self, *writers: Guest) -> None:
        for person in self.people:
            if person in writers:
                expect(person.box).to_be_visible()
            else:
                person.has_no_box()

    def is_refused(self, person: Guest, kind: str) -> None:
        """What their page does not offer is refused when they send it all the same."""
        words = f"Forged by {person.name} as {kind}"
        sent = {"stage": person.stage_id, "kind": kind, "text": words}
        assert person.forges(f"{self.room}contribute/", **sent) in (409, 422)
        for reader in (person, self.gita):
            reader.page.reload()
            reader.sees_nothing_of(words)

    def presenter_listens(self, presenter: Guest, kind: str) -> None:
        expect(presenter.page.locator("#room-writing")).to_contain_text("You are in listening mode until")
        presenter.has_no_box()
        expect(presenter.page.get_by_role("textbox", name="Notes to myself")).to_be_editable()
        self.is_refused(presenter, kind)

    # --- After the session -------------------------------------------------------------------
    def record_says(self, *words: str) -> None:
        """For the five; a stranger finds neither the page nor the paper."""
        for person in self.people:
            for text in words:
                person.sees(text)
        paper = f"{self.session}record.pdf"
        answer = self.ben.context.request.get(paper)
        assert (answer.status, answer.body()[:5]) == (200, b"%PDF-")
        assert [self.sam.status_of(path) for path in (self.session, self.room, paper)] == [404, 404, 404]
