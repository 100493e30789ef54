"""Logs and error pages without what people typed: a form's text must not leave by the back door."""

import json
import logging
import re
import traceback
from collections.abc import ItemsView
from datetime import UTC, datetime
from types import FrameType, TracebackType
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

# Whoever reads one of these addresses can use it: a calendar feed is read by it, a link in a message answers by it.
LINKS = "/messages/(?:do|off)/|/polls/answer/|/invitations/"
SECRET = re.compile(rf"(/calendar/(?=[^\s/?]+\.ics)|{LINKS})[^\s/?]+?(\.ics|(?=[\s/?]|$))")

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class PlacesOnly(logging.Formatter):
    """Writes where an error arose and its type, never its words: they may quote a row or a form.

    Nor the address of a feed or of a link in a message, which Django would name when it is refused.
    """

    def formatException(self, ei: ExcInfo) -> str:
        kind, _, trace = ei
        return "".join(traceback.format_tb(trace)) + (kind.__name__ if kind else "")

    def formatMessage(self, record: logging.LogRecord) -> str:
        # Celery writes a failed task's error into the line itself.
        if isinstance(record.args, dict) and "exc" in record.args:
            kind = record.exc_info[0] if record.exc_info else None
            words = {"exc": kind.__name__ if kind else "an error", "traceback": "", "args": "", "kwargs": ""}
            record.message = str(record.msg) % {**record.args, **words}
        return SECRET.sub(r"\1…\2", super().formatMessage(record))


class AsJson(PlacesOnly):
    """One JSON object a line. What is passed as `extra` is kept where its name ends in “_id” or “kind”."""

    def format(self, record: logging.LogRecord) -> str:
        record.message = record.getMessage()
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "says": self.formatMessage(record),
            **{name: value for name, value in vars(record).items() if name.endswith(("_id", "kind"))},
        }
        if record.exc_info:
            line["place"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


class NothingTyped(SafeExceptionReporterFilter):
    """An error report names the place, never the values: no POST fields, no local variables."""

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        return {}

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: FrameType | None
    ) -> ItemsView[str, Any]:
        return {}.items()
