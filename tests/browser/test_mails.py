"""Every mail as a mail program draws it, by the gallery's invented words: light, dark and on the narrowest phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.harness import chromium, look
from tests.journeys.product import Embedded, embedded

LINKS = "links => links.map(link => link.getAttribute('href'))"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    with embedded(tmp_path_factory.mktemp("mails")) as running:
        yield running


@pytest.fixture
def page(browser: Browser, product: Embedded) -> Iterator[Page]:
    context = browser.new_context(base_url=product.url)
    yield context.new_page()
    context.close()


def listed(page: Page) -> list[str]:
    page.goto("/dev/mail/gallery/")
    paths: list[str] = page.locator("main a[href^='/dev/mail/gallery/']").evaluate_all(LINKS)
    return paths


def test_every_mail_can_be_read_in_light_and_dark_and_at_320_pixels(page: Page) -> None:
    paths, troubles = listed(page), []
    for path in paths:
        answer = page.goto(f"{path}html/")
        assert answer
        assert (answer.status, page.locator("p").count() > 1) == (200, True)
        troubles += look(page, f"mail {path.split('/')[-2]}")
    assert troubles == []
    assert len(paths) > 50


def test_the_gallery_and_a_mail_that_calendars_read_can_be_read(page: Page) -> None:
    listed(page)
    troubles = look(page, "the gallery")
    page.goto("/dev/mail/gallery/sessions.run_scheduled/")
    assert page.get_by_text("BEGIN:VCALENDAR").count() == 2
    assert troubles + look(page, "a run") == []


def test_a_mail_that_sticks_out_or_is_too_pale_would_be_found(page: Page) -> None:
    page.goto("/dev/mail/gallery/sessions.reminder/html/")
    page.evaluate("document.querySelector('p').style.cssText = 'color: #ccc; width: 40rem'")
    found = look(page, "spoilt")
    assert [any(word in line for line in found) for word in ("contrast", "sticks out at 320 px")] == [True, True]
