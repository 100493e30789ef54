"""A programme for its organisers: figures, never content."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from als_project.users.models import User
from als_project.users.requests import SignedInRequest
from sets.models import Membership, Programme

FEWEST_PEOPLE = 5


@require_safe
def programme(request: SignedInRequest, programme_id: int) -> HttpResponse:
    programme = get_object_or_404(Programme.objects.visible_to(request.user), pk=programme_id)
    present = Membership.objects.present().filter(learning_set__programme=programme)
    people = User.objects.filter(memberships__in=present).distinct().count()
    context = {
        "programme": programme,
        "sets": programme.learning_sets.count(),
        "people": people,
        "enough": people >= FEWEST_PEOPLE,
    }
    return render(request, "sets/programme.html", context)
