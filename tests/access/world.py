"""One small world in which every URL leads somewhere, and the eight kinds of visitor who try them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from actions.enums import SupportState
from actions.models import LogEntry, ReportBack
from als_project.inbox.models import MailedReply
from als_project.outbox.links import make_link
from als_project.outbox.models import Message
from als_project.outbox.unsubscribing import address_of
from als_project.users.models import User
from sessions.models import AwayDates, Contribution, Session, TurnRequest
from sessions.services.calendar_feeds import make_feed
from sessions.services.poll_links import link_for as answer_link_for
from sets.models import GroundRule, GroundRules, Invitation, LearningSet, Programme
from sets.services.inviting import link_for
from tests.factories import (
    end,
    join,
    make_action,
    make_bid,
    make_closed_session,
    make_poll,
    make_running_session,
    make_session,
    make_set,
    make_slot,
    make_stage,
    make_user,
    publish_rules,
)

ROLES = ("anonymous", "stranger", "member", "presenter", "facilitator", "former", "organiser", "superuser")


@dataclass
class World:
    """The people by role, and the value of each URL parameter; `pk` is a sign-in device nobody has."""

    people: dict[str, User | None]
    values: dict[str, Any]
    running: Session
    closed: Session

    def path(self, name: str, params: tuple[str, ...]) -> str:
        values = {**self.values, **({"session_id": self.running.pk} if _happens_in_the_room(name) else {})}
        return reverse(name, kwargs={param: values[param] for param in params})

    def client(self, role: str) -> Client:
        client = Client()
        person = self.people[role]
        if person:
            client.force_login(person)
        return client


def _happens_in_the_room(name: str) -> bool:
    return name.startswith("sessions:") and name.split(":")[1] in ROOM


ROOM = {
    "room",
    "room_now",
    "give_time",
    "pause",
    "replan",
    "skip",
    "take_up",
    "free",
    "go_to_review",
    "offer_place",
    "answer_place",
    "hand_over",
    "answer_hand_over",
    "hand",
    "turn",
    "choose",
    "next_stage",
    "here",
    "contribute",
    "note",
    "close",
    "attendance",
    "ballot",
    "give_marks",
    "join_three",
    "landed",
    "method",
    "offer_for",
    "review",
    "scribe",
    "share_rest",
    "share_time",
    "show_reviews",
    "take_out",
}


def make_world() -> World:
    people = _people()
    learning_set = _set_of(people)
    scheduled = make_session(learning_set)
    make_bid(scheduled, people["presenter"])
    running = make_running_session(learning_set)
    closed = make_closed_session(learning_set)
    slot = make_slot(running, people["presenter"])
    stage = make_stage(running, slot=slot, started_at=timezone.now())
    said = Contribution.objects.create(stage=stage, author=people["member"], kind="suggestion", text="Ask her first")
    action = make_action(closed, people["presenter"], slot=None, supporter=people["member"], support=SupportState.ASKED)
    values = {
        **_parts_of(learning_set, people),
        "session_id": scheduled.pk,
        "slot_id": slot.pk,
        "contribution_id": said.pk,
        "action_id": action.pk,
        "report_id": ReportBack.objects.create(
            action=action, author=people["presenter"], written_by=people["facilitator"], awaits_owner=True, state="done"
        ).pk,
        "pk": 0,
        **_poll_of(learning_set, people),
        "turn_id": _turn_of(learning_set, people).pk,
        "away_id": _away_of(people["member"]).pk,
        "entry_id": LogEntry.objects.create(author=people["presenter"], text="Mine alone").pk,
        **_mail_of(people["member"]),
        "secret": make_feed(by=people["member"], now=timezone.now()),
    }
    return World({"anonymous": None, **people}, values, running, closed)


def _poll_of(learning_set: LearningSet, people: dict[str, User]) -> dict[str, Any]:
    """An open poll, and the member's own link to it."""
    poll = make_poll(learning_set, 20, 21)
    path = answer_link_for(poll, learning_set.memberships.get(user=people["member"]))
    return {
        "poll_id": poll.pk,
        "option_id": poll.options.first().pk,
        "answer_token": resolve(path).kwargs["answer_token"],
    }


def _mail_of(person: User) -> dict[str, Any]:
    """A reply of theirs, and the links in a message: one that turns its kind off, one that has nothing left to do."""
    message = Message(to=person, kind="sessions.topic_prompt")
    tomorrow = timezone.now() + timedelta(days=1)
    link = make_link(person, purpose="nothing.left", about=(0,), expires=tomorrow)
    mailed = MailedReply.objects.create(
        mail_key="1", writer=person, kind="sessions.topic_prompt", about=0, text="Words"
    )
    return {
        "reply_id": mailed.pk,
        "signed": resolve(urlsplit(address_of(message)).path).kwargs["signed"],
        "link": resolve(urlsplit(link).path).kwargs["link"],
    }


def _turn_of(learning_set: LearningSet, people: dict[str, User]) -> TurnRequest:
    """The member asks the presenter to take a session over."""
    session = make_session(learning_set, days=50, facilitator=people["member"])
    return TurnRequest.objects.create(
        session=session,
        holder=people["member"],
        taker=people["presenter"],
        asked_by=people["member"],
        asked_at=timezone.now(),
    )


def _away_of(person: User) -> AwayDates:
    today = timezone.localdate()
    return AwayDates.objects.create(user=person, from_on=today, until_on=today)


def _people() -> dict[str, User]:
    people = {role: make_user(role.title()) for role in ROLES if role not in ("anonymous", "superuser")}
    people["superuser"] = User.objects.create_superuser("root@example.org", name="Root")
    return people


def _set_of(people: dict[str, User]) -> LearningSet:
    programme = Programme.objects.create(name="Leading well")
    programme.organisers.add(people["organiser"])
    learning_set = make_set(programme=programme)
    present = [
        join(learning_set, people["facilitator"], facilitates=True),
        join(learning_set, people["member"]),
        join(learning_set, people["presenter"]),
    ]
    former = join(learning_set, people["former"])
    publish_rules(learning_set, agreed_by=[*present, former])
    end(former)
    join(make_set("Another set"), people["stranger"], facilitates=True)
    return learning_set


def _parts_of(learning_set: LearningSet, people: dict[str, User]) -> dict[str, Any]:
    proposal = GroundRules.objects.create(learning_set=learning_set, proposed_by=people["member"])
    GroundRule.objects.create(ground_rules=proposal, category="time", text="We end on time.", position=0)
    invitation = Invitation.objects.create(
        learning_set=learning_set,
        email="newcomer@example.org",
        invited_by=people["facilitator"],
        expires_at=timezone.now() + timedelta(days=30),
    )
    return {
        "set_id": learning_set.pk,
        "membership_id": learning_set.memberships.get(user=people["member"]).pk,
        "invitation_id": invitation.pk,
        "token": resolve(link_for(invitation)).kwargs["token"],
        "number": 1,
        "programme_id": learning_set.programme_id,
    }
