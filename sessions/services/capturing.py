"""What is said is captured under its stage, by name; notes to self stay with their author."""

import uuid
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from als_project.refusals import Refused
from als_project.users.models import User
from sessions.enums import ContributionKind
from sessions.models import Contribution, PrivateNote, Session, Stage
from sessions.permissions import listens, may_be_quoted, may_write, writes_for_others
from sessions.services.holding import hold, hold_running
from sessions.services.running import arrive
from sessions.services.stages import stage_of
from sessions.services.stirring import stir
from sets.models import Membership


class NotNow(Refused):
    """The stage is over, or does not capture this."""


class NotYours(Refused):
    """Others write in this stage."""


class NotForOthers(NotYours):
    """Not by this person, or not for that one."""

    def __init__(self) -> None:
        super().__init__(_("You can’t write for the person you chose now. Your words are kept below."))


class Listening(NotYours):
    """The presenter listens and does not write."""


@transaction.atomic
def contribute(
    *,
    stage: Stage,
    by: User,
    kind: ContributionKind | str,
    text: str,
    form_key: uuid.UUID,
    now: datetime,
    for_whom: User | None = None,
) -> Contribution:
    """The words stand under the stage, in the author's name; the author counts as present.

    `for_whom`: the author, where somebody else writes for them; then the words say who wrote them down.
    The same form sent again (`form_key`) captures nothing new. Raises NotRunning, NotNow, NotYours.
    """
    session = hold_running(stage.session)
    sent = Contribution.objects.filter(Q(author=by) | Q(written_by=by), form_key=form_key).first()
    if sent is not None:
        return sent
    current = stage_of(session, by)
    if current is None or current.pk != stage.pk:
        raise NotNow(_("“%(stage)s” is over. Your words are kept below.") % {"stage": stage.name})
    author = for_whom or by
    _may_capture(current, session, by, author, kind)
    arrive(session=session, by=author, now=now)
    stir(session.pk)
    return Contribution.objects.create(
        stage=current,
        author=author,
        written_by=by if author != by else None,
        kind=ContributionKind(kind),
        text=text,
        form_key=form_key,
        captured_at=now,
    )


def _may_capture(stage: Stage, session: Session, by: User, author: User, kind: str) -> None:
    membership = Membership.objects.present_in(session.learning_set, by)
    if listens(stage, by):
        raise Listening(_("You are in listening mode until the next stage. Your words are kept below."))
    if membership is None or not _may_write_as(author, stage, session, membership):
        if author != by:
            raise NotForOthers
        raise NotYours(_("In this stage others write. Your words are kept below."))
    if kind not in stage.captures or kind not in ContributionKind.values:
        raise NotNow(_("“%(stage)s” does not capture this. Your words are kept below.") % {"stage": stage.name})


def _may_write_as(author: User, stage: Stage, session: Session, membership: Membership) -> bool:
    if membership.user_id == author.pk:
        return may_write(stage, membership)
    quoted = Membership.objects.present_in(session.learning_set, author)
    return quoted is not None and writes_for_others(session, stage, membership) and may_be_quoted(stage, quoted)


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
