"""What pages of other floors show of sessions. A template places a panel; Python below never looks up."""

from typing import Any

from django import template
from django.db.models import Q, QuerySet
from django.utils import timezone

from als_project.users.models import User
from als_project.written_once import written_once
from sessions import permissions
from sessions.balance import turns_of
from sessions.coming import ahead_of
from sessions.figures import ratings_of_programme, sessions_of_programme
from sessions.models import Attendance, Contribution, Preparation, PrivateNote, Review, Session, Topic
from sessions.open_polls import open_polls_for
from sets.access import own_membership, own_memberships, people_of
from sets.figures import FEWEST_PEOPLE
from sets.live import channel_of
from sets.models import LearningSet, Programme

register = template.Library()
Panel = dict[str, Any]
LATEST = 5


def _reader(context: template.Context) -> User:
    user: User = context["request"].user
    return user


@register.inclusion_tag("sessions/panels/home.html", takes_context=True)
def sessions_home(context: template.Context) -> Panel:
    """The session whose room is near, polls to answer, the next session of each of my other sets, and what needs

    attention in those I look after.
    """
    user, now = _reader(context), timezone.now()
    memberships = own_memberships(context["request"])
    ahead = ahead_of(user, memberships, now=now)
    polls = open_polls_for(user, memberships, now=now)
    asked = {one.poll.learning_set_id for one in polls}
    return {
        "near": [one for one in ahead.coming if one.is_near],
        "coming": [one for one in ahead.coming if not one.is_near],
        "idle": [learning_set for learning_set in ahead.idle if learning_set.pk not in asked],
        "polls": [one for one in polls if one.asks_me or one.waits_for_choice],
        "turns": ahead.turns,
    }


@register.inclusion_tag("sessions/_session_watch.html", takes_context=True)
def session_watch(context: template.Context, session: Session) -> Panel:
    """The page is renewed when the session is opened."""
    return {"session": session, "channel": channel_of(session.learning_set_id), "user": _reader(context)}


@register.inclusion_tag("sessions/panels/of_set.html", takes_context=True)
def sessions_of_set(context: template.Context, learning_set: LearningSet) -> Panel:
    """The set's sessions to come, and the latest of those that are over."""
    user, membership = _reader(context), own_membership(context["request"], learning_set.pk)
    sessions = _of_set(learning_set, user)
    return {
        "learning_set": learning_set,
        "to_come": [session for session in reversed(sessions) if not session.is_over],
        "polls": open_polls_for(user, [membership] if membership else [], now=timezone.now()),
        "past": [session for session in sessions if session.is_over],
        "may_schedule": membership is not None and permissions.may_schedule(membership),
        "now": timezone.now(),
    }


@written_once
def _of_set(learning_set: LearningSet, user: User) -> QuerySet[Session]:
    """All to come and the latest that are over, the last one first."""
    sessions = Session.objects.filter(learning_set=learning_set)
    shown = Q(pk__in=sessions.to_come().order_by().values("pk")) | Q(pk__in=sessions.over().values("pk")[:LATEST])
    return sessions.filter(shown).visible_to(user).with_numbers().order_by("-starts_at")


@register.inclusion_tag("sessions/panels/balance.html", takes_context=True)
def sessions_balance(context: template.Context, learning_set: LearningSet) -> Panel:
    """How long since each member was last heard, and for how many minutes: for who may read what is said in the set."""
    people, me = people_of(context["request"], learning_set.pk), own_membership(context["request"], learning_set.pk)
    members = [person for person in people if person.is_member]
    turns = turns_of(members, learning_set) if me and me.may_read else []
    most = max((turn.minutes for turn in turns), default=0)
    bars = [(turn, round(100 * turn.minutes / most) if most else 0) for turn in turns]
    return {"bars": bars, "anything": any(turn.sessions_since or turn.minutes for turn in turns)}


@register.inclusion_tag("sessions/panels/mine.txt", takes_context=True)
def sessions_mine(context: template.Context) -> Panel:
    """What a person wrote in the sets they are in, as plain text, to take along."""
    user = _reader(context)
    own = Topic.objects.visible_to(user).filter(owner=user).select_related("learning_set")
    contributions = Contribution.objects.visible_to(user).filter(author=user)
    with_set = ("session__learning_set",)
    apologies = Attendance.objects.visible_to(user).apologies().filter(user=user).select_related(*with_set)
    return {
        "preparations": Preparation.objects.visible_to(user).select_related(*with_set).order_by("saved_at", "pk"),
        "topics": own.order_by("created_at", "pk"),
        "contributions": contributions.select_related("stage__session__learning_set"),
        "reviews": Review.objects.visible_to(user).filter(author=user).select_related(*with_set),
        "apologies": [attendance for attendance in apologies if attendance.reason],
        "notes": PrivateNote.objects.visible_to(user).select_related(*with_set).order_by("saved_at", "pk"),
    }


@register.inclusion_tag("sessions/panels/figures.html", takes_context=True)
def sessions_figures(context: template.Context, programme: Programme) -> Panel:
    """Sessions held, attendance and ratings, for the programme's organisers, each withheld below five people."""
    if not Programme.objects.visible_to(_reader(context)).filter(pk=programme.pk).exists():
        return {}
    return {
        "organises": True,
        "figures": sessions_of_programme(programme),
        "ratings_by_name": ratings_of_programme(programme),
        "fewest": FEWEST_PEOPLE,
    }
