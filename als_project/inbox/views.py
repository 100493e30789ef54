"""What came by mail, for its writer to send on or throw away."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from als_project.inbox import services
from als_project.inbox.models import MailedReply
from als_project.inbox.ways import ways_on
from als_project.users.requests import SignedInRequest


@require_safe
def reply(request: SignedInRequest, reply_id: int) -> HttpResponse:
    """The words, and what can be done with them now."""
    mailed = get_object_or_404(MailedReply.objects.visible_to(request.user), pk=reply_id)
    return render(request, "inbox/reply.html", {"reply": mailed, "ways": ways_on(mailed)})


@require_POST
def discard(request: SignedInRequest, reply_id: int) -> HttpResponse:
    mailed = get_object_or_404(MailedReply.objects.visible_to(request.user), pk=reply_id)
    services.settle(mailed, by=request.user, now=timezone.now())
    messages.success(request, _("It is thrown away. Nobody else has read it."))
    return redirect("home")
