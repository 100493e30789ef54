"""Each process by five people in five browsers, from opening through every stage to the record."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.rooms.company import Company
from tests.rooms.conftest import Meet
from tests.rooms.looks import glance_at
from tests.rooms.story import (
    ACTION,
    TOPIC,
    chooses_ashas_topic,
    commits,
    keeps_time,
    reports_back,
    reviews,
    shares_topics,
)

# Whose page has most on it when a stage begins; in others it is Asha's, who presents.
HAS_MOST = {
    "Report back": "Cara",
    "Share topics": "Gita",
    "Choose": "Gita",
    "Share the time": "Gita",
    "Suggestions": "Ben",
    "Open questions": "Ben",
    "Questions": "Ben",
    "What is the problem?": "Ben",
    "Casting": "Cara",
    "Method": "Ben",
    "Consultation": "Dev",
    "Review": "Gita",
}
# For barriers: a stage has the same parts in whatever process it is.
SEARCHED: set[str] = set()


@pytest.fixture
def room(meet: Meet, request: pytest.FixtureRequest) -> Iterator[Company]:
    """The set of the process that the test is named for. Each stage of it is looked at, when it first begins."""
    name = request.node.name.removeprefix("test_").replace("_", "-")
    room, seen, troubles = meet(name), set[str](), list[str]()

    def look(stage: str) -> None:
        if stage not in seen:
            seen.add(stage)
            (person,) = [person for person in room.people if person.name == HAS_MOST.get(stage, "Asha")]
            troubles.extend(glance_at(person, stage, of=name, barriers_too=stage not in SEARCHED))
            SEARCHED.add(stage)

    room.looks = look
    yield room
    assert troubles == []


def test_topics_and_suggestions(room: Company) -> None:
    asha, ben, cara, dev = room.asha, room.ben, room.cara, room.dev
    room.opens()
    reports_back(room)
    shares_topics(room)
    chooses_ashas_topic(room)
    room.goes_on_to("Bring to life")
    room.only_these_write()
    room.is_refused(ben, "suggestion")
    room.goes_on_to("Suggestions")
    room.presenter_listens(asha, "suggestion")
    assert ben.kinds() == ["suggestion", "experience"]
    ben.writes("Ask who would like it", "Suggestion")
    cara.writes("We drew lots, and it held", "Experience")
    for words in ("Ask who would like it", "We drew lots, and it held"):
        room.all_read(words, but=[asha])
    keeps_time(room)
    room.goes_on_to("Response")
    for words in ("Ask who would like it", "We drew lots, and it held"):
        room.all_read(words)
    asha.said.locator("li", has_text="We drew lots").get_by_role("button", name="This landed with me").click()
    room.all_read("This landed")
    room.only_these_write(asha, room.gita)  # who runs the session writes for the presenter
    asha.writes("I had never asked")
    room.all_read("I had never asked")
    room.is_refused(dev, "response")
    room.goes_on_to("Commit")
    commits(room, asha, supporter=ben)
    reviews(room)
    room.closes()
    room.record_says(TOPIC, "We drew lots, and it held", "I had never asked", ACTION, "Ben was helped by silence")


def test_open_questions(room: Company) -> None:
    asha, ben, cara = room.asha, room.ben, room.cara
    room.opens()
    room.goes_on_to("Share topics")
    chooses_ashas_topic(room)
    room.goes_on_to("Present")
    room.goes_on_to("Clarify")
    room.only_these_write()
    room.goes_on_to("Open questions")
    assert ben.kinds() == ["question"]
    ben.writes("What would happen if nobody did it?")
    room.all_read("What would happen if nobody did it?")
    for kind in ("suggestion", "experience", "response"):
        room.is_refused(ben, kind)
    room.goes_on_to("Restate")
    asha.writes("What do I fear in asking?")
    room.all_read("What do I fear in asking?")
    for person in room.people:
        expect(person.page.locator(".stage-question")).to_have_text("What do I fear in asking?")
    room.goes_on_to("Options")
    room.presenter_listens(asha, "experience")
    assert cara.kinds() == ["experience"]
    cara.writes("I asked, and three said yes")
    room.all_read("I asked, and three said yes")  # the presenter too: this set reads at once
    room.goes_on_to("Commit")
    commits(room, asha, supporter=cara)
    reviews(room)
    room.closes()
    room.record_says("What would happen if nobody did it?", "I asked, and three said yes", ACTION)


def test_questions_only(room: Company) -> None:
    asha, ben, cara = room.asha, room.ben, room.cara
    room.opens()
    room.goes_on_to("Share topics")
    chooses_ashas_topic(room)
    room.goes_on_to("The problem in brief")
    room.only_these_write()
    room.goes_on_to("Questions")
    for person in room.people:
        assert person.kinds() == ["question"]
    cara.writes("Since when?")
    asha.writes("Am I the one who minds?")
    for words in ("Since when?", "Am I the one who minds?"):
        room.all_read(words)
    for kind in ("suggestion", "experience", "insight"):
        room.is_refused(ben, kind)
    room.goes_on_to("What is the problem?")
    everyone_speaks_in_turn(room)
    ben.writes("Nobody said that it is theirs")
    room.all_read("Nobody said that it is theirs")
    room.goes_on_to("Goal and solution questions")
    ben.writes("What would a good week look like?")
    room.is_refused(ben, "suggestion")
    room.goes_on_to("Commit")
    commits(room, asha, supporter=ben)
    room.goes_on_to("What did we learn?")
    cara.writes("To ask before I fix")
    reviews(room)
    room.closes()
    room.record_says("Since when?", "Nobody said that it is theirs", "To ask before I fix", ACTION)


def everyone_speaks_in_turn(room: Company) -> None:
    """In an order that all can see; who has the word gives it on."""
    by_name = {person.name: person for person in room.people}
    gita = room.gita
    order = [line.split(" ")[0].strip() for line in gita.page.locator(".round li").all_inner_texts()]
    assert sorted(order) == ["Asha", "Ben", "Cara", "Dev"]
    first, second = by_name[order[0]], by_name[order[1]]
    expect(second.page.locator(".round [aria-current]")).to_contain_text(first.name)
    first.presses("I have spoken")
    for person in room.people:
        expect(person.page.locator(".round [aria-current]")).to_contain_text(second.name)


def test_equal_time(room: Company) -> None:
    room.opens()
    room.goes_on_to("Share the time")
    room.gita.page.get_by_text("Another order, or breaks").click()
    turns = {"Asha": "1", "Ben": "2", "Cara": "no turn today", "Dev": "no turn today"}
    for name, turn in turns.items():
        room.gita.page.locator(".choose-turns").get_by_label(name).select_option(label=turn)
    room.gita.presses("Share the time like this")
    room.all_read("Asha")
    for presenter, asks, words in ((room.asha, room.ben, "Who else knows?"), (room.ben, room.dev, "What is enough?")):
        room.goes_on_to("Present")
        for person in room.people:
            expect(person.page.locator(".stage-topic")).to_have_text(presenter.name)
        room.goes_on_to("Clarify")
        room.only_these_write()
        room.goes_on_to("Open questions")
        presenter.has_no_box()
        assert asks.kinds() == ["question"]
        asks.writes(words)
        room.all_read(words)
        room.is_refused(presenter, "question")
        room.goes_on_to("Commit")
    commits(room, room.ben, supporter=room.cara)
    reviews(room)
    room.closes()
    room.record_says("Who else knows?", "What is enough?", ACTION)


def test_troika(room: Company) -> None:
    """Six in two threes, side by side on one clock: Asha, Ben and Cara; Dev with two who have no device."""
    gita, dev = room.gita, room.dev
    room.opens()
    room.goes_on_to("Share the time")
    hers, devs = breaks_into_threes(room)
    presenter, helper, other = (next(p for p in room.people if p.name == name) for name in hers)
    room.goes_on_to("Reflect")
    in_round(room, 1, hers, devs)
    room.only_these_write()
    room.goes_on_to("Share")
    room.goes_on_to("Clarify")
    room.goes_on_to("Consult")
    room.only_these_write(helper, other, *([dev] if devs[0] != "Dev" else []))
    room.presenter_listens(presenter, "suggestion")
    helper.writes("Give it away for a month", "Suggestion")
    for person in (presenter, other):
        expect(person.said).to_contain_text("Give it away for a month")
    stays_in_the_three(room, "Give it away for a month")
    sent = {"stage": helper.stage_id, "kind": "suggestion", "text": "From outside"}
    assert dev.forges(f"{room.room}contribute/", **sent) in (404, 409, 422)
    room.goes_on_to("Most valuable")
    presenter.writes("That it may be for a month")
    expect(other.said).to_contain_text("That it may be for a month")
    stays_in_the_three(room, "That it may be for a month")
    room.goes_on_to("Commit")
    presenter.page.get_by_label("What I will do").fill(ACTION)
    presenter.presses("This is what I will do")
    for number in (2, 3):
        room.goes_on_to("Reflect")
        in_round(room, number, hers, devs)
        for stage_name in ("Share", "Clarify", "Consult", "Most valuable", "Commit"):
            room.goes_on_to(stage_name)
    reviews(room)
    room.closes()
    room.record_says(ACTION, ", ".join(hers), "Ben was helped by silence")
    for person in (presenter, helper, other):
        person.sees("Give it away for a month")
    for person in (gita, dev):
        person.sees_nothing_of("Give it away for a month")


def breaks_into_threes(room: Company) -> list[list[str]]:
    """Who sits together is chosen; in what order they present was drawn by lot. Gives the names in that order."""
    form = room.gita.page.locator(".choose-turns")
    room.gita.page.get_by_text("Other threes, or breaks").click()
    for three, names in (("Three 1", ("Asha", "Ben", "Cara")), ("Three 2", ("Dev", "Eve", "Fay"))):
        for name in names:
            form.get_by_label(name).select_option(label=three)
    room.gita.presses("Share the time like this")
    room.gita.sees("The threes")
    threes = [line.strip().split(", ") for line in room.gita.said.locator(".chosen li").all_inner_texts()]
    assert [sorted(names) for names in threes] == [["Asha", "Ben", "Cara"], ["Dev", "Eve", "Fay"]]
    for names in threes:
        room.all_read(", ".join(names))
    return threes


def in_round(room: Company, number: int, hers: list[str], devs: list[str]) -> None:
    """What each reads above the stage; who looks on is told nobody's name."""
    for person in room.people:
        words = f"Round {number}: {(devs if person is room.dev else hers)[number - 1]}"
        seen = f"Round {number}, in threes" if person is room.gita else words
        expect(person.page.locator(".stage-topic")).to_have_text(seen)


