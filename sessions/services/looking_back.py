"""On what the review of a session looks back."""

from django.db import transaction
from django.utils.translation import gettext as _

from als_project.refusals import Refused
from als_project.users.models import User
from sessions.enums import LooksBack
from sessions.models import Session
from sessions.services.holding import hold


class StagesStand(Refused):
    def __init__(self) -> None:
        super().__init__(_("This session has begun, is over or was cancelled, so its review stays what it was."))


@transaction.atomic
def look_back(*, session: Session, by: User, on: LooksBack) -> Session:
    """The session ends with such a review. Raises StagesStand: once it is opened, they are laid out."""
    session = hold(session)
    if not session.is_scheduled:
        raise StagesStand
    session.looks_back_on = on
    session.save(update_fields=["looks_back_on"])
    return session
