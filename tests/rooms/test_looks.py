"""Each stage of the room, as the one who runs it, the presenter and a contributor see it."""

from playwright.sync_api import expect

from tests.rooms.company import Company, Guest
from tests.rooms.conftest import Meet
from tests.rooms.looks import READABLE, SIZES, beyond_the_first_screen, letters, look_at
from tests.rooms.story import chooses


class Looking:
    """Looks at some people's pages whenever the stage has changed, and remembers what was wrong."""

    def __init__(self, room: Company, *people: Guest) -> None:
        self.room, self.people = room, people or (room.gita, room.asha, room.ben)
        self.troubles: list[str] = []

    def look(self, stage: str, *people: Guest) -> None:
        for person in people or self.people:
            self.troubles += look_at(person, stage)

    def go_on_to(self, stage: str, *people: Guest) -> None:
        self.room.goes_on_to(stage)
        self.look(stage, *people)


def test_a_peer_consultation_has_no_barrier_in_any_stage(meet: Meet) -> None:
    room = meet("looked at")
    gita, asha, ben, cara, dev = room.people
    seen = Looking(room, gita, asha)
    room.come_in("Not open yet")
    seen.look("Not open yet")
    gita.presses("Open the session")
    room.are_in("Report back")
    seen.look("Report back", gita, cara)
    seen.go_on_to("Share topics")
    room.goes_on_to("Choose")
    seen.look("Choose", gita, ben)
    chooses(room)
    seen.look("Chosen", gita)
    seen.go_on_to("Casting", gita)
    dev.chooses("Who writes for all", "Dev")
    dev.presses("Save who writes")
    seen.go_on_to("Spontaneous account", gita, ben)
    seen.go_on_to("Key question", asha)
    seen.go_on_to("Method", gita)
    gita.page.get_by_label("Headstand").check()
    gita.presses("Pick this method")
    seen.go_on_to("Consultation", gita, asha, dev)
    seen.go_on_to("Close", gita, asha, ben)
    seen.go_on_to("Review", gita, ben)
    ben.fills("What helped", "That nobody hurried")
    ben.presses("Save my review")
    gita.presses("Show all reviews")
    seen.look("Reviews shown", gita, asha)
    assert seen.troubles == []


def test_listening_and_responding_have_no_barrier(meet: Meet) -> None:
    room = meet("looked at while listening")
    gita, asha, ben, *_ = room.people
    seen = Looking(room, gita, asha, ben)
    room.come_in("Suggestions")
    seen.look("Suggestions")
    assert_it_is_read_from_the_back_of_a_room(gita)
    assert_nobody_scrolls_for_what_they_need(gita, asha, ben)
    seen.go_on_to("Response")
    assert beyond_the_first_screen(asha, "phone", ".timer", "#room-box textarea") == []
    gita.page.locator("#room-pause").click()
    gita.sees("Paused")
    seen.look("Paused", gita)
    assert seen.troubles == []


def assert_it_is_read_from_the_back_of_a_room(person: Guest) -> None:
    """Letters are a thirtieth of the picture's height and more: stage, prompt, question and time."""
    sizes = letters(person, "projector", ".stage-name", ".stage-prompt", ".stage-question", ".timer-count")
    assert [part for part, size in sizes.items() if size < READABLE] == []
    assert beyond_the_first_screen(person, "projector", "#room-next", ".stage-question", ".timer-count") == []


def assert_nobody_scrolls_for_what_they_need(gita: Guest, asha: Guest, ben: Guest) -> None:
    for size in SIZES:
        assert beyond_the_first_screen(gita, size, ".timer", "#room-next", "#room-more-5") == []
        assert beyond_the_first_screen(asha, size, ".timer", ".listening") == []
        assert beyond_the_first_screen(ben, size, ".timer", "#room-box textarea") == []


def test_sharing_the_time_and_sitting_in_threes_has_no_barrier(meet: Meet) -> None:
    room = meet("looked at in threes")
    gita, asha, ben, *_ = room.people
    seen = Looking(room, gita, asha, ben)
    room.come_in("Report back")
    room.goes_on_to("Share the time")
    seen.look("Share the time", gita, ben)
    gita.presses("Go on in these threes")
    expect(gita.stage).to_have_text("Reflect")
    for stage in ("Share", "Clarify"):
        room.goes_on_to(stage)
    seen.go_on_to("Consult")
    assert seen.troubles == []
