"""People as those who run the site see them: who may sign in, never what anybody says."""

from django.contrib import admin
from django.http import HttpRequest

from als_project.users.models import User


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["name", "email", "time_zone", "is_active", "is_staff", "is_demo", "date_joined", "last_login"]
    list_filter = ["is_active", "is_staff", "is_demo"]
    search_fields = ["email"]
    search_help_text = "Search by e-mail address"
    ordering = ["-date_joined"]
    fields = ["name", "email", "time_zone", "is_active", "is_staff", "is_superuser", "date_joined", "last_login"]
    readonly_fields = ["email", "date_joined", "last_login"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People make their own accounts, so that the address is theirs."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Closing an account is enough here; what a person said in a set is not the site's to delete."""
        return False
