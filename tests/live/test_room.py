"""The room in browsers, when all is well and when something breaks: it says so, catches up, and loses no words."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from als_project.users.models import User
from sessions.models import Session
from sessions.services import attending
from sets.models import LearningSet, Membership
from sets.services import belonging, ruling
from tests.browser.harness import chromium
from tests.browser.timer import seconds_left
from tests.factories import publish_rules
from tests.live.servers import OwnRedis, Web
from tests.live.servers import web as running_web
from tests.live.streams import cookie_of
from tests.sessions.room_acts import choose, close, go_to, opened, scheduled

pytestmark = pytest.mark.django_db(transaction=True)
LOST = "Connection lost; trying again…"
SKEW = "const real = Date.now.bind(Date); window.skew = %d; Date.now = () => real() + window.skew;"
AN_HOUR = 3_600_000


@pytest.fixture
def web(transactional_db: None, redis: OwnRedis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """With Redis, and with static files as they are."""
    monkeypatch.setenv("DEBUG", "1")
    with running_web(tmp_path, redis.url) as served:
        yield served


@pytest.fixture
def session(learning_set: LearningSet, gita: User, asha: User, ben: User) -> Session:
    """In suggestions; Asha presents."""
    now = timezone.now()
    session = opened(scheduled(learning_set, asha, ben, coming=(gita,), starts_at=now), gita, now=now)
    go_to(session, "choose", gita, now=now)
    choose(session, gita, (asha, 30), now=now)
    go_to(session, "suggestions", gita, now=now)
    return session


@pytest.fixture
def cookies(gita: User, asha: User, ben: User) -> dict[str, str]:
    return {person.name: cookie_of(person) for person in (gita, asha, ben)}


@pytest.fixture
def browser(web: Web, session: Session, cookies: dict[str, str]) -> Iterator[Browser]:
    """The database is left alone while it runs: Playwright and Django don't share a thread."""
    with chromium() as opened_here:
        yield opened_here


Enter = Callable[..., Page]


@pytest.fixture
def enter(browser: Browser, web: Web, session: Session, cookies: dict[str, str]) -> Enter:
    """A page of this person in the room, with its stream open."""
    path = f"/sessions/{session.pk}/room/"

    def entered(name: str, *, at: str = path, skew: int = 0) -> Page:
        context = browser.new_context(base_url=f"http://localhost:{web.port}")
        key, _, value = cookies[name].partition("=")
        context.add_cookies([{"name": key, "value": value, "domain": "localhost", "path": "/"}])
        context.add_init_script(SKEW % skew)
        page = context.new_page()
        with page.expect_response(lambda answer: "/live/" in answer.url) as stream:
            page.goto(at)
        assert stream.value.status == 200
        return page

    return entered


def stage(page: Page, name: str, *, seconds: float = 10) -> None:
    expect(page.locator("#stage-name")).to_have_text(name, timeout=seconds * 1000)


def apart(act: Callable[[], object]) -> None:
    """In a thread of its own, where Django may ask the database."""

    def run() -> None:
        act()
        connection.close()

    thread = Thread(target=run)
    thread.start()
    thread.join(timeout=20)


def test_a_stage_change_is_on_every_page_within_a_second(enter: Enter) -> None:
    gita, asha, ben = enter("Gita"), enter("Asha"), enter("Ben")
    gita.wait_for_timeout(3_000)  # who is present is told in the first seconds
    gita.locator("#room-next").click()
    stage(gita, "Response")
    began = time.monotonic()
    stage(asha, "Response")
    stage(ben, "Response")
    assert time.monotonic() - began < 1


def test_words_hands_and_presence_come_by_themselves(enter: Enter) -> None:
    gita, ben = enter("Gita"), enter("Ben")
    ben.get_by_label("Your words").fill("Ask her first")
    ben.get_by_role("button", name="Add", exact=True).click()
    ben.get_by_role("button", name="I'd like to speak next").click()
    expect(gita.locator("#room-said")).to_contain_text("Ask her first")
    expect(gita.locator("#room-hands")).to_contain_text("Next to speak: Ben")
    expect(gita.locator("#room-remaining")).to_contain_text("Here now: Ben, Gita")
    ben.context.close()
    expect(gita.locator("#room-remaining")).to_contain_text("Here now: Gita")


