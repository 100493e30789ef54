"""The front door. Apps are included by name: nothing in `als_project` imports one."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("als_project.users.urls")),
    path("", include("als_project.outbox.urls")),
    path("", include("als_project.inbox.urls")),
    path("", include("als_project.health.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("sets.urls")),
    path("", include("sessions.urls")),
    path("", include("actions.urls")),
    path("admin/", admin.site.urls),
]
handler400 = "als_project.users.views.bad_request"
handler500 = "als_project.users.views.server_error"
if settings.DEBUG:
    urlpatterns += [path("dev/mail/", include("als_project.devmail.urls"))]
