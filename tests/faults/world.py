"""A set to which messages of several kinds wait to be sent, and what may happen to it meanwhile, by real services."""

import random
from collections.abc import Callable, Iterable
from datetime import timedelta

from django.utils import timezone

from actions.models import Action
from actions.services import reminding, reporting
from als_project.outbox import services, unsubscribing
from als_project.outbox.kinds import kind_called
from als_project.users.models import User
from sessions.enums import Reply
from sessions.models import Session
from sessions.services import bidding, replying, scheduling
from sets.models import Membership
from sets.services import belonging
from tests.factories import join, make_action, make_closed_session, make_session, make_set, make_user, publish_rules

REMINDER, PROMPT = "sessions.reminder", "sessions.topic_prompt"
MOVED, CANCELLED = "sessions.moved", "sessions.cancelled"
BEFORE = (REMINDER, PROMPT, reminding.KIND)  # a session; each can be turned off
KINDS = (*BEFORE, MOVED, CANCELLED)


class World:
    """One set; `entitled` are the kinds and people that may still go together.

    The session ahead has been announced; another was moved, and a third cancelled.
    """

    def __init__(self, number: int) -> None:
        self.now = timezone.now()
        self.learning_set = make_set(f"Set {number}")
        self.facilitator = make_user(f"Gita{number}")
        memberships = [join(self.learning_set, self.facilitator, facilitates=True)]
        self.people = [make_user(f"Member{number}x{n}") for n in range(4)]
        memberships += [join(self.learning_set, person) for person in self.people]
        publish_rules(self.learning_set, agreed_by=memberships)
        met = make_closed_session(self.learning_set)
        self.actions = {person: make_action(met, person) for person in self.people}
        self.ahead, self.moved, cancelled = (make_session(self.learning_set, days=days) for days in (2, 40, 80))
        self.move(self.moved)
        self.cancel(cancelled)
        for kind in BEFORE:
            cause = self.ahead.occasion
            services.post_to_each(self.people, kind=kind, cause=cause, about=self.ahead.pk, due_at=self.now)
        self.entitled = {(kind, person) for kind in KINDS for person in self.people}
        self.entitled |= {(MOVED, self.facilitator), (CANCELLED, self.facilitator)}

    def something_happens(self, address: str = "") -> None:
        """Perhaps to the person at this address."""
        about = [person for person in self.people if person.email == address and random.random() < 0.5]
        person = (about or [random.choice(self.people)])[0]
        change: Callable[[User], None] = random.choice(
            [
                *(self.remove, self.leave, self.close_account, self.turn_off, self.turn_off),
                *(self.apologise, self.want_nothing, self.report, self.report),
                *(self.move_ahead, self.cancel_ahead, self.move_moved, self.cancel_moved),
            ]
        )
        change(person)

    def reader_goes(self, address: str) -> None:
        for person in self.people:
            if person.email == address:
                self.close_account(person)

    def remove(self, person: User) -> None:
        if membership := self._present(person):
            belonging.remove(membership=membership, by=self.facilitator, now=self.now)
        self._no_more(KINDS, [person])

    def leave(self, person: User) -> None:
        if membership := self._present(person):
            belonging.leave(membership=membership, by=person, now=self.now)
        self._no_more(KINDS, [person])

    def close_account(self, person: User) -> None:
        User.objects.filter(pk=person.pk).update(is_active=False)
        self._no_more(KINDS, [person])

    def turn_off(self, person: User) -> None:
        kind = kind_called(random.choice(KINDS))
        assert kind
        unsubscribing.turn_off(user=person, kind=kind)
        if not kind.needed:
            self._no_more([kind.name], [person])

    def apologise(self, person: User) -> None:
        if self._present(person) and self._stands(self.ahead):
            replying.reply(session=self.ahead, by=person, reply=Reply.APOLOGIES, now=self.now)
            self._no_more([REMINDER, PROMPT], [person])

    def want_nothing(self, person: User) -> None:
        if self._present(person) and self._stands(self.ahead):
            bidding.want_nothing(session=self.ahead, by=person, now=self.now)
            self._no_more([PROMPT], [person])

    def report(self, person: User) -> None:
        action = Action.objects.get(pk=self.actions[person].pk)
        if self._present(person) and action.is_owed:
            reporting.report_back(action=action, by=person, state="in_progress", did="A first step", now=self.now)
            self._no_more([reminding.KIND], [person])

    def move_ahead(self, person: User) -> None:
        self.move(self.ahead)
        self._no_more(BEFORE, self.people)

    def cancel_ahead(self, person: User) -> None:
        self.cancel(self.ahead)
        self._no_more(BEFORE, self.people)

    def move_moved(self, person: User) -> None:
        self.move(self.moved)
        self._no_more([MOVED], [*self.people, self.facilitator])

    def cancel_moved(self, person: User) -> None:
        self.cancel(self.moved)
        self._no_more([MOVED], [*self.people, self.facilitator])

    def move(self, session: Session) -> None:
        if fresh := self._stands(session):
            later = fresh.starts_at + timedelta(days=1)
            kept = {name: getattr(fresh, name) for name in ("minutes", "time_zone", "place", "link")}
            scheduling.move_session(session=fresh, by=self.facilitator, starts_at=later, now=self.now, **kept)

    def cancel(self, session: Session) -> None:
        if fresh := self._stands(session):
            scheduling.cancel_session(session=fresh, by=self.facilitator, now=self.now)

    def _no_more(self, kinds: Iterable[str], people: Iterable[User]) -> None:
        people = list(people)
        self.entitled -= {(kind, person) for kind in kinds for person in people}

    def _stands(self, session: Session) -> Session | None:
        return Session.objects.scheduled().filter(pk=session.pk).first()

    def _present(self, person: User) -> Membership | None:
        return Membership.objects.present().filter(learning_set=self.learning_set, user=person).first()
