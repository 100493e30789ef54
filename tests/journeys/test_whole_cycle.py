"""From founding a set to reporting back on an action, by five people in five browsers.

One story, told in order: each test is a chapter that goes on where the one before it ended.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.people import Person, link_in
from tests.journeys.product import Product, words_of

NAMES = ("Gita", "Asha", "Ben", "Cara", "Dev")
PREPARATION = "Marmalade preparation about the rota\nand what I would like from you"
HEADLINE, QUESTION = "Marmalade headline: a rota nobody owns", "Marmalade question: how do I hand it on?"
BENS_HEADLINE = "Marmalade topic of Ben"
SUGGESTION, EXPERIENCE = "Marmalade suggestion: ask who would like it", "Marmalade experience from my own team"
RESPONSE = "Marmalade response: I had never asked"
NOTE = "Marmalade note to myself"
ACTION, FIRST_STEP = "Marmalade action: ask the whole team", "Marmalade first step: write the week down"
DID, LEARNED = "Marmalade report: I asked three of them", "Marmalade learning: two were glad"
MARK = "marmalade"


class Story:
    """The people, and what later chapters need from earlier ones."""

    def __init__(self, product: Product, browser: Browser) -> None:
        self.product = product
        self.gita, self.asha, self.ben, self.cara, self.dev = self.people = [
            Person(name, browser, product, zone="Africa/Nairobi" if name == "Ben" else "Europe/London")
            for name in NAMES
        ]
        self.members = self.people[1:]
        self.set_page = self.session_page = self.action_page = ""

    def everyone_is_told(self, saying: str) -> None:
        for person in self.people:
            self.product.post.wait_for(person.address, saying=saying)


@pytest.fixture(scope="module")
def story(product: Product, browser: Browser) -> Iterator[Story]:
    told = Story(product, browser)
    yield told
    for person in told.people:
        person.context.close()


def path_of(person: Person) -> str:
    return re.sub(r"^https?://[^/]+", "", person.page.url)


def schedule(person: Person, *, button: str, ahead: timedelta) -> None:
    starts = datetime.now(ZoneInfo("Europe/London")) + ahead
    person.fills("Date", f"{starts:%Y-%m-%d}")
    person.page.locator("#id_time").fill(f"{starts:%H:%M}")
    person.presses(button)
    assert person.page.locator(".invalid-feedback").all_inner_texts() == []


def test_gita_founds_a_set(story: Story) -> None:
    gita = story.gita
    gita.goes_to("/")
    gita.goes_to("/accounts/signup/")
    gita.makes_an_account()
    gita.sees("What is next")
    gita.follows("Found a learning set")
    gita.fills("Name", "Journey set")
    gita.fills("Purpose", "To walk the whole way once.")
    gita.page.get_by_label("I take part as a member too").uncheck()
    gita.presses("Found the set")
    gita.sees("Journey set")
    story.set_page = path_of(gita).removesuffix("people/")


def test_she_invites_four_people_and_each_bad_address_is_named(story: Story) -> None:
    gita = story.gita
    gita.goes_to(f"{story.set_page}people/")
    gita.fills("E-mail addresses", ", ".join(m.address for m in story.members) + "\nnot-an-address")
    gita.presses("Send invitations")
    gita.sees("not-an-address")
    expect(gita.page.get_by_label("E-mail addresses")).to_have_value("not-an-address")
    for member in story.members:
        mail = story.product.post.wait_for(member.address, saying="invites you")
        assert len(story.product.post.to(member.address, saying="invites you")) == 1
        member.follows_the_link_in(mail)
        member.presses("Make an account")
        member.makes_an_account()
        member.presses("Join the set")
        member.sees("Journey set")


def test_the_set_agrees_on_ground_rules(story: Story) -> None:
    gita = story.gita
    gita.goes_to(f"{story.set_page}rules/")
    gita.follows("Begin from a common list")
    gita.presses("Save the proposal")
    gita.ticks("I agree to these ground rules myself")
    gita.presses("Publish")
    for member in story.members:
        mail = story.product.post.wait_for(member.address, saying="ground rules to agree to")
        member.follows_the_link_in(mail)
        member.presses("I agree to these ground rules")
    gita.goes_to(story.set_page)
    gita.sees("Everyone has agreed")


def test_a_session_is_scheduled_and_everyone_is_told_once(story: Story) -> None:
    gita = story.gita
    gita.goes_to(f"{story.set_page}sessions/schedule/")
    schedule(gita, button="Schedule the session", ahead=timedelta(days=5))
    story.session_page = path_of(gita)
    story.everyone_is_told("Your learning set meets on")


def test_members_are_prompted_for_a_topic(story: Story) -> None:
    for member in story.members:
        mail = story.product.post.wait_for(member.address, saying="topic")
        assert MARK not in words_of(mail).lower()


def test_asha_prepares_for_herself_and_offers_a_headline(story: Story) -> None:
    asha = story.asha
    asha.goes_to(story.session_page)
    asha.presses("I'm coming")
    asha.goes_to(f"{story.session_page}preparation/")
    asha.fills("My preparation", "\n".join(["Marmalade line"] * 11))
    asha.presses("Save")
    asha.sees("Ten lines at most")
    expect(asha.page.get_by_label("My preparation")).to_have_value("\n".join(["Marmalade line"] * 11))
    asha.fills("My preparation", PREPARATION)
    asha.presses("Save")
    offer(asha, story, HEADLINE, QUESTION)


def offer(person: Person, story: Story, headline: str, question: str) -> None:
    person.goes_to(f"{story.session_page}topic/")
    person.fills("Headline", headline)
    person.fills("Your question for the set", question)
    person.page.get_by_label("high").check()
    person.presses("Offer this topic")
    person.sees(headline)


def test_ben_offers_too_and_cara_brings_nothing_this_time(story: Story) -> None:
    offer(story.ben, story, BENS_HEADLINE, "")
    story.cara.goes_to(story.session_page)
    story.cara.presses("Nothing this time")
    for person in (story.gita, story.dev):
        person.goes_to(story.session_page)
        person.sees(HEADLINE)
        person.sees(BENS_HEADLINE)
        person.sees_nothing_of("Marmalade preparation")


def test_gita_moves_it_to_today_and_everyone_is_told(story: Story) -> None:
    gita = story.gita
    gita.goes_to(f"{story.session_page}move/")
    schedule(gita, button="Save and tell everyone", ahead=timedelta(minutes=10))
    story.everyone_is_told("Your learning set now meets on")


def test_the_session_opens_and_the_set_chooses(story: Story) -> None:
    gita = story.gita
    for person in story.people:
        person.goes_to(f"{story.session_page}room/")
    gita.presses("Open the session")
    for person in story.people:
        person.sees("Share topics")
    goes_on(gita)
    gita.sees(BENS_HEADLINE)
    row = gita.page.locator(".choice", has_text=HEADLINE)
    row.get_by_label("Place").select_option("1")
    gita.presses("Choose these topics")
    goes_on(gita)
    for person in story.people:
        person.sees("Bring to life")


def goes_on(person: Person) -> None:
    """Press “Go on”, and wait until the stage has changed."""
    stage = person.page.locator("#room-head h2").first
    before = stage.inner_text()
    person.page.locator("#room-next").click()
    expect(stage).not_to_have_text(before)


def test_in_suggestions_the_presenter_listens(story: Story) -> None:
    goes_on(story.gita)
    asha = story.asha
    asha.sees("You are in listening mode")
    assert asha.page.get_by_role("button", name="Add", exact=True).count() == 0
    assert_forged_contribution_is_refused(asha, story)
    captures(story.ben, "Suggestion", SUGGESTION)
    captures(story.cara, "Experience", EXPERIENCE)
    asha.sees(SUGGESTION)
    asha.sees(EXPERIENCE)
    asha.fills("Notes to myself", NOTE)
    asha.presses("Save my notes")


def captures(person: Person, kind: str, words: str) -> None:
    person.page.get_by_label(kind, exact=True).check()
    person.fills("Your words", words)
    person.presses("Add")
    person.sees(words)


def assert_forged_contribution_is_refused(asha: Person, story: Story) -> None:
    """A hand-made request with a good token, as her own browser would send it."""
    token = asha.page.locator("input[name=csrfmiddlewaretoken]").first.get_attribute("value") or ""
    stage = story.gita.page.locator("input[name=leaving]").first.get_attribute("value") or ""
    answer = asha.context.request.post(
        f"{story.session_page}room/contribute/",
        form={
            "csrfmiddlewaretoken": token,
            "stage": stage,
            "form_key": "3f0c7a52-0a86-4a34-8a43-0a8f6f0a1111",
            "kind": "suggestion",
            "text": "Marmalade forgery",
        },
        headers={"Referer": story.product.url},
    )
    assert answer.status == 409
    for person in (story.gita, story.ben):
        person.sees_nothing_of("Marmalade forgery")


def test_asha_responds_and_commits_to_an_action(story: Story) -> None:
    asha = story.asha
    goes_on(story.gita)
    asha.sees("Response")
    asha.fills("Response", RESPONSE)
    asha.presses("Add")
    asha.sees(RESPONSE)
    goes_on(story.gita)
    asha.fills("What I will do", ACTION)
    asha.fills("My first step", FIRST_STEP)
    asha.page.get_by_label("Who supports me").select_option(label="Ben")
    asha.presses("This is what I will do")
    asha.sees(ACTION)
    story.product.post.wait_for(story.ben.address, saying="would like your support")


def test_the_session_closes_and_everyone_present_reads_what_was_said(story: Story) -> None:
    gita = story.gita
    goes_on(gita)
    gita.sees("Review")
    gita.presses("Close the session")
    for person in story.people:
        person.is_taken_to(story.session_page)
        for words in (HEADLINE, SUGGESTION, EXPERIENCE, RESPONSE, ACTION):
            person.sees(words)
        person.sees_nothing_of("Marmalade preparation")
    story.asha.sees(NOTE)
    for other in (gita, story.ben, story.cara, story.dev):
        other.sees_nothing_of(NOTE)


def test_ben_accepts_to_support(story: Story) -> None:
    ben = story.ben
    ben.follows_the_link_in(story.product.post.wait_for(ben.address, saying="would like your support"))
    ben.presses("Yes, I will")
    story.action_page = path_of(ben)
    story.product.post.wait_for(story.asha.address, saying="answer to your request")


def test_the_next_session_brings_bens_topic_back_and_a_reminder_to_report(story: Story) -> None:
    gita, post = story.gita, story.product.post
    gita.goes_to(f"{story.set_page}sessions/schedule/")
    schedule(gita, button="Schedule the session", ahead=timedelta(days=2, hours=1))
    story.session_page = path_of(gita)
    gita.sees(BENS_HEADLINE)
    post.wait_for(story.asha.address, saying="what became of things")
    assert post.to(story.ben.address, saying="what became of things") == []


def test_it_opens_with_what_became_of_the_action(story: Story) -> None:
    gita, asha = story.gita, story.asha
    gita.goes_to(f"{story.session_page}move/")
    schedule(gita, button="Save and tell everyone", ahead=timedelta(minutes=20))
    gita.goes_to(f"{story.session_page}room/")
    gita.presses("Open the session")
    asha.goes_to(f"{story.session_page}room/")
    asha.sees(ACTION)
    asha.follows("Report back")
    asha.page.get_by_label("Done", exact=True).check()
    asha.fills("What I did", DID)
    asha.fills("What I learned", LEARNED)
    asha.presses("Report back")
    gita.sees(DID)
    gita.sees(LEARNED)


def test_who_leaves_reads_nothing_from_then_on(story: Story) -> None:
    dev = story.dev
    assert dev.status_of(story.session_page) == 200
    dev.goes_to(f"{story.set_page}leave/")
    dev.presses("Leave the set")
    pages = (story.set_page, story.session_page, f"{story.session_page}room/", story.action_page)
    assert [dev.status_of(page) for page in pages] == [404] * 4


def test_no_mail_carried_what_was_said_and_none_came_twice(story: Story) -> None:
    mails = story.product.post.all()
    assert len(mails) > 30
    assert [str(mail["Subject"]) for mail in mails if MARK in mail.as_string().lower()] == []
    ids = [str(mail["Message-ID"]) for mail in mails]
    assert sorted(ids) == sorted(set(ids))
    for person in story.people:
        for saying in ("Your learning set now meets on",):
            links = [link_in(mail, story.product.url) for mail in story.product.post.to(person.address, saying=saying)]
            assert len(links) == len(set(links))


def test_nothing_kept_anywhere_shows_what_was_said(story: Story) -> None:
    places = {place for place, data in story.product.everything_kept() if MARK.encode() in data.lower()}
    assert places == set()


def test_no_browser_met_an_error_or_asked_a_third_party(story: Story) -> None:
    assert {person.name: person.troubles for person in story.people} == {name: [] for name in NAMES}


def test_the_log_tells_of_no_failure(story: Story) -> None:
    lines = story.product.log.read_text().splitlines()
    failures = [number for number, line in enumerate(lines) if " ERROR " in line]
    assert "\n".join("\n".join(lines[number : number + 80]) for number in failures[:1]) == ""
