"""What pages of the lower floors show of actions. A template places a panel; Python below never looks up."""

from functools import lru_cache
from typing import Any

from django import template
from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language

from actions.enums import ActionState
from actions.figures import actions_by_state
from actions.forms import CommitForm, DraftForm
from actions.models import Action, LogEntry, ReportBack
from actions.permissions import can_commit, can_propose
from actions.services.reporting_for import whose_reports
from actions.told import actions_told
from als_project.users.models import User
from als_project.written_once import written_once
from sessions.models import Session, Slot
from sessions.permissions import may_read
from sets.access import own_membership
from sets.figures import FEWEST_PEOPLE
from sets.models import Membership, Programme

register = template.Library()
Panel = dict[str, Any]


def _reader(context: template.Context) -> User:
    user: User = context["request"].user
    return user


@register.inclusion_tag("actions/panels/home.html", takes_context=True)
def actions_home(context: template.Context) -> Panel:
    """What about actions waits for me: drafts to confirm, support to answer for, actions to report on."""
    user = _reader(context)
    waiting = _waiting_for(user)
    own = [action for action in waiting if action.owner_id == user.pk]
    return {
        "drafts": [action for action in own if action.is_proposed],
        "asking": [action for action in waiting if action.owner_id != user.pk],
        "written": [action for action in own if action.written_for_me],  # type: ignore[attr-defined]  # annotated
        "reports": [action for action in own if not (action.is_proposed or action.written_for_me)],  # type: ignore[attr-defined]
    }


@written_once
def _waiting_for(user: User) -> QuerySet[Action]:
    """Each says which report-back, the first, was `written_for_me`: to be confirmed before anything else is said."""
    own, everyones = Action.objects.owned_by(user), Action.objects.all()
    written = ReportBack.objects.awaiting(user)
    waiting = own.proposed() | own.awaiting_report() | everyones.asking(user)
    waiting |= own.filter(pk__in=written.order_by().values("action"))
    first = written.filter(action=OuterRef("pk")).order_by("given_at", "pk").values("pk")[:1]
    asked = waiting.visible_to(user).select_related("learning_set", "owner")
    shown = asked.only("what", "state", "owner__name", "learning_set__name")
    return shown.with_next_session().annotate(written_for_me=Subquery(first))


@register.inclusion_tag("actions/panels/owed.html", takes_context=True)
def actions_owed(context: template.Context, session: Session) -> Panel:
    """By owner, what earlier sessions left to report on, and what was reported to this one."""
    user = _reader(context)
    actions = [action for action in actions_told(context["request"], session) if action.session_id != session.pk]
    return {
        "session": session,
        "user": user,
        "readable": _may_read(context, session),
        "next": _page_of(session) if actions else "",
        "actions": actions,
        "writes_for": whose_reports(session, user) if actions and session.is_running else set(),
    }


@register.inclusion_tag("actions/panels/commit.html", takes_context=True)
def actions_commit(context: template.Context, slot: Slot) -> Panel:
    """The commit stage's box: the presenter's form, or a draft form for who looks after the set; others see none."""
    user = _reader(context)
    session = slot.session
    membership = Membership.objects.present_in(session.learning_set, user)
    readable = Slot.objects.visible_to(user).filter(pk=slot.pk).exists()
    commits, drafts = can_commit(user, slot), can_propose(user, slot, membership)
    form: Any = None
    actions = list(_of_slot(slot, user)) if commits else []
    if readable and commits:
        form = CommitForm(session=session, owner=user, kept_as=f"commit-{slot.pk}", auto_id=f"id_commit_{slot.pk}_%s")
    elif readable and drafts:
        form = DraftForm(kept_as=f"draft-{slot.pk}", auto_id=f"id_draft_{slot.pk}_%s")
    return {
        "slot": slot,
        "user": user,
        "form": form,
        "commits": commits,
        "has_committed": bool(actions),
        "drafts": [action for action in actions if action.is_proposed],
        "next": _page_of(session),
    }


