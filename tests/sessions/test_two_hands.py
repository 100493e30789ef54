"""Two people press at the same instant: one wins, nothing is doubled or lost. Real threads, own connections."""

import uuid

import pytest

from als_project.refusals import Refused
from als_project.users.models import User
from sessions.models import Bid, Contribution, Session, Stage
from sessions.services import attending, capturing, running
from sets.models import LearningSet
from tests.factories import make_session
from tests.sessions.room_acts import START, at_once, at_stage, choose, close, current, opened, scheduled

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def suggestions(learning_set: LearningSet, asha: User, gita: User) -> Stage:
    return at_stage(learning_set, "suggestions", presenter=asha, by=gita)


def test_two_presses_on_next_move_once(suggestions: Stage, gita: User, ben: User) -> None:
    session = suggestions.session
    answers = at_once(
        *[
            lambda by=by: running.next_stage(session=session, by=by, leaving=suggestions.pk, now=START)
            for by in (gita, ben, gita, ben)
        ]
    )
    assert [answer.key for answer in answers] == ["response"] * 4
    assert current(session).key == "response"
    assert session.stages.filter(started_at__isnull=False, ended_at=None).count() == 1


def test_next_and_back_at_once_leave_one_stage(suggestions: Stage, gita: User) -> None:
    session = suggestions.session
    at_once(
        lambda: running.next_stage(session=session, by=gita, leaving=suggestions.pk, now=START),
        lambda: running.previous_stage(session=session, by=gita, leaving=suggestions.pk, now=START),
    )
    assert current(session).key in ("response", "bring-to-life")


def test_one_form_sent_by_four_hands_captures_once(suggestions: Stage, ben: User) -> None:
    key = uuid.uuid4()
    answers = at_once(
        *[
            lambda: capturing.contribute(
                stage=suggestions, by=ben, kind="suggestion", text="once", form_key=key, now=START
            )
        ]
        * 4
    )
    assert len({answer.pk for answer in answers}) == 1
    assert Contribution.objects.count() == 1


def test_eight_words_at_once_are_all_kept(suggestions: Stage, ben: User) -> None:
    def words(n: int) -> Contribution:
        return capturing.contribute(
            stage=suggestions, by=ben, kind="suggestion", text=f"words {n}", form_key=uuid.uuid4(), now=START
        )

    answers = at_once(*[lambda n=n: words(n) for n in range(8)])
    assert sorted(answer.text for answer in answers) == [f"words {n}" for n in range(8)]
    assert Contribution.objects.count() == 8


def test_words_sent_as_the_stage_ends_are_kept_or_refused_never_misplaced(
    suggestions: Stage, ben: User, gita: User
) -> None:
    session = suggestions.session
    said, _moved = at_once(
        lambda: capturing.contribute(
            stage=suggestions, by=ben, kind="suggestion", text="just in time", form_key=uuid.uuid4(), now=START
        ),
        lambda: running.next_stage(session=session, by=gita, leaving=suggestions.pk, now=START),
    )
    kept = list(Contribution.objects.values_list("stage__key", flat=True))
    assert kept == (["suggestions"] if isinstance(said, Contribution) else [])
    assert isinstance(said, Contribution | capturing.NotNow)


def test_of_two_who_choose_at_once_one_wins_and_the_other_is_told(
    choosing: Session, gita: User, asha: User, ben: User
) -> None:
    answers = at_once(
        lambda: choose(choosing, gita, (asha, 30), seen=[]),
        lambda: choose(choosing, ben, (ben, 25), (asha, 20), seen=[]),
    )
    lost = [answer for answer in answers if isinstance(answer, Refused)]
    (won,) = [answer for answer in answers if not isinstance(answer, Refused)]
    assert [type(answer) for answer in lost] == [running.ChosenMeanwhile]
    assert list(choosing.slots.all()) == won
    assert choosing.stages.filter(slot__isnull=False).count() == 4 * len(won)
    assert sorted(choosing.bids.filter(state="chosen").values_list("member", flat=True)) == sorted(
        slot.presenter_id for slot in won
    )


def test_opening_at_once_opens_once(learning_set: LearningSet, gita: User, ben: User) -> None:
    session = scheduled(learning_set)
    at_once(*[lambda by=by: opened(session, by) for by in (gita, ben, gita)])
    assert list(session.stages.values_list("key", flat=True)) == ["report-back", "share-topics", "choose", "review"]


def test_of_two_sessions_opened_at_once_one_opens(learning_set: LearningSet, gita: User) -> None:
    both = [scheduled(learning_set), scheduled(learning_set, starts_at=START.replace(minute=30))]
    answers = at_once(*[lambda s=s: opened(s, gita) for s in both])
    assert sorted(type(answer).__name__ for answer in answers) == ["CantOpen", "Session"]


def test_closing_at_once_carries_each_topic_once(choosing: Session, gita: User, ben: User) -> None:
    coming = make_session(choosing.learning_set, starts_at=START.replace(month=10))
    answers = at_once(*[lambda by=by: close(choosing, by, now=START) for by in (gita, ben, gita)])
    assert sorted(type(answer).__name__ for answer in answers) == ["AlreadyClosed", "AlreadyClosed", "Session"]
    assert sorted(Bid.objects.filter(session=coming).values_list("member__name", flat=True)) == ["Asha", "Ben"]


def test_arriving_at_once_is_one_presence(learning_set: LearningSet, gita: User, ben: User) -> None:
    session = opened(scheduled(learning_set), gita)
    at_once(*[lambda: running.arrive(session=session, by=ben, now=START)] * 4)
    assert session.attendances.filter(user=ben, presence="present").count() == 1


def test_who_comes_while_an_old_form_is_saved_is_here(
    learning_set: LearningSet, gita: User, ben: User, dora: User
) -> None:
    session = opened(scheduled(learning_set, coming=(ben,)), gita)
    for _again in range(8):
        session.attendances.update_or_create(user=dora, defaults={"presence": "apologies"})
        seen = {ben.pk: "present", dora.pk: "apologies"}
        session.attendances.filter(user=ben).update(presence="present")
        stale, _came = at_once(
            lambda seen=seen: attending.note_presence(
                session=session, by=gita, presences={ben.pk: "absent", dora.pk: "absent"}, seen=seen, now=START
            ),
            lambda: running.arrive(session=session, by=dora, now=START),
        )
        assert session.attendances.get(user=dora).presence == "present"
        assert session.attendances.get(user=ben).presence == "absent"
        assert [row.user for row in stale] in ([], [dora])


def test_of_two_forms_about_one_person_one_stands_and_the_other_is_told(
    learning_set: LearningSet, gita: User, ben: User, dora: User
) -> None:
    session = opened(scheduled(learning_set, coming=(ben, dora)), gita)
    stale = at_once(
        *[
            lambda word=word: attending.note_presence(
                session=session, by=gita, presences={dora.pk: word}, seen={dora.pk: "present"}, now=START
            )
            for word in ("late", "absent")
        ]
    )
    assert sorted(len(rows) for rows in stale) == [0, 1]
    ((told,),) = [rows for rows in stale if rows]
    assert session.attendances.get(user=dora).presence == told.presence


def test_notes_saved_from_two_devices_are_one_row(suggestions: Stage, asha: User) -> None:
    answers = at_once(
        *[
            lambda text=text: capturing.save_note(session=suggestions.session, by=asha, text=text, now=START)
            for text in ("phone", "laptop")
        ]
    )
    assert suggestions.session.private_notes.get().text in {answer.text for answer in answers}
