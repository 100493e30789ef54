"""Coming, if I can, or apologies."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from als_project.refusals import Refused
from als_project.users.models import User
from sessions.enums import Reply
from sessions.models import Attendance, Session
from sessions.services.bidding import withdraw_standing
from sessions.services.holding import hold


class TooLateToReply(Refused):
    def __init__(self) -> None:
        super().__init__(_("This session has begun, is over or was cancelled, so there is nothing to reply to."))


@transaction.atomic
def reply(*, session: Session, by: User, reply: Reply, now: datetime, reason: str | None = None) -> Attendance:
    """The set knows whether `by` is coming. Apologies take their topic out of this session; it stays theirs.

    Why they can't come is for those who look after the set; None leaves what they had said. Raises TooLateToReply.
    """
    session = hold(session)
    if not session.is_scheduled:
        raise TooLateToReply
    said: dict[str, Any] = {"reply": reply, "replied_at": now}
    if reply != Reply.APOLOGIES:
        said["reason"] = ""
    elif reason is not None:
        said["reason"] = reason
    attendance, _created = Attendance.objects.update_or_create(session=session, user=by, defaults=said)
    if reply == Reply.APOLOGIES:
        withdraw_standing(session=session, member=by, now=now)
    return attendance
