import uuid
from datetime import timedelta

import pytest

from als_project.users.models import User
from sessions import permissions
from sessions.enums import Reply
from sessions.models import Contribution, PrivateNote, Session, Slot, Stage
from sessions.services import capturing, replying
from sessions.services.holding import NotRunning
from sets.enums import Facilitation
from sets.models import LearningSet, Membership
from sets.processes import Who
from tests.factories import make_session, make_slot, make_stage
from tests.sessions.room_acts import START, at_stage, choose, close, go_to, opened, say, scheduled

# --- Who may write: every kind of stage × every role ---------------------------------------------
MAY_WRITE = {
    (Who.EVERYONE, "presenter"): True,
    (Who.EVERYONE, "member"): True,
    (Who.EVERYONE, "facilitator"): True,
    (Who.EVERYONE, "facilitating member"): True,
    (Who.EVERYONE_IN_TURN, "presenter"): True,
    (Who.EVERYONE_IN_TURN, "member"): True,
    (Who.EVERYONE_IN_TURN, "facilitator"): True,
    (Who.EVERYONE_IN_TURN, "facilitating member"): True,
    (Who.PRESENTER, "presenter"): True,
    (Who.PRESENTER, "member"): False,
    (Who.PRESENTER, "facilitator"): False,
    (Who.PRESENTER, "facilitating member"): False,
    (Who.MEMBERS, "presenter"): False,
    (Who.MEMBERS, "member"): True,
    (Who.MEMBERS, "facilitator"): False,
    (Who.MEMBERS, "facilitating member"): True,
    (Who.OWNERS, "presenter"): True,
    (Who.OWNERS, "member"): True,
    (Who.OWNERS, "facilitator"): False,
    (Who.OWNERS, "facilitating member"): True,
    (Who.SCRIBE, "presenter"): False,
    (Who.SCRIBE, "member"): False,
    (Who.SCRIBE, "facilitator"): False,
    (Who.SCRIBE, "facilitating member"): False,
    (Who.NOBODY, "presenter"): False,
    (Who.NOBODY, "member"): False,
    (Who.NOBODY, "facilitator"): False,
    (Who.NOBODY, "facilitating member"): False,
}
ROLES = ["presenter", "member", "facilitator", "facilitating member", "one who left"]


def membership(role: str) -> Membership:
    person = User(pk=1 if role == "presenter" else 2, name=role)
    return Membership(
        user=person,
        learning_set=LearningSet(facilitation=Facilitation.FACILITATED),
        is_member=role != "facilitator",
        is_facilitator="facilitat" in role,
        ended_at=START if role == "one who left" else None,
    )


def stage_of(writes: Who, *, listens: bool = False) -> Stage:
    return Stage(session=Session(scribe_id=3), slot=Slot(presenter_id=1), writes=writes, presenter_listens=listens)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("writes", list(Who))
def test_who_may_write(writes: Who, role: str) -> None:
    expected = MAY_WRITE.get((writes, role), False)
    assert permissions.may_write(stage_of(writes), membership(role)) is expected


@pytest.mark.parametrize("writes", list(Who))
def test_a_listening_presenter_never_writes(writes: Who) -> None:
    assert permissions.may_write(stage_of(writes, listens=True), membership("presenter")) is False


@pytest.mark.parametrize("role", ROLES)
def test_only_the_presenter_listens(role: str) -> None:
    stage = stage_of(Who.MEMBERS, listens=True)
    assert permissions.listens(stage, membership(role).user) is (role == "presenter")
    assert permissions.listens(stage_of(Who.MEMBERS), membership(role).user) is False


@pytest.mark.parametrize(
    ("role", "facilitation", "facilitates_today", "runs"),
    [
        ("member", Facilitation.FACILITATED, False, False),
        ("member", Facilitation.FACILITATED, True, True),
        ("member", Facilitation.SELF_FACILITATED, False, True),
        ("facilitator", Facilitation.FACILITATED, False, True),
        ("facilitator", Facilitation.SELF_FACILITATED, False, False),
        ("one who left", Facilitation.FACILITATED, True, False),
        ("one who left", Facilitation.SELF_FACILITATED, True, False),
    ],
)
def test_who_may_run_a_session(role: str, facilitation: str, facilitates_today: bool, runs: bool) -> None:
    someone = membership(role)
    someone.learning_set.facilitation = facilitation
    session = Session(facilitator_id=someone.user_id if facilitates_today else None)
    assert permissions.may_run(session, someone) is runs


