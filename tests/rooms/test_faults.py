"""When something breaks in the middle of a session: the page comes back to the right stage, and nothing typed is lost.

What a browser's clock, Redis and a killed server do to a page is tried in `tests/live/test_room.py`.
"""

import time
from contextlib import suppress

from playwright.sync_api import TimeoutError, expect

from tests.browser.timer import seconds_left
from tests.rooms.company import Company, Guest, a_second
from tests.rooms.conftest import Meet

HALF = "Half a thought, that"


def unsent(person: Guest) -> str:
    """The words that the page shows as not sent; nothing where it shows none."""
    box = person.page.get_by_label("Your words, not sent")
    return box.input_value() if box.is_visible() else ""


def test_a_network_cut_for_half_a_minute(meet: Meet) -> None:
    room = meet("cut")
    ben, gita = room.ben, room.gita
    room.come_in("Suggestions")
    ben.box.fill(HALF)
    ben.context.set_offline(True)
    cut = time.monotonic()
    room.cara.writes("Said meanwhile", "Suggestion")
    gita.page.locator("#room-next").click()
    expect(room.asha.stage).to_have_text("Response")
    room.asha.writes("That helps me")
    ben.page.wait_for_timeout(max(0.0, cut + 30 - time.monotonic()) * 1000)
    expect(ben.page.get_by_text("Connection lost; trying again…")).to_be_visible()
    expect(ben.stage).to_have_text("Suggestions")
    ben.context.set_offline(False)
    expect(ben.stage).to_have_text("Response", timeout=10_000)
    expect(ben.page.get_by_text("Connection lost; trying again…")).to_have_count(0)
    for words in ("Said meanwhile", "That helps me"):
        expect(ben.said).to_contain_text(words)
    assert unsent(ben) == HALF
    assert seconds_left(ben.page) - seconds_left(gita.page) in (-1, 0, 1)


def test_two_buttons_pressed_at_once_leave_the_page_as_it_is_for_all(meet: Meet) -> None:
    room = meet("two buttons")
    gita, ben = room.gita, room.ben
    room.come_in("Suggestions")
    gita.page.evaluate("['room-more-2', 'room-pause'].forEach(id => document.getElementById(id).click())")
    gita.page.get_by_role("button", name="Let the clock run").click()
    for person in room.people:
        expect(person.page.locator(".timer-until")).to_contain_text("17 minutes")
    ben.writes("Heard afterwards", "Suggestion")
    room.all_read("Heard afterwards")


def test_a_draft_outlives_a_reload_an_expired_sign_in_and_a_stage(meet: Meet) -> None:
    room = meet("drafts")
    ben = room.ben
    room.come_in("Suggestions")
    ben.box.fill(HALF)
    ben.page.reload()
    expect(ben.box).to_have_value(HALF)
    ben.box.fill(f"{HALF} grew")
    outlives_an_expired_sign_in(room, ben)
    outlives_its_stage(room, ben)


def outlives_an_expired_sign_in(room: Company, ben: Guest) -> None:
    """Sent without being signed in: they are asked to sign in, and find their words when they come back."""
    cookies = ben.context.cookies()
    ben.context.clear_cookies(name="sessionid")
    try:
        # Or the page finds out first, as it looks at the room by itself: then the button is gone.
        with suppress(TimeoutError):
            ben.page.get_by_role("button", name="Add", exact=True).click(timeout=3_000)
        ben.page.wait_for_url("**/accounts/login/**")
    finally:
        # For the other tests, too: they share the people.
        ben.context.add_cookies(cookies)  # type: ignore[arg-type]
    ben.comes_in(room.room)
    expect(ben.box).to_have_value(f"{HALF} grew")


def outlives_its_stage(room: Company, ben: Guest) -> None:
    """The box goes; its words stay in sight until they are sent or discarded."""
    room.goes_on_to("Response")
    assert unsent(ben) == f"{HALF} grew"
    ben.page.reload()
    assert unsent(ben) == f"{HALF} grew"
    room.gita.page.locator("#room-back").click()
    expect(ben.box).to_have_value(f"{HALF} grew")
    room.goes_on_to("Response")
    ben.page.locator("[data-unsent]").get_by_role("button", name="Discard it").click()
    room.gita.page.locator("#room-back").click()
    expect(ben.box).to_have_value("")


def test_a_draft_is_in_the_box_of_its_own_stage_and_of_no_other(meet: Meet) -> None:
    room = meet("drafts")
    gita = room.gita
    room.come_in("Suggestions")
    gita.box.fill(HALF)
    room.goes_on_to("Response")
    elsewhere = gita.page.get_by_label("From another stage, not sent")
    for _ in ("as the stage changes", "when the page is loaded"):
        expect(gita.box).to_have_value("")
        expect(elsewhere).to_have_value(HALF)
        gita.page.reload()
    gita.page.locator("#room-back").click()
    expect(gita.box).to_have_value(HALF)
    expect(elsewhere).to_be_hidden()


def test_words_typed_when_the_session_closed_are_with_the_record(meet: Meet) -> None:
    room = meet("drafts")
    cara = room.cara
    room.come_in("Suggestions")
    cara.box.fill(HALF)
    room.gita.page.get_by_text("Close the session early").click()
    room.gita.page.locator("#room-steering").get_by_role("button", name="Close the session").click()
    room.gita.fills("Why you leave the review out", "The building closes")
    room.gita.presses("Close without a review")
    cara.is_taken_to(room.session)
    assert unsent(cara) == HALF
    room.dev.is_taken_to(room.session)
    assert unsent(room.dev) == ""


def test_who_is_removed_loses_the_page_within_two_seconds(meet: Meet) -> None:
    room = meet("removed")
    gita, ben = room.gita, room.ben
    room.come_in("Suggestions")
    gita.goes_to(f"{room.pages['set']}people/{room.pages['Ben']}/remove/")
    gita.presses("Remove Ben")
    removed = time.monotonic()
    expect(ben.stage).to_have_count(0)
    assert time.monotonic() - removed < 2 * a_second()
    ben.sees_nothing_of("A rota that nobody owns")
    assert ben.status_of(room.room) == 404
    expect(room.cara.stage).to_have_text("Suggestions")
