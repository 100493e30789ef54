from django.apps import AppConfig


class ActionsConfig(AppConfig):
    name = "actions"
    verbose_name = "Actions"

    def ready(self) -> None:
        from actions import attention, figures  # noqa: F401  # sources of the weekly view, and for organisers
