"""Notes live as long as the set has agreed. Then they are deleted, and the record says so."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from als_project.users.models import User
from sessions.models import Bid, Contribution, PrivateNote, Review, Session, Stage
from sessions.services import capturing, keeping, reviewing
from sessions.services.forgetting import delete_notes
from sets.models import LearningSet
from sets.services.notes import agree_on_notes
from tests.cast import SignedIn
from tests.factories import join, make_set
from tests.sessions.pages import words
from tests.sessions.room_acts import START, choose, close, go_to, opened, say, scheduled

DAY = timedelta(days=1)
# Three months after the sessions here.
OVER = START.replace(month=12)


def agree(learning_set: LearningSet, by: User, months: int | None, *, now: datetime = START) -> None:
    agree_on_notes(learning_set=learning_set, by=by, months=months, now=now)


def held(learning_set: LearningSet, presenter: User, other: User, gita: User) -> Session:
    """With words of everyone's, a review, a note to oneself and a stage passed over."""
    session = opened(scheduled(learning_set, presenter, other), gita)
    choose(session, gita, (presenter, 30))
    say(go_to(session, "suggestions", gita), other, "Ask her before Friday", kind="suggestion")
    go_to(session, "review", gita)
    reviewing.save_review(session=session, by=other, now=START, on_rules="", what_helped="Listening", next_time="")
    capturing.save_note(session=session, by=presenter, text="Remember the rota", now=START)
    return close(session, gita)


@pytest.fixture
def session(learning_set: LearningSet, asha: User, ben: User, gita: User) -> Session:
    return held(learning_set, asha, ben, gita)


def kept(session: Session) -> dict[str, int]:
    return {
        "words": Contribution.objects.filter(stage__session=session).count(),
        "reviews": Review.objects.filter(session=session).count(),
    }


def test_they_are_deleted_on_the_day_and_not_before(session: Session, learning_set: LearningSet, gita: User) -> None:
    agree(learning_set, gita, 3)
    assert (delete_notes(now=OVER - timedelta(minutes=1)), kept(session)) == (0, {"words": 1, "reviews": 1})
    assert (delete_notes(now=OVER), kept(session)) == (1, {"words": 0, "reviews": 0})
    session.refresh_from_db()
    assert session.notes_deleted_at == OVER
    assert delete_notes(now=OVER + DAY) == 0


def test_topics_and_what_is_ones_own_stay(session: Session, learning_set: LearningSet, asha: User, gita: User) -> None:
    agree(learning_set, gita, 1)
    delete_notes(now=OVER)
    assert PrivateNote.objects.get(session=session).text == "Remember the rota"
    assert Bid.objects.get(session=session, member=asha).topic.headline == "Asha's topic"
    assert session.stages.count() > 5


