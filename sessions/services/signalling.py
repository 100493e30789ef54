"""What people show without a word: done writing, next to speak; and whose turn it is in a round."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from als_project.refusals import Refused
from als_project.users.models import User
from sessions.enums import Hand
from sessions.models import RaisedHand, Session, Stage
from sessions.permissions import may_speak, may_write
from sessions.rounds import in_turn, speaker_of
from sessions.services.stages import hold_stage, stage_of
from sessions.services.stirring import stir
from sets.models import Membership
from sets.processes import Who


class NotInThisStage(Refused):
    """They don't write, or don't ask for the word, in this stage."""


@transaction.atomic
def raise_hand(*, session: Session, by: User, leaving: int, hand: Hand, now: datetime) -> RaisedHand:
    """Everyone sees it until it is lowered or the stage is over. Raises NotRunning, MovedOn, NotInThisStage."""
    stage = hold_stage(session, leaving)
    stage = stage_of(session, by) or stage
    membership = Membership.objects.present_in(session.learning_set, by)
    may = may_write if hand == Hand.DONE else may_speak
    if membership is None or not may(stage, membership):
        raise NotInThisStage(
            _("In this stage others write.") if hand == Hand.DONE else _("In this stage others speak.")
        )
    raised, _created = RaisedHand.objects.get_or_create(stage=stage, user=by, hand=hand, defaults={"raised_at": now})
    stir(session.pk)
    return raised


@transaction.atomic
def lower_hand(*, session: Session, by: User, leaving: int, hand: Hand, now: datetime) -> None:
    """Their own. Raises NotRunning, MovedOn."""
    stage = hold_stage(session, leaving)
    stage = stage_of(session, by) or stage
    stage.hands.filter(user=by, hand=hand).delete()
    stir(session.pk)


@transaction.atomic
def end_turn(*, session: Session, by: User, leaving: int, speaker: int, now: datetime) -> Stage:
    """The next one has the word. When it is not (or no longer) `speaker`'s turn, nothing moves.

    Raises NotRunning, MovedOn, NotInThisStage.
    """
    stage = hold_stage(session, leaving)
    if stage.speaks != Who.EVERYONE_IN_TURN:
        raise NotInThisStage(_("In this stage people don't take turns."))
    now_speaks = speaker_of(in_turn(stage, people_in_round(session)))
    if now_speaks is not None and now_speaks.pk == speaker:
        stage.had_turn = [*stage.had_turn, speaker]
        stage.save(update_fields=["had_turn"])
        stir(session.pk)
    return stage


def people_in_round(session: Session) -> list[User]:
    """The members who are here, as far as is known."""
    away = session.attendances.away().values("user")
    members = Membership.objects.present().members().filter(learning_set=session.learning_set)
    return [m.user for m in members.exclude(user__in=away).select_related("user")]
