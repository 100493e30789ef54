"""What is told in a session about actions: those committed to in it, and what became of earlier ones."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone

from actions.models import Action, ReportBack
from als_project.db import decrypted
from als_project.listed import Listed
from als_project.users.models import User
from als_project.written_once import written_once
from sessions.enums import SessionState
from sessions.models import Session
from sessions.permissions import may_read
from sets.access import own_membership

WORDS = ("did", "happened", "learned", "next_step")


class Report(NamedTuple):
    """A report-back as it is read, with who wrote it down for its author, by name."""

    pk: int
    did: str
    happened: str
    learned: str
    next_step: str
    written_by: str | None
    awaits_owner: bool


def actions_told(request: HttpRequest, session: Session) -> list[Action]:
    """Those of the session, and earlier ones, by owner, that were reported on here, or can be while it is not closed.

    Each with its reports to this session in words: `heard`. Nothing for who may not read the session.
    Asked for once a request, however many panels of a page begin with them.
    """
    asked_before: dict[int, list[Action]] = vars(request).setdefault("actions_told", {})
    if session.pk not in asked_before:
        membership = own_membership(request, session.learning_set_id)
        readable = membership is not None and may_read(session, membership)
        asked_before[session.pk] = _told(session, request.user) if readable else []  # type: ignore[arg-type]
    return asked_before[session.pk]


def _told(session: Session, reader: User) -> list[Action]:
    asked = _told_in if session.is_closed else _told_or_owed_in
    until = session.closed_at or timezone.now()
    actions = asked(session, session.learning_set_id, session.starts_at, until, reader)
    for action in actions:
        action.heard = [_report(row) for row in action.reports]
    return actions


def _report(row: dict[str, Any]) -> Report:
    return Report(**row | {name: decrypted(row[name]) for name in WORDS})


@written_once
def _told_in(session: Session, set_id: int, starts_at: datetime, until: datetime, reader: User) -> QuerySet[Action]:
    return _told_of(session, set_id, starts_at, until, reader, Q())


@written_once
def _told_or_owed_in(
    session: Session, set_id: int, starts_at: datetime, until: datetime, reader: User
) -> QuerySet[Action]:
    owed = Action.objects.owed().whose_owner_can_answer().filter(session__state=SessionState.CLOSED)
    return _told_of(session, set_id, starts_at, until, reader, Q(pk__in=owed.values("pk")))


def _told_of(
    session: Session, set_id: int, starts_at: datetime, until: datetime, reader: User, also: Q
) -> QuerySet[Action]:
    """The session's own actions, and of the set's earlier ones those reported on here, and `also` those."""
    closed_before = Session.objects.past().filter(learning_set=set_id, starts_at__lt=starts_at)
    heard = ReportBack.objects.heard_at(session, since=Subquery(closed_before.values("closed_at")[:1]), until=until)
    earlier = Q(learning_set=set_id, session__starts_at__lt=starts_at)
    # Of the set's alone: else the database looks through everybody's.
    reported_on = heard.filter(action__learning_set=set_id).values("action")
    told = Q(session=session) | earlier & (Q(pk__in=reported_on) | also)
    in_words = heard.filter(action=OuterRef("pk"), is_bare=False)
    own = {name: name for name in Report._fields}
    rows = Action.objects.visible_to(reader).filter(told).with_owners_absence().with_last_report()
    rows = rows.annotate(  # type: ignore[no-redef]  # the model tells of them
        place=F("slot__position"), reports=Listed(in_words, **own | {"written_by": "written_by__name"})
    )
    shown = rows.select_related("owner").only("session", "what", "state", "due_on", "owner__name")
    return shown.order_by("owner__name", "owner", "pk")