@pytest.mark.parametrize("skew", [-AN_HOUR, AN_HOUR])
def test_the_timer_does_not_go_by_the_browsers_clock(skew: int, enter: Enter) -> None:
    right, wrong = enter("Asha"), enter("Ben", skew=skew)
    assert abs(seconds_left(right) - seconds_left(wrong)) <= 2
    assert 14 * 60 < seconds_left(wrong) <= 15 * 60


def test_a_clock_that_is_set_while_the_page_is_open_puts_nothing_out(enter: Enter) -> None:
    ben = enter("Ben")
    ben.get_by_label("Your words").fill("Half a thought")
    ben.evaluate(f"window.skew = {AN_HOUR}")
    ben.wait_for_timeout(1_500)
    expect(ben.locator(".timer-count")).to_contain_text("left")
    assert 14 * 60 < seconds_left(ben) <= 15 * 60
    expect(ben.get_by_label("Your words")).to_have_value("Half a thought")


def test_a_pause_stops_every_timer(enter: Enter) -> None:
    gita, ben = enter("Gita"), enter("Ben")
    gita.locator("#room-pause").click()
    expect(ben.locator(".timer-count")).to_contain_text("Paused")
    before = ben.locator(".timer-count").inner_text()
    ben.wait_for_timeout(2_500)
    assert ben.locator(".timer-count").inner_text() == before


def test_a_network_that_is_cut_is_said_and_the_page_catches_up(enter: Enter) -> None:
    gita, ben = enter("Gita"), enter("Ben")
    ben.get_by_label("Your words").fill("Half a thought")
    ben.context.set_offline(True)
    expect(ben.get_by_text(LOST)).to_be_visible(timeout=15_000)
    gita.get_by_role("button", name="5 minutes more").click()
    expect(gita.locator(".timer-until")).to_contain_text("20 minutes")
    ben.context.set_offline(False)
    expect(ben.locator(".timer-until")).to_contain_text("20 minutes", timeout=15_000)
    expect(ben.get_by_text(LOST)).to_have_count(0)
    expect(ben.get_by_label("Your words")).to_have_value("Half a thought")


def test_words_that_did_not_reach_the_server_stay_in_the_box(enter: Enter) -> None:
    ben = enter("Ben")
    ben.get_by_label("Your words").fill("Half a thought")
    ben.context.set_offline(True)
    ben.get_by_role("button", name="Add", exact=True).click()
    expect(ben.get_by_text("This did not reach the server.")).to_be_visible()
    expect(ben.get_by_label("Your words")).to_have_value("Half a thought")
    ben.context.set_offline(False)
    ben.get_by_role("button", name="Add", exact=True).click()
    expect(ben.locator("#room-said")).to_contain_text("Half a thought")
    expect(ben.get_by_text("This did not reach the server.")).to_be_hidden()


def test_a_server_that_is_killed_is_said_and_the_page_catches_up(enter: Enter, web: Web) -> None:
    gita, ben = enter("Gita"), enter("Ben")
    ben.get_by_label("Your words").fill("Half a thought")
    before = seconds_left(ben)
    web.kill()
    expect(ben.get_by_text(LOST)).to_be_visible(timeout=15_000)
    web.start()
    expect(ben.get_by_text(LOST)).to_have_count(0, timeout=15_000)
    assert seconds_left(ben) < before
    gita.reload()
    gita.locator("#room-next").click()
    stage(ben, "Response")


def test_while_redis_is_away_the_room_goes_on_and_afterwards_at_once(enter: Enter, redis: OwnRedis) -> None:
    gita, ben = enter("Gita"), enter("Ben")
    redis.kill()
    gita.locator("#room-next").click()
    stage(gita, "Response")
    stage(ben, "Response", seconds=8)  # by looking for itself
    redis.start()
    ben.wait_for_timeout(5_000)
    gita.locator("#room-next").click()
    stage(ben, "Commit", seconds=3)


def test_who_is_removed_loses_the_room_within_two_seconds(
    memberships: dict[str, Membership], gita: User, enter: Enter
) -> None:
    facilitator, ben = enter("Gita"), enter("Ben")
    apart(lambda: belonging.remove(membership=memberships["Ben"], by=gita, now=timezone.now()))
    expect(ben.locator("#stage-name")).to_have_count(0, timeout=2_000)
    expect(ben.locator("body")).not_to_contain_text("Asha's topic")
    stage(facilitator, "Suggestions")


