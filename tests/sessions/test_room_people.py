"""Who is here, as several people note it at once; and the part of the room that shows it."""

import re
from typing import Any

import pytest
from django.http import HttpResponse

from als_project.users.models import User
from sessions.models import Session, Stage
from sessions.services import attending, casting, running
from sessions.services.holding import NotRunning
from sets.models import LearningSet
from tests.cast import SignedIn
from tests.sessions.pages import HTMX, stamp, url, words
from tests.sessions.room_acts import START, choose, go_to, opened, say, scheduled

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(learning_set: LearningSet, gita: User, asha: User, ben: User, dora: User) -> Session:
    """Everybody is here but Dora, who has sent apologies; Ben's topic is chosen."""
    session = opened(scheduled(learning_set, asha, ben), gita)
    go_to(session, "choose", gita)
    choose(session, gita, (ben, 30))
    session.attendances.create(user=dora, presence="apologies")
    return session


def known(client: Any, session: Session) -> dict[str, str]:
    """The form as it is when it is opened now, with nothing changed."""
    form = client.get(url("attendance", session), headers=HTMX).context["form"]
    return {name: form[name].initial for name in form.fields}


def there(session: Session) -> dict[str, str]:
    return dict(session.attendances.values_list("user__name", "presence"))


def seen_on(page: HttpResponse) -> dict[str, str]:
    """What a page sends along when it looks again."""
    found = re.search(r'name="people" value="([^"]+)', page.content.decode())
    assert found is not None
    return {"stamp": stamp(page), "people": found[1]}


def look(client: Any, session: Session, page: HttpResponse) -> str:
    return client.get(url("room_now", session), seen_on(page), headers=HTMX).content.decode()


# --- Several hands ---------------------------------------------------------------------------------
def test_a_page_made_before_somebody_came_leaves_them_here(
    session: Session, gita: User, ben: User, dora: User, signed_in: SignedIn
) -> None:
    client = signed_in(gita)
    form = known(client, session)
    signed_in(dora).post(url("here", session))
    page = words(client.post(url("attendance", session), form | {f"presence_{ben.pk}": "absent"}, follow=True))
    assert there(session) == {"Asha": "present", "Ben": "absent", "Dora": "present", "Gita": "present"}
    assert ("Noted who is here." in page, "Meanwhile" in page) == (True, False)


def test_a_row_that_was_changed_meanwhile_stands_and_its_sender_is_told(
    session: Session, gita: User, dora: User, signed_in: SignedIn
) -> None:
    client = signed_in(gita)
    form = known(client, session)
    signed_in(dora).post(url("here", session))
    page = words(client.post(url("attendance", session), form | {f"presence_{dora.pk}": "absent"}, follow=True))
    assert there(session)["Dora"] == "present"
    assert "Meanwhile Dora was noted as present. That stands; yours was not saved." in page
    assert "Noted who is here." not in page


def test_the_same_word_from_two_pages_is_no_news(session: Session, gita: User, dora: User, signed_in: SignedIn) -> None:
    client = signed_in(gita)
    form = known(client, session) | {f"presence_{dora.pk}": "late"}
    attending.note_presence(session=session, by=gita, presences={dora.pk: "late"}, now=START)
    page = words(client.post(url("attendance", session), form, follow=True))
    assert ("Noted who is here." in page, "Meanwhile" in page) == (True, False)


# --- The part of the page --------------------------------------------------------------------------
def test_it_comes_when_somebody_comes_or_goes_and_only_then(
    session: Session, gita: User, ben: User, dora: User, signed_in: SignedIn
) -> None:
    client = signed_in(gita)
    page = client.get(url("room", session))
    assert 'id="room-people"' not in look(client, session, page)
    signed_in(dora).post(url("here", session))
    fresh = look(client, session, page)
    form = client.get(url("attendance", session), headers=HTMX).content.decode()
    assert ('id="room-people"' in fresh, f'name="seen_{dora.pk}" value="present"' in form) == (True, True)
    assert 'id="room-writing"' not in fresh


def test_who_is_marked_absent_finds_the_way_back_on_their_open_page(
    session: Session, gita: User, ben: User, signed_in: SignedIn
) -> None:
    client = signed_in(ben)
    page = client.get(url("room", session))
    attending.note_presence(session=session, by=gita, presences={ben.pk: "absent"}, now=START)
    assert "I'm here after all" in look(client, session, page).replace("&#x27;", "'")


def test_words_alone_leave_it_out(suggestions: Stage, gita: User, ben: User, signed_in: SignedIn) -> None:
    client = signed_in(gita)
    page = client.get(url("room", suggestions.session))
    say(suggestions, ben)
    fresh = look(client, suggestions.session, page)
    assert ("Ask her first" in fresh, 'id="room-people"' in fresh) == (True, False)


def test_a_page_hears_who_writes_for_all(session: Session, gita: User, ben: User, signed_in: SignedIn) -> None:
    client = signed_in(gita)
    page = client.get(url("room", session))
    casting.name_scribe(session=session, by=gita, scribe=ben, now=START)
    assert "Ben writes for all" in look(client, session, page)


def test_coming_after_the_end_changes_nothing(session: Session, gita: User, dora: User, signed_in: SignedIn) -> None:
    client = signed_in(dora)
    Session.objects.filter(pk=session.pk).update(state="closed", closed_at=START, runner=None, asked_to_run=None)
    assert client.post(url("here", session)).status_code == 302
    with pytest.raises(NotRunning):
        running.arrive(session=session, by=dora, now=START)
    assert there(session)["Dora"] == "apologies"
