"""What a view fetches first: the session a person may see. A stranger meets a 404."""

from django.contrib import messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from als_project.users.models import User
from als_project.users.requests import SignedInRequest
from als_project.written_once import written_once
from sessions.models import Preparation, PrivateNote, Session
from sessions.room_rows import with_what_is_shown
from sessions.stamp import with_stamp
from sets.access import needs_agreement


def session_or_404(request: SignedInRequest, session_id: int) -> Session:
    return _only(_visible(session_id, request.user))


def session_in_room_or_404(request: SignedInRequest, session_id: int) -> Session:
    """With its stamp, and the reader's notes to self: `own_note`. Its set comes with the reader's membership."""
    return _only(_in_room(session_id, request.user))


def session_as_shown_or_404(request: SignedInRequest, session_id: int) -> Session:
    """The same, with all that its room shows besides its stages."""
    return _only(_as_shown(session_id, request.user))


def _only(found: list[Session]) -> Session:
    if not found:
        raise Http404
    return found[0]


@written_once
def _visible(session_id: int, user: User) -> QuerySet[Session]:
    """It knows when its reader last saved a preparation for it: `prepared_at`."""
    own = Preparation.objects.filter(session=OuterRef("pk"), author=user)
    sessions = _of(session_id, user).select_related("learning_set", "facilitator")
    return sessions.annotate(prepared_at=Subquery(own.values("saved_at")))


@written_once
def _in_room(session_id: int, user: User) -> QuerySet[Session]:
    return _for_room(session_id, user)


@written_once
def _as_shown(session_id: int, user: User) -> QuerySet[Session]:
    return with_what_is_shown(_for_room(session_id, user), user)


def _for_room(session_id: int, user: User) -> QuerySet[Session]:
    own = PrivateNote.objects.filter(session=OuterRef("pk"), author=user)
    return with_stamp(_of(session_id, user), user).annotate(own_note=Subquery(own.values("text")))


def _of(session_id: int, user: User) -> QuerySet[Session]:
    return Session.objects.visible_to(user).filter(pk=session_id).order_by()


def rules_first(request: SignedInRequest, session: Session) -> HttpResponse | None:
    """Where a newcomer goes before anything said in the set; None for everyone who has agreed to its rules.

    A fragment asked for by htmx makes the whole page go; what was typed in it stays on the device.
    """
    if not needs_agreement(request, session.learning_set):
        return None
    messages.info(request, _("Please read the ground rules and agree to them first. Then this page is yours too."))
    if "HX-Request" in request.headers:
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("sets:rules", args=[session.learning_set_id])})
    return redirect("sets:rules", session.learning_set_id)
