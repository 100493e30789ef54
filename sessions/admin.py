"""What the site's administration shows of sessions: that they exist and how they stand, never what is said in them.

Preparation, topics, bids, contributions and private notes are not here at all.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from sessions.models import Attendance, Session


class MetadataOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # only generic to the type checker
    """Read only: what is to be changed is changed by the set."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Session)
class SessionAdmin(MetadataOnly):
    list_display = ["pk", "learning_set", "starts_at", "minutes", "state"]
    list_filter = ["state"]
    list_select_related = ["learning_set"]
    fields = readonly_fields = (
        "learning_set",
        "starts_at",
        "minutes",
        "time_zone",
        "state",
        "revision",
        "created_at",
        "opened_at",
        "closed_at",
        "cancelled_at",
    )


@admin.register(Attendance)
class AttendanceAdmin(MetadataOnly):
    list_display = ["pk", "session", "user", "reply", "presence"]
    list_filter = ["reply"]
    list_select_related = ["session", "user"]
    fields = readonly_fields = ("session", "user", "reply", "replied_at", "presence")
