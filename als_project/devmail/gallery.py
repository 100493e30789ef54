"""Every kind of message with invented words, as text and as HTML: to look at, and to translate or restyle by."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from als_project.devmail.examples import Sample, all_samples, sample_called


@login_not_required
@require_GET
@never_cache
def gallery(request: HttpRequest) -> HttpResponse:
    samples = [sample_called(name) for name in all_samples()]
    return render(request, "dev/gallery.html", {"samples": samples, "language": get_language()})


@login_not_required
@require_GET
@never_cache
def example(request: HttpRequest, name: str) -> HttpResponse:
    sample = _known(name)
    return render(request, "dev/example.html", {"sample": sample, "headers": sample.letter.message().items()})


@login_not_required
@require_GET
@never_cache
def as_html(request: HttpRequest, name: str) -> HttpResponse:
    html = str(_known(name).letter.alternatives[0][0])
    # A mail carries its own style. Neither it nor anything in it may fetch from elsewhere.
    return HttpResponse(html, headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"})


def _known(name: str) -> Sample:
    sample = sample_called(name)
    if sample is None:
        raise Http404
    return sample
