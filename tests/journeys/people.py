"""People with a browser of their own each, who read their mail and press what a page offers."""

import re
from email.message import EmailMessage

from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.journeys.product import Product, words_of

CODE = re.compile(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", re.MULTILINE)


class Person:
    """One person at one browser. What they typed is remembered, so that it can be looked for where it must not be."""

    def __init__(
        self, name: str, browser: Browser, product: Product, *, zone: str = "Europe/London", scripts: bool = True
    ) -> None:
        self.name, self.product = name, product
        self.address = f"{name.lower()}@example.org"
        self.context = browser.new_context(
            base_url=product.url,
            timezone_id=zone,
            locale="en-GB",
            viewport={"width": 390, "height": 844},
            java_script_enabled=scripts,
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.troubles: list[str] = []
        self.page.on("console", self._note_errors)
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("request", self._note_third_parties)

    def _note_errors(self, line: ConsoleMessage) -> None:
        # A form that comes back with a word beside its field answers 422, which Chromium's console calls an error.
        if line.type == "error" and "422" not in line.text:
            self.troubles.append(line.text)

    def _note_third_parties(self, request: object) -> None:
        url = str(getattr(request, "url", ""))
        if not url.startswith((self.product.url, "data:", "blob:")):
            self.troubles.append(f"request to {url}")

    def makes_an_account(self) -> None:
        """On the sign-up page: name, address, and the code that comes by mail."""
        self.fills("Your name", self.name)
        self.fills("E-mail address", self.address)
        self.presses("Mail me a code")
        mail = self.product.post.wait_for(self.address, saying="code")
        self.fills("Code", code_in(mail))
        self.presses("Continue")

    def goes_to(self, path: str) -> None:
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status < 500, f"{path} answered {answer.status}"

    def is_taken_to(self, path: str) -> None:
        """The page goes there by itself."""
        self.page.wait_for_url(f"{self.product.url}{path}")

    def fills(self, label: str, text: str) -> None:
        self.page.get_by_label(label).and_(self.page.locator("input, textarea")).first.fill(text)

    def chooses(self, label: str, option: str) -> None:
        self.page.get_by_label(label).select_option(label=option)

    def ticks(self, label: str) -> None:
        self.page.get_by_label(label).check()

    def presses(self, words: str) -> None:
        """Press the button with these words; the page that follows has loaded afterwards."""
        self.page.get_by_role("button", name=words, exact=True).first.click()
        self.page.wait_for_load_state()

    def follows(self, words: str) -> None:
        self.page.get_by_role("link", name=words, exact=True).first.click()
        self.page.wait_for_load_state()

    def sees(self, words: str) -> None:
        expect(self.page.locator("body")).to_contain_text(words, timeout=10_000)

    def sees_nothing_of(self, words: str) -> None:
        expect(self.page.locator("body")).not_to_contain_text(words)

    def status_of(self, path: str) -> int:
        return self.context.request.get(path, max_redirects=0).status

    def follows_the_link_in(self, mail: EmailMessage) -> None:
        self.goes_to(link_in(mail, self.product.url))


def code_in(mail: EmailMessage) -> str:
    found = CODE.search(words_of(mail))
    assert found, words_of(mail)
    return found.group(1)


def link_in(mail: EmailMessage, url: str) -> str:
    """The path of the first link to the product."""
    found = re.search(re.escape(url) + r"(\S*)", words_of(mail))
    assert found, words_of(mail)
    return found.group(1) or "/"
