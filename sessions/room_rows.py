"""What the room reads from the database, each written once."""

from django.db.models import QuerySet

from als_project.users.models import User
from als_project.written_once import written_once
from sessions.enums import BidState
from sessions.models import Attendance, Bid, PrivateNote, Session, Slot
from sets.models import LearningSet, Membership


@written_once
def attendances_in(session: Session) -> QuerySet[Attendance]:
    return Attendance.objects.filter(session=session)


@written_once
def people_of(learning_set: LearningSet) -> QuerySet[Membership]:
    return Membership.objects.present().filter(learning_set=learning_set).select_related("user")


@written_once
def slots_in(session: Session) -> QuerySet[Slot]:
    slots = Slot.objects.filter(session=session)
    return slots.select_related("bid__topic", "presenter", "offered_to__member", "three")


@written_once
def bids_in(session: Session) -> QuerySet[Bid]:
    bids = Bid.objects.filter(session=session, state__in=[BidState.OFFERED, BidState.CHOSEN])
    return bids.select_related("topic__written_by", "member")


@written_once
def notes_in(session: Session, author: User) -> QuerySet[PrivateNote]:
    return PrivateNote.objects.filter(session=session, author=author)
