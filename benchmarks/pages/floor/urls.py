from django.urls import path

from benchmarks.pages.floor.views import page

urlpatterns = [path("", page)]
