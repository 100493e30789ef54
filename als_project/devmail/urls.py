from django.urls import path

from als_project.devmail import gallery, views

app_name = "devmail"
urlpatterns = [
    path("", views.mails, name="mails"),
    path("gallery/", gallery.gallery, name="gallery"),
    path("gallery/<str:name>/", gallery.example, name="example"),
    path("gallery/<str:name>/html/", gallery.as_html, name="example_html"),
    path("<slug:name>/", views.mail, name="mail"),
]
