"""A full disk is said to be one: to whoever saves something, and to whoever reads the log."""

import logging
from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

log = logging.getLogger(__name__)


def is_full(error: Exception) -> bool:
    """SQLite's words and PostgreSQL's; a write-ahead log without room is an “I/O error” to SQLite."""
    words = str(error).lower()
    return isinstance(error, OperationalError) and any(
        sign in words for sign in ("disk is full", "disk i/o error", "no space left")
    )


class FullDiskMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not is_full(exception):
            return None
        log.error("The disk is full: nothing can be saved until there is room on it.")
        return render(request, "503.html", status=503)
