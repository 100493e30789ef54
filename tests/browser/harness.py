"""What every browser test leans on: the system's Chromium, and a hard look at a page.

    with chromium() as browser, production(tmp_path) as product:
        nia = Person("Nia", browser, product)      # tests.journeys.people
        sign_up(nia)
        assert look(nia.page, "home") == []

`look` says in words what is wrong with the page as it is now: barriers that axe finds serious or critical, and
anything that sticks out sideways on a narrow screen. With SCREENSHOTS=/some/folder it leaves pictures there, at 390
and 1280 pixels, light and dark.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.people import Person, code_in

ARGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
PHONE, DESKTOP, NARROWEST = (390, 844), (1280, 800), (320, 640)
OF_COLOURS = ["color-contrast", "link-in-text-block"]
STICKING_OUT = """() => [...document.querySelectorAll('body *')]
    .filter(e => !e.closest('.table-scroll, .visually-hidden, .skip'))
    .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
    .map(e => e.tagName.toLowerCase() + '.' + e.className)"""


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=ARGS)
        yield browser
        browser.close()


def sign_up(person: Person) -> None:
    person.goes_to("/accounts/signup/")
    person.makes_an_account()


def sign_in(person: Person) -> None:
    """By a code in the mail, as people do."""
    person.goes_to("/accounts/login/")
    person.fills("E-mail address", person.address)
    before = len(person.product.post.to(person.address, saying="Your code"))
    person.presses("Mail me a code")
    mail = person.product.post.wait_for(person.address, saying="Your code", seen=before)
    person.fills("Code", code_in(mail))
    person.presses("Continue")


def look(page: Page, name: str) -> list[str]:
    """What is wrong with the page, each in a sentence that begins with `name`. Leaves the page at phone size."""
    _take_pictures(page, name)
    troubles = [f"{name}, {scheme}: {trouble}" for scheme in ("light", "dark") for trouble in barriers(page, scheme)]
    resize(page, NARROWEST)
    troubles += [f"{name}: {element} sticks out at 320 px" for element in page.evaluate(STICKING_OUT)]
    page.emulate_media(color_scheme="light")
    resize(page, PHONE)
    return troubles


def barriers(page: Page, scheme: str) -> list[str]:
    """In the dark only what depends on colours is looked for: all else is as in the light."""
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    found = Axe().run(page, options={"runOnly": OF_COLOURS} if scheme == "dark" else {}).response["violations"]
    return [
        f"{barrier['help']}: {', '.join(node['html'][:120] for node in barrier['nodes'])}"
        for barrier in found
        if barrier["impact"] in ("serious", "critical")
    ]


def _take_pictures(page: Page, name: str) -> None:
    folder = os.environ.get("SCREENSHOTS")
    if not folder:
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    stem = re.sub(r"\W+", "-", name.lower()).strip("-")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for size in (PHONE, DESKTOP):
            resize(page, size)
            page.screenshot(path=f"{folder}/{stem}-{size[0]}-{scheme}.png", full_page=True)


def resize(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