def test_why_a_stage_was_passed_over_is_deleted_with_them(
    learning_set: LearningSet, asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    session = opened(scheduled(learning_set, asha, ben), gita)
    close(session, gita, without_review="The fire alarm went")
    assert Stage.objects.get(session=session, key="review").skip_reason == "The fire alarm went"
    agree(learning_set, gita, 1)
    delete_notes(now=OVER)
    assert Stage.objects.get(session=session, key="review").skip_reason == ""
    page = words(signed_in(asha).get(session.get_absolute_url()))
    assert ("The fire alarm" in page, "Review passed over 5 –" in page) == (False, True)


@pytest.mark.parametrize("months", [None, 6])
def test_a_set_that_keeps_them_longer_keeps_them(
    session: Session, learning_set: LearningSet, asha: User, ben: User, gita: User, months: int | None
) -> None:
    other = make_set("Another set", notes_live_months=1, notes_agreed_at=START)
    for person in (asha, ben):
        join(other, person)
    join(other, gita, is_facilitator=True, is_member=False)
    elsewhere = held(other, asha, ben, gita)
    agree(learning_set, gita, months)
    delete_notes(now=OVER)
    assert (kept(session)["words"], kept(elsewhere)["words"]) == (1, 0)


def test_everyone_has_two_weeks_to_take_theirs_along(session: Session, learning_set: LearningSet, gita: User) -> None:
    late = OVER + 30 * DAY
    agree(learning_set, gita, 3, now=late)
    assert (delete_notes(now=late + 13 * DAY), delete_notes(now=late + 14 * DAY)) == (0, 1)


def test_the_two_weeks_begin_with_each_new_agreement_and_not_with_the_same_one(
    session: Session, learning_set: LearningSet, gita: User
) -> None:
    agree(learning_set, gita, 6)
    agree(learning_set, gita, 3, now=OVER)
    agree(learning_set, gita, 3, now=OVER + 10 * DAY)
    assert (delete_notes(now=OVER + 13 * DAY), delete_notes(now=OVER + 14 * DAY)) == (0, 1)


def test_a_session_that_is_not_over_is_left_alone(learning_set: LearningSet, asha: User, ben: User, gita: User) -> None:
    session = opened(scheduled(learning_set, asha, ben), gita)
    choose(session, gita, (asha, 30))
    say(go_to(session, "suggestions", gita), ben, "Ask her before Friday", kind="suggestion")
    agree(learning_set, gita, 1)
    assert (delete_notes(now=OVER), kept(session)["words"]) == (0, 1)


def test_a_month_ends_with_the_month(session: Session, learning_set: LearningSet, gita: User) -> None:
    ended = datetime(2027, 1, 31, 12, tzinfo=UTC)
    Session.objects.filter(pk=session.pk).update(closed_at=ended)
    agree(learning_set, gita, 1)
    until = datetime(2027, 2, 28, 12, tzinfo=UTC)
    assert (delete_notes(now=until - timedelta(seconds=1)), delete_notes(now=until)) == (0, 1)


def test_the_record_says_when_and_then_that_they_were(
    session: Session, learning_set: LearningSet, asha: User, gita: User, signed_in: SignedIn
) -> None:
    asha_reads = lambda: words(signed_in(asha).get(session.get_absolute_url()))  # noqa: E731
    assert "What was said will be deleted" not in asha_reads()
    agree(learning_set, gita, 3)
    assert (
        "What was said will be deleted after Tuesday 1 December 2026, with the review, as the set has agreed"
        in asha_reads()
    )
    delete_notes(now=OVER)
    page = asha_reads()
    assert "What was said was deleted on Tuesday 1 December 2026, with the review, as the set had agreed" in page
    assert ("Ask her before Friday" in page, "Listening" in page, "Asha's topic" in page) == (False, False, True)
    assert "Remember the rota" in page


def test_neither_paper_nor_what_one_takes_along_has_them_any_more(
    session: Session, learning_set: LearningSet, asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    agree(learning_set, gita, 3)
    taken = reverse("my_data")
    assert "Ask her before Friday" in words(signed_in(ben).get(taken))
    delete_notes(now=OVER)
    mine = words(signed_in(ben).get(taken))
    assert ("Ask her before Friday" in mine, "Listening" in mine) == (False, False)
    assert "Remember the rota" in words(signed_in(asha).get(taken))
    paper = signed_in(ben).get(reverse("sessions:record_pdf", args=[session.pk]))
    assert (paper.status_code, paper.headers["Content-Type"]) == (200, "application/pdf")
    assert b"".join(paper).startswith(b"%PDF")


def test_the_sets_page_says_how_long_they_live(
    learning_set: LearningSet, asha: User, gita: User, signed_in: SignedIn
) -> None:
    said = "What was said in a session, and its review, is deleted 3 months after it."
    before = words(signed_in(asha).get(learning_set.get_absolute_url()))
    agree(learning_set, gita, 3)
    assert (said in before, said in words(signed_in(asha).get(learning_set.get_absolute_url()))) == (False, True)


def test_it_is_looked_for_by_itself(session: Session, learning_set: LearningSet) -> None:
    now = timezone.now()
    LearningSet.objects.filter(pk=learning_set.pk).update(notes_live_months=1, notes_agreed_at=now - 60 * DAY)
    Session.objects.filter(pk=session.pk).update(closed_at=now - 40 * DAY)
    [plan] = [plan for plan in settings.CELERY_BEAT_SCHEDULE.values() if "delete_notes" in plan["task"]]
    import_string(plan["task"])()
    assert kept(session) == {"words": 0, "reviews": 0}


def test_the_database_knows_no_other_times(learning_set: LearningSet) -> None:
    rows = LearningSet.objects.filter(pk=learning_set.pk)
    for odd in ({"notes_live_months": 2, "notes_agreed_at": START}, {"notes_live_months": 3}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**odd)


def test_what_the_presenter_does_with_words_that_are_just_gone_is_refused(
    session: Session, learning_set: LearningSet, asha: User, gita: User
) -> None:
    said = Contribution.objects.get(stage__session=session)
    agree(learning_set, gita, 1)
    delete_notes(now=OVER)
    with pytest.raises(keeping.NotThere):
        keeping.mark_landed(contribution=said, by=asha, landed=True, now=OVER)


@pytest.mark.django_db(transaction=True)
def test_an_agreement_that_is_just_being_made_counts(session: Session, learning_set: LearningSet, gita: User) -> None:
    agree(learning_set, gita, 3)
    with transaction.atomic():
        agree(learning_set, gita, None, now=OVER)
        job = Thread(target=delete_elsewhere)
        job.start()
        job.join(1)
    job.join()
    assert kept(session) == {"words": 1, "reviews": 1}


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_delete_them_once(session: Session, learning_set: LearningSet, gita: User) -> None:
    agree(learning_set, gita, 3)
    done: list[int] = []
    with transaction.atomic():
        Session.objects.select_for_update().get(pk=session.pk)
        workers = [Thread(target=lambda: done.append(delete_elsewhere())) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(1)
        assert done == []
    for worker in workers:
        worker.join()
    assert (sorted(done), kept(session)["words"]) == ([0, 1], 0)


def delete_elsewhere() -> int:
    try:
        return delete_notes(now=OVER)
    finally:
        connection.close()


def test_one_that_can_not_be_deleted_stops_no_other(
    session: Session,
    learning_set: LearningSet,
    asha: User,
    gita: User,
    caplog: pytest.LogCaptureFixture,
) -> None:
    other = close(opened(scheduled(learning_set, asha, starts_at=START + 7 * DAY), gita, now=START + 7 * DAY), gita)
    agree(learning_set, gita, 1)
    with connection.cursor() as cursor:
        cursor.execute(REFUSE.format(session=session.pk))
    assert delete_notes(now=OVER) == 1
    other.refresh_from_db()
    assert (other.notes_deleted_at, kept(session)["words"]) == (OVER, 1)
    assert f"The notes of session {session.pk} were not deleted" in caplog.text


REFUSE = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''not this one''; END';
CREATE TRIGGER refuse BEFORE UPDATE ON als_sessions_session FOR EACH ROW WHEN (OLD.id = {session})
EXECUTE FUNCTION refuse()
"""
