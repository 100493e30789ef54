"""For staff: what was given up, and a button to try it again. Metadata only: what a message says stands nowhere."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from als_project.outbox import services
from als_project.outbox.models import MailServer, Message, RefusedAddress


class LookOnly:
    """Nothing is added, changed or deleted by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class ByEnd(admin.SimpleListFilter):
    title = _("what became of it")
    parameter_name = "end"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("waiting", _("waiting")), ("sent", _("sent")), ("dropped", _("dropped")), ("all", _("all"))]  # type: ignore[list-item]

    def choices(self, changelist: Any) -> Iterator[Any]:
        """What was parked is shown unless something else is asked for."""
        chosen = self.value() or "parked"
        for value, title in [("parked", _("parked")), *self.lookup_choices]:
            query = changelist.get_query_string({self.parameter_name: value})
            yield {"selected": chosen == value, "query_string": query, "display": title}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        match self.value():
            case "waiting":
                return queryset & Message.objects.unsettled()
            case "sent":
                return queryset.exclude(sent_at=None)
            case "dropped":
                return queryset.exclude(dropped_at=None)
            case "all":
                return queryset
            case _:
                return queryset.exclude(parked_at=None)


@admin.register(Message)
class MessageAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    actions = ("try_again",)
    list_display = ("__str__", "again", "because", "recipient", "wanted", "attempts", "end")
    list_filter = (ByEnd, "kind")
    fields = ("kind", "recipient", "wanted", "attempts", "failing_since", "end", "because")
    readonly_fields = ("recipient", "wanted", "end", "because")
    list_select_related = ("to",)
    ordering = ("-id",)
    show_full_result_count = False

    @admin.action(description=_("Try again now"), permissions=["view"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        count = services.retry(queryset, now=timezone.now())
        words = ngettext("%d message is tried again.", "%d messages are tried again.", count) % count
        self.message_user(request, words, messages.SUCCESS if count else messages.WARNING)

    def get_urls(self) -> list[URLPattern]:
        one = self.admin_site.admin_view(require_POST(self.try_one_again))
        return [path("<int:pk>/try-again/", one, name="outbox_message_try_again"), *super().get_urls()]

    def try_one_again(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        self.try_again(request, Message.objects.filter(pk=pk))
        return redirect("admin:outbox_message_changelist")

    @admin.display(description="")
    def again(self, message: Message) -> str:
        """A button within the list's own form, which brings the token along."""
        if not message.parked_at:
            return ""
        address = reverse("admin:outbox_message_try_again", args=[message.pk])
        return format_html(
            '<button type="submit" class="button" formaction="{}">{}</button>', address, _("Try again now")
        )

    @admin.display(description=_("to"))
    def recipient(self, message: Message) -> str:
        """A number or a mail domain: the address is for the person and whoever looks after their set."""
        return f"#{message.to_id}" if message.to_id else f"…@{message.address.rpartition('@')[2]}"

    @admin.display(description=_("due at"), ordering="due_at")
    def wanted(self, message: Message) -> object:
        return message.wanted_at

    @admin.display(description=_("became"))
    def end(self, message: Message) -> str:
        ends = {_("sent"): message.sent_at, _("dropped"): message.dropped_at, _("parked"): message.parked_at}
        return str(next((word for word, at in ends.items() if at), _("waiting")))

    @admin.display(description=_("because"))
    def because(self, message: Message) -> str:
        return message.parked_because or message.dropped_because


@admin.register(MailServer)
class MailServerAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("id", "because", "failures", "failing_since", "shut_until")


@admin.register(RefusedAddress)
class RefusedAddressAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Deleting a row lets messages go to the address again."""

    list_display = ("id", "domain", "answer", "refused_at")
    fields = ("answer", "refused_at")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=_("at"))
    def domain(self, refused: RefusedAddress) -> str:
        return refused.address.rpartition("@")[2]
