"""What can be done with a reply by mail to a question about actions: report back on one of them."""

from django.db.models import Q
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from actions.models import Action
from actions.services import checking, reminding
from als_project.outbox.kinds import Way
from als_project.users.models import User
from sessions.models import Session

A_FEW = 10


def replies_about(action: Action) -> Q:
    sessions = Session.objects.filter(learning_set=action.learning_set_id).values("pk")
    return Q(kind=reminding.KIND, about__in=sessions) | Q(kind=checking.KIND, about=action.pk)


def ways_on_reminder(writer: User, session_pk: int) -> list[Way]:
    """The writer's actions in the session's set, the newest first: a mail doesn't say which is meant."""
    sets = Session.objects.filter(pk=session_pk).values("learning_set")
    return _ways(Q(learning_set__in=sets), writer)


def ways_on_check(writer: User, action_pk: int) -> list[Way]:
    return _ways(Q(pk=action_pk), writer)


def _ways(which: Q, writer: User) -> list[Way]:
    own = Action.objects.visible_to(writer).owned_by(writer).confirmed().filter(which)[:A_FEW]
    return [
        Way(
            _("Report back: {what}").format(what=Truncator(action.what).chars(80)),
            reverse("actions:report_back", args=[action.pk]),
        )
        for action in own
    ]
