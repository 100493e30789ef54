"""The room without JavaScript: plain forms, and each page is as true as when it was loaded."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.rooms.company import Guest
from tests.rooms.conftest import Place


@pytest.fixture
def guests(place: Place, browser: Browser) -> Iterator[list[Guest]]:
    guests = [Guest(name, browser, place.product, scripts=False) for name in ("Gita", "Asha", "Ben")]
    for guest in guests:
        guest.is_signed_in(place.cookie, place.cookies[guest.name])
    yield guests
    for guest in guests:
        guest.context.close()


def test_a_session_goes_on_by_plain_forms_and_reloading(place: Place, guests: list[Guest]) -> None:
    gita, asha, ben = guests
    room = f"{place.rooms['without scripts']['session']}room/"
    for person in guests:
        person.goes_to(room)
        expect(person.stage).to_have_text("Suggestions")
    ben.page.get_by_label("Suggestion", exact=True).check()
    ben.box.fill("Ask who would like it")
    ben.presses("Add")
    ben.sees("Added.")
    expect(ben.said).to_contain_text("Ask who would like it")
    asha.has_no_box()
    asha.sees("You are in listening mode until")
    asha.fills("Notes to myself", "Ask Ben about it")
    asha.presses("Save my notes")
    asha.sees("Your notes are saved.")
    gita.page.reload()
    expect(gita.said).to_contain_text("Ask who would like it")
    gita.presses("Go on to Response")
    expect(gita.stage).to_have_text("Response")
    words_for_a_stage_that_is_over_come_back(ben)
    asha.page.reload()
    expect(asha.stage).to_have_text("Response")
    asha.box.fill("I had never asked")
    asha.presses("Add")
    ben.goes_to(room)
    expect(ben.said).to_contain_text("I had never asked")
    assert [person.troubles for person in (gita, asha)] == [[], []]


def words_for_a_stage_that_is_over_come_back(ben: Guest) -> None:
    """His page still shows the stage before."""
    expect(ben.stage).to_have_text("Suggestions")
    ben.page.get_by_label("Suggestion", exact=True).check()
    ben.box.fill("A moment too late")
    ben.presses("Add")
    expect(ben.stage).to_have_text("Response")
    ben.sees("“Suggestions” is over. Your words are kept below.")
    assert "A moment too late" in ben.page.content()
