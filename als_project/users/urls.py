from django.urls import path

from als_project.users import views

urlpatterns = [
    path("", views.home, name="home"),
    path("account/", views.account, name="account"),
    path("account/devices/", views.devices, name="devices"),
    path("account/data/", views.my_data, name="my_data"),
]