@register.inclusion_tag("actions/panels/drafts.html", takes_context=True)
def actions_drafts(context: template.Context, slot: Slot) -> Panel:
    """What was drafted for the presenter meanwhile: above the box, which is left alone while somebody types in it."""
    user = _reader(context)
    commits = can_commit(user, slot)
    actions = _of_slot(slot, user) if commits else []
    return {
        "commits": commits,
        "drafts": [action for action in actions if action.is_proposed],
        "next": _page_of(slot.session),
        "fragment": True,
    }


@register.inclusion_tag("actions/panels/committed.html", takes_context=True)
def actions_committed(context: template.Context, slot: Slot) -> Panel:
    """What was committed to, or drafted, on this topic; apart from the box, so that it can be shown anew beside it.

    The presenter's drafts stand above their box.
    """
    user = _reader(context)
    commits = can_commit(user, slot)
    return {
        "slot": slot,
        "commits": commits,
        "next": _page_of(slot.session),
        "readable": _may_read(context, slot.session),
        "user": user,
        "actions": [action for action in _of_slot(slot, user) if not (commits and action.is_proposed)],
    }


@written_once
def _of_slot(slot: Slot, user: User) -> QuerySet[Action]:
    rows = Action.objects.visible_to(user).filter(slot=slot).select_related("owner", "supporter", "drafted_by")
    return rows.with_absences().order_by("pk")


@register.inclusion_tag("actions/panels/of_session.html", takes_context=True)
def actions_of_session(context: template.Context, session: Session) -> Panel:
    """What was committed to in a session, as the record shows it."""
    actions = [action for action in actions_told(context["request"], session) if action.session_id == session.pk]
    return {
        "session": session,
        "user": _reader(context),
        "actions": sorted(actions, key=lambda action: (action.place is None, action.place, action.pk)),
        "readable": _may_read(context, session),
    }


@register.inclusion_tag("actions/panels/mine.txt", takes_context=True)
def actions_mine(context: template.Context) -> Panel:
    """A person's own actions, report-backs and learning log as plain text, to take along."""
    user = _reader(context)
    own = Action.objects.visible_to(user).owned_by(user).select_related("learning_set", "supporter")
    return {
        "actions": own.prefetch_related("report_backs").order_by("created_at", "pk"),
        "entries": LogEntry.objects.visible_to(user).order_by("written_at", "pk"),
    }


@register.inclusion_tag("actions/panels/figures.html", takes_context=True)
def actions_figures(context: template.Context, programme: Programme) -> Panel:
    """Counts by state for the programme's organisers, withheld below five people."""
    organises = Programme.objects.visible_to(_reader(context)).filter(pk=programme.pk).exists()
    figures = actions_by_state(programme) if organises else None
    return {"organises": organises, "figures": figures, "fewest": FEWEST_PEOPLE}


@register.filter
def still_asks_for_a_day(action: Action) -> bool:
    """The one gentle question: by when? Not asked of a draft, nor of what is finished."""
    return action.due_on is None and action.is_owed


@register.filter
def state_tag(state: str) -> str:
    """The small outlined word: what is under way stands out, nothing is marked as bad."""
    return _state_tag(ActionState(state), get_language())


@lru_cache(maxsize=128)
def _state_tag(state: ActionState, _language: str | None) -> str:
    """In the active language: made once, because every row of a list has one."""
    under_way = state in (ActionState.OPEN, ActionState.IN_PROGRESS)
    return format_html('<span class="{}">{}</span>', "tag now" if under_way else "tag", state.label)


def _page_of(session: Session) -> str:
    """Where a form in a panel leads back to: a panel may have come in a fragment, whose address is no page."""
    return reverse("sessions:room" if session.is_running else "sessions:session", args=[session.pk])


def _may_read(context: template.Context, session: Session) -> bool:
    membership = own_membership(context["request"], session.learning_set_id)
    return membership is not None and may_read(session, membership)
