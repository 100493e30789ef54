"""The room without a mouse, and by ear: nothing is out of reach, the focus is never lost, a stage is said once."""

from playwright.sync_api import expect

from tests.rooms.company import Company, Guest
from tests.rooms.conftest import Meet
from tests.rooms.keys import heard, listen, press, tab_to
from tests.rooms.spec import OFFERS


def test_a_session_is_run_by_keyboard_alone(meet: Meet) -> None:
    room = meet("keyboard")
    gita, page = room.gita, room.gita.page
    gita.comes_in(room.room)
    room.asha.comes_in(room.room)
    press(page, "Open the session")
    expect(gita.stage).to_have_text("Report back")
    press(page, "Go on to Share topics")
    goes_on_from_where_the_focus_is(gita, "Share topics")
    page.keyboard.press("Enter")
    goes_on_from_where_the_focus_is(gita, "Choose")
    puts_bens_topic_before_ashas(gita)
    press(page, "Go on to Bring to life, Ben")
    goes_on_from_where_the_focus_is(gita, "Bring to life")
    keeps_time(gita)
    press(page, "Go on to Suggestions")
    writes_for_cara(gita)
    passes_over_the_rest(room)
    press(page, "Close the session")
    room.asha.is_taken_to(room.session)


def goes_on_from_where_the_focus_is(gita: Guest, stage: str) -> None:
    """The button has other words now, and is still under her finger."""
    expect(gita.stage).to_have_text(stage)
    expect(gita.page.locator("#room-next")).to_be_focused()


def puts_bens_topic_before_ashas(gita: Guest) -> None:
    """By the buttons: Asha's first, then Ben's, and that one earlier. The focus stays on the button all the while."""
    page = gita.page
    for name in ("Asha", "Ben"):
        press(page, f"Earlier {OFFERS[name][0]}")
    places = page.locator(".choice [name^=place_]")
    assert places.evaluate_all("places => places.map(place => place.value)") == ["1", "2"]
    page.keyboard.press("Enter")
    expect(page.locator(".choice h3")).to_have_text([OFFERS["Ben"][0], OFFERS["Asha"][0]])
    expect(page.locator("#room-says")).to_have_text(f"{OFFERS['Ben'][0]}: 1")
    for name in ("Ben", "Asha"):
        tab_to(page, page.locator(".choice", has_text=OFFERS[name][0]).get_by_label("Minutes"))
        page.keyboard.press("Control+A")
        page.keyboard.type("20")
    expect(page.locator(".choose-sum")).to_contain_text("40 minutes of")
    press(page, "Choose these topics")
    expect(gita.said.locator(".chosen li")).to_contain_text([OFFERS["Ben"][0], OFFERS["Asha"][0]])


def keeps_time(gita: Guest) -> None:
    page, until = gita.page, gita.page.locator(".timer-until")
    before = int(until.inner_text().split(" ")[0])
    press(page, "5 minutes more")
    expect(until).to_contain_text(f"{before + 5} minutes")
    expect(page.locator("#room-more-5")).to_be_focused()
    press(page, "Pause")
    expect(page.locator(".timer-count")).to_contain_text("Paused")
    expect(page.locator("#room-pause")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator(".timer-count")).not_to_contain_text("Paused")


def writes_for_cara(gita: Guest) -> None:
    page = gita.page
    expect(gita.stage).to_have_text("Suggestions")
    tab_to(page, page.get_by_label("Whose words are these?"))
    page.keyboard.type("Cara")
    tab_to(page, gita.box)
    page.keyboard.type("Let them draw lots")
    press(page, "Add")
    expect(gita.said).to_contain_text("Written down by Gita for Cara.")


def passes_over_the_rest(room: Company) -> None:
    """Stage by stage to the review; where the button has gone, the focus is beside where it was."""
    page = room.gita.page
    for stage in ("Response", "Commit", "Bring to life", "Suggestions", "Response", "Commit", "Review"):
        tab_to(page, page.locator("#room-next"))
        page.keyboard.press("Enter")
        expect(room.gita.stage).to_have_text(stage)
    expect(page.locator("#room-bar")).to_be_focused()


def test_a_contributor_writes_by_keyboard_alone_while_the_room_goes_on(meet: Meet) -> None:
    room = meet("announced")
    gita, asha, ben = room.gita, room.asha, room.ben
    room.come_in("Suggestions")
    page = ben.page
    tab_to(page, page.get_by_label("Suggestion", exact=True))
    page.keyboard.press("ArrowRight")
    tab_to(page, ben.box)
    page.keyboard.type("It was like this with us")
    press(page, "Add")
    expect(ben.said).to_contain_text("It was like this with us")
    expect(page.get_by_role("button", name="Add", exact=True)).to_be_focused()
    press(page, "I'd like to speak next")
    expect(gita.page.locator("#room-hands")).to_contain_text("Next to speak: Ben")
    expect(page.locator("#hand-next")).to_be_focused()
    nothing_takes_the_focus_while_they_type(room)
    nothing_but_the_stage_is_announced(room, asha, ben)


def nothing_takes_the_focus_while_they_type(room: Company) -> None:
    """Others write, time is given, the clock stands still: Ben's words and the place he is at stay as they are."""
    gita, ben = room.gita, room.ben
    tab_to(ben.page, ben.box)
    ben.page.keyboard.type("Half , not all")
    for _ in ", not all":
        ben.page.keyboard.press("ArrowLeft")
    room.cara.writes("Another one", "Suggestion")
    gita.page.locator("#room-more-2").click()
    gita.page.locator("#room-pause").click()
    expect(ben.said).to_contain_text("Another one")
    expect(ben.page.locator(".timer-count")).to_contain_text("Paused")
    ben.page.keyboard.type("a thought")
    expect(ben.box).to_have_value("Half a thought, not all")
    expect(ben.box).to_be_focused()


def nothing_but_the_stage_is_announced(room: Company, asha: Guest, ben: Guest) -> None:
    """Time passes, and more is given: silence. The stage changes: it is said once, and the focus stays near the box."""
    gita = room.gita
    gita.page.get_by_role("button", name="Let the clock run").click()
    for person in (asha, ben, gita):
        expect(person.page.locator(".timer-count")).not_to_contain_text("Paused")
        listen(person.page)
    before = asha.page.locator(".timer-count").inner_text()
    expect(asha.page.locator(".timer-count")).not_to_have_text(before)
    gita.page.locator("#room-more-2").click()
    expect(ben.page.locator(".timer-until")).to_contain_text("19 minutes")
    assert [heard(person.page) for person in (asha, ben, gita)] == [[], [], []]
    room.goes_on_to("Response")
    room.goes_on_to("Commit")
    expect(ben.page.locator("#room-writing")).to_be_focused()
    ben.page.wait_for_timeout(2_500)
    said = ["Response. Asha speaks.", "Commit. Asha speaks."]
    assert [heard(person.page) for person in (asha, ben, gita)] == [said, said, said]
