"""Raised hands, and rounds."""

from datetime import timedelta

import pytest

from als_project.users.models import User
from sessions.enums import Hand
from sessions.models import RaisedHand, Session, Stage
from sessions.rounds import in_turn, next_of, speaker_of
from sessions.services import running, signalling
from sessions.services.signalling import NotInThisStage, people_in_round
from sessions.services.stages import MovedOn
from sets.models import LearningSet
from tests.sessions.room_acts import START, at_stage, current

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(learning_set: LearningSet, asha: User, gita: User) -> Stage:
    return at_stage(learning_set, "suggestions", presenter=asha, by=gita)


def raise_hand(stage: Stage, by: User, hand: Hand, after: int = 0) -> RaisedHand:
    now = START + timedelta(seconds=after)
    return signalling.raise_hand(session=stage.session, by=by, leaving=stage.pk, hand=hand, now=now)


def may(stage: Stage, person: User, hand: Hand) -> bool:
    try:
        raise_hand(stage, person, hand)
    except NotInThisStage:
        return False
    return True


# Who may ask for the word, and who may be done writing: g(ita) only facilitates, a(sha) presents, b(en) is a member.
@pytest.mark.parametrize(
    ("key", "next_", "done"),
    [
        ("share-topics", "", "gab"),
        ("choose", "gab", "gab"),
        ("bring-to-life", "", ""),
        ("suggestions", "b", "b"),
        ("response", "", "a"),
        ("commit", "", "a"),
        ("review", "gab", "gab"),
    ],
)
def test_who_may_raise_which_hand(
    key: str, next_: str, done: str, learning_set: LearningSet, gita: User, asha: User, ben: User
) -> None:
    stage = at_stage(learning_set, key, presenter=asha, by=gita)
    people = {"g": gita, "a": asha, "b": ben}
    assert "".join(c for c, person in people.items() if may(stage, person, Hand.NEXT)) == next_
    assert "".join(c for c, person in people.items() if may(stage, person, Hand.DONE)) == done


def test_a_hand_is_raised_once(stage: Stage, ben: User) -> None:
    assert raise_hand(stage, ben, Hand.NEXT) == raise_hand(stage, ben, Hand.NEXT, after=9)
    assert stage.hands.get().raised_at == START


def test_only_ones_own_hand_is_lowered(stage: Stage, ben: User, dora: User) -> None:
    raise_hand(stage, ben, Hand.NEXT)
    raise_hand(stage, dora, Hand.NEXT, after=1)
    raise_hand(stage, dora, Hand.DONE, after=2)
    signalling.lower_hand(session=stage.session, by=dora, leaving=stage.pk, hand=Hand.NEXT, now=START)
    assert list(stage.hands.values_list("user", "hand")) == [(ben.pk, "next"), (dora.pk, "done")]


@pytest.mark.parametrize("move", [running.next_stage, running.previous_stage])
def test_hands_are_lowered_when_the_stage_changes(move: object, stage: Stage, gita: User, ben: User) -> None:
    raise_hand(stage, ben, Hand.NEXT)
    move(session=stage.session, by=gita, leaving=stage.pk, now=START)  # type: ignore[operator]
    assert RaisedHand.objects.count() == 0


def test_no_hand_is_raised_in_a_stage_that_is_over(stage: Stage, gita: User, ben: User) -> None:
    running.next_stage(session=stage.session, by=gita, leaving=stage.pk, now=START)
    with pytest.raises(MovedOn):
        raise_hand(stage, ben, Hand.NEXT)


# --- Rounds ----------------------------------------------------------------------------------------
@pytest.fixture
def round_(learning_set: LearningSet, asha: User, dora: User, gita: User) -> Stage:
    """Sharing topics: Asha, Ben and Dora in turn."""
    return at_stage(learning_set, "share-topics", presenter=asha, by=gita)


def turns(stage: Stage) -> tuple[User | None, User | None]:
    stage.refresh_from_db()
    places = in_turn(stage, people_in_round(stage.session))
    return speaker_of(places), next_of(places)


def end_turn(stage: Stage, by: User, speaker: User) -> Stage:
    return signalling.end_turn(session=stage.session, by=by, leaving=stage.pk, speaker=speaker.pk, now=START)


def test_everyone_has_one_turn_in_an_order_all_can_see(round_: Stage, gita: User) -> None:
    order = [place.person for place in in_turn(round_, people_in_round(round_.session))]
    assert sorted(person.name for person in order) == ["Asha", "Ben", "Dora"]
    seen = []
    for _turn in order:
        speaker, next_ = turns(round_)
        assert speaker is not None
        seen.append((speaker, next_))
        end_turn(round_, gita, speaker)
    assert seen == list(zip(order, [*order[1:], None], strict=True))
    assert turns(round_) == (None, None)


def test_pressed_twice_the_word_goes_on_once(round_: Stage, gita: User) -> None:
    speaker, next_ = turns(round_)
    assert speaker is not None
    end_turn(round_, gita, speaker)
    end_turn(round_, speaker, speaker)
    assert turns(round_)[0] == next_


def test_who_is_away_has_no_turn(round_: Stage, gita: User) -> None:
    speaker, next_ = turns(round_)
    round_.session.attendances.update_or_create(user=speaker, defaults={"presence": "absent"})
    assert turns(round_)[0] == next_


def test_another_one_begins_in_another_session(round_: Stage) -> None:
    people = people_in_round(round_.session)
    first = {in_turn(Stage(session_id=number), people)[0].person for number in range(30)}
    assert first == set(people)


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_nobodys_place_jumps_when_somebody_goes(gone: int, round_: Stage) -> None:
    people = people_in_round(round_.session)
    order = [place.person for place in in_turn(round_, people)]
    left = [place.person for place in in_turn(round_, [person for person in people if person != order[gone]])]
    assert left == [person for person in order if person != order[gone]]


def test_going_back_to_a_round_it_begins_anew(round_: Stage, gita: User) -> None:
    session = round_.session
    speaker, _next = turns(round_)
    assert speaker is not None
    running.next_stage(session=session, by=gita, leaving=round_.pk, now=START)
    running.previous_stage(session=session, by=gita, leaving=current(session).pk, now=START)
    assert turns(round_)[0] == speaker


def test_there_are_no_turns_in_other_stages(stage: Stage, gita: User, ben: User) -> None:
    with pytest.raises(NotInThisStage):
        end_turn(stage, gita, ben)
    assert Session.objects.get(pk=stage.session_id).stages.get(pk=stage.pk).had_turn == []
