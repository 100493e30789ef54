"""Metadata for whoever runs the site: no words of a set, and no door into one.

Who belongs to a set, and by which rules, is the set's own affair: those rows can be looked at and not changed here.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from sets.models import GroundRules, Invitation, LearningSet, Membership, Programme


class ToLookAt(admin.ModelAdmin):  # type: ignore[type-arg]  # only generic to the type checker
    """Neither added, changed nor deleted by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Programme)
class ProgrammeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Programmes begin here: name the organisers, then put sets into them."""

    list_display = ("name", "is_demo", "created_at")
    fields = ("name", "purpose", "organisers")
    autocomplete_fields = ("organisers",)
    search_fields = ("name",)


@admin.register(LearningSet)
class LearningSetAdmin(ToLookAt):
    """Only the programme can be changed: a set's people change the rest themselves."""

    list_display = ("name", "programme", "facilitation", "process", "is_demo", "created_at")
    list_filter = ("facilitation", "is_demo")
    list_select_related = ("programme",)
    search_fields = ("name",)
    fields = (
        *("name", "programme", "facilitation", "process", "time_zone", "usual_minutes", "is_demo", "created_at"),
        *("self_facilitated_from", "closed_at", "notes_end_at"),
    )
    readonly_fields = tuple(name for name in fields if name != "programme")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_staff and request.user.has_perm("sets.change_learningset")


@admin.register(Membership)
class MembershipAdmin(ToLookAt):
    list_display = ("__str__", "learning_set", "user", "is_member", "is_facilitator", "joined_at", "ended_at", "ending")
    list_filter = ("is_facilitator", "ending")
    list_select_related = ("learning_set", "user")


@admin.register(Invitation)
class InvitationAdmin(ToLookAt):
    """The nonce is left out: with it goes the way in."""

    list_display = ("email", "learning_set", "as_facilitator", "sent_at", "expires_at", "accepted_at", "withdrawn_at")
    list_select_related = ("learning_set",)
    fields = ("email", "learning_set", "as_member", "as_facilitator", "sent_at", "expires_at", "accepted_at")


@admin.register(GroundRules)
class GroundRulesAdmin(ToLookAt):
    list_display = ("__str__", "learning_set", "number", "created_at", "published_at")
    list_select_related = ("learning_set",)
    fields = ("learning_set", "number", "created_at", "published_at")
