"""What each does with a topic, without a mouse: marks of a ballot, the presenter's part, a hand-over, the review."""

from playwright.sync_api import Locator, Page, expect

from tests.rooms.company import Company
from tests.rooms.conftest import Meet
from tests.rooms.keys import press, tab_to
from tests.rooms.spec import OFFERS, SAID
from tests.rooms.story import ACTION, FIRST_STEP, chooses


def test_a_topic_is_worked_on_by_keyboard_alone(meet: Meet) -> None:
    room = meet("by keyboard")
    room.come_in("Choose")
    ben_gives_his_marks(room)
    chooses(room)
    room.goes_on_to("Bring to life")
    room.goes_on_to("Suggestions")
    _name, _kind, words = SAID[0]
    room.ben.writes(words, "Suggestion")
    room.goes_on_to("Response")
    asha_marks_what_landed(room, words)
    room.goes_on_to("Commit")
    asha_commits_and_ben_supports_her(room)
    ben_runs_it_for_gita(room)
    asha_writes_her_review(room)


def ben_gives_his_marks(room: Company) -> None:
    gita, ben = room.gita.page, room.ben.page
    opens(room.gita.page, "A secret ballot first")
    reach(gita, gita.get_by_label("Marks for each"))
    press(gita, "Open the ballot")
    reach(ben, ben.get_by_label(OFFERS["Asha"][0]))
    ben.keyboard.type("2")
    press(ben, "Give my marks")
    room.ben.sees("Your marks are in.")
    waits_for(gita, "Close the ballot and show all marks")
    for person in (room.asha, room.ben):
        expect(person.said).to_contain_text("Asha: 2 marks")


def asha_marks_what_landed(room: Company, words: str) -> None:
    asha = room.asha.page
    entry = room.asha.said.locator("li", has_text=words)
    reach(asha, entry.get_by_role("button", name="This landed with me"))
    asha.keyboard.press("Enter")
    room.all_read("This landed")


def asha_commits_and_ben_supports_her(room: Company) -> None:
    asha = room.asha.page
    for label, text in (("What I will do", ACTION), ("My first step", FIRST_STEP), ("Who supports me", "Ben")):
        reach(asha, asha.get_by_label(label))
        asha.keyboard.type(text)
    press(asha, "This is what I will do")
    room.all_read(ACTION)
    waits_for(room.ben.page, "Yes, I will")
    room.all_read("Ben supports this.")


def ben_runs_it_for_gita(room: Company) -> None:
    """He is asked, says yes, goes on to the review, and hands it back."""
    gita, ben = room.gita.page, room.ben.page
    opens(gita, "Hand over to somebody else")
    reach(gita, gita.get_by_label("Whom to ask"))
    gita.keyboard.type("Ben")
    press(gita, "Ask them")
    waits_for(ben, "Yes, I'll run it")
    room.gita.sees("Ben runs the session now.")
    waits_for(ben, "Go on to Review")
    for person in room.people:
        expect(person.stage).to_have_text("Review")
    press(ben, "Hand it back")
    expect(gita.locator("#room-bar").get_by_role("button", name="Close the session")).to_be_visible()


def asha_writes_her_review(room: Company) -> None:
    asha = room.asha.page
    reach(asha, asha.get_by_label("What helped?"))
    asha.keyboard.type("That nobody hurried")
    press(asha, "Save my review")
    press(room.gita.page, "Show all reviews")
    room.all_read("That nobody hurried")


def opens(page: Page, words: str) -> None:
    """What is folded away under these words."""
    reach(page, page.locator("summary", has_text=words))
    page.keyboard.press("Enter")


def reach(page: Page, part: Locator) -> None:
    """As soon as the page has it."""
    expect(part).to_be_visible()
    tab_to(page, part)


def waits_for(page: Page, button: str) -> None:
    """The page brings this button by itself; it is pressed."""
    expect(page.get_by_role("button", name=button, exact=True)).to_be_visible()
    press(page, button)
