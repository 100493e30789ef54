"""Sets as they are after a year, made through the product's own services where people would have used them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from actions.enums import ActionState
from actions.models import Action, LogEntry, ReportBack
from actions.services.committing import commit
from als_project.outbox.models import Message
from als_project.users.models import User
from benchmarks.people import people
from sessions.enums import Answer, BidState, Presence, Reply, SessionState, SlotState
from sessions.models import Attendance, Bid, Contribution, PollAnswer, Session, Slot, Stage, Topic
from sessions.services import closing, polling, running, scheduling
from sets.models import Assent, GroundRule, GroundRules, LearningSet, Membership
from sets.services.founding import found_set

ZONE = "Europe/London"
WORDS = "I keep being asked for more than my team can do, and I have not yet found a way to say so that is heard."


@dataclass(frozen=True)
class Circle:
    """A set and its people: the first member is the one whose pages are looked at."""

    learning_set: LearningSet
    facilitator: User
    members: list[User]

    @property
    def member(self) -> User:
        return self.members[0]


@transaction.atomic
def circle(name: str, members: Sequence[User], facilitator: User, *, since: datetime) -> Circle:
    """A set with its people, and ground rules that everybody has agreed to."""
    learning_set = found_set(
        by=facilitator,
        name=name,
        purpose="To work on what we really face, and to leave each time with something to do.",
        usual_minutes=150,
        place="The reading room, second floor",
        link="",
        time_zone=ZONE,
        process="topics-and-suggestions",
        takes_part=False,
        now=since,
    )
    Membership.objects.bulk_create(
        Membership(learning_set=learning_set, user=member, joined_at=since) for member in members
    )
    rules = GroundRules.objects.create(learning_set=learning_set, number=1, published_at=since)
    GroundRule.objects.bulk_create(
        GroundRule(ground_rules=rules, category="confidentiality", text=f"{WORDS} ({n})", position=n) for n in range(8)
    )
    Assent.objects.bulk_create(Assent(ground_rules=rules, membership=each) for each in learning_set.memberships.all())
    return Circle(learning_set, facilitator, list(members))


def schedule(circle: Circle, *, starts_at: datetime, now: datetime) -> Session:
    return scheduling.schedule_session(
        learning_set=circle.learning_set,
        by=circle.facilitator,
        starts_at=starts_at,
        minutes=150,
        time_zone=ZONE,
        place=circle.learning_set.place,
        link="",
        facilitator=circle.facilitator,
        now=now,
    )


def offer(circle: Circle, session: Session, presenters: Sequence[User], *, now: datetime) -> list[Bid]:
    """Everybody is coming, and these have offered a topic."""
    Attendance.objects.bulk_create(
        Attendance(session=session, user=member, reply=Reply.COMING, replied_at=now) for member in circle.members
    )
    return bids(circle, [(session, presenter) for presenter in presenters], BidState.OFFERED)


def bids(circle: Circle, offered: Sequence[tuple[Session, User]], state: BidState) -> list[Bid]:
    topics = Topic.objects.bulk_create(
        Topic(learning_set=circle.learning_set, owner=owner, headline="Asked for more", question=WORDS)
        for _session, owner in offered
    )
    return Bid.objects.bulk_create(
        Bid(session=session, topic=topic, member=topic.owner, state=state)
        for (session, _owner), topic in zip(offered, topics, strict=True)
    )


@transaction.atomic
def gone_by(circle: Circle, count: int, *, until: datetime) -> None:
    """So many closed sessions, three weeks apart, the last one before `until`: who was there, who was heard."""
    weeks = timedelta(weeks=3)
    sessions = Session.objects.bulk_create(
        Session(
            learning_set=circle.learning_set,
            starts_at=(at := until - weeks * (n + 1)),
            opened_at=at,
            closed_at=at + timedelta(minutes=150),
            minutes=150,
            time_zone=ZONE,
            place="The reading room, second floor",
            facilitator=circle.facilitator,
            state=SessionState.CLOSED,
        )
        for n in range(count)
    )
    there = circle.members[:8]
    Attendance.objects.bulk_create(
        Attendance(session=session, user=member, reply=Reply.COMING, presence=Presence.PRESENT)
        for session in sessions
        for member in there
    )
    heard = [(session, there[place % len(there)]) for place, session in enumerate(sessions)]
    Slot.objects.bulk_create(
        Slot(session=bid.session, bid=bid, presenter=bid.member, position=1, minutes=40, state=SlotState.HEARD)
        for bid in bids(circle, heard, BidState.HEARD)
    )


@transaction.atomic
def play(circle: Circle, session: Session, *, words: int, until: str | None) -> Session:
    """The session runs up to the stage called `until`, or to its end, with `words` captured in each stage of a topic.

    The first two members present; each commits to something.
    """
    now = session.starts_at
    presenters = circle.members[:2]
    offered = offer(circle, session, presenters, now=now - timedelta(days=3))
    running.open_session(session=session, by=circle.facilitator, now=now)
    stage: Stage | None = session.stages.now().get()
    while stage:
        if stage.key == "choose":
            session.refresh_from_db()
            running.choose(session=session, by=circle.facilitator, choices=[(bid, 40) for bid in offered], now=now)
        _capture(circle, stage, words, now=now)
        if stage.key == until:
            return session
        now += timedelta(minutes=stage.planned_minutes)
        stage = running.next_stage(session=session, by=circle.facilitator, leaving=stage.pk, now=now)
    return closing.close_session(session=session, by=circle.facilitator, now=now)


def _capture(circle: Circle, stage: Stage, words: int, *, now: datetime) -> None:
    if stage.slot and "action" in stage.captures:
        commit(slot=stage.slot, by=stage.slot.presenter, what=WORDS, first_step="Ask.", now=now)
    kinds = [kind for kind in stage.captures if kind != "action"]
    if kinds and stage.slot:
        Contribution.objects.bulk_create(
            Contribution(stage=stage, author=circle.members[n % len(circle.members)], kind=kinds[0], text=WORDS)
            for n in range(words)
        )


@transaction.atomic
def actions(circle: Circle, owner: User, count: int, *, owed: int) -> None:
    """So many of one owner's, `owed` of them not finished, each reported on once; and their learning log begun."""
    sessions = list(circle.learning_set.sessions.filter(state=SessionState.CLOSED).order_by("-starts_at"))
    made = Action.objects.bulk_create(
        Action(
            learning_set=circle.learning_set,
            session=(session := sessions[n % len(sessions)]),
            owner=owner,
            what=f"{WORDS} ({n})",
            first_step="Ask.",
            due_on=(session.starts_at + timedelta(weeks=3)).date(),
            state=ActionState.OPEN if n < owed else ActionState.DONE,
            created_at=session.closed_at,
            confirmed_at=session.closed_at,
        )
        for n in range(count)
    )
    ReportBack.objects.bulk_create(
        ReportBack(
            action=action, author=owner, state=action.state, did=WORDS, learned=WORDS, given_at=action.created_at
        )
        for action in made
    )
    LogEntry.objects.create(author=owner, text=WORDS)


