from django.urls import path

from als_project.inbox import views

app_name = "inbox"
urlpatterns = [
    path("mailed/<int:reply_id>/", views.reply, name="reply"),
    path("mailed/<int:reply_id>/discard/", views.discard, name="discard"),
]
