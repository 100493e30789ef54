"""A supporter is asked by the owner, and is one only when they say yes."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from actions.enums import SupportState
from actions.models import Action
from actions.permissions import is_asked_to_support, owns
from actions.services.locking import locked_action
from als_project.outbox import services as outbox
from als_project.refusals import Refused
from als_project.users.models import User
from sessions.models import Session
from sessions.services.stirring import stir
from sets.models import Membership


class NothingToSupport(Refused):
    """A draft or a finished action."""


class CannotSupport(Refused):
    """Not a present member who may read the action, or the owner."""


class NotAsked(Refused):
    """The answer was given before, or the asking was taken back."""


def who_may_support(session: Session, owner: User) -> QuerySet[User]:
    """The present members, other than the owner, who may read what was said in the session."""
    reader = Membership.objects.may_read().members().filter(user=OuterRef("pk"), learning_set=session.learning_set_id)
    if session.closed_at:
        reader = reader.filter(Q(joined_at__lte=session.closed_at) | Q(learning_set__newcomers_read_past=True))
    return User.objects.filter(Exists(reader)).exclude(pk=owner.pk).order_by("name", "pk")


@transaction.atomic
def ask(*, action: Action, by: User, supporter: User | None, now: datetime) -> Action:
    """The person is asked and told so; whoever was asked before is so no more. None asks nobody from here on."""
    action = locked_action(action, by=by)
    if not owns(by, action):
        raise PermissionDenied
    if not action.is_owed:
        raise NothingToSupport(_("Support is for an action that is confirmed and under way."))
    if supporter is None:
        return _write(action, supporter=None, support="")
    if supporter.pk == action.supporter_id and action.support in (SupportState.ASKED, SupportState.ACCEPTED):
        return action
    if not who_may_support(action.session, by).filter(pk=supporter.pk).exists():
        raise CannotSupport(_("Ask somebody who is in the set now and may read this action."))
    action.times_asked += 1
    _write(action, supporter=supporter, support=SupportState.ASKED)
    _tell(supporter, kind="actions.support_asked", action=action)
    return action


# A clock that was stopped for so long catches up.
LOOK_BACK = timedelta(days=30)

# From what a supporter has said so far to what they may say now.
ANSWERS = {
    SupportState.ASKED: (SupportState.ACCEPTED, SupportState.DECLINED),
    SupportState.ACCEPTED: (SupportState.DECLINED,),
}


@transaction.atomic
def answer_support(*, action: Action, by: User, accepts: bool, now: datetime) -> Action:
    """The supporter has said yes or no and the owner is told. Who said yes may step back later."""
    action = locked_action(action, by=by)
    if not is_asked_to_support(by, action):
        raise PermissionDenied
    answer = SupportState.ACCEPTED if accepts else SupportState.DECLINED
    if action.support == answer:
        return action
    if not action.is_owed or answer not in ANSWERS.get(SupportState(action.support), ()):
        raise NotAsked(_("Nobody is waiting for this answer any more."))
    _write(action, supporter=by, support=answer)
    _tell(action.owner, kind="actions.support_answered", action=action)
    return action


def tell_of_leavers(*, now: datetime) -> int:
    """Each owner whose supporter has left the set is told, once. Returns how many were."""
    told = [_note_leaver(pk) for pk in who_lost_their_supporter(now=now).values_list("pk", flat=True)]
    return sum(told)


def who_lost_their_supporter(*, now: datetime) -> QuerySet[Action]:
    ended = Membership.objects.filter(user=OuterRef("supporter"), learning_set=OuterRef("learning_set"))
    lately = Exists(ended.filter(ended_at__gt=now - LOOK_BACK))
    return Action.objects.owed().filter(lately, support__in=ANSWERS).whose_supporter_left()


@transaction.atomic
def _note_leaver(pk: int) -> bool:
    rows = Action.objects.whose_supporter_left().filter(pk=pk, support__in=ANSWERS)
    action = rows.select_for_update(of=("self",)).select_related("owner").first()
    if action is None:
        return False
    _write(action, supporter=action.supporter, support=SupportState.LEFT)
    _tell(action.owner, kind="actions.supporter_left", action=action)
    return True


def _write(action: Action, *, supporter: User | None, support: str) -> Action:
    action.supporter, action.support = supporter, support
    action.save(update_fields=["supporter", "support", "times_asked"])
    stir(action.session_id)
    return action


def _tell(person: User, *, kind: str, action: Action) -> None:
    outbox.post_to_each([person], kind=kind, cause=cause_of(action), about=action.pk)


def cause_of(action: Action) -> str:
    """One asking, told from those before it, and the answer to it."""
    return f"action:{action.pk}:asked:{action.times_asked}:{action.support}"
