"""What the site's administration shows of actions: that they exist and where they stand, never what they say."""

from django.contrib import admin

from actions.models import Action
from sets.admin import ToLookAt


@admin.register(Action)
class ActionAdmin(ToLookAt):
    list_display = ("pk", "learning_set", "state", "created_at", "confirmed_at")
    list_filter = ("state",)
    fields = ("learning_set", "session", "state", "due_on", "created_at", "confirmed_at")
