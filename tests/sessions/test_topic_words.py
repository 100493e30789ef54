"""The presenter marks what landed, and takes out of the record what must not stay."""

from typing import Any

import pytest
from django.urls import reverse

from als_project.users.models import User
from sessions.models import Contribution, Session, Stage
from sessions.services import keeping, running
from tests.cast import SignedIn
from tests.sessions.pages import url, words
from tests.sessions.room_acts import START, close, go_to, say

TEXT = "Ask Helga in accounts, not Helga in sales"


@pytest.fixture
def heard(suggestions: Stage, ben: User, gita: User) -> Contribution:
    """Ben's suggestion to Asha, now in response."""
    said = say(suggestions, ben, TEXT, kind="suggestion")
    go_to(suggestions.session, "response", gita)
    return said


@pytest.fixture
def closed(heard: Contribution, gita: User) -> Session:
    return close(heard.stage.session, gita, now=START)


def path(name: str, said: Contribution) -> str:
    return reverse(f"sessions:{name}", args=[said.stage.session_id, said.pk])


def row(said: Contribution) -> dict[str, Any]:
    said = Contribution.objects.get(pk=said.pk)
    return {
        "text": said.text,
        "landed": said.landed_at is not None,
        "withdrawn": said.withdrawn_at is not None,
        "redacted": said.redacted_at is not None,
    }


AS_SAID = {"text": TEXT, "landed": False, "withdrawn": False, "redacted": False}


def test_the_presenter_marks_what_landed_and_all_see_it(
    heard: Contribution, asha: User, ben: User, signed_in: SignedIn
) -> None:
    signed_in(asha).post(path("landed", heard))
    assert row(heard) == {**AS_SAID, "landed": True}
    assert "Ben: suggestion This landed" in words(signed_in(ben).get(url("room", heard.stage.session)))
    signed_in(asha).post(path("landed", heard), {"landed": "no"})
    assert row(heard) == AS_SAID


@pytest.mark.parametrize("name", ["landed", "take_out"])
def test_a_presenter_who_listens_decides_about_nothing(
    name: str, suggestions: Stage, asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    said = say(suggestions, ben, TEXT, kind="suggestion")
    client = signed_in(asha)
    for form in ({"all": "1"}, {"words": "Helga"}):
        assert "You are in listening mode." in words(client.post(path(name, said), form, follow=True))
        assert row(said) == AS_SAID
    go_to(suggestions.session, "response", gita)
    client.post(path("landed", said))
    assert row(said) == {**AS_SAID, "landed": True}


def test_back_in_the_stage_in_which_they_listened_they_wait_again(heard: Contribution, asha: User, gita: User) -> None:
    running.previous_stage(session=heard.stage.session, by=gita, leaving=None, now=START)
    with pytest.raises(keeping.ListensStill):
        keeping.mark_landed(contribution=heard, by=asha, landed=True, now=START)


def test_marking_twice_keeps_the_first_time(heard: Contribution, asha: User) -> None:
    first = keeping.mark_landed(contribution=heard, by=asha, landed=True, now=START)
    again = keeping.mark_landed(contribution=heard, by=asha, landed=True, now=first.captured_at)
    assert again.landed_at == START


def test_words_are_taken_out_wherever_they_stand(
    heard: Contribution, closed: Session, asha: User, ben: User, signed_in: SignedIn
) -> None:
    response = signed_in(asha).post(path("take_out", heard), {"words": "Helga"}, follow=True)
    assert row(heard) == {
        **AS_SAID,
        "text": "Ask [taken out] in accounts, not [taken out] in sales",
        "redacted": True,
    }
    assert "The words are taken out." in words(response)
    page = words(signed_in(ben).get(closed.get_absolute_url()))
    assert "Ben: suggestion Parts taken out by the presenter." in page
    assert "Helga" not in page


def test_words_that_are_not_there_come_back(heard: Contribution, asha: User, signed_in: SignedIn) -> None:
    response = signed_in(asha).post(path("take_out", heard), {"words": "Olga"})
    assert (response.status_code, "Copy them exactly" in words(response)) == (409, True)
    assert 'value="Olga"' in response.content.decode()
    assert row(heard) == AS_SAID


def test_withdrawn_words_are_gone_and_their_place_says_so(
    heard: Contribution, closed: Session, asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    keeping.mark_landed(contribution=heard, by=asha, landed=True, now=START)
    signed_in(asha).post(path("take_out", heard), {"all": "1"})
    assert row(heard) == {**AS_SAID, "text": "", "withdrawn": True}
    for person in (ben, gita):
        page = words(signed_in(person).get(closed.get_absolute_url()))
        assert "Withdrawn by the presenter. Ben: suggestion" in page
        assert "Helga" not in page
    assert "Helga" not in words(signed_in(ben).get(reverse("my_data")))


def test_what_is_withdrawn_is_not_touched_again(heard: Contribution, asha: User) -> None:
    keeping.withdraw_words(contribution=heard, by=asha, now=START)
    for act in (
        lambda: keeping.mark_landed(contribution=heard, by=asha, landed=True, now=START),
        lambda: keeping.withdraw_words(contribution=heard, by=asha, now=START),
        lambda: keeping.redact(contribution=heard, by=asha, words="Helga", now=START),
    ):
        with pytest.raises(keeping.NotThere):
            act()


@pytest.mark.parametrize(
    ("person", "status"),
    [("ben", 403), ("gita", 403), ("cara", 404), ("stranger", 404), ("olu", 404), ("superuser", 404)],
)
@pytest.mark.parametrize("name", ["landed", "take_out"])
def test_nobody_else_decides_about_them(
    name: str,
    person: str,
    status: int,
    heard: Contribution,
    signed_in: SignedIn,
    request: pytest.FixtureRequest,
) -> None:
    someone = request.getfixturevalue(person)
    assert signed_in(someone).post(path(name, heard), {"all": "1"}).status_code == status
    with pytest.raises(keeping.NotAboutYours):
        keeping.withdraw_words(contribution=heard, by=someone, now=START)
    assert row(heard) == AS_SAID


def test_only_the_presenter_is_offered_it(
    heard: Contribution, closed: Session, asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    offered = {p.name: "Take out" in words(signed_in(p).get(closed.get_absolute_url())) for p in (asha, ben, gita)}
    assert offered == {"Asha": True, "Ben": False, "Gita": False}


def test_words_of_another_session_are_not_found_under_this_one(
    heard: Contribution, asha: User, signed_in: SignedIn
) -> None:
    elsewhere = reverse("sessions:take_out", args=[heard.stage.session_id + 1, heard.pk])
    assert signed_in(asha).get(elsewhere).status_code == 404
