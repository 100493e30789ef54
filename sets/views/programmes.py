"""A programme for its organisers: figures, never content."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from als_project.users.requests import SignedInRequest
from sets.figures import FEWEST_PEOPLE, extent_of
from sets.models import Programme

# Without it, the usual spreadsheet takes the file for one in an old encoding.
BYTE_ORDER_MARK = "\ufeff"


@require_safe
def programme(request: SignedInRequest, programme_id: int) -> HttpResponse:
    programme = get_object_or_404(Programme.objects.visible_to(request.user), pk=programme_id)
    context = {"programme": programme, "extent": extent_of(programme), "fewest": FEWEST_PEOPLE}
    return render(request, "sets/programme.html", context)


@require_safe
def figures(request: SignedInRequest, programme_id: int) -> HttpResponse:
    """The same figures for a spreadsheet: one in each row, with what it is of."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), pk=programme_id)
    context = {"programme": programme, "extent": extent_of(programme)}
    rows = render_to_string("sets/programme.csv", context, request)
    return HttpResponse(
        BYTE_ORDER_MARK + "".join(f"{row}\r\n" for row in rows.splitlines() if row),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="figures.csv"'},
    )
