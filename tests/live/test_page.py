"""What static/js/live.js makes of a stream, in a browser, under the product's Content-Security-Policy."""

import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Error, Page, expect

from als_project.live.passes import write_pass
from als_project.users.models import User
from tests.browser.harness import chromium
from tests.live.servers import Web
from tests.live.servers import web as running_web
from tests.live.streams import cookie_of

pytestmark = pytest.mark.django_db(transaction=True)
LOST = "Connection lost; trying again…"


@pytest.fixture
def web(transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """Without Redis: static files come without a step before. Pages hear of changes only, as if there were one."""
    monkeypatch.setenv("LOOK_EVERY", "0")
    with running_web(tmp_path, "") as running:
        yield running


@pytest.fixture
def cookie(asha: User) -> dict[str, str]:
    name, _, value = cookie_of(asha).partition("=")
    return {"name": name, "value": value, "domain": "localhost", "path": "/"}


@pytest.fixture
def token(asha: User, channel: str) -> str:
    return write_pass(asha.pk, channel)


@pytest.fixture
def context(web: Web, cookie: dict[str, str], token: str) -> Iterator[BrowserContext]:
    """Asha's browser. The database is left alone while it runs: Playwright and Django don't share a thread."""
    with chromium() as browser:
        context = browser.new_context(base_url=f"http://localhost:{web.port}")
        context.add_cookies([cookie])  # type: ignore[list-item]
        yield context


@pytest.fixture
def page(context: BrowserContext, token: str) -> Page:
    """With its stream open, and its own coming no news any more."""
    page = context.new_page()
    page.goto(f"/say/page/{token}/")
    looks(page, at_least=2)
    return page


@pytest.fixture
def signs(page: Page) -> list[str]:
    """Every time the page says that it is there."""
    said: list[str] = []
    page.on("request", lambda request: said.append(request.url) if request.method == "POST" else None)
    return said


def looks(page: Page, *, at_least: int) -> None:
    wait_in(page, f"window.looks >= {at_least}", seconds=12)


def wait_in(page: Page, condition: str, *, seconds: float) -> None:
    """Playwright's own waiting evaluates strings in the page, which the policy forbids."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with suppress(Error):  # the page is just being replaced
            if page.evaluate(condition):
                return
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds} s in vain for {condition}")


def looked(page: Page) -> int:
    return int(page.evaluate("window.looks"))


def test_a_page_looks_again_when_something_changed(page: Page, web: Web, channel: str) -> None:
    before = looked(page)
    web.ask(f"/say/tell/{channel}/")
    looks(page, at_least=before + 1)
    expect(page.get_by_role("status")).to_have_text("")


def test_a_page_looks_three_times_a_second_at_most(page: Page, web: Web, channel: str) -> None:
    before = looked(page)
    for _ in range(20):
        web.ask(f"/say/tell/{channel}/")
    page.wait_for_timeout(700)
    assert 1 <= looked(page) - before <= 4


def test_who_is_dismissed_loses_the_page(page: Page, web: Web, asha: User, channel: str) -> None:
    page.evaluate("window.isTheOldPage = true")
    web.ask(f"/say/dismiss/{asha.pk}/{channel}/")
    wait_in(page, "!window.isTheOldPage", seconds=2)


def test_a_page_whose_network_is_cut_says_so_and_catches_up(
    page: Page, context: BrowserContext, web: Web, channel: str
) -> None:
    context.set_offline(True)
    expect(page.get_by_role("status")).to_have_text(LOST, timeout=6_000)
    web.ask(f"/say/tell/{channel}/")
    before = looked(page)
    context.set_offline(False)
    expect(page.get_by_role("status")).to_have_text("", timeout=6_000)
    looks(page, at_least=before + 1)


def test_a_page_whose_server_dies_looks_for_itself_and_says_so(page: Page, web: Web) -> None:
    web.process.kill()
    expect(page.get_by_role("status")).to_have_text(LOST, timeout=6_000)
    looks(page, at_least=looked(page) + 2)


def test_a_page_that_hears_of_no_change_says_that_it_is_there_and_asks_nothing(page: Page, signs: list[str]) -> None:
    page.clock.install()
    page.reload()
    looks(page, at_least=1)
    page.wait_for_timeout(5_000)  # its own coming is no news any more
    before, said = looked(page), len(signs)
    page.clock.fast_forward(10_000)
    page.wait_for_timeout(2_500)  # a beat
    assert (looked(page), len(signs)) == (before, said)
    page.clock.fast_forward(15_000)
    page.wait_for_timeout(2_500)
    assert (looked(page), len(signs)) == (before, said + 1)
    expect(page.get_by_role("status")).to_have_text("")


def test_a_hidden_page_asks_nothing_until_it_is_seen_again(page: Page, web: Web, channel: str) -> None:
    hide(page, True)
    before = looked(page)
    web.ask(f"/say/tell/{channel}/")
    page.wait_for_timeout(1_000)
    assert looked(page) == before
    hide(page, False)
    looks(page, at_least=before + 1)


def hide(page: Page, hidden: bool) -> None:
    """As another tab covers it: headless browsers show every page."""
    page.evaluate(
        """(hidden) => {
          Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


def test_a_stream_that_has_gone_silent_is_given_up(page: Page, web: Web) -> None:
    page.clock.install()
    page.reload()
    looks(page, at_least=1)
    web.process.send_signal(signal.SIGSTOP)
    page.clock.fast_forward(23_000)
    page.clock.fast_forward(4_000)
    expect(page.get_by_role("status")).to_have_text(LOST)
    web.process.send_signal(signal.SIGCONT)
    page.clock.resume()
    expect(page.get_by_role("status")).to_have_text("", timeout=12_000)


def test_a_page_that_is_refused_a_stream_looks_for_itself_without_alarm(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/say/page/forged/")
    looks(page, at_least=2)
    expect(page.get_by_role("status")).to_have_text("")


def test_a_page_that_is_refused_a_stream_and_is_not_the_readers_any_more_is_lost(
    context: BrowserContext, web: Web
) -> None:
    page = context.new_page()
    page.clock.install()
    page.goto("/say/page/forged/")
    looks(page, at_least=1)
    web.ask("/say/shut/")
    page.clock.fast_forward(16_000)
    expect(page.get_by_text("Not found")).to_be_visible()
