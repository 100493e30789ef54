from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from als_project.health import checks, metrics


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers. It asks nobody else: a database that is away is no reason to end it."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Everything that is needed answers, and worker and beat were at work in the last two minutes; else 503."""
    wellness = checks.look(now=timezone.now())
    words = {part: "ok" if is_well else "away" for part, is_well in wellness.parts.items()}
    answer = {**words, "oldest_unsent_seconds": wellness.oldest_unsent and round(wellness.oldest_unsent)}
    return JsonResponse(answer, status=200 if wellness.is_well else 503)


@require_safe
@never_cache
def figures(request: HttpRequest) -> HttpResponse:
    """For whoever brings METRICS_TOKEN; for everybody else there is nothing here."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not constant_time_compare(given, settings.METRICS_TOKEN):
        return HttpResponseNotFound()
    return HttpResponse(metrics.as_text(now=timezone.now()), content_type=CONTENT_TYPE_LATEST)
