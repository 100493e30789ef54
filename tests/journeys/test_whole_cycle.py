"""From founding a set to reporting back on an action, by five people in five browsers.

One story, told in order: each test is a chapter that goes on where the one before it ended.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.people import Person, link_in
from tests.journeys.product import Product, words_of
from tests.journeys.story import (
    ACTION,
    BENS_HEADLINE,
    DID,
    EXPERIENCE,
    FIRST_STEP,
    HEADLINE,
    LEARNED,
    MARK,
    NAMES,
    NOTE,
    PREPARATION,
    QUESTION,
    RESPONSE,
    SUGGESTION,
    Story,
    captures,
    goes_on,
    offer,
    path_of,
    schedule,
)


@pytest.fixture(scope="module")
def story(product: Product, browser: Browser) -> Iterator[Story]:
    told = Story(product, browser)
    yield told
    for person in told.people:
        person.context.close()


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
    as_lines_or_json = (" ERROR ", '"level": "ERROR"')
    failures = [number for number, line in enumerate(lines) if any(word in line for word in as_lines_or_json)]
    assert "\n".join("\n".join(lines[number : number + 80]) for number in failures[:1]) == ""