def stays_in_the_three(room: Company, words: str) -> None:
    for person in (room.gita, room.dev):
        person.page.reload()
        person.sees_nothing_of(words)


def test_peer_consultation(room: Company) -> None:
    asha, ben, cara, dev = room.asha, room.ben, room.cara, room.dev
    room.opens()
    room.goes_on_to("Share topics")
    chooses_ashas_topic(room, minutes=40)
    room.goes_on_to("Casting")
    cara.chooses("Who writes for all", "Dev")
    cara.presses("Save who writes")
    room.all_read("Dev writes for all.")
    room.goes_on_to("Spontaneous account")
    room.only_these_write()
    room.goes_on_to("Key question")
    asha.writes("What makes it mine?")
    room.all_read("What makes it mine?")
    room.goes_on_to("Method")
    ben.page.get_by_label("Headstand").check()
    ben.presses("Pick this method")
    room.all_read("Picked: Headstand.")
    room.goes_on_to("Consultation")
    for person in room.people:
        expect(person.page.locator(".stage-prompt")).to_contain_text("Headstand: What could be done to make it worse?")
    room.presenter_listens(asha, "suggestion")
    room.only_these_write(dev)
    dev.writes("Never tell anybody whose week it is", "Suggestion", for_whom="Ben")
    room.all_read("Never tell anybody whose week it is")
    room.all_read("Written down by Dev for Ben.")
    room.is_refused(cara, "suggestion")
    room.goes_on_to("Close")
    commits(room, asha, supporter=cara)
    reviews(room)
    room.closes()
    room.record_says("What makes it mine?", "Never tell anybody whose week it is", ACTION)
