"""What can be answered from a mail about a session: offer a topic, nothing this time, can't come.

The two that need no words are done by a link of the reader's own. It ends when the session begins, when it is moved or
cancelled, and with the membership it was made for; it never undoes what was said since.
"""

from datetime import datetime
from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from als_project.clock import in_words
from als_project.outbox.links import Answer, Link, Page, Purpose, make_link, register_purpose
from sessions.enums import Reply
from sessions.models import Attendance, Bid, Session
from sessions.services import bidding, replying
from sets.models import Membership
from sets.permissions import takes_part
from sets.processes import process_called

OFFER, NOTHING, CANT_COME = (
    gettext_lazy("Offer a topic"),
    gettext_lazy("Nothing this time"),
    gettext_lazy("I can’t come"),
)


def answers_to(session: Session, membership: Membership) -> list[Answer]:
    """What this person may still answer. Needs the membership with its set and person."""
    link = partial(make_link, membership.user, about=(session.pk, membership.pk), expires=session.starts_at)
    answers = [Answer(str(CANT_COME), link(purpose=CantCome.name))]
    if _may_say_nothing(session, membership):
        offer = settings.SITE_URL + reverse("sessions:offer", args=[session.pk])
        return [Answer(str(OFFER), offer), Answer(str(NOTHING), link(purpose=NothingThisTime.name)), *answers]
    return answers


def _may_say_nothing(session: Session, membership: Membership) -> bool:
    """A member of a set that offers topics, who has neither offered one nor said that there is none."""
    if not (takes_part(membership) and process_called(membership.learning_set.process).uses_bids):
        return False
    said = Attendance.objects.declining_topics().filter(session=session, user=membership.user)
    offered = Bid.objects.standing().filter(session=session, member=membership.user)
    return not (said.exists() or offered.exists())


class AboutSession(Purpose):
    """Alive while the session stands at the date the link was made for, and its person is in the set ever since."""

    def page(self, link: Link, *, now: datetime) -> Page | None:
        found = self._found(link)
        return self.ask(*found) if found else None

    def act(self, link: Link, *, now: datetime) -> None:
        found = self._found(link)
        if found:
            self.do(*found, now=now)

    def ask(self, session: Session, membership: Membership) -> Page | None:
        raise NotImplementedError

    def do(self, session: Session, membership: Membership, *, now: datetime) -> None:
        raise NotImplementedError

    def _found(self, link: Link) -> tuple[Session, Membership] | None:
        session_pk, membership_pk = link.about
        rows = Membership.objects.present().select_related("learning_set", "user")
        membership = rows.filter(pk=membership_pk, user=link.person).first()
        session = Session.objects.scheduled().filter(pk=session_pk).first()
        if membership is None or session is None or session.learning_set_id != membership.learning_set_id:
            return None
        has_moved = session.starts_at.replace(microsecond=0) != link.expires
        return None if has_moved else (session, membership)


def _page(session: Session, membership: Membership, heading: str, text: str, button: str = "") -> Page:
    """`text` may hold {when}: the session's date on the reader's own clock."""
    when = in_words(session.starts_at, membership.user.time_zone)
    return Page(heading, text.format(when=when), session.get_absolute_url(), _("To the session"), button)


@register_purpose
class NothingThisTime(AboutSession):
    name = "sessions.nothing"
    says = gettext_lazy("that you bring no topic to a session")

    def ask(self, session: Session, membership: Membership) -> Page | None:
        if Attendance.objects.declining_topics().filter(session=session, user=membership.user).exists():
            return _page(
                session,
                membership,
                _("Noted: nothing this time"),
                _("You bring no topic to the session on {when}. If one comes to mind, you can still offer it."),
            )
        if not _may_say_nothing(session, membership):
            return None
        return _page(
            session,
            membership,
            _("No topic of yours this time?"),
            _("You are not asked again for the session on {when}. The others still count on you for theirs."),
            _("Nothing this time"),
        )

    def do(self, session: Session, membership: Membership, *, now: datetime) -> None:
        bidding.want_nothing(session=session, by=membership.user, now=now)


@register_purpose
class CantCome(AboutSession):
    name = "sessions.apologies"
    says = gettext_lazy("that you can’t come to a session")

    def ask(self, session: Session, membership: Membership) -> Page | None:
        if Attendance.objects.apologies().filter(session=session, user=membership.user).exists():
            return _page(
                session,
                membership,
                _("Your apologies are noted"),
                _("The set knows that you can’t come on {when}. If you can after all, say so on the session’s page."),
            )
        return _page(
            session,
            membership,
            _("You can’t come?"),
            _("Your set will know that you can’t come on {when}. A topic you have offered stays yours."),
            _("Send my apologies"),
        )

    def do(self, session: Session, membership: Membership, *, now: datetime) -> None:
        replying.reply(session=session, by=membership.user, reply=Reply.APOLOGIES, now=now)
