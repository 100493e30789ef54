"""A round on the page; and what the room asks of the database, however much goes on in it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from als_project.users.models import User
from sessions.models import Stage
from sessions.services import handing_over
from sets.models import LearningSet, Membership
from tests.cast import SignedIn
from tests.sessions.pages import url, words
from tests.sessions.room_acts import current, opened, scheduled


def test_the_word_goes_round(learning_set: LearningSet, gita: User, asha: User, ben: User, signed_in: SignedIn) -> None:
    now = timezone.now()
    session = opened(scheduled(learning_set, asha, ben, starts_at=now), gita, now=now)
    stage = current(session)
    people = {"Asha": asha, "Ben": ben}
    page = words(signed_in(gita).get(url("room", session)))
    first = "Asha" if "Asha speaks now" in page else "Ben"
    second = "Ben" if first == "Asha" else "Asha"
    assert f"{first} speaks now {second} next" in page

    def turn(by: User, speaker: str) -> int:
        data = {"leaving": stage.pk, "speaker": people[speaker].pk}
        return signed_in(by).post(url("turn", session), data).status_code

    assert turn(people[second], first) == 403
    assert turn(people[first], first) == 302
    assert f"{first} has spoken {second} speaks now" in words(signed_in(gita).get(url("room", session)))
    assert turn(gita, second) == 302
    stage.refresh_from_db()
    assert stage.had_turn == [people[first].pk, people[second].pk]


@pytest.mark.parametrize("person", ["gita", "ben"])
def test_the_room_asks_no_more_questions_the_more_goes_on_in_it(
    person: str,
    suggestions: Stage,
    gita: User,
    ben: User,
    dora: User,
    signed_in: SignedIn,
    request: pytest.FixtureRequest,
) -> None:
    client, session = signed_in(request.getfixturevalue(person)), suggestions.session

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url("room", session)).status_code == 200
        return len(asked)

    suggestions.hands.create(user=ben, hand="next")
    before = questions()
    for hand in ("next", "done"):
        suggestions.hands.create(user=dora, hand=hand)
    suggestions.hands.create(user=ben, hand="done")
    to = Membership.objects.get(user=dora)
    handing_over.ask_to_run(session=session, by=gita, to=to, for_topic=True, now=timezone.now())
    Stage.objects.filter(session=session, key="review").update(skipped_at=timezone.now(), skipped_by=gita)
    assert questions() == before
