from django.urls import reverse

from actions.models import Action, LogEntry, ReportBack


def test_the_administration_never_shows_what_an_action_says(signed_in, superuser, action, asha):
    Action.objects.update(first_step="Ask for an hour")
    pages = [
        signed_in(superuser).get(reverse("admin:actions_action_changelist")),
        signed_in(superuser).get(reverse("admin:actions_action_change", args=[action.pk])),
    ]
    assert [page.status_code for page in pages] == [200, 200]
    for page in pages:
        for secret in ("Talk to my manager", "Ask for an hour", "A colleague"):
            assert secret not in page.content.decode()


def test_reports_and_logs_are_not_in_the_administration(superuser):
    from django.contrib import admin

    assert [admin.site.is_registered(model) for model in (Action, ReportBack, LogEntry)] == [True, False, False]
