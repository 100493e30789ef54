"""A programme for its organisers: figures, never content."""

import csv

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from als_project.users.requests import SignedInRequest
from sets.figures import FEWEST_PEOPLE, extent_of, figures_of
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
    """The same figures for a spreadsheet."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), pk=programme_id)
    response = HttpResponse(
        BYTE_ORDER_MARK,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="figures.csv"'},
    )
    rows = csv.writer(response)
    rows.writerow([_("Part"), _("Of"), _("What"), _("Figure")])
    rows.writerows(figures_of(programme))
    return response
