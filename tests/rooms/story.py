"""The parts of a session that several processes have in common."""

from playwright.sync_api import expect

from tests.rooms.company import Company, Guest
from tests.rooms.spec import OFFERS, OWED

TOPIC, QUESTION = OFFERS["Asha"]
DEVS_TOPIC = "Nobody reads what I write"
ACTION, FIRST_STEP = "Ask the whole team who would like it", "Write the week down"


def reports_back(room: Company) -> None:
    """What Cara took on four weeks ago is before everyone's eyes; she tells what became of it."""
    room.all_read(OWED)
    cara = room.cara
    cara.follows("Report back")
    cara.page.get_by_label("Done", exact=True).check()
    cara.fills("What I did", "Rang him twice")
    cara.presses("Report back")
    room.all_read("Rang him twice")


def shares_topics(room: Company) -> None:
    """Asha and Ben have offered before; Gita writes one line down for Dev."""
    room.goes_on_to("Share topics")
    room.all_read(TOPIC)
    gita = room.gita
    gita.page.get_by_text("Write a topic down for somebody").click()
    gita.chooses("Whose topic?", "Dev")
    gita.fills("In one line", DEVS_TOPIC)
    gita.presses("Write it down")
    room.all_read(DEVS_TOPIC)


def chooses_ashas_topic(room: Company, *, minutes: int = 30) -> None:
    room.goes_on_to("Choose")
    chooses(room, minutes=minutes)
    room.all_read(TOPIC)
    for person in room.people:
        expect(person.said).to_contain_text(f"Asha, {minutes} minutes")


def chooses(room: Company, *, minutes: int = 30) -> None:
    row = room.gita.page.locator(".choice", has_text=TOPIC)
    row.get_by_label("Place").select_option("1")
    row.get_by_label("Minutes").fill(str(minutes))
    room.gita.presses("Choose these topics")


def keeps_time(room: Company) -> None:
    """The clock stands still for all, runs again, and has five minutes more."""
    gita = room.gita
    gita.page.locator("#room-pause").click()
    for person in room.people:
        expect(person.page.locator(".timer-count")).to_contain_text("Paused")
    gita.page.locator("#room-pause").click()
    for person in room.people:
        expect(person.page.locator(".timer-count")).not_to_contain_text("Paused")
    before = int(gita.page.locator(".timer-until").inner_text().split(" ")[0])
    gita.page.locator("#room-more-5").click()
    for person in room.people:
        expect(person.page.locator(".timer-until")).to_contain_text(f"{before + 5} minutes")


def commits(room: Company, presenter: Guest, supporter: Guest) -> None:
    """In the presenter's own words; and who is asked to support it says yes there and then."""
    page = presenter.page
    page.get_by_label("What I will do").fill(ACTION)
    page.get_by_label("My first step").fill(FIRST_STEP)
    page.get_by_label("Who supports me").select_option(label=supporter.name)
    presenter.presses("This is what I will do")
    room.all_read(ACTION)
    for person in room.people:
        offers = person.page.get_by_role("button", name="Yes, I will")
        expect(offers).to_have_count(1 if person is supporter else 0)
    supporter.presses("Yes, I will")
    room.all_read(f"{supporter.name} supports this.")


def reviews(room: Company) -> None:
    """Each writes alone first, then all see what all wrote."""
    room.goes_on_to("Review")
    room.asha.sees("Our ground rules")
    for person in (room.asha, room.ben):
        person.fills("What helped", f"{person.name} was helped by silence")
        person.presses("Save my review")
    room.all_read("2 people have written.")
    for person in (room.gita, room.cara, room.asha):
        person.sees_nothing_of("Ben was helped by silence")
    room.gita.presses("Show all reviews")
    for words in ("Asha was helped by silence", "Ben was helped by silence"):
        room.all_read(words)
