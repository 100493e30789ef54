"""What is said is captured under its stage, by name; notes to self stay with their author."""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from als_project.refusals import Refused
from als_project.users.models import User
from sessions.enums import ContributionKind
from sessions.models import Contribution, PrivateNote, Session, Stage
from sessions.permissions import listens, may_write
from sessions.services.holding import hold, hold_running
from sessions.services.running import arrive
from sets.models import Membership


class NotNow(Refused):
    """The stage is over, or does not capture this."""


class NotYours(Refused):
    """Others write in this stage."""


class Listening(NotYours):
    """The presenter listens and does not write."""


@transaction.atomic
def contribute(
    *, stage: Stage, by: User, kind: ContributionKind | str, text: str, form_key: uuid.UUID, now: datetime
) -> Contribution:
    """The words stand under the stage, in the author's name; the author counts as present.

    The same form sent again (`form_key`) captures nothing new. Raises NotRunning, NotNow, NotYours, Listening.
    """
    session = hold_running(stage.session)
    sent = Contribution.objects.filter(form_key=form_key, author=by).first()
    if sent is not None:
        return sent
    current = session.stages.now().select_related("slot").first()
    if current is None or current.pk != stage.pk:
        raise NotNow(_("“%(stage)s” is over. Your words are kept below.") % {"stage": stage.name})
    _may_capture(current, session, by, kind)
    arrive(session=session, by=by, now=now)
    return Contribution.objects.create(
        stage=current, author=by, kind=ContributionKind(kind), text=text, form_key=form_key, captured_at=now
    )


def _may_capture(stage: Stage, session: Session, by: User, kind: str) -> None:
    membership = Membership.objects.present_in(session.learning_set, by)
    if listens(stage, by):
        raise Listening(_("You are in listening mode until the next stage. Your words are kept below."))
    if membership is None or not may_write(stage, membership):
        raise NotYours(_("In this stage others write. Your words are kept below."))
    if kind not in stage.captures or kind not in ContributionKind.values:
        raise NotNow(_("“%(stage)s” does not capture this. Your words are kept below.") % {"stage": stage.name})


@transaction.atomic
def save_note(*, session: Session, by: User, text: str, now: datetime) -> PrivateNote:
    """The author's notes to self on this session are exactly `text`. Open in every stage, and after the session."""
    session = hold(session)
    if session.is_cancelled or session.is_scheduled:
        raise NotNow(_("Notes open with the session."))
    note, _created = PrivateNote.objects.update_or_create(
        session=session, author=by, defaults={"text": text, "saved_at": now}
    )
    return note
