from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from benchmarks.pages.floor.rows import ROWS, Row


@login_required
def page(request: HttpRequest) -> HttpResponse:
    rows = Row.objects.filter(owner_id=request.user.pk).order_by("pk")[:ROWS]
    return render(request, "page.html", {"rows": rows})
