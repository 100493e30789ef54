"""Every kind of message with invented words, as text and as HTML: to look at, and to translate or restyle by."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from als_project.devmail.examples import example_of
from als_project.outbox.kinds import MessageKind, all_kinds, kind_called


@login_not_required
@require_GET
@never_cache
def gallery(request: HttpRequest) -> HttpResponse:
    kinds = [(kind, example_of(name).subject) for name in all_kinds() if (kind := kind_called(name))]
    return render(request, "dev/gallery.html", {"kinds": kinds, "language": get_language()})


@login_not_required
@require_GET
@never_cache
def example(request: HttpRequest, kind: str) -> HttpResponse:
    letter = example_of(_known(kind).name)
    headers = letter.message().items()
    return render(request, "dev/example.html", {"kind": kind_called(kind), "letter": letter, "headers": headers})


@login_not_required
@require_GET
@never_cache
def as_html(request: HttpRequest, kind: str) -> HttpResponse:
    html = str(example_of(_known(kind).name).alternatives[0][0])
    # A mail carries its own style. Neither it nor anything in it may fetch from elsewhere.
    return HttpResponse(html, headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"})


def _known(name: str) -> MessageKind:
    kind = kind_called(name)
    if kind is None:
        raise Http404
    return kind
