from django.urls import path

from als_project.devmail import views

app_name = "devmail"
urlpatterns = [
    path("", views.mails, name="mails"),
    path("<slug:name>/", views.mail, name="mail"),
]
