"""Every page about signing in and the account, in Chromium under the strict policy, on a running product."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.harness import chromium, look, sign_in, sign_up
from tests.journeys.people import Person, code_in
from tests.journeys.product import Product, production

PAGES = {
    "account": "/account/",
    "address": "/accounts/email/",
    "set a password": "/accounts/password/set/",
    "passkeys and authenticator": "/accounts/2fa/",
    "add a passkey": "/accounts/2fa/webauthn/add/",
    "set up an authenticator": "/accounts/2fa/totp/activate/",
    "where signed in": "/account/devices/",
    "sign out": "/accounts/logout/",
}
FOR_VISITORS = {
    "welcome": "/",
    "sign in": "/accounts/login/",
    "sign in with a code": "/accounts/login/code/",
    "sign up": "/accounts/signup/",
    "forgotten password": "/accounts/password/reset/",
    "closed account": "/accounts/inactive/",
}


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    folder: Path = tmp_path_factory.mktemp("product")
    with production(folder) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def nia(product: Product, browser: Browser) -> Person:
    nia = Person("Nia", browser, product, zone="Africa/Nairobi")
    sign_up(nia)
    return nia


def test_pages_for_visitors_have_no_barriers_and_make_no_noise(product: Product, browser: Browser) -> None:
    visitor = Person("Visitor", browser, product)
    troubles = []
    for name, path in FOR_VISITORS.items():
        visitor.goes_to(path)
        troubles += look(visitor.page, name)
    assert troubles + visitor.troubles == []


def test_pages_of_the_account_have_no_barriers_and_make_no_noise(nia: Person) -> None:
    troubles = []
    for name, path in PAGES.items():
        nia.goes_to(path)
        troubles += look(nia.page, name)
    assert troubles + nia.troubles == []


def test_an_error_stands_beside_its_field_and_has_no_barriers(product: Product, browser: Browser) -> None:
    visitor = Person("Vera", browser, product)
    visitor.goes_to("/accounts/signup/")
    visitor.page.locator("main form").evaluate("form => form.noValidate = true")
    visitor.page.get_by_label("E-mail address").fill("vera@")
    visitor.presses("Mail me a code")
    assert visitor.page.get_by_label("E-mail address").input_value() == "vera@"
    assert visitor.page.get_by_label("E-mail address").get_attribute("aria-invalid") == "true"
    assert look(visitor.page, "sign up, refused") == []


def test_the_zone_comes_from_the_browser_and_the_account_offers_that_of_another_device(
    nia: Person, browser: Browser
) -> None:
    nia.goes_to("/account/")
    assert nia.page.get_by_label("Time zone").input_value() == "Africa/Nairobi"
    travelling = browser.new_context(
        base_url=nia.product.url, timezone_id="Asia/Tokyo", storage_state=nia.context.storage_state()
    ).new_page()
    travelling.goto("/account/")
    travelling.get_by_role("button", name="Use this device’s time zone, Tokyo").click()
    assert travelling.get_by_label("Time zone").input_value() == "Asia/Tokyo"


def test_a_code_signs_in_on_another_device(nia: Person, browser: Browser) -> None:
    elsewhere = Person("Nia", browser, nia.product)
    sign_in(elsewhere)
    elsewhere.sees("What is next")
    elsewhere.goes_to("/account/devices/")
    elsewhere.sees("Sign out everywhere else")
    assert look(elsewhere.page, "signed in twice") + elsewhere.troubles == []


def test_a_passkey_signs_in_under_the_strict_policy(nia: Person) -> None:
    devtools = nia.context.new_cdp_session(nia.page)
    devtools.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options = {**key, "isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    nia.goes_to("/accounts/2fa/webauthn/add/")
    nia.fills("What do you call it?", "My laptop")
    nia.presses("Add it")
    nia.sees("Your passkey is added.")
    nia.presses("Sign out")
    nia.goes_to("/accounts/login/")
    nia.page.get_by_text("Use a password or a passkey instead").click()
    nia.presses("Sign in with a passkey")
    nia.sees("What is next")
    nia.goes_to("/accounts/2fa/webauthn/")
    nia.sees("My laptop")
    assert look(nia.page, "passkeys") + nia.troubles == []


def test_everything_works_from_the_keyboard_alone(product: Product, browser: Browser) -> None:
    kim = Person("Kim", browser, product)
    sign_up(kim)
    kim.context.clear_cookies()
    kim.goes_to("/accounts/login/")
    keyboard = kim.page.keyboard
    keyboard.press("Tab")
    assert kim.page.evaluate("document.activeElement.textContent") == "Skip to the content"
    keyboard.press("Enter")
    keyboard.press("Tab")
    before = len(product.post.to(kim.address, saying="Your code"))
    keyboard.type(kim.address)
    keyboard.press("Enter")
    kim.sees("Type your code")
    kim.page.get_by_label("Code").focus()
    keyboard.type(code_in(product.post.wait_for(kim.address, saying="Your code", seen=before)))
    keyboard.press("Enter")
    kim.sees("What is next")
