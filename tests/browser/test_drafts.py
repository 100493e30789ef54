"""Long texts survive on the device of their writer, and on nobody else's screen. A bare page stands in for ours."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route

from tests.browser.harness import chromium
from tests.journeys.product import ROOT

PAGE = """<!doctype html><html lang="en"><body {person}>{message}
<template id="words" data-lines="{{count}} of {{most}} lines" data-restored="Put back." data-found="Found."
  data-put-back="Put it back" data-discard="Discard it"></template>
<form method="post">
<textarea aria-label="Text" data-keep="preparation:1" data-lines="3" class="{css}">{saved}</textarea>
<button>Save</button></form>
<form method="post" action="/out/" data-signs-out><button>Sign out</button></form>
<script type="module" src="/static/js/app.js"></script></body></html>"""


class Server:
    """Answers like the product: who is signed in, what is saved, and what the last save came to."""

    def __init__(self, page: Page) -> None:
        self.page, self.person, self.saved = page, "1", ""
        self.answer = "saved"
        page.route("http://sets.test/**", self.serve)

    def serve(self, route: Route) -> None:
        path = route.request.url.removeprefix("http://sets.test")
        if path.startswith("/static/"):
            return route.fulfill(path=ROOT / path[1:], content_type="text/javascript")
        posted = route.request.method == "POST"
        success = '<p class="message success">Saved.</p>' if posted and self.answer == "saved" else ""
        css = "is-invalid" if posted and self.answer == "refused" else ""
        person = f'data-person="{self.person}"' if self.person else ""
        body = PAGE.format(person=person, message=success, css=css, saved=self.saved)
        return route.fulfill(body=body, content_type="text/html")

    def open(self) -> None:
        self.page.goto("http://sets.test/")

    @property
    def text(self) -> str:
        return self.page.get_by_label("Text").input_value()

    def type(self, text: str) -> None:
        self.page.get_by_label("Text").fill(text)

    def press(self, words: str) -> None:
        self.page.get_by_role("button", name=words).click()
        self.page.wait_for_load_state()


@pytest.fixture(scope="module")
def page_of_nobody() -> Iterator[Page]:
    with chromium() as browser:
        yield browser.new_page()


@pytest.fixture
def server(page_of_nobody: Page) -> Iterator[Server]:
    server = Server(page_of_nobody)
    server.open()
    page_of_nobody.evaluate("localStorage.clear(), sessionStorage.clear()")
    server.open()
    yield server
    page_of_nobody.unroute_all()


def test_a_draft_comes_back_after_a_reload_and_says_so(server: Server) -> None:
    server.type("My scenario")
    server.open()
    assert server.text == "My scenario"
    assert server.page.locator(".kept-note").inner_text().startswith("Put back.")


def test_a_discarded_draft_does_not_come_back(server: Server) -> None:
    server.type("My scenario")
    server.open()
    server.press("Discard it")
    assert server.text == ""
    server.open()
    assert server.text == ""


def test_a_saved_text_leaves_no_draft(server: Server) -> None:
    server.type("My scenario")
    server.press("Save")
    server.open()
    assert server.text == ""
    assert server.page.evaluate("localStorage.length") == 0


@pytest.mark.parametrize("answer", ["refused", "signed out"])
def test_a_text_that_was_not_saved_stays(server: Server, answer: str) -> None:
    server.answer = answer
    server.person = "" if answer == "signed out" else "1"
    server.type("My scenario")
    server.press("Save")
    server.person = "1"
    server.open()
    assert server.text == "My scenario"


def test_nobody_else_on_the_device_gets_the_draft_and_it_is_gone_for_good(server: Server) -> None:
    server.type("My scenario")
    server.person = "2"
    server.open()
    assert server.text == ""
    server.person = "1"
    server.open()
    assert server.text == ""


def test_signing_out_removes_every_draft_from_the_device(server: Server) -> None:
    server.type("My scenario")
    server.press("Sign out")
    assert server.page.evaluate("localStorage.length") == 0


def test_a_text_saved_elsewhere_in_the_meantime_is_not_overwritten(server: Server) -> None:
    server.type("Typed on the train")
    server.saved = "Saved at the desk"
    server.open()
    assert server.text == "Saved at the desk"
    server.press("Put it back")
    assert server.text == "Typed on the train"


def test_the_count_of_lines_follows_the_text(server: Server) -> None:
    count = server.page.locator(".lines-count")
    assert count.inner_text() == "0 of 3 lines"
    server.type("one\ntwo\n\nfour")
    assert (count.inner_text(), count.get_attribute("class")) == ("4 of 3 lines", "lines-count over")
