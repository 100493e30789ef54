"""The review: each writes alone, then all see."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from als_project.refusals import Refused
from als_project.users.models import User
from sessions.models import Review, Session, Stage
from sessions.permissions import writes_for_others
from sessions.services.holding import hold_running
from sessions.services.running import arrive
from sessions.services.stirring import stir
from sets.models import Membership
from sets.processes import Captures


class NotReviewing(Refused):
    """The session is not in its review."""


@transaction.atomic
def save_review(
    *,
    session: Session,
    by: User,
    on_rules: str,
    what_helped: str,
    next_time: str,
    now: datetime,
    rating: str = "",
    for_whom: User | None = None,
) -> Review:
    """The author's review is exactly these words: nobody else's to read until the reviews are shown.

    `rating`: one of RATINGS, which only figures tell on. `for_whom`: the author, where somebody else writes it down.
    Raises NotRunning, NotReviewing.
    """
    session = hold_running(session)
    stage = _review_stage(session)
    author = for_whom or by
    if not _may_write(session, stage, by, author):
        raise NotReviewing(_("This review is not yours to write. Your words are kept below."))
    words = {"on_rules": on_rules, "what_helped": what_helped, "next_time": next_time, "rating": rating}
    written_by = by if author != by else None
    review, _created = Review.objects.update_or_create(
        session=session, author=author, defaults={**words, "saved_at": now, "written_by": written_by}
    )
    arrive(session=session, by=author, now=now)
    stir(session.pk)
    return review


def _may_write(session: Session, stage: Stage, by: User, author: User) -> bool:
    members = Membership.objects.present().select_related("learning_set", "user")
    people = {row.user_id: row for row in members.filter(learning_set=session.learning_set, user__in=[by, author])}
    if by.pk not in people or author.pk not in people:
        return False
    if by == author:
        return True
    # What somebody has written alone stays theirs to change.
    written = Review.objects.filter(session=session, author=author, written_by=None).exists()
    return not written and writes_for_others(session, stage, people[by.pk])


@transaction.atomic
def show_reviews(*, session: Session, by: User, now: datetime) -> Session:
    """Everybody's review is there for all to read; who writes later is read at once. Raises NotReviewing."""
    session = hold_running(session)
    _review_stage(session)
    if session.reviews_shown_at is None:
        session.reviews_shown_at = now
        session.save(update_fields=["reviews_shown_at"])
        stir(session.pk)
    return session


def _review_stage(session: Session) -> Stage:
    stage = session.stages.now().select_related("slot").first()
    if stage is None or Captures.REVIEW not in stage.captures:
        raise NotReviewing(_("The review is over, or has not begun. Your words are kept below."))
    return stage
