from django.urls import path

from als_project.users import views

urlpatterns = [
    path("", views.home, name="home"),
]
