from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class UsersConfig(AppConfig):
    name = "als_project.users"
    label = "users"

    def ready(self) -> None:
        from als_project.users.devices import remember_device

        user_logged_in.connect(remember_device, dispatch_uid="remember device")