def poll(circle: Circle, dates: int, *, days: float, now: datetime) -> str:
    """A poll of so many dates, answered by all but the member whose pages are looked at. Its path."""
    opened = polling.open_poll(
        learning_set=circle.learning_set,
        by=circle.facilitator,
        dates=[(now + timedelta(days=days + n)).replace(second=0, microsecond=0) for n in range(dates)],
        minutes=150,
        time_zone=ZONE,
        place="",
        link="",
        facilitator=circle.facilitator,
        deadline_at=now + timedelta(days=days - 1),
        now=now,
    )
    PollAnswer.objects.bulk_create(
        PollAnswer(option=option, user=person, answer=Answer.YES, answered_at=now)
        for option in opened.options.all()
        for person in (*circle.members[1:], circle.facilitator)
    )
    return opened.get_absolute_url()


@dataclass(frozen=True)
class Page:
    name: str
    who: str
    path: str
    reader: User


def pages(rows: int, *, size: int = 8) -> list[Page]:
    """Every page that is measured, with `rows` of whatever it lists, read by a member and by the facilitator.

    `size` people in the sets, facilitators included; at least three.
    """
    now = timezone.now().replace(second=0, microsecond=0)
    everyone = people(size, f"of{rows}-{uuid4().hex[:6]}-")
    facilitator, *members = everyone
    quiet = _quiet_set(members, facilitator, rows, now=now)
    for n in range(max(0, rows // 10 - 1)):
        other = circle(f"Set {n}", members[: size - 1], facilitator, since=now - timedelta(days=365))
        gone_by(other, 3, until=now)
        schedule(other, starts_at=now + timedelta(days=10 + n), now=now)
    before = schedule(quiet, starts_at=now + timedelta(days=9), now=now)
    offer(quiet, before, members[1:], now=now)
    after = quiet.learning_set.sessions.filter(state=SessionState.CLOSED).latest("starts_at")
    dates = poll(quiet, 5, days=20, now=now)
    meeting = _meeting(rows, size, now=now)
    Message.objects.waiting().update(dropped_at=now, dropped_because="made for the benchmark")
    session = reverse("sessions:session", args=[before.pk])
    paths = {
        "home": "/",
        "set": quiet.learning_set.get_absolute_url(),
        "session-before": session,
        "session-after": after.get_absolute_url(),
        "actions": reverse("actions:actions"),
        "poll": dates,
    }
    room = reverse("sessions:room", args=[meeting.learning_set.sessions.get(state=SessionState.RUNNING).pk])
    seen = [page for name, path in paths.items() for page in read_by(quiet, name, path)]
    return [*seen, *read_by(meeting, "room", room)]


def read_by(circle: Circle, name: str, path: str) -> list[Page]:
    return [Page(name, "member", path, circle.member), Page(name, "facilitator", path, circle.facilitator)]


def _quiet_set(members: list[User], facilitator: User, rows: int, *, now: datetime) -> Circle:
    """One that meets again next week; what was said when it last met is on record."""
    quiet = circle("Thursday set", members, facilitator, since=now - timedelta(weeks=3 * rows + 52))
    gone_by(quiet, rows, until=now - timedelta(weeks=4))
    last = schedule(quiet, starts_at=now - timedelta(weeks=4), now=now - timedelta(weeks=6))
    play(quiet, last, words=max(1, rows // 4), until=None)
    actions(quiet, quiet.member, rows, owed=max(1, rows // 10))
    return quiet


def _meeting(rows: int, size: int, *, now: datetime) -> Circle:
    """A set in the room, in the stage of suggestions to its first topic."""
    facilitator, *members = people(size, f"meeting{rows}-{uuid4().hex[:6]}-")
    meeting = circle("Tuesday set", members, facilitator, since=now - timedelta(days=365))
    gone_by(meeting, 12, until=now)
    session = schedule(meeting, starts_at=now - timedelta(minutes=30), now=now - timedelta(days=20))
    play(meeting, session, words=rows, until="suggestions")
    return meeting
