from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from als_project.health import views

PAGES = {"/healthz": views.healthz, "/readyz": views.readyz, "/metrics": views.figures}


class HealthFirstMiddleware:
    """Machines within the house ask by address, without TLS and again and again: they are answered before a name, a
    redirect or a session is looked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return PAGES.get(request.path_info, self.get_response)(request)
