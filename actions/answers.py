"""What can be answered from a mail about an action: done, still on it, changed.

Each is a link of its owner's own, which says where the action stands and nothing else. It never goes before words: once
a report-back has been written, the link only says so, and only to its owner, signed in. Others who hold the mail are
asked the same by all three links, whichever was used before. The page names the day on which the set met, no more.
"""

from datetime import datetime
from typing import ClassVar

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actions.enums import ActionState
from actions.models import Action
from actions.services import reporting
from als_project.outbox.links import Answer, Link, Page, Purpose, make_link, register_purpose
from als_project.templatetags.clock import day
from als_project.users.models import User
from sessions.models import Session
from sets.models import Membership


def answers_to(session: Session, owner: User) -> list[Answer]:
    """For a reminder before `session`; none where several actions wait, because a mail can't say which is meant.

    Such a mail leads to the page where its reader, signed in, says it of each (`actions:owed`).
    """
    owed = Action.objects.awaiting_report().owned_by(owner).filter(learning_set=session.learning_set_id)
    actions = list(owed.visible_to(owner)[:2])
    return answers_about(actions[0], expires=session.starts_at) if len(actions) == 1 else []


def answers_about(action: Action, *, expires: datetime) -> list[Answer]:
    """For any mail to the action's owner about this one action; none for somebody who has left."""
    membership = Membership.objects.present().filter(learning_set=action.learning_set_id, user=action.owner_id).first()
    if membership is None:
        return []
    about = (action.pk, membership.pk)
    return [
        Answer(str(purpose.words), make_link(action.owner, purpose=purpose.name, about=about, expires=expires))
        for purpose in IN_ONE_WORD
    ]


class SaysWhere(Purpose):
    """Alive while the action is still its person's, to be read by them, and they are in the set ever since."""

    says = gettext_lazy("how far you are with what you set out to do")
    state: ClassVar[str]
    words: ClassVar[Promise]
    asks: ClassVar[Promise]
    button: ClassVar[Promise]

    def page(self, link: Link, *, now: datetime) -> Page | None:
        action = _found(link)
        if action is None:
            return None
        said = reporting.said_since_last_session(action)
        onward = (reverse("actions:report_back", args=[action.pk]), _("Say it in your own words"))
        if said and not said.is_bare:
            return Page(_("You have reported back"), _("What you wrote stands, and you can add to it."), *onward)
        if said and said.state == self.state and link.signed_in:
            asks = _("Your set sees where it stands, and would like to hear how it went, in a few words of yours.")
            return Page(_("Noted, thank you"), asks, *onward)
        if not reporting.can_say(action, said):
            return None
        text = _("This is about what you set out to do when your learning set met on {day}. How it went you can add.")
        return Page(str(self.asks), text.format(day=day(action.session.starts_at)), *onward, str(self.button))

    def act(self, link: Link, *, now: datetime) -> None:
        action = _found(link)
        if action:
            reporting.say_where_it_stands(action=action, by=link.person, state=self.state, now=now)


def _found(link: Link) -> Action | None:
    action_pk, membership_pk = link.about
    own = Action.objects.visible_to(link.person).owned_by(link.person).confirmed().select_related("session")
    action = own.filter(pk=action_pk).first()
    present = Membership.objects.present().filter(pk=membership_pk, user=link.person)
    return action if action and present.filter(learning_set=action.learning_set_id).exists() else None


@register_purpose
class Done(SaysWhere):
    name = "actions.done"
    state = ActionState.DONE
    words = gettext_lazy("Done")
    asks = gettext_lazy("Is it done?")
    button = gettext_lazy("Yes, it is done")


@register_purpose
class StillOnIt(SaysWhere):
    name = "actions.still"
    state = ActionState.IN_PROGRESS
    words = gettext_lazy("Still on it")
    asks = gettext_lazy("Still on it?")
    button = gettext_lazy("Yes, I am still on it")


@register_purpose
class Changed(SaysWhere):
    name = "actions.changed"
    state = ActionState.CHANGED
    words = gettext_lazy("Changed")
    asks = gettext_lazy("Has it changed?")
    button = gettext_lazy("Yes, it has changed")


IN_ONE_WORD = (Done, StillOnIt, Changed)