# --- What is captured -----------------------------------------------------------------------------
@pytest.fixture
def suggestions(learning_set: LearningSet, asha: User, gita: User) -> Stage:
    return at_stage(learning_set, "suggestions", presenter=asha, by=gita)


def test_words_stand_under_the_stage_in_the_authors_name(suggestions: Stage, ben: User) -> None:
    say(suggestions, ben, "Ask her first", kind="experience", now=START + timedelta(minutes=9))
    row = Contribution.objects.get()
    assert (row.stage, row.author, row.kind, row.text) == (suggestions, ben, "experience", "Ask her first")
    assert row.captured_at == START + timedelta(minutes=9)


def test_the_presenter_is_refused_while_listening(suggestions: Stage, asha: User) -> None:
    with pytest.raises(capturing.Listening, match="listening mode"):
        say(suggestions, asha)
    assert Contribution.objects.count() == 0


def test_in_response_the_presenter_writes_again(suggestions: Stage, asha: User, gita: User) -> None:
    say(go_to(suggestions.session, "response", gita), asha)
    assert Contribution.objects.get().author == asha


def test_a_stage_captures_its_own_kinds_only(suggestions: Stage, ben: User) -> None:
    for kind in ("question", "response", "insight", "action", "nonsense"):
        with pytest.raises(capturing.NotNow, match="does not capture this"):
            say(suggestions, ben, kind=kind)


def test_a_stage_that_is_over_captures_nothing(suggestions: Stage, ben: User, gita: User) -> None:
    go_to(suggestions.session, "response", gita)
    with pytest.raises(capturing.NotNow, match="“Suggestions” is over"):
        say(suggestions, ben)


def test_a_stage_to_come_captures_nothing(suggestions: Stage, asha: User) -> None:
    with pytest.raises(capturing.NotNow):
        say(suggestions.session.stages.get(key="response"), asha)


def test_a_closed_session_captures_nothing(suggestions: Stage, ben: User, gita: User) -> None:
    close(suggestions.session, gita, now=START)
    with pytest.raises(NotRunning, match="over"):
        say(suggestions, ben)


def test_outsiders_are_refused(suggestions: Stage, cara: User, stranger: User) -> None:
    for person in (cara, stranger):
        with pytest.raises(capturing.NotYours):
            say(suggestions, person)


def test_the_same_form_sent_twice_captures_once(suggestions: Stage, ben: User, gita: User) -> None:
    key = uuid.uuid4()
    first = say(suggestions, ben, form_key=key)
    go_to(suggestions.session, "response", gita)
    assert say(suggestions, ben, form_key=key) == first
    assert Contribution.objects.count() == 1


def test_who_writes_is_here(learning_set: LearningSet, asha: User, ben: User, gita: User) -> None:
    session = scheduled(learning_set, asha)
    replying.reply(session=session, by=ben, reply=Reply.APOLOGIES, now=START - timedelta(hours=1))
    opened(session, gita)
    choose(session, gita, (asha, 30))
    say(go_to(session, "suggestions", gita), ben)
    assert session.attendances.get(user=ben).presence == "present"


# --- Notes to self --------------------------------------------------------------------------------
def test_notes_stay_open_in_listening_mode_and_replace_themselves(suggestions: Stage, asha: User) -> None:
    for text in ("first", "first and second"):
        capturing.save_note(session=suggestions.session, by=asha, text=text, now=START)
    assert PrivateNote.objects.get().text == "first and second"


def test_notes_are_their_authors_alone(suggestions: Stage, asha: User, ben: User, gita: User, superuser: User) -> None:
    capturing.save_note(session=suggestions.session, by=asha, text="mine", now=START)
    assert [note.text for note in PrivateNote.objects.visible_to(asha)] == ["mine"]
    for person in (ben, gita, superuser):
        assert PrivateNote.objects.visible_to(person).count() == 0


# --- Who may read ---------------------------------------------------------------------------------
def test_what_was_said_is_for_the_present_people_of_the_set(
    learning_set: LearningSet, asha: User, ben: User, cara: User, olu: User, stranger: User, superuser: User
) -> None:
    session = make_session(learning_set)
    stage = make_stage(session, slot=make_slot(session, asha))
    Contribution.objects.create(stage=stage, author=ben, kind="suggestion", text="x")
    readers = {
        person.name
        for person in (asha, ben, cara, olu, stranger, superuser)
        if Contribution.objects.visible_to(person).exists()
    }
    assert readers == {"Asha", "Ben"}
