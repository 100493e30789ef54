from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "als_project.outbox"
    label = "outbox"

    def ready(self) -> None:
        from django.utils.module_loading import autodiscover_modules

        autodiscover_modules("emails")
