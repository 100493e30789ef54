"""Who runs the session now: somebody is asked, accepts, and hands it back."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from als_project.refusals import Refused
from als_project.users.models import User
from sessions.models import Session, Slot
from sessions.services.holding import hold_running
from sessions.services.stirring import stir
from sets.models import Membership

FIELDS = ["runner", "asked_to_run", "run_until_after"]


class CantAsk(Refused):
    """The person can't run the session, or somebody else is running it for the facilitator."""


class NotAsked(Refused):
    """Nobody asks them, or not any more."""


@transaction.atomic
def ask_to_run(*, session: Session, by: User, to: Membership, for_topic: bool, now: datetime) -> Session:
    """`to`, and nobody else, is asked to run the session; it goes on as before until they accept.

    With `for_topic` it comes back after the topic worked on now, or else the next one. Raises NotRunning, CantAsk.
    """
    session = hold_running(session)
    _can_run(session, to, by)
    session.asked_to_run = to.user
    if for_topic:
        session.run_until_after = _topic_now_or_next(session)
    elif session.runner_id is None:
        session.run_until_after = None
    return _saved(session)


def _can_run(session: Session, to: Membership, by: User) -> None:
    name = {"name": to.user.name}
    if to.learning_set_id != session.learning_set_id or not to.is_present:
        raise CantAsk(_("%(name)s does not belong to the set any more.") % name)
    if session.attendances.away().filter(user=to.user).exists():
        raise CantAsk(_("%(name)s isn't here.") % name)
    if to.user_id in (session.runner_id, by.pk):
        raise CantAsk(_("%(name)s runs the session already.") % name)
    if session.runner is not None and session.runner != by:
        raise CantAsk(_("%(name)s runs the session now. Take it back first.") % {"name": session.runner.name})


def _topic_now_or_next(session: Session) -> Slot:
    now = session.stages.now().select_related("slot").get()
    coming = session.stages.to_come().filter(slot__isnull=False).select_related("slot").first()
    slot = now.slot or (coming.slot if coming else None)
    if slot is None:
        raise CantAsk(_("No topic is to come. Hand over without an end instead."))
    return slot


@transaction.atomic
def accept_running(*, session: Session, by: User, now: datetime) -> Session:
    """`by`, who was asked, runs the session. Raises NotRunning, NotAsked."""
    session = hold_running(session)
    if session.asked_to_run_id != by.pk:
        raise NotAsked(_("You are not asked to run the session any more."))
    session.runner, session.asked_to_run = by, None
    return _saved(session)


@transaction.atomic
def call_off(*, session: Session, by: User, now: datetime) -> Session:
    """Nobody is asked any more: who was asked would rather not, or who asked thinks better of it. Raises NotRunning."""
    return _ask_nobody(hold_running(session))


def _ask_nobody(session: Session) -> Session:
    session.asked_to_run = None
    if session.runner_id is None:
        session.run_until_after = None
    return _saved(session)


@transaction.atomic
def take_back(*, session: Session, by: User, now: datetime) -> Session:
    """The session is run as it was before it was handed over. Raises NotRunning."""
    return _hand_back(hold_running(session))


def hand_back_after(*, session: Session, slot_id: int | None) -> None:
    """The slot is over: who ran the session for that long hands it back. Call it with the session's row held."""
    if slot_id is not None and session.run_until_after_id == slot_id:
        _hand_back(session)


def hand_back_after_one_of(*, session: Session, before: Slot | None, made: Sequence[Slot]) -> None:
    """`made` stand for the slots there were: what was handed over until the end of `before` comes back after the same

    presenter's, or else after the first. Call it with the session's row held.
    """
    if before is not None:
        same = [slot for slot in made if slot.presenter_id == before.presenter_id]
        session.run_until_after = next(iter([*same, *made]), None)
        session.save(update_fields=["run_until_after"])


def let_go_of_running(*, session: Session, person: int) -> None:
    """Whom the set has lost neither runs the session nor is asked to. Call it with the session's row held."""
    if session.runner_id == person:
        _hand_back(session)
    elif session.asked_to_run_id == person:
        _ask_nobody(session)


def _hand_back(session: Session) -> Session:
    session.runner = session.asked_to_run = session.run_until_after = None
    return _saved(session)


def _saved(session: Session) -> Session:
    session.save(update_fields=FIELDS)
    stir(session.pk)
    return session
