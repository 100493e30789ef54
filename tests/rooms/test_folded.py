"""What is folded away in the room comes when it is opened, and what is typed there outlives what else happens."""

from playwright.sync_api import Browser, Locator, expect

from tests.rooms.company import Guest
from tests.rooms.conftest import Meet, Place
from tests.rooms.keys import press, tab_to

WHY = "We have heard it all"


def fold(gita: Guest, words: str) -> Locator:
    return gita.page.locator("details", has=gita.page.locator("summary", has_text=words))


def opens(gita: Guest, words: str) -> Locator:
    place = fold(gita, words)
    place.locator("summary").click()
    return place


def test_a_form_is_there_when_it_is_opened_and_stays_while_the_room_goes_on(meet: Meet) -> None:
    room = meet("folded")
    gita, ben = room.gita, room.ben
    room.come_in("Suggestions")
    plan = opens(gita, "Plan what remains")
    minutes = plan.get_by_label("Minutes for the review")
    minutes.fill("9")
    stays_through_what_others_and_she_herself_do(gita, ben, minutes)
    what_is_refused_comes_back_with_the_reason(gita)
    another_plan_comes_anew_and_is_no_surprise(gita, plan)
    assert gita.troubles == []


def stays_through_what_others_and_she_herself_do(gita: Guest, ben: Guest, minutes: Locator) -> None:
    ben.writes("Draw lots", "Suggestion")
    expect(gita.said).to_contain_text("Draw lots")
    gita.page.locator("#room-more-2").click()
    expect(gita.page.locator(".timer-until")).to_contain_text("17 minutes")
    expect(minutes).to_have_value("9")


def what_is_refused_comes_back_with_the_reason(gita: Guest) -> None:
    skip = opens(gita, "Pass over a stage")
    reason = skip.get_by_label("Why")
    reason.evaluate("field => field.removeAttribute('maxlength')")
    reason.fill(WHY * 20)
    skip.get_by_role("button", name="Pass over it").click()
    expect(skip.locator(".invalid-feedback")).to_be_visible()
    expect(reason).to_have_value(WHY * 20)
    reason.fill(WHY)


def another_plan_comes_anew_and_is_no_surprise(gita: Guest, plan: Locator) -> None:
    """She passes over a stage while the plan is open: it is another one now, and knows it."""
    skip = fold(gita, "Pass over a stage")
    skip.get_by_label("Which stage").select_option(label="Response, Asha")
    skip.get_by_role("button", name="Pass over it").click()
    gita.sees("The stage is passed over.")
    expect(skip.get_by_label("Why")).to_be_hidden()
    expect(plan.get_by_label("Minutes for the review")).to_be_visible()
    plan.get_by_label("Minutes for the review").fill("8")
    plan.get_by_role("button", name="Plan it like this").click()
    gita.sees("What remains is planned anew.")
    expect(plan.get_by_label("Minutes for the review")).to_be_hidden()
    opens(gita, "Plan what remains")
    expect(plan.get_by_label("Minutes for the review")).to_have_value("8")


def test_by_keyboard_the_form_is_next_to_what_opened_it(meet: Meet) -> None:
    room = meet("folded")
    gita, page = room.gita, room.gita.page
    gita.comes_in(room.room)
    summary = page.locator("summary", has_text="Hand over to somebody else")
    tab_to(page, summary)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Whom to ask")).to_be_visible()
    expect(summary).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Whom to ask")).to_be_focused()
    page.keyboard.type("Dev")
    press(page, "Ask them")
    gita.sees("Dev is asked to run the session.")


def test_a_draft_comes_above_the_box_that_its_presenter_types_in(meet: Meet) -> None:
    room = meet("drafted")
    gita, asha = room.gita, room.asha
    room.come_in("Commit")
    own = asha.page.get_by_label("What I will do")
    own.fill(WHY)
    opens(gita, "Draft an action for Asha").get_by_label("What the presenter will do").fill("Write to the board")
    gita.presses("Save the draft")
    asha.sees("Gita drafted this for you")
    expect(own).to_have_value(WHY)
    colours = "part => getComputedStyle(part).backgroundColor"
    confirm = asha.page.get_by_role("link", name="Confirm it in my own words")
    add = asha.page.get_by_role("button", name="This is what I will do")
    assert confirm.evaluate(colours) != add.evaluate(colours)
    asha.page.reload()
    expect(own).to_be_hidden()
    opens(asha, "Add another action")
    expect(own).to_have_value(WHY)
    confirm.click()
    asha.presses("This is what I will do")
    expect(asha.said).to_contain_text("Write to the board")
    expect(confirm).to_have_count(0)


def test_without_scripts_a_form_has_a_page_of_its_own(place: Place, browser: Browser) -> None:
    gita = Guest("Gita", browser, place.product, scripts=False)
    gita.is_signed_in(place.cookie, place.cookies["Gita"])
    gita.goes_to(f"{place.rooms['folded']['session']}room/")
    opens(gita, "Who is here").get_by_role("link", name="Show the form").click()
    gita.page.get_by_label("Cara").select_option("late")
    gita.presses("Save who is here")
    gita.sees("Noted who is here.")
    opens(gita, "Who is here").get_by_role("link", name="Show the form").click()
    expect(gita.page.get_by_label("Cara")).to_have_value("late")
    gita.context.close()
