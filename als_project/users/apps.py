from django.apps import AppConfig


class UsersConfig(AppConfig):
    name = "als_project.users"
    label = "users"
