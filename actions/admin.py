"""What the site's administration shows of actions: that they exist and where they stand, never what they say."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from actions.models import Action


@admin.register(Action)
class ActionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # only generic to the type checker
    list_display = ["pk", "learning_set", "state", "created_at", "confirmed_at"]
    list_filter = ["state"]
    fields = readonly_fields = ["learning_set", "session", "state", "due_on", "created_at", "confirmed_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
