"""Finding a date: propose some, ask who can come on which, choose one. Only then is anything scheduled."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from als_project.clock import in_words
from als_project.outbox import services as outbox
from als_project.refusals import Refused
from als_project.users.models import User
from sessions.enums import Answer, PollState, Reply
from sessions.models import Attendance, Poll, PollAnswer, PollOption, Session
from sessions.models.polls import FEWEST_OPTIONS, MOST_OPTIONS
from sessions.services.poll_prompting import tell_who_is_answered
from sessions.services.scheduling import check_date, schedule_session
from sets.models import LearningSet, Membership

LONGEST_BEFORE = timedelta(days=2)


class PollRefused(Refused):
    """Something about the dates or the deadline; the words belong beside the form."""


class DeadlineRefused(PollRefused):
    """The words belong beside the deadline."""


class PollOver(Refused):
    """No answers, changes or choice any more. `session` is what came of it, if a date was chosen."""

    def __init__(self, words: str, session: Session | None = None) -> None:
        super().__init__(words)
        self.session = session


class DatesChanged(Refused):
    def __init__(self) -> None:
        super().__init__(_("The dates have changed since you opened this page. Please look at them again."))


@transaction.atomic
def open_poll(
    *,
    learning_set: LearningSet,
    by: User,
    dates: Sequence[datetime],
    minutes: int,
    time_zone: str,
    place: str,
    link: str,
    facilitator: User | None,
    deadline_at: datetime,
    now: datetime,
    minimum: int | None = None,
    form_key: uuid.UUID | None = None,
) -> Poll:
    """Everyone in the set is asked which of these dates suits them. The same form sent twice opens one poll.

    Raises PollRefused, DateRefused.
    """
    held = LearningSet.objects.select_for_update(no_key=True).get(pk=learning_set.pk)
    if form_key and (same := held.polls.filter(form_key=form_key).first()):
        return same
    _check_dates(held, dates, minutes=minutes, deadline_at=deadline_at, now=now)
    poll = Poll.objects.create(
        learning_set=held,
        opened_by=by,
        minutes=minutes,
        time_zone=time_zone,
        place=place,
        link=link,
        facilitator=facilitator,
        minimum=minimum,
        deadline_at=deadline_at,
        nudge_at=nudge_at(now, deadline_at),
        opened_at=now,
        form_key=form_key or uuid.uuid4(),
    )
    PollOption.objects.bulk_create(PollOption(poll=poll, starts_at=starts_at) for starts_at in dates)
    cause = f"poll:{poll.pk}"
    outbox.post_to_each(present_people(poll), kind="sessions.poll_opened", cause=cause, about=poll.pk, due_at=now)
    return poll


@transaction.atomic
def answer_poll(*, poll: Poll, by: User, answers: Mapping[int, Answer], now: datetime) -> Poll:
    """The set knows which dates suit `by`: one word for each date, by its id. Raises PollOver, DatesChanged."""
    poll = _hold_open(poll)
    if not poll.takes_answers(now):
        raise PollOver(
            _("Answers were asked for until %(when)s. Whoever looks after the set can give more time.")
            % {"when": in_words(poll.deadline_at, by.time_zone)}
        )
    if set(answers) != set(poll.options.values_list("pk", flat=True)):
        raise DatesChanged
    PollAnswer.objects.bulk_create(
        [PollAnswer(option_id=pk, user=by, answer=word, answered_at=now) for pk, word in answers.items()],
        update_conflicts=True,
        unique_fields=["option", "user"],
        update_fields=["answer", "answered_at"],
    )
    tell_who_is_answered(Poll.objects.filter(pk=poll.pk), now=now)
    return poll


@transaction.atomic
def change_poll(
    *,
    poll: Poll,
    by: User,
    dates: Sequence[tuple[int | None, datetime]],
    place: str,
    link: str,
    facilitator: User | None,
    deadline_at: datetime,
    minimum: int | None,
    now: datetime,
) -> Poll:
    """The poll with these dates: each is one of its options (by id, perhaps at another time) or a new one.

    Who had answered a date that changed is asked again; a date that is added is asked of all who have answered.
    Answers to the dates that stand, stand. Raises PollOver, PollRefused, DateRefused.
    """
    LearningSet.objects.select_for_update(no_key=True).get(pk=poll.learning_set_id)
    poll = _hold_open(poll)
    options = {option.pk: option for option in poll.options.all()}
    stays = {pk for pk, starts_at in dates if pk in options and options[pk].starts_at == starts_at}
    _check_dates(poll.learning_set, [at for _pk, at in dates], minutes=poll.minutes, deadline_at=deadline_at, now=now)
    moved = {pk for pk, _at in dates if pk in options} - stays
    fresh = [at for pk, at in dates if pk not in stays]
    asked_again = _concerned(poll, moved=moved, some_are_new=len(fresh) > len(moved))
    poll.options.exclude(pk__in=stays).delete()
    PollOption.objects.bulk_create(PollOption(poll=poll, starts_at=at) for at in fresh)
    _save_terms(poll, deadline_at=deadline_at, now=now, more_asked=bool(fresh))
    poll.place, poll.link, poll.facilitator, poll.minimum = place, link, facilitator, minimum
    poll.save(update_fields=["place", "link", "facilitator", "minimum"])
    cause = f"poll:{poll.pk}:round{poll.round}"
    outbox.post_to_each(asked_again, kind="sessions.poll_changed", cause=cause, about=poll.pk, due_at=now)
    tell_who_is_answered(Poll.objects.filter(pk=poll.pk), now=now)
    return poll


@transaction.atomic
def choose_date(*, option: PollOption, by: User, now: datetime) -> Session:
    """The session is scheduled on this date, everyone is told of it once, and the poll is over.

    Who said yes counts as coming, until they say otherwise. Of two who choose at once one wins: PollOver for the
    other. Raises DateRefused where the set has taken the time for another session meanwhile.
    """
    held = LearningSet.objects.select_for_update(no_key=True).get(pk=option.poll.learning_set_id)
    poll = _hold_open(option.poll)
    fresh = poll.options.filter(pk=option.pk).first()
    if fresh is None:
        raise DatesChanged
    people = {person.pk: person for person in present_people(poll)}
    session = schedule_session(
        learning_set=held,
        by=by,
        starts_at=fresh.starts_at,
        minutes=poll.minutes,
        time_zone=poll.time_zone,
        place=poll.place,
        link=poll.link,
        facilitator=people.get(poll.facilitator_id or by.pk, by),
        now=now,
    )
    _expect_who_said_yes(session, fresh, present=people.keys(), now=now)
    poll.session, poll.decided_by, poll.state, poll.ended_at = session, by, PollState.DECIDED, now
    poll.save(update_fields=["session", "decided_by", "state", "ended_at"])
    return session


@transaction.atomic
def close_poll(*, poll: Poll, by: User, now: datetime) -> Poll:
    """The poll is over without a date. Nobody is told; messages of it that have not left do not leave."""
    poll = _hold_open(poll)
    poll.state, poll.decided_by, poll.ended_at = PollState.CLOSED, by, now
    poll.save(update_fields=["state", "decided_by", "ended_at"])
    return poll


def present_people(poll: Poll) -> list[User]:
    present = Membership.objects.present().filter(learning_set=poll.learning_set_id, user__is_active=True)
    return [membership.user for membership in present.select_related("user")]


def nudge_at(now: datetime, deadline_at: datetime) -> datetime:
    """Two days before the deadline, or after two thirds of a shorter time."""
    return deadline_at - min(LONGEST_BEFORE, (deadline_at - now) / 3)


def _hold_open(poll: Poll) -> Poll:
    rows = Poll.objects.select_for_update(of=("self",)).select_related("learning_set", "session", "decided_by")
    poll = rows.get(pk=poll.pk)
    if poll.session:
        raise PollOver(
            _("A date has been chosen: %(when)s.") % {"when": in_words(poll.session.starts_at, poll.time_zone)},
            poll.session,
        )
    if not poll.is_open:
        raise PollOver(_("This poll was closed without a date."))
    return poll


def _check_dates(
    learning_set: LearningSet, dates: Sequence[datetime], *, minutes: int, deadline_at: datetime, now: datetime
) -> None:
    if len(set(dates)) < len(dates):
        raise PollRefused(_("One of the dates stands there twice. Change it, or empty its row."))
    if len(dates) < FEWEST_OPTIONS:
        raise PollRefused(
            _("Propose at least two dates: with one there is nothing to choose. Or schedule it right away.")
        )
    if len(dates) > MOST_OPTIONS:
        raise PollRefused(
            _("Propose twenty dates at most: these are %(count)s, and nobody answers so many with care.")
            % {"count": len(dates)}
        )
    for starts_at in dates:
        check_date(learning_set, starts_at=starts_at, minutes=minutes, now=now)
    if deadline_at <= now:
        raise DeadlineRefused(_("That day is past. Give people some time to answer."))
    if deadline_at >= min(dates):
        raise DeadlineRefused(_("Answers are needed before the first of the dates. Choose an earlier day."))


def _concerned(poll: Poll, *, moved: set[int], some_are_new: bool) -> list[User]:
    """Who had answered what is now another question."""
    answers = PollAnswer.objects.filter(option__poll=poll)
    asked = answers if some_are_new else answers.filter(option__in=moved)
    answered = set(asked.values_list("user", flat=True))
    return [person for person in present_people(poll) if person.pk in answered]


def _save_terms(poll: Poll, *, deadline_at: datetime, now: datetime, more_asked: bool) -> None:
    if more_asked:
        poll.round += 1
    if deadline_at != poll.deadline_at:
        poll.deadline_at, poll.nudge_at, poll.deadline_told_at = deadline_at, nudge_at(now, deadline_at), None
    poll.save(update_fields=["round", "deadline_at", "nudge_at", "deadline_told_at"])


def _expect_who_said_yes(session: Session, option: PollOption, *, present: Collection[int], now: datetime) -> None:
    said_yes = option.answers.filter(answer=Answer.YES, user__in=present).values_list("user", flat=True)
    Attendance.objects.bulk_create(
        Attendance(session=session, user_id=person, reply=Reply.COMING, replied_at=now) for person in said_yes
    )