@pytest.mark.parametrize("is_heard", [True, False])
def test_rules_published_meanwhile_come_first_and_the_words_stay(
    is_heard: bool, enter: Enter, session: Session, learning_set: LearningSet, gita: User
) -> None:
    ben = enter("Ben")
    ben.get_by_label("Your words").fill("Half a thought")
    apart(lambda: publish(learning_set, gita) if is_heard else publish_rules(learning_set))
    if not is_heard:
        ben.get_by_role("button", name="Add", exact=True).click()
    ben.wait_for_url("**/rules/", timeout=10_000)
    ben.get_by_role("button", name="I agree to these ground rules").click()
    ben.wait_for_load_state()
    ben.goto(f"/sessions/{session.pk}/room/")
    expect(ben.get_by_label("Your words")).to_have_value("Half a thought")


def publish(learning_set: LearningSet, by: User) -> None:
    """The first rules of a set."""
    now, rules = timezone.now(), [("confidentiality", "What is said here stays here.")]
    proposal = ruling.propose(learning_set=learning_set, by=by, rules=rules, now=now, seen=None)
    ruling.publish(ground_rules=proposal, by=by, now=now, agrees=True)


def test_who_is_here_follows_unless_somebody_is_just_changing_it(
    enter: Enter, session: Session, gita: User, asha: User, ben: User
) -> None:
    note = attending.note_presence
    page, at = enter("Gita"), timezone.now()
    people = page.locator("#room-people")
    people.get_by_text("Who is here", exact=True).click()
    apart(lambda: note(session=session, by=gita, presences={ben.pk: "late"}, now=at))
    expect(people.get_by_label("Ben")).to_have_value("late")
    expect(people.get_by_label("Ben")).to_be_visible()
    people.get_by_label("Asha").select_option("absent")
    apart(lambda: note(session=session, by=gita, presences={ben.pk: "apologies"}, now=at))
    page.locator("#room-more-2").click()
    expect(page.locator(".timer-until")).to_contain_text("17 minutes")
    expect(people.get_by_label("Asha")).to_have_value("absent")
    people.get_by_role("button", name="Save who is here").click()
    expect(page.get_by_text("Noted who is here.")).to_be_visible()
    people.get_by_text("Who is here", exact=True).click()
    expect(people.get_by_label("Asha")).to_have_value("absent")
    expect(people.get_by_label("Ben")).to_have_value("apologies")


def test_a_commitment_half_written_as_its_stage_moves_on_stays_in_sight(
    enter: Enter, session: Session, gita: User
) -> None:
    apart(lambda: go_to(session, "commit", gita, now=timezone.now()))
    asha = enter("Asha")
    stage(asha, "Commit")
    asha.get_by_label("What I will do").fill("Ask her on Fri")
    unsent = asha.get_by_label("Your words, not sent")
    expect(unsent).to_be_hidden()
    apart(lambda: go_to(session, "review", gita, now=timezone.now()))
    stage(asha, "Review")
    expect(unsent).to_have_value("Ask her on Fri")
    expect(unsent).to_be_visible()
    apart(lambda: close(session, gita, now=timezone.now()))
    asha.wait_for_url(f"**/sessions/{session.pk}/")
    expect(unsent).to_have_value("Ask her on Fri")


def test_notes_that_are_too_long_are_told_beside_them(enter: Enter) -> None:
    asha = enter("Asha")
    notes = asha.get_by_role("textbox", name="Notes to myself")
    notes.evaluate("field => field.removeAttribute('maxlength')")
    notes.fill("y" * 10_001)
    asha.get_by_role("button", name="Save my notes").click()
    expect(asha.locator("#note-saved")).to_contain_text("at most")
    expect(asha.locator("#note-saved .invalid-feedback")).to_be_visible()
    expect(notes).to_have_value("y" * 10_001)


def test_the_session_page_goes_to_the_room_when_the_session_is_opened(
    enter: Enter, session: Session, learning_set: LearningSet, gita: User
) -> None:
    made: list[Session] = []

    def next_one() -> None:
        close(session, gita, now=timezone.now())
        made.append(scheduled(learning_set, starts_at=timezone.now() + timedelta(minutes=5)))

    apart(next_one)
    ben = enter("Ben", at=f"/sessions/{made[0].pk}/")
    expect(ben.locator("#next")).to_have_text("The session is about to begin")
    apart(lambda: opened(made[0], gita, now=timezone.now()))
    expect(ben.locator("#next")).to_have_text("The session is going on")
