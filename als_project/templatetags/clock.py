"""Times on pages: with the weekday, in the reader's zone. Plain string work: Django's `|date` costs far more."""

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString

from als_project import clock

register = template.Library()


@register.filter
def when(instant: datetime | None) -> str:
    """“Tuesday 14 October 2026, 14:00 (London)” in the reader's zone."""
    return clock.in_words(instant, timezone.get_current_timezone_name()) if instant else ""


@register.filter
def when_in(instant: datetime | None, zone: str) -> str:
    """The same in a named zone, for a session's own place."""
    return clock.in_words(instant, zone) if instant else ""


@register.filter
def time_of(instant: datetime | None) -> str:
    return f"{timezone.localtime(instant):%H:%M}" if instant else ""


@register.filter
def day(value: date | datetime | None) -> str:
    """“Tuesday 14 October 2026”; an instant is first put in the reader's zone. Names and numbers: nothing to escape."""
    if not value:
        return ""
    local = timezone.localtime(value) if isinstance(value, datetime) else value
    return SafeString(clock.day_in_words(local))


@register.filter
def zone_place(zone: str) -> str:
    return clock.zone_in_words(zone)
