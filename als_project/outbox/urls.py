from django.urls import path

from als_project.outbox import views

app_name = "outbox"
urlpatterns = [
    path("account/messages/", views.preferences_page, name="preferences"),
    path("messages/off/<str:signed>/", views.off, name="off"),
    path("messages/do/<str:link>/", views.act, name="act"),
]
